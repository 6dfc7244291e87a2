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

/// P(|m|) of such a distribution of the number of up spins, k = 0 .. n: element i belongs to the i-th
/// smallest value that |m| of n spins can take, |m| = (2 i + n mod 2) / n.
[[nodiscard]] std::vector<double> abs_magnetization_distribution(const std::vector<double>& up_spins);

/// The moments of `up_spin_distribution`.
[[nodiscard]] MagnetizationMoments magnetization_moments(int lx, int ly, double coupling);

/// Largest smaller side for which `up_spin_distribution` works.
inline constexpr int widest_exact_magnetization = 12;

}  // namespace spinflow::exact
