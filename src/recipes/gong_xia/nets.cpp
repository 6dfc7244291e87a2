// SPDX-License-Identifier: Apache-2.0
#include "recipes/gong_xia/nets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cctype>
#include <cmath>
#include <limits>

#include "spinflow/exact/chain.hpp"
#include "spinflow/exact/chain_renormalization.hpp"
#include "spinflow/studies/dense_targets.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

constexpr std::size_t rows_at_once = 512;

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

/// Rms of c_ab = <y_a y_b> - <y_a><y_b> over all pairs on the ring that are no neighbours, over that of
/// neighbours.
double far_ratio_of(const kernels::PackedSpins& rows) {
  const auto columns = kernels::transposed(rows);
  const std::size_t m = columns.n_rows();
  const auto n = static_cast<double>(rows.n_rows());
  std::vector<double> mean(m);
  for (std::size_t a = 0; a < m; ++a) mean[a] = static_cast<double>(columns.sum(a)) / n;
  double near = 0;
  double far = 0;
  std::size_t n_near = 0;
  std::size_t n_far = 0;
  for (std::size_t a = 0; a < m; ++a)
    for (std::size_t b = a + 1; b < m; ++b) {
      std::uint64_t different = 0;
      for (std::size_t w = 0; w < columns.words_per_row(); ++w)
        different += static_cast<std::uint64_t>(std::popcount(columns.row(a)[w] ^ columns.row(b)[w]));
      const double c = 1 - 2 * static_cast<double>(different) / n - mean[a] * mean[b];
      const bool neighbours = b - a == 1 || b - a == m - 1;
      (neighbours ? near : far) += c * c;
      ++(neighbours ? n_near : n_far);
    }
  if (n_far == 0 || near == 0) return std::numeric_limits<double>::quiet_NaN();
  return std::sqrt(far / static_cast<double>(n_far) / (near / static_cast<double>(n_near)));
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
  const auto data = chains(folder, cell.size, cell.coupling, 0,
                           rows_to_draw(plan.training, plan.options.held_out), "training." + name, cell.seed);
  const auto test = chains(folder, cell.size, cell.coupling, 0, plan.test, "test." + name, cell.seed);
  const auto wanted = studies::dense_targets(test, target, "none", 0, name);
  NetReading plain = cell;
  plain.target = *inference::chain_coupling(ensemble::from_spins(wanted.spins, *wanted.lattice, nullptr));
  const double bond = exact_bond(cell);
  const int n_outputs = wanted.lattice->n_sites();
  plain.expected = inference::ring_coupling(bond, n_outputs);

  std::vector<NetReading> readings;
  const auto read = [&](std::int64_t update, const networks::Dense& net) {
    const auto signs = signs_of(net, test.spins, wanted.spins, *wanted.lattice);
    NetReading r = plain;
    r.update = update;
    r.accuracy = signs.accuracy;
    r.loss = signs.loss;
    r.output = *inference::chain_coupling(signs.outputs);
    // Both spins of a bond must be right, or both wrong.
    const double kept = 2 * signs.accuracy - 1;
    r.flipped = inference::ring_coupling(bond * kept * kept, n_outputs);
    r.far_ratio = far_ratio_of(signs.outputs.spins);
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

ensemble::Ensemble chains(const RunFolder& folder, std::int64_t size, double coupling, double field,
                          std::int64_t n, std::string_view stream, std::size_t seed) {
  // The temperature carries K; the model's field is in units of J.
  const auto model =
      models::registry()
          .find("ising-chain")
          .make(lattice::Lattice::chain(static_cast<int>(size)), {{"field", field / coupling}});
  Listening listening(folder.observer());
  return sampled(model, {1 / coupling}, n, folder.seed(fmt::format("chains.{}", stream), seed), listening);
}

std::int64_t rows_to_draw(std::int64_t training, double held_out) {
  return std::llround(static_cast<double>(training) / (1 - held_out));
}

Signs signs_of(const networks::Dense& net, const kernels::PackedSpins& v, const kernels::PackedSpins& targets,
               const lattice::Lattice& lattice) {
  const networks::DenseForward forward(net);
  const std::size_t n = v.n_rows();
  kernels::PackedSpins spins(n, targets.n_columns());
  double loss = 0;
  for (std::size_t first = 0; first < n; first += rows_at_once) {
    const std::size_t last = std::min(n, first + rows_at_once);
    const auto y = forward.outputs(v, first, last);
    for (std::size_t r = first; r < last; ++r)
      for (std::size_t c = 0; c < y.n_columns(); ++c) {
        const double output = y.row(r - first)[c];
        const double off = output - targets.spin(r, c);
        loss += off * off;
        spins.set(r, c, output >= 0 ? 1 : -1);
      }
  }
  Signs signs{.outputs = {.lattice = lattice},
              .accuracy = agreement(spins, targets),
              .loss = loss / static_cast<double>(n * targets.n_columns())};
  signs.outputs = ensemble::from_spins(std::move(spins), lattice, nullptr);
  return signs;
}

double agreement(const kernels::PackedSpins& a, const kernels::PackedSpins& b) {
  std::uint64_t different = 0;
  for (std::size_t w = 0; w < a.words().size(); ++w)
    different += static_cast<std::uint64_t>(std::popcount(a.words()[w] ^ b.words()[w]));
  return 1 - static_cast<double>(different) / static_cast<double>(a.n_rows() * a.n_columns());
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
