// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/distributions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "base/log_gamma.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::stats {

namespace {

// x^a e^-x / Gamma(a + 1), the common factor of series and continued fraction up to a factor a.
double gamma_front(double a, double x) { return std::exp(a * std::log(x) - x - base::log_gamma(a + 1.0)); }

// P(a, x) = front sum_n x^n / ((a + 1) ... (a + n)); converges fast for x < a + 1 (DLMF 8.11.4).
double p_series(double a, double x) {
  double term = 1.0;
  double sum = 1.0;
  for (int n = 1; n < 100000; ++n) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return gamma_front(a, x) * sum;
}

// Q(a, x) by Lentz's evaluation of the continued fraction DLMF 8.9.2; for x >= a + 1.
double q_fraction(double a, double x) {
  constexpr double tiny = 1e-300;
  double b = x + 1.0 - a;
  double c = 1.0 / tiny;
  double d = 1.0 / b;
  double h = d;
  for (int n = 1; n < 100000; ++n) {
    const double an = -n * (n - a);
    b += 2.0;
    d = an * d + b;
    if (std::abs(d) < tiny) d = tiny;
    c = b + an / c;
    if (std::abs(c) < tiny) c = tiny;
    d = 1.0 / d;
    const double factor = d * c;
    h *= factor;
    if (std::abs(factor - 1.0) < 1e-16) break;
  }
  return gamma_front(a, x) * a * h;
}

// Gamma(a + 1/2) / Gamma(a); the difference of two lgamma would lose the digits of a.
double half_step_of_gamma(double a) {
  if (a < 30) return std::exp(base::log_gamma(a + 0.5) - base::log_gamma(a));
  const double r = 1.0 / (a * a);  // DLMF 5.11.13, in the exponent
  return std::sqrt(a) * std::exp((-1.0 / 8.0 + r * (1.0 / 192.0 - r / 640.0)) / a);
}

// The continued fraction of I_x(a, b) without the factor x^a (1-x)^b / (a B(a, b)): DLMF 8.17.22 by Lentz's
// evaluation; converges fast for x < (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x) {
  constexpr double tiny = 1e-300;
  const auto away_from_zero = [](double y) { return std::abs(y) < tiny ? tiny : y; };
  double c = 1.0;
  double d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
  double h = d;
  for (int m = 1; m < 100000; ++m) {
    const double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
    d = 1.0 / away_from_zero(1.0 + even * d);
    c = away_from_zero(1.0 + even / c);
    h *= c * d;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
    d = 1.0 / away_from_zero(1.0 + odd * d);
    c = away_from_zero(1.0 + odd / c);
    h *= c * d;
    if (std::abs(c * d - 1.0) < 1e-16) break;
  }
  return h;
}

// P(|T| > t) and P(|T| <= t) for a Student T, each exact to rounding also where it is small (DLMF 8.17.20:
// the tail is I_x(n/2, 1/2) with x = n / (n + t^2)).
struct TwoSides {
  double outside;
  double inside;
};

TwoSides student_two_sides(double t, double degrees_of_freedom) {
  const double a = 0.5 * degrees_of_freedom;
  const double scaled = t / std::sqrt(degrees_of_freedom);
  const double length = std::hypot(1.0, scaled);  // t^2 itself may overflow
  const double x = 1.0 / (length * length);
  const double y = (scaled / length) * (scaled / length);  // 1 - x
  // x^a y^(1/2) / B(a, 1/2)
  const double log_x = scaled < 1.0 ? -std::log1p(scaled * scaled) : -2.0 * std::log(length);
  const double front =
      std::exp(a * log_x) * (scaled / length) * half_step_of_gamma(a) / std::sqrt(std::numbers::pi);
  if (x < (a + 1.0) / (a + 2.5)) {
    const double outside = front * beta_fraction(a, 0.5, x) / a;
    return {outside, 1.0 - outside};
  }
  const double inside = front * beta_fraction(0.5, a, y) / 0.5;
  return {1.0 - inside, inside};
}

}  // namespace

