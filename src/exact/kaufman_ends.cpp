// SPDX-License-Identifier: Apache-2.0
#include "kaufman_ends.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace spinflow::exact {

namespace {

/// Coefficients of y^4, y^6, ..., y^14 in ln Z per site of the infinite lattice, with y = tanh K for closed
/// loops (hot) and, by duality, y = e^(-2K) for domain walls (cold) (Domb, Adv. Phys. 9, 149 (1960)).
constexpr std::array<double, 6> loops = {1, 2, 4.5, 12, 112.0 / 3, 130};

/// S = sum of y^b over configurations with b bonds, with sum of b y^b and of b^2 y^b.
struct Counted {
  double sum = 0;
  double first = 0;
  double second = 0;

  static Counted of(double y, int b) {
    const double weight = std::pow(y, b);
    return {weight, b * weight, b * b * weight};
  }
  Counted& operator+=(const Counted& other) {
    sum += other.sum;
    first += other.first;
    second += other.second;
    return *this;
  }
  friend Counted operator*(const Counted& a, const Counted& b) {
    return {a.sum * b.sum, a.first * b.sum + a.sum * b.first,
            a.second * b.sum + 2 * a.first * b.first + a.sum * b.second};
  }
};

using Matrix = std::vector<Counted>;  // (n_states, n_states), row-major

Matrix product(const Matrix& a, const Matrix& b, std::size_t n_states) {
  Matrix c(a.size());
  for (std::size_t i = 0; i < n_states; ++i)
    for (std::size_t k = 0; k < n_states; ++k)
      for (std::size_t j = 0; j < n_states; ++j)
        c[i * n_states + j] += a[i * n_states + k] * b[k * n_states + j];
  return c;
}

/// Trace of matrix^n, n >= 1, by repeated squaring.
Counted trace_of_power(Matrix square, std::size_t n_states, int n) {
  Matrix power;
  for (; n > 0; n /= 2) {
    if (n % 2 != 0) power = power.empty() ? square : product(power, square, n_states);
    if (n > 1) square = product(square, square, n_states);
  }
  Counted trace;
  for (std::size_t i = 0; i < n_states; ++i) trace += power[i * n_states + i];
  return trace;
}

/// Closed graphs on a lattice of circumference m, row by row: a state is the set of vertical bonds between
/// two rows; those above and below a row fix its m horizontal bonds up to taking the complement.
Counted closed_graphs(double t, int m, int n) {
  const auto states = std::size_t{1} << m;
  Matrix matrix(states * states);
  for (std::size_t above = 0; above < states; ++above)
    for (std::size_t below = 0; below < states; ++below) {
      const std::size_t ends = above ^ below;  // sites where an odd number of vertical bonds meet
      if (std::popcount(ends) % 2 != 0) continue;
      int horizontal = 0;
      bool taken = false;
      for (int i = 0; i < m; ++i) {
        taken = taken != ((ends >> i & 1) != 0);
        horizontal += taken ? 1 : 0;
      }
      const int vertical = std::popcount(above);
      matrix[above * states + below] += Counted::of(t, vertical + horizontal);
      matrix[above * states + below] += Counted::of(t, vertical + m - horizontal);
    }
  return trace_of_power(std::move(matrix), states, n);
}

/// Spin configurations by their broken bonds, row by row.
Counted broken_bonds(double x, int m, int n) {
  const auto states = std::size_t{1} << m;
  Matrix matrix(states * states);
  for (std::size_t above = 0; above < states; ++above) {
    const std::size_t shifted = (above >> 1) | ((above & 1) << (m - 1));
    const int horizontal = std::popcount(above ^ shifted);
    for (std::size_t below = 0; below < states; ++below)
      matrix[above * states + below] = Counted::of(x, horizontal + std::popcount(above ^ below));
  }
  return trace_of_power(std::move(matrix), states, n);
}

/// ln of such a sum, with mean and variance of the number of bonds.
struct LogSum {
  double log = 0;
  double mean = 0;
  double variance = 0;

  LogSum() = default;
  explicit LogSum(const Counted& counted)
      : log(std::log(counted.sum)),
        mean(counted.first / counted.sum),
        variance(counted.second / counted.sum - mean * mean) {}

  /// One term of a series for the logarithm.
  void add(double coefficient, double y, int power) {
    const double term = coefficient * std::pow(y, power);
    log += term;
    mean += power * term;
    variance += power * power * term;
  }
  void add_loops(double sites, double y) {
    for (std::size_t i = 0; i < loops.size(); ++i) add(sites * loops[i], y, 4 + 2 * static_cast<int>(i));
  }
};

}  // namespace

Thermodynamics hot_thermodynamics(int lx, int ly, double coupling) {
  const int m = std::min(lx, ly);
  const int n = std::max(lx, ly);
  const double sites = static_cast<double>(m) * n;
  const double t = std::tanh(coupling);
  LogSum graphs;
  if (m < 5) {
    graphs = LogSum(closed_graphs(t, m, n));
  } else {
    graphs.add_loops(sites, t);
    graphs.add(n, t, m);  // straight loops around the lattice; one with a bend is longer by 2
    graphs.add(m, t, n);
  }
  const double q = 1 - t * t;  // dt/dK
  return {
      sites * (std::numbers::ln2 + 2 * std::log(std::cosh(coupling))) + graphs.log,
      -(2 * t + graphs.mean / t * q / sites),
      coupling * coupling * q * (2 + (graphs.variance * q - graphs.mean * (1 + t * t)) / (t * t) / sites)};
}

Thermodynamics cold_thermodynamics(int lx, int ly, double coupling) {
  const int m = std::min(lx, ly);
  const int n = std::max(lx, ly);
  const double sites = static_cast<double>(m) * n;
  const double x = std::exp(-2 * coupling);
  LogSum broken;  // over e^(2 K sites)
  if (m < 7) {
    broken = LogSum(broken_bonds(x, m, n));
  } else {
    broken.log = std::numbers::ln2;
    broken.add_loops(sites, x);
    // Two straight walls around the lattice; one with a kink is longer by 1.
    broken.add(0.5 * n * (n - 1.0), x, 2 * m);
    broken.add(0.5 * m * (m - 1.0), x, 2 * n);
  }
  return {2 * sites * coupling + broken.log, -2 + 2 * broken.mean / sites,
          4 * coupling * coupling * broken.variance / sites};
}

}  // namespace spinflow::exact
