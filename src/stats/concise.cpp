// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>

#include "spinflow/stats/estimate.hpp"

namespace spinflow::stats {

std::string concise(double value, double error) {
  // Decimals such that the error is 4 .. 9 or 10 .. 35 units of the last one (as the Particle Data Group
  // rounds).
  int decimals = 1 - static_cast<int>(std::floor(std::log10(error)));
  double units = std::round(error * std::pow(10.0, decimals));
  if (units > 35) units = std::round(error * std::pow(10.0, --decimals));
  if (decimals > 15) return fmt::format("{:.15g}({:.1g})", value, error);
  if (decimals <= 0) {
    const double last = std::pow(10.0, -decimals);
    return fmt::format("{:.0f}({:.0f})", std::round(value / last) * last, units * last);
  }
  if (error >= 1) return fmt::format("{:.{}f}({:.{}f})", value, decimals, error, decimals);
  return fmt::format("{:.{}f}({:.0f})", value, decimals, units);
}

}  // namespace spinflow::stats
