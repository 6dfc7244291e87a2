// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>

#include "observables/by_definition.hpp"
#include "spinflow/inference/chain_coupling.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

namespace {

std::vector<stats::Estimate> read_chain(const ensemble::Rows& rows) {
  const auto found = *inference::chain_coupling(rows);
  return {found.coupling, found.pseudo_likelihood, found.correlation_ratio};
}

/// Where the slope of the log-pseudo-likelihood, sum over rows and sites of a (s - tanh(K a)), a the sum of
/// the neighbours, is 0; it falls with K.
double pseudo_likelihood_by_definition(const ensemble::Rows& rows) {
  const auto slope = [&](double k) {
    return means_of(rows, [&](Spins spins) {
      double sum = 0;
      for (std::size_t site = 0; site < spins.size(); ++site) {
        double around = 0;
        for (const auto other : rows.lattice().neighbours(static_cast<int>(site)))
          around += spins[static_cast<std::size_t>(other)];
        sum += around * (spins[site] - std::tanh(k * around));
      }
      return std::vector{sum};
    })[0];
  };
  double low = -10;
  double high = 10;
  for (int i = 0; i < 50; ++i) (slope(0.5 * (low + high)) > 0 ? low : high) = 0.5 * (low + high);
  return 0.5 * (low + high);
}

std::vector<double> chain_by_definition(const ensemble::Rows& rows) {
  const auto n = static_cast<std::size_t>(rows.lattice().n_sites());
  const bool ring = rows.lattice().boundary() == lattice::Boundary::periodic;
  const auto spin =
      means_of(rows, [](Spins spins) { return std::vector<double>(spins.begin(), spins.end()); });
  double bond = 0;
  std::array<double, 2> connected{};  // c_1, c_2
  for (std::size_t r = 1; r <= 2; ++r) {
    const std::size_t pairs = ring ? n : n - r;
    const auto products = means_of(rows, [&](Spins spins) {
      std::vector<double> all;
      for (std::size_t a = 0; a < pairs; ++a) all.push_back(spins[a] * spins[(a + r) % n]);
      return all;
    });
    for (std::size_t a = 0; a < pairs; ++a) {
      if (r == 1) bond += products[a] / static_cast<double>(pairs);
      connected[r - 1] += (products[a] - spin[a] * spin[(a + r) % n]) / static_cast<double>(pairs);
    }
  }
  return {ring ? inference::ring_coupling(bond, static_cast<int>(n)) : inference::open_chain_coupling(bond),
          pseudo_likelihood_by_definition(rows), connected[1] / (connected[0] * connected[0])};
}

}  // namespace

void register_chain() {
  registry().add(
      {.name = "chain",
       .help = "nearest-neighbour coupling of a chain, from G(1) and by pseudo-likelihood; c_2/c_1^2",
       .citations = {"besag1975"},
       .needs = Needs::chain,
       .in_flow = Unasked::shown,
       .in_measure = Unasked::shown,
       .order = 200,
       .numbers = {{.name = coupling, .symbol = "K_out", .dataset = "chain/coupling"},
                   {.name = "coupling_pseudo_likelihood", .dataset = "chain/pseudo_likelihood"},
                   {.name = "correlation_ratio", .dataset = "chain/correlation_ratio"}},
       .note = "K_out: the nearest-neighbour coupling that gives G(1)",
       .read = read_chain,
       .reference = chain_by_definition});
}

}  // namespace spinflow::observables
