// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace spinflow::models {

/// Energies of a Hamiltonian are 0 or between these limits in absolute value, so that squares of their sums
/// neither overflow nor underflow.
inline constexpr double least_energy = 1e-100;
inline constexpr double most_energy = 1e100;

/// Error(input) beginning with `where` for an energy other than 0 below `least_energy`; `name`: "coupling".
void check_energy(std::string_view where, std::string_view name, double energy);

}  // namespace spinflow::models
