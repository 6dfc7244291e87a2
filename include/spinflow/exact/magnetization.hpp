// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace spinflow::exact {

/// Moments of the magnetization per site, m.
struct MagnetizationMoments {
  double abs = 0;     ///< <|m|>
  double second = 0;  ///< <m^2>
  double fourth = 0;  ///< <m^4>
};

/// P(number of up spins = k), k = 0 .. Lx Ly, of the nearest-neighbour Ising model on the periodic Lx x Ly
/// square lattice without field. `coupling`: K = J/(k_B T) >= 0, finite. Transfer matrix resolved by
/// magnetization; the smaller side is at most 12 (Error(input) otherwise). Time grows like 4^side: 10x10 some
/// 0.05 s, 12x12 a second.
[[nodiscard]] std::vector<double> up_spin_distribution(int lx, int ly, double coupling);

/// The moments of that distribution.
[[nodiscard]] MagnetizationMoments magnetization_moments(int lx, int ly, double coupling);

/// Largest smaller side for which `up_spin_distribution` works.
inline constexpr int widest_exact_magnetization = 12;

}  // namespace spinflow::exact
