// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/displacement_correlation.hpp"

#include "ensemble/pair_sums.hpp"
#include "spinflow/ensemble/rows.hpp"
#include "spinflow/lattice/displacements.hpp"

namespace spinflow::ensemble {

std::vector<stats::Estimate> displacement_correlation(const Ensemble& ensemble) {
  const lattice::Displacements all(ensemble.lattice);
  const kernels::PackedSpins& spins = ensemble.spins;
  std::vector<stats::Estimate> result(all.size());
  result[all.origin()] = {.value = 1, .error = 0};
  const Rows rows(ensemble);
  std::vector<double> values(ensemble.size());
  for (std::size_t d = 0; d < all.size(); ++d) {
    if (d == all.origin()) continue;
    // d and -d are the same pairs.
    if (all.opposite(d) < d) {
      result[d] = result[all.opposite(d)];
      continue;
    }
    PairSums(ensemble.lattice, all.dx(d), all.dy(d)).per_pair(spins, values);
    result[d] = rows.mean(values);
  }
  return result;
}

}  // namespace spinflow::ensemble
