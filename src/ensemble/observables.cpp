// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/observables.hpp"

#include <algorithm>
#include <cmath>

#include "ensemble/pair_sums.hpp"

namespace spinflow::ensemble {

stats::Estimate mean_energy(const Rows& rows) { return rows.mean(rows.energy()); }

stats::Estimate mean_abs_magnetization(const Rows& rows) { return rows.mean(rows.abs_magnetization()); }

stats::Estimate mean_bonds(const Rows& rows) { return rows.mean(rows.bonds()); }

std::vector<stats::Estimate> correlation(const Rows& rows) {
  const auto& lattice = rows.lattice();
  const int side = lattice.dimension() == 1 ? lattice.lx() : std::min(lattice.lx(), lattice.ly());
  std::vector<stats::Estimate> result;
  if (side / 2 >= 1) result.push_back(rows.mean(rows.neighbour_products()));
  std::vector<double> values(rows.size());
  for (int r = 2; r <= side / 2; ++r) {
    PairSums(lattice, r).per_pair(rows.ensemble().spins, values);
    result.push_back(rows.mean(values));
  }
  return result;
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
