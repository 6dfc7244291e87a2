// SPDX-License-Identifier: Apache-2.0
#include "models/energy_limits.hpp"

#include <fmt/format.h>

#include <cmath>

#include "spinflow/base/error.hpp"

namespace spinflow::models {

void check_energy(std::string_view where, std::string_view name, double energy) {
  if (energy == 0 || std::abs(energy) >= least_energy) return;
  throw input_error(
      where, fmt::format("{} = {} is out of range", name, energy),
      fmt::format("it must be 0 or at least {} in absolute value: choose a smaller unit of energy",
                  least_energy));
}

}  // namespace spinflow::models
