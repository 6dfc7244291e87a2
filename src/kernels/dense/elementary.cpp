// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/elementary.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

namespace spinflow::kernels {

namespace {

// 2^n for -1022 <= n <= 1023.
double power_of_two(int n) { return std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52); }

// sin(t) = t P(t^2) and cos(t) = Q(t^2) by their Taylor series, whose next terms are below 1e-17 for
// |t| <= pi/4.
double taylor_sine(double t) {
  const double u = t * t;
  double sum = 0;
  for (int n = 17; n > 1; n -= 2) sum = u / (n * (n - 1)) * (1 - sum);
  return t - t * sum;
}

double taylor_cosine(double t) {
  const double u = t * t;
  double sum = 0;
  for (int n = 18; n > 0; n -= 2) sum = u / (n * (n - 1)) * (1 - sum);
  return 1 - sum;
}

}  // namespace

double exp_fixed(double x) {
  if (std::isnan(x)) return x;
  if (x > 709.79) return std::numeric_limits<double>::infinity();
  if (x < -746.0) return 0.0;
  // x = n ln 2 + r with |r| <= (ln 2)/2 (Cody and Waite 1980): n times the high part of ln 2 is exact.
  constexpr double log2_e = 1.4426950408889634;
  constexpr double ln2_high = 6.93147180369123816490e-01;
  constexpr double ln2_low = 1.90821492927058770002e-10;
  const double n = std::floor(x * log2_e + 0.5);
  const double r = (x - n * ln2_high) - n * ln2_low;
  // The Taylor series to r^13: the next term is below 4e-18.
  double sum = 1.0 / 6227020800.0;
  sum = sum * r + 1.0 / 479001600.0;
  sum = sum * r + 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  sum = sum * r * r + r;
  sum = sum + 1.0;
  // Two factors, because 2^n alone may not be a normal number.
  const int half = static_cast<int>(n) / 2;
  return sum * power_of_two(half) * power_of_two(static_cast<int>(n) - half);
}

double log_fixed(double x) {
  assert(std::isfinite(x) && x > 0);
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < 0.7071067811865476) {
    m *= 2;
    --exponent;
  }
  // ln m = 2 atanh(s) with |s| <= 0.172: the series to s^21, the next term is below 1e-18.
  const double s = (m - 1) / (m + 1);
  const double q = s * s;
  double sum = 1.0 / 21;
  for (int k = 19; k >= 1; k -= 2) sum = sum * q + 1.0 / k;
  return exponent * 0.6931471805599453 + 2 * s * sum;
}

double cos_of_turn(std::int64_t j, std::int64_t n) {
  assert(n >= 1);
  j = std::abs(j % n);
  j = std::min(j, n - j);  // cos(-t) = cos(t)
  // |cos| = cos(pi b / n), 0 <= b <= n/2; beyond pi/4 the sine of the rest of a quarter turn.
  const bool negative = 4 * j > n;
  const std::int64_t b = negative ? n - 2 * j : 2 * j;
  const double whole = static_cast<double>(n);
  const double size = 4 * b <= n
                          ? taylor_cosine(std::numbers::pi * static_cast<double>(b) / whole)
                          : taylor_sine(std::numbers::pi * static_cast<double>(n - 2 * b) / (2 * whole));
  return negative ? -size : size;
}

std::uint64_t probability_threshold(double p) {
  assert(p >= 0 && p < 1);
  return static_cast<std::uint64_t>(p * 0x1.0p64);
}

double boltzmann_of_flip(double local_field, double temperature) {
  if (local_field == 0) return 1.0;
  return exp_fixed(-2.0 * std::abs(local_field) / (temperature + 0.0));  // T = -0 is T = 0
}

}  // namespace spinflow::kernels