double gamma_p(double a, double x) {
  if (x <= 0) return 0.0;
  if (std::isinf(x)) return 1.0;
  return x < a + 1.0 ? p_series(a, x) : 1.0 - q_fraction(a, x);
}

double gamma_q(double a, double x) {
  if (x <= 0) return 1.0;
  if (std::isinf(x)) return 0.0;
  return x < a + 1.0 ? 1.0 - p_series(a, x) : q_fraction(a, x);
}

double normal_survival(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

double normal_quantile(double p) {
  if (!(p > 0)) return -std::numeric_limits<double>::infinity();
  if (!(p < 1)) return std::numeric_limits<double>::infinity();
  // Newton on ln P(Z > z) for the smaller tail, whose logarithm is concave: it converges from anywhere above.
  const double tail = p < 0.5 ? p : 1.0 - p;
  double z = std::sqrt(-2.0 * std::log(2.0 * tail));
  for (int step = 0; step < 60; ++step) {
    const double survival = normal_survival(z);
    const double density = std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
    const double change = std::log(survival / tail) * survival / density;
    z += change;
    if (std::abs(change) < 1e-15 * (1.0 + z)) break;
  }
  return p < 0.5 ? -z : z;
}

double student_quantile(double p, double degrees_of_freedom) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (!(p >= 0 && p <= 1))
    throw input_error("Student quantile", fmt::format("the probability is {}", p), "it lies between 0 and 1");
  if (!(degrees_of_freedom >= 1))
    throw input_error("Student quantile", fmt::format("there are {} degrees of freedom", degrees_of_freedom),
                      "at least 1 is needed");
  if (p == 0 || p == 1) return p == 0 ? -infinity : infinity;
  if (degrees_of_freedom > 1e6) {  // Cornish and Fisher 1938; the next term is below z^7 / (128 n^3)
    const double z = normal_quantile(p);
    const double first = z * (z * z + 1.0) / 4.0;
    const double second = z * (z * z * (5.0 * z * z + 16.0) + 3.0) / 96.0;
    return z + (first + second / degrees_of_freedom) / degrees_of_freedom;
  }
  const double tail = p < 0.5 ? p : 1.0 - p;
  const auto too_small = [&](double t) {
    const TwoSides sides = student_two_sides(t, degrees_of_freedom);
    return tail < 0.25 ? sides.outside > 2.0 * tail : sides.inside < 1.0 - 2.0 * tail;
  };
  // Bisection in ln t, from below the spacing of numbers near p = 1/2 to above the quantile of the smallest
  // p.
  double low = -100.0;
  double high = 709.0;
  if (!too_small(std::exp(low))) return 0.0;
  while (high - low > 1e-15 * std::max(1.0, std::abs(low))) {
    const double middle = std::midpoint(low, high);
    if (middle <= low || middle >= high) break;
    (too_small(std::exp(middle)) ? low : high) = middle;
  }
  const double t = std::exp(std::midpoint(low, high));
  return p < 0.5 ? -t : t;
}

double student_survival(double t, double degrees_of_freedom) {
  if (std::isinf(t)) return t < 0 ? 1.0 : 0.0;
  const double outside = t == 0 ? 1.0 : student_two_sides(std::abs(t), degrees_of_freedom).outside;
  return t < 0 ? 1.0 - 0.5 * outside : 0.5 * outside;
}

double chi2_survival(double chi2, int degrees) { return gamma_q(0.5 * degrees, 0.5 * chi2); }

double poisson_at_least(std::uint64_t count, double mu) {
  return count == 0 ? 1.0 : gamma_p(static_cast<double>(count), mu);
}

double poisson_at_most(std::uint64_t count, double mu) {
  return gamma_q(static_cast<double>(count) + 1.0, mu);
}

}  // namespace spinflow::stats
