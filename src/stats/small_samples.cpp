// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/small_samples.hpp"

#include <algorithm>
#include <cmath>

namespace spinflow::stats {

namespace {

constexpr double rounding = 1e-12;

/// Rounding of sums of many products is larger than the last digit, but far below the distance of energy
/// levels.
double resolution(std::span<const double> values) {
  double largest = 0;
  for (const double x : values) largest = std::max(largest, std::abs(x));
  return rounding * largest;
}

}  // namespace

bool constant(std::span<const double> values) {
  if (values.size() < 2) return true;
  const auto [least, most] = std::ranges::minmax_element(values);
  return *most - *least <= resolution(values);
}

Scatter scatter_of(std::span<const double> values) {
  Scatter result;
  if (constant(values)) return result;
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (const double x : values) mean += x;
  mean /= n;
  double squares = 0;
  double cubes = 0;
  for (const double x : values) {
    const double deviation = x - mean;
    squares += deviation * deviation;
    cubes += deviation * deviation * deviation;
  }
  return {.standard_error = std::sqrt(squares / (n - 1) / n),
          .degrees = n - 1,
          .independent = n,
          .skewness = cubes / n / std::pow(squares / n, 1.5)};
}

double student_width(double degrees) {
  // Cornish and Fisher's series of the quantile, at z = 1.
  const double x = 1 / degrees;
  return 1 + x * (0.5 + x * (0.25 + x * 0.0625));
}

double interval(const Scatter& scatter, double relative) {
  constexpr double johnson = 1.75;
  // chi^2 of n degrees has the relative error sqrt(2/n) and the skewness sqrt(8/n).
  const double skew = johnson * scatter.skewness * scatter.skewness / scatter.independent;
  return scatter.standard_error * student_width(scatter.degrees) *
         std::sqrt(1 + skew + 4 * johnson * relative * relative);
}

std::size_t away_from_the_end(std::span<const double> values) {
  if (values.empty()) return 0;
  const auto [least, most] = std::ranges::minmax_element(values);
  const double near = resolution(values);
  const auto at_least = std::ranges::count_if(values, [&](double x) { return x <= *least + near; });
  const auto at_most = std::ranges::count_if(values, [&](double x) { return x >= *most - near; });
  return values.size() - static_cast<std::size_t>(std::max(at_least, at_most));
}

}  // namespace spinflow::stats
