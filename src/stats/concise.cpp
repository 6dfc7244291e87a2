// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "spinflow/stats/estimate.hpp"

namespace spinflow::stats {

namespace {

// Outside these powers of ten plain notation would show digits that are not known, or many zeros.
constexpr int most_decimals = 15;
constexpr int most_zeros = 6;
constexpr int digits_of_a_double = 13;

int exponent_of(double x) { return static_cast<int>(std::floor(std::log10(x))); }

}  // namespace

std::string concise(double value, double error) {
  const double larger = std::max(std::abs(value), error);
  // An error below the last digit of the value cannot be shown beside it.
  if (exponent_of(larger) - exponent_of(error) > digits_of_a_double)
    return fmt::format("{:.15g}({:.1g})", value, error);
  // Decimals such that the error is 4 .. 9 or 10 .. 35 units of the last one (as the Particle Data Group
  // rounds).
  int decimals = 1 - exponent_of(error);
  if (decimals > most_decimals || decimals < -most_zeros) {
    const int exponent = exponent_of(larger);
    // In two steps, so that no power of ten passes the range of a double.
    const auto scaled = [&](double x) {
      return x * std::pow(10.0, -exponent / 2) * std::pow(10.0, -exponent + exponent / 2);
    };
    return fmt::format("{}e{:+03d}", concise(scaled(value), scaled(error)), exponent);
  }
  double units = std::round(error * std::pow(10.0, decimals));
  if (units > 35) units = std::round(error * std::pow(10.0, --decimals));
  if (decimals <= 0) {
    const double last = std::pow(10.0, -decimals);
    return fmt::format("{:.0f}({:.0f})", std::round(value / last) * last, units * last);
  }
  if (error >= 1) return fmt::format("{:.{}f}({:.{}f})", value, decimals, error, decimals);
  return fmt::format("{:.{}f}({:.0f})", value, decimals, units);
}

}  // namespace spinflow::stats
