// SPDX-License-Identifier: Apache-2.0
#include "spinflow/kernels/elementary.hpp"

#include <bit>
#include <cassert>
#include <cmath>
#include <limits>

namespace spinflow::kernels {

namespace {

// 2^n for -1022 <= n <= 1023.
double power_of_two(int n) { return std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52); }

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

std::uint64_t probability_threshold(double p) {
  assert(p >= 0 && p < 1);
  return static_cast<std::uint64_t>(p * 0x1.0p64);
}

double boltzmann_of_flip(double local_field, double temperature) {
  if (local_field == 0) return 1.0;
  return exp_fixed(-2.0 * std::abs(local_field) / temperature);
}

}  // namespace spinflow::kernels
