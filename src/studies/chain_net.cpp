// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/chain_net.hpp"

#include <fmt/format.h>

#include "spinflow/exact/chain.hpp"
#include "spinflow/exact/chain_renormalization.hpp"
#include "spinflow/inference/pseudo_likelihood.hpp"
#include "spinflow/lattice/interactions.hpp"
#include "spinflow/results/series_by.hpp"
#include "spinflow/studies/dense_targets.hpp"
#include "spinflow/trainers/net_score.hpp"
#include "spinflow/transformations/decimation.hpp"
#include "spinflow/transformations/dense_map.hpp"

namespace spinflow::studies {

namespace {

ensemble::Ensemble mapped_chains(const ensemble::Ensemble& chains, const std::string& map, int factor) {
  auto targets = dense_targets(chains, fmt::format("{}:{}", map, factor), "none", 0, "chains");
  return ensemble::from_spins(std::move(targets.spins), *targets.lattice, nullptr);
}

}  // namespace

double mapped_bond(const std::string& map, int size, double coupling, int factor) {
  if (map == "majority") return exact::majority_ring_correlation(size, coupling, factor).front();
  return exact::ring_correlation(size, coupling, 0, 1).at(static_cast<std::size_t>(factor - 1));
}

ChainTest::ChainTest(ensemble::Ensemble chains, double coupling, const std::string& map, int factor)
    : chains_(std::move(chains)),
      wanted_(mapped_chains(chains_, map, factor)),
      bond_(mapped_bond(map, chains_.lattice.n_sites(), coupling, factor)) {
  begin_.target = *inference::chain_coupling(wanted_);
  begin_.expected = inference::ring_coupling(bond_, wanted_.lattice.n_sites());
}

ChainNetReading ChainTest::read(const networks::Dense& net) const {
  auto signs = trainers::signs_of(net, chains_.spins, wanted_.spins);
  ChainNetReading r = begin_;
  r.accuracy = signs.accuracy;
  r.loss = signs.loss;
  // Both spins of a bond must be right, or both wrong.
  const double kept = 2 * signs.accuracy - 1;
  r.flipped = inference::ring_coupling(bond_ * kept * kept, wanted_.lattice.n_sites());
  r.far_ratio = inference::far_over_near(signs.spins);
  r.output =
      *inference::chain_coupling(ensemble::from_spins(std::move(signs.spins), wanted_.lattice, nullptr));
  return r;
}

std::vector<ComposedStep> compose_nets(const ComposedNets& question, base::Observer& observer) {
  const auto through = [](const std::vector<transformations::DenseMap>& nets, ensemble::Ensemble rows) {
    for (const auto& net : nets) rows = net.apply(rows, 0);
    return rows;
  };
  const auto steps = static_cast<int>(question.steps);
  const auto exact = exact::chain_flow({.coupling = question.coupling, .field = 0},
                                       static_cast<int>(question.factor), steps);
  std::vector<transformations::DenseMap> nets;
  std::vector<ComposedStep> readings;
  std::int64_t size = question.size;
  std::int64_t together = 1;
  for (int step = 1; step <= steps; ++step) {
    const double below = exact[static_cast<std::size_t>(step - 1)].couplings.coupling;
    const auto data = question.exact_chains
                          ? question.chains(size, below, step, true)
                          : through(nets, question.chains(question.size, question.coupling, step, true));
    nets.emplace_back(question.trained(data, step));
    size /= question.factor;
    together *= question.factor;
    const auto start = question.chains(question.size, question.coupling, step, false);
    const auto wanted = transformations::Decimation({.factor = together}).apply(start, 0);
    const auto outputs = through(nets, start);
    readings.push_back({.step = step,
                        .size = size,
                        .accuracy = trainers::fraction_equal(outputs.spins, wanted.spins),
                        .output = *inference::chain_coupling(outputs),
                        .target = *inference::chain_coupling(wanted),
                        .expected = exact[static_cast<std::size_t>(step)].couplings.coupling});
    observer.advance(0);
  }
  return readings;
}

FieldNetReading field_reading(const networks::Dense& net, const ensemble::Ensemble& chains, double coupling,
                              double field, int factor) {
  const auto wanted = transformations::Decimation({.factor = factor}).apply(chains, 0);
  const auto outputs = transformations::DenseMap(net).apply(chains, 0);
  const auto basis = lattice::interactions_from("nearest,field", 1, "chains in a field");
  const auto read = inference::pseudo_likelihood_couplings(outputs, basis);
  const auto control = inference::pseudo_likelihood_couplings(wanted, basis);
  const auto exact = exact::decimated_chain({.coupling = coupling, .field = field}, factor).couplings;
  return {.coupling_out = read[0],
          .field_out = read[1],
          .coupling_target = control[0],
          .field_target = control[1],
          .expected_coupling = exact.coupling,
          .expected_field = exact.field,
          .accuracy = trainers::fraction_equal(outputs.spins, wanted.spins)};
}

std::vector<results::Series> decimation_arrows(int factor, double width, double least_h, double height,
                                               int colour) {
  constexpr int n_columns = 9;
  constexpr int n_rows = 7;
  constexpr double part = 0.25;
  std::vector<results::Series> arrows;
  for (int i = 0; i < n_columns; ++i)
    for (int j = 0; j < n_rows; ++j) {
      const results::Point from{.x = width * (i + 1) / n_columns, .y = least_h + height * j / (n_rows - 1)};
      const auto to = exact::decimated_chain({.coupling = from.x, .field = from.y}, factor).couplings;
      arrows.push_back(results::arrow(
          {.name = "exact flow", .mark = results::Mark::curve, .colour = colour}, from,
          {.x = from.x + part * (to.coupling - from.x), .y = from.y + part * (to.field - from.y)}, width,
          2 * height));
    }
  return arrows;
}

}  // namespace spinflow::studies
