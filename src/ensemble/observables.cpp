// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/observables.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "ensemble/pair_sums.hpp"

namespace spinflow::ensemble {

stats::Estimate mean_energy(const Rows& rows) { return rows.mean(rows.energy()); }

stats::Estimate mean_abs_magnetization(const Rows& rows) { return rows.mean(rows.abs_magnetization()); }

stats::Estimate mean_bonds(const Rows& rows) { return rows.mean(rows.bonds()); }

namespace {

using EstimateOfProducts = std::function<stats::Estimate(std::span<const double> products)>;

// `estimate` of s_x s_(x+r) per row, averaged over the pairs, for every r.
std::vector<stats::Estimate> along_the_axes(const Rows& rows, const EstimateOfProducts& estimate) {
  const auto& lattice = rows.lattice();
  const int side = lattice.dimension() == 1 ? lattice.lx() : std::min(lattice.lx(), lattice.ly());
  std::vector<stats::Estimate> result;
  if (side / 2 >= 1) result.push_back(estimate(rows.neighbour_products()));
  std::vector<double> values(rows.size());
  for (int r = 2; r <= side / 2; ++r) {
    PairSums(lattice, r).per_pair(rows.ensemble().spins, values);
    result.push_back(estimate(values));
  }
  return result;
}

}  // namespace

std::vector<stats::Estimate> correlation(const Rows& rows) {
  return along_the_axes(rows, [&](std::span<const double> products) { return rows.mean(products); });
}

std::vector<stats::Estimate> connected_correlation(const Rows& rows) {
  const auto& m = rows.ensemble().magnetization;
  std::vector<double> values(2 * rows.size());
  return along_the_axes(rows, [&](std::span<const double> products) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      values[2 * row] = products[row];
      values[2 * row + 1] = m[row];
    }
    return rows.connected(values, 2,
                          [](std::span<const double> means) { return means[0] - means[1] * means[1]; });
  });
}

std::vector<stats::Estimate> abs_magnetization_histogram(const Ensemble& ensemble) {
  const auto n = static_cast<std::size_t>(ensemble.lattice.n_sites());
  std::vector<stats::Estimate> p(n / 2 + 1, {.value = 0, .error = 0});
  const double share = 1 / static_cast<double>(ensemble.size());
  for (const double m : ensemble.magnetization) {
    const auto sum = static_cast<std::size_t>(std::llround(std::abs(m) * static_cast<double>(n)));
    p[sum / 2].value += share;
  }
  for (auto& cell : p) cell.error = std::sqrt(cell.value * (1 - cell.value) * share);
  return p;
}

}  // namespace spinflow::ensemble
