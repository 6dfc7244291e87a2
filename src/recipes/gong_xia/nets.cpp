// SPDX-License-Identifier: Apache-2.0
#include "recipes/gong_xia/nets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>

#include "spinflow/exact/chain.hpp"
#include "spinflow/exact/chain_renormalization.hpp"
#include "spinflow/studies/dense_targets.hpp"
#include "spinflow/trainers/net_score.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

/// Of all seeds of a cell: names its random streams.
std::string cell_name(const NetReading& n) {
  return fmt::format("{}.{}.K{}.N{}.b{}{}{}", n.study, n.scheme, n.coupling, n.size, n.factor,
                     n.variant.empty() ? "" : ".", n.variant);
}

std::string file_name(const NetReading& n) {
  std::string name = fmt::format("net-{}-{}", cell_name(n), n.seed);
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.') c = '-';
  return name;
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
  const auto test = chains(folder, cell.size, {cell.coupling}, 0, plan.test, "test." + name, cell.seed);
  const auto wanted = studies::dense_targets(test, target, "none", 0, name);
  NetReading plain = cell;
  plain.target = *inference::chain_coupling(ensemble::from_spins(wanted.spins, *wanted.lattice, nullptr));
  const double bond = exact_bond(cell);
  const int n_outputs = wanted.lattice->n_sites();
  plain.expected = inference::ring_coupling(bond, n_outputs);

  std::vector<NetReading> readings;
  const auto read = [&](std::int64_t update, const networks::Dense& net) {
    const auto signs = trainers::signs_of(net, test.spins, wanted.spins);
    NetReading r = plain;
    r.update = update;
    r.accuracy = signs.accuracy;
    r.loss = signs.loss;
    r.output = *inference::chain_coupling(ensemble::from_spins(signs.spins, *wanted.lattice, nullptr));
    // Both spins of a bond must be right, or both wrong.
    const double kept = 2 * signs.accuracy - 1;
    r.flipped = inference::ring_coupling(bond * kept * kept, n_outputs);
    r.far_ratio = inference::far_over_near(signs.spins);
    readings.push_back(std::move(r));
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

double exact_bond(const NetReading& cell) {
  const int n = static_cast<int>(cell.size);
  const int b = static_cast<int>(cell.factor);
  if (cell.scheme == "majority") return exact::majority_ring_correlation(n, cell.coupling, b).front();
  return exact::ring_correlation(n, cell.coupling, 0, 1).at(static_cast<std::size_t>(b - 1));
}

std::vector<NetReading> read_nets(const RunFolder& folder, const std::vector<NetPlan>& plans) {
  return folder.each("training nets and reading them", "nets", plans,
                     [&](const NetPlan& plan, base::Observer& observer) {
                       return folder.kept_records<NetReading>(
                           file_name(plan.begin), net_record(), looks_of(plan).size() + 1,
                           [&] { return read_net(folder, plan, observer); }, plan.begin);
                     });
}

}  // namespace spinflow::recipes::gong_xia
