// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/distributions.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace spinflow::stats {

namespace {

// x^a e^-x / Gamma(a + 1), the common factor of series and continued fraction up to a factor a.
double gamma_front(double a, double x) { return std::exp(a * std::log(x) - x - std::lgamma(a + 1.0)); }

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

double chi2_survival(double chi2, int degrees) { return gamma_q(0.5 * degrees, 0.5 * chi2); }

double poisson_at_least(std::uint64_t count, double mu) {
  return count == 0 ? 1.0 : gamma_p(static_cast<double>(count), mu);
}

double poisson_at_most(std::uint64_t count, double mu) {
  return gamma_q(static_cast<double>(count) + 1.0, mu);
}

}  // namespace spinflow::stats
