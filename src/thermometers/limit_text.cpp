// SPDX-License-Identifier: Apache-2.0
#include "spinflow/thermometers/limit_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace spinflow::thermometers {

std::string limit_text(const Reading& reading) {
  if (std::isfinite(reading.limit)) return fmt::format("> {:.3g}", reading.limit);
  if (reading.censored && reading.value == 0 && std::isfinite(reading.error))
    return fmt::format("< {:.3g}", reading.error);
  return {};
}

stats::Estimate shown(const Reading& reading) {
  if (std::isfinite(reading.limit)) return {.value = std::numeric_limits<double>::infinity()};
  return {.value = reading.value, .error = reading.error};
}

}  // namespace spinflow::thermometers
