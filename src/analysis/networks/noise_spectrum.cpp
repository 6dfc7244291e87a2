// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numbers>

#include "spinflow/analysis/weight_analysis.hpp"

namespace spinflow::analysis {

namespace {

/// l- and l+.
std::pair<double, double> edges(std::size_t n_visible, std::size_t n_hidden, double sigma0) {
  const double v = std::sqrt(static_cast<double>(n_visible));
  const double h = std::sqrt(static_cast<double>(n_hidden));
  return {std::pow(sigma0 * (v - h), 2), std::pow(sigma0 * (v + h), 2)};
}

}  // namespace

double noise_density(double lambda, std::size_t n_visible, std::size_t n_hidden, double sigma0) {
  const auto [lower, upper] = edges(n_visible, n_hidden, sigma0);
  if (lambda <= lower || lambda >= upper) return 0;
  return std::sqrt((upper - lambda) * (lambda - lower)) / (2 * std::numbers::pi * sigma0 * sigma0 * lambda);
}

std::vector<double> noise_eigenvalues(std::size_t n_visible, std::size_t n_hidden, double sigma0) {
  const std::size_t count = std::min(n_visible, n_hidden);
  if (sigma0 == 0) return std::vector<double>(count, 0.0);
  const auto [lower, upper] = edges(n_visible, n_hidden, sigma0);
  const double centre = 0.5 * (lower + upper);
  const double half = 0.5 * (upper - lower);
  // lambda = centre + half cos(angle) takes the square roots at both edges away.
  const std::size_t steps = 64 * std::max<std::size_t>(count, 16);
  const double width = std::numbers::pi / static_cast<double>(steps);
  std::vector<double> result;
  double above = 0;  // eigenvalues above lambda
  for (std::size_t i = 0; i < steps && result.size() < count; ++i) {
    const double angle = (static_cast<double>(i) + 0.5) * width;
    const double lambda = centre + half * std::cos(angle);
    const double part = noise_density(lambda, n_visible, n_hidden, sigma0) * half * std::sin(angle) * width;
    while (result.size() < count && above + part >= static_cast<double>(result.size()) + 0.5) {
      const double inside = (static_cast<double>(result.size()) + 0.5 - above) / part;
      result.push_back(centre + half * std::cos((static_cast<double>(i) + inside) * width));
    }
    above += part;
  }
  result.resize(count, lower);
  return result;
}

}  // namespace spinflow::analysis
