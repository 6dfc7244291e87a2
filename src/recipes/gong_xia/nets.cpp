// SPDX-License-Identifier: Apache-2.0
#include "recipes/gong_xia/nets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>

#include "spinflow/studies/dense_targets.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

/// Of all seeds of a cell: names its random streams.
std::string cell_name(const NetReading& n) {
  return fmt::format("{}.{}.K{}.N{}.b{}{}{}", n.study, n.scheme, n.coupling, n.size, n.factor,
                     n.variant.empty() ? "" : ".", n.variant);
}

/// The updates before the last at which the net is looked at.
std::vector<std::int64_t> looks_of(const NetPlan& plan) {
  std::vector<std::int64_t> looks;
  std::ranges::copy_if(plan.updates, std::back_inserter(looks),
                       [&](std::int64_t update) { return update < plan.options.updates; });
  return looks;
}

std::vector<NetReading> read_net(const RunFolder& folder, const NetPlan& plan, base::Observer& observer) {
  const NetReading& cell = plan.begin;
  const std::string name = cell_name(cell);
  const std::string target = fmt::format("{}:{}", cell.scheme, cell.factor);
  const auto data = chains(folder, cell.size, {cell.coupling}, 0,
                           rows_to_draw(plan.training, plan.options.held_out), "training." + name, cell.seed);
  const studies::ChainTest test(
      chains(folder, cell.size, {cell.coupling}, 0, plan.test, "test." + name, cell.seed), cell.coupling,
      cell.scheme, static_cast<int>(cell.factor));
  std::vector<NetReading> readings;
  const auto read = [&](std::int64_t update, const networks::Dense& net) {
    auto& r = readings.emplace_back(cell);
    static_cast<studies::ChainNetReading&>(r) = test.read(net);
    r.update = update;
    observer.advance(0);
  };
  const trainers::Checkpoints looks{.updates = looks_of(plan), .at = read};
  const auto targets = studies::dense_targets(data, target, "none", 0, name);
  const auto trained = trainers::train_supervised(data, targets, plan.options,
                                                  folder.seed("net." + name, cell.seed), observer, looks);
  read(trained.updates, trained.net);
  return readings;
}

}  // namespace

std::string net_name(const NetReading& n) {
  std::string name = fmt::format("net-{}-{}", cell_name(n), n.seed);
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.') c = '-';
  return name;
}

ensemble::Ensemble chains(const RunFolder& folder, std::int64_t size, std::vector<double> couplings,
                          double field, std::int64_t n, std::string_view stream, std::size_t seed) {
  // The temperature carries K; the model's field is in units of J.
  std::ranges::sort(couplings, std::greater<>());
  std::vector<double> temperatures;
  for (const double coupling : couplings) temperatures.push_back(1 / coupling);
  const auto model =
      models::registry()
          .find("ising-chain")
          .make(lattice::Lattice::chain(static_cast<int>(size)), {{"field", field / couplings.front()}});
  const auto parts = static_cast<std::int64_t>(temperatures.size());
  Listening listening(folder.observer());
  return sampled(model, temperatures, (n + parts - 1) / parts,
                 folder.seed(fmt::format("chains.{}", stream), seed), listening);
}

std::int64_t rows_to_draw(std::int64_t training, double held_out) {
  return std::llround(static_cast<double>(training) / (1 - held_out));
}

NetPlan plan_of(const Settings& s, std::string study, std::string scheme, double coupling, std::int64_t size,
                std::int64_t factor, std::int64_t seed) {
  NetPlan plan;
  plan.begin.study = std::move(study);
  plan.begin.scheme = std::move(scheme);
  plan.begin.coupling = coupling;
  plan.begin.size = size;
  plan.begin.factor = factor;
  plan.begin.seed = static_cast<std::size_t>(seed);
  plan.options = s.network;
  plan.training = s.cells.training;
  plan.test = s.cells.test;
  return plan;
}

std::vector<NetReading> read_nets(const RunFolder& folder, const std::vector<NetPlan>& plans) {
  return folder.each("training nets and reading them", "nets", plans,
                     [&](const NetPlan& plan, base::Observer& observer) {
                       return folder.kept_records<NetReading>(
                           net_name(plan.begin), net_record(), looks_of(plan).size() + 1,
                           [&] { return read_net(folder, plan, observer); }, plan.begin);
                     });
}

}  // namespace spinflow::recipes::gong_xia
