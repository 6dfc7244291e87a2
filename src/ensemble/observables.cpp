// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/observables.hpp"

#include <algorithm>

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

}  // namespace spinflow::ensemble
