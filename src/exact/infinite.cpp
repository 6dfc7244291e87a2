// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/infinite.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace spinflow::exact {

namespace {

/// Complete elliptic integral of the first kind by the arithmetic-geometric mean; `complement` = 1 - k^2 > 0.
double elliptic_k(double complement) {
  double a = 1;
  double b = std::sqrt(complement);
  while (std::abs(a - b) > 1e-15 * a) {
    const double mean = 0.5 * (a + b);
    b = std::sqrt(a * b);
    a = mean;
  }
  return std::numbers::pi / (2 * a);
}

}  // namespace

double onsager_energy(double coupling) {
  const double t = std::tanh(2 * coupling);
  const double factor = 2 * t * t - 1;
  if (factor == 0) return -1 / t;
  // 1 - k^2 = (2 tanh^2 2K - 1)^2: the logarithm of K_1 meets the zero of its factor at T_c.
  return -(1 + 2 / std::numbers::pi * factor * elliptic_k(factor * factor)) / t;
}

double yang_magnetization(double coupling) {
  const double s = std::sinh(2 * coupling);
  return s > 1 ? std::pow(1 - std::pow(s, -4), 0.125) : 0;
}

double square_correlation_length(double coupling) {
  const double rate = -std::log(std::tanh(coupling)) - 2 * coupling;
  if (rate == 0) return std::numeric_limits<double>::infinity();
  return rate > 0 ? 1 / rate : -0.5 / rate;
}

}  // namespace spinflow::exact
