// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "spinflow/exact/enumeration.hpp"
#include "spinflow/lattice/lattice.hpp"

namespace spinflow::exact {

/// P(number of up spins = k), k = 0 .. n, of the chain H = -J sum s_i s_(i+1) - h sum s_i by a transfer
/// matrix resolved by magnetization, together with ln Z. Time and memory grow like n^2. J and h in units of
/// k_B T: any finite numbers, in logarithms where weights leave the range of a double; Error(input) for
/// others.
struct ChainDistribution {
  double log_partition = 0;
  std::vector<double> up;  ///< (n + 1)
};
[[nodiscard]] ChainDistribution chain_distribution(int n, double coupling_over_t, double field_over_t,
                                                   lattice::Boundary boundary);

/// Exact means of the chain at temperature T > 0 (in units of |J| = 1): any n, periodic or open, with
/// field. Error(input) if J / T or h / T is not finite, here and below. The specific heat is good to 1e-7,
/// all else to rounding.
[[nodiscard]] ExactMeans chain(int n, double coupling, double field, double temperature,
                               lattice::Boundary boundary);

/// <e> per site alone, in time independent of n for the ring and linear in it for the open chain.
[[nodiscard]] double chain_energy(int n, double coupling, double field, double temperature,
                                  lattice::Boundary boundary);

/// <s_0 s_r> of the ring, r = 1 .. floor(n / 2), not connected. Element r - 1.
[[nodiscard]] std::vector<double> ring_correlation(int n, double coupling, double field, double temperature);

}  // namespace spinflow::exact
