// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spinflow/exact/kaufman.hpp"

namespace spinflow::exact {

// The periodic Lx x Ly square lattice where Kaufman's sums of logarithms cancel: sums of positive terms only,
// series for sides of 5 and more (hot) or 7 and more (cold), transfer matrices for narrower lattices.

inline constexpr double hot_end = 3e-3;  ///< K up to which `hot_thermodynamics` is good to 1e-10
inline constexpr double cold_end = 1.6;  ///< K from which `cold_thermodynamics` is

/// `coupling` in [1e-20, hot_end].
[[nodiscard]] Thermodynamics hot_thermodynamics(int lx, int ly, double coupling);

/// `coupling` in [cold_end, 100].
[[nodiscard]] Thermodynamics cold_thermodynamics(int lx, int ly, double coupling);

}  // namespace spinflow::exact
