// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

#include "spinflow/base/error.hpp"

namespace spinflow::exact {

namespace {

/// A positive number by its logarithm, for weights such as e^(1000): as double as far as the recursions go.
struct LogNumber {
  double log = -std::numeric_limits<double>::infinity();

  friend LogNumber operator*(LogNumber x, LogNumber y) { return {x.log + y.log}; }
  friend LogNumber operator/(LogNumber x, LogNumber y) { return {x.log - y.log}; }
  friend LogNumber operator+(LogNumber x, LogNumber y) {
    const auto [small, large] = std::minmax(x.log, y.log);
    // Beyond e^-40 the smaller does not reach the last digit; that also covers the two zeros, log =
    // -infinity.
    return {large - small < 40 ? large + std::log1p(std::exp(small - large)) : large};
  }
  friend bool operator<(LogNumber x, LogNumber y) { return x.log < y.log; }
};

double log_of(double x) { return std::log(x); }
double log_of(LogNumber x) { return x.log; }

template <class Number>
Number from_log(double x) {
  if constexpr (std::is_same_v<Number, LogNumber>)
    return {x};
  else
    return std::exp(x);
}

/// Whether weights of |K| and |H| and their products over two steps stay within what a double holds.
bool moderate(double k, double h) { return std::abs(k) + std::abs(h) < 150; }

void check_finite(double k, double h) {
  if (!std::isfinite(k) || !std::isfinite(h))
    throw input_error("exact chain", fmt::format("coupling / T = {} and field / T = {}", k, h),
                      "both must be finite numbers");
}

/// Boltzmann weights relative to e^|K| per bond and e^|H| per site.
template <class Number>
struct Weights {
  Weights(double k, double h)
      : aligned(from_log<Number>(k - std::abs(k))),
        broken(from_log<Number>(-k - std::abs(k))),
        site{from_log<Number>(-h - std::abs(h)), from_log<Number>(h - std::abs(h))} {}

  Number aligned;
  Number broken;
  std::array<Number, 2> site;  // down, up
};

/// Ring in the eigenbasis of the symmetric transfer matrix T(s, s') = e^(K s s' + H (s + s') / 2): its
/// eigenvalues, lambda_+ > 0, and s = diag(a, -a) + b off the diagonal.
struct RingBasis {
  bool alternating;  ///< lambda_- < 0
  double gap;        ///< ln(lambda_+ / |lambda_-|), >= 0
  double a;
  double b2;
  double field;  ///< H

  /// (lambda_- / lambda_+)^power
  [[nodiscard]] double power(int power) const {
    return (alternating && power % 2 != 0 ? -1 : 1) * std::exp(-gap * power);
  }
  /// Whether the ring is frustrated (odd and antiferromagnetic): Z = lambda_+^n - |lambda_-|^n cancels when
  /// cold.
  [[nodiscard]] bool frustrated(int n) const { return alternating && n % 2 != 0; }
};

/// Below this gap a frustrated ring is at T = 0: one broken bond, anywhere.
constexpr double coldest_gap = 1e-290;

RingBasis ring_basis(double k, double h) {
  check_finite(k, h);
  // All elements over the largest one, so that nothing overflows.
  const double log_largest = std::max(k + std::abs(h), -k);
  const double up = std::exp(k + std::abs(h) - log_largest);
  const double down = std::exp(k - std::abs(h) - log_largest);
  const double off = std::exp(-k - log_largest);
  const double half_difference = -0.5 * up * std::expm1(-2 * std::abs(h));
  const double root = std::hypot(half_difference, off);
  const double larger = 0.5 * (up + down) + root;
  // lambda_- from the determinant e^2K - e^-2K: the difference of its two terms may have no digits left.
  const double smaller = std::exp(2 * (std::abs(k) - log_largest)) * -std::expm1(-4 * std::abs(k)) / larger;
  RingBasis basis{.alternating = k < 0, .gap = 0, .a = 0, .b2 = 1, .field = h};
  basis.gap = std::log1p((k < 0 ? up + down : 2 * root) / smaller);
  if (h != 0) {  // without a field `root` may underflow
    basis.a = std::copysign(half_difference / root, h);
    basis.b2 = (off / root) * (off / root);
  }
  return basis;
}

double ring_pair(const RingBasis& basis, int n, int r) {
  const double a2 = basis.a * basis.a;
  if (!basis.frustrated(n))
    return a2 + basis.b2 * (basis.power(r) + basis.power(n - r)) / (1 + basis.power(n));
  const double sign = r % 2 != 0 ? -1 : 1;
  if (basis.gap < coldest_gap) return sign * (n - 2.0 * r) / n;
  return a2 + sign * basis.b2 * std::exp(-basis.gap * r) * std::expm1(-basis.gap * (n - 2 * r)) /
                  std::expm1(-basis.gap * n);
}

double ring_mean(const RingBasis& basis, int n) {
  if (!basis.frustrated(n)) {
    const double full = basis.power(n);
    return basis.a * (1 - full) / (1 + full);
  }
  if (basis.gap < coldest_gap) return std::tanh(basis.field) / n;
  return basis.a * (1 + std::exp(-basis.gap * n)) / -std::expm1(-basis.gap * n);
}

template <class Number>
ChainDistribution distribution(int n, double k, double h, bool ring) {
  using Resolved = std::array<std::vector<Number>, 2>;  // by the last spin, then by the number of up spins
  const auto size = static_cast<std::size_t>(n) + 1;
  const Weights<Number> weight(k, h);
  const auto& [aligned, broken, site] = weight;
  std::vector<double> logs(size, -std::numeric_limits<double>::infinity());
  // The ring is summed by its first spin, for the bond that closes it.
  for (std::size_t first = 0; first < (ring ? 2 : 1); ++first) {
    Resolved v = {std::vector<Number>(size), std::vector<Number>(size)};
    for (std::size_t s = 0; s < 2; ++s)
      if (!ring || s == first) v[s][s] = site[s];
    double scale = 0;
    for (std::size_t i = 1; i < size - 1; ++i) {
      Resolved next = {std::vector<Number>(size), std::vector<Number>(size)};
      Number largest{};
      for (std::size_t up = 0; up <= i; ++up) {
        next[0][up] = site[0] * (aligned * v[0][up] + broken * v[1][up]);
        next[1][up + 1] = site[1] * (broken * v[0][up] + aligned * v[1][up]);
        largest = std::max({largest, next[0][up], next[1][up + 1]});
      }
      for (auto& part : next)
        for (Number& x : part) x = x / largest;
      scale += log_of(largest);
      v = std::move(next);
    }
    for (std::size_t up = 0; up < size; ++up) {
      const Number closed = !ring        ? v[0][up] + v[1][up]
                            : first == 0 ? aligned * v[0][up] + broken * v[1][up]
                                         : broken * v[0][up] + aligned * v[1][up];
      logs[up] = (LogNumber{logs[up]} + LogNumber{log_of(closed) + scale}).log;
    }
  }
  const double log_scale = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (double& x : logs) sum += x = std::exp(x - log_scale);
  for (double& p : logs) p /= sum;
  const double bonds = ring ? n : n - 1;
  return {std::log(sum) + log_scale + bonds * std::abs(k) + n * std::abs(h), std::move(logs)};
}

/// <e> of the open chain from left and right partial sums, normalised at every site.
template <class Number>
double open_energy(int n, double k, double h, double coupling, double field) {
  const auto size = static_cast<std::size_t>(n);
  using Pair = std::array<Number, 2>;
  const Weights<Number> weight(k, h);
  const auto& [aligned, broken, site] = weight;
  const auto normalised = [](Pair x) {
    const Number sum = x[0] + x[1];
    return Pair{x[0] / sum, x[1] / sum};
  };
  // (x - y) / (x + y)
  const auto contrast = [](Number x, Number y) { return std::tanh(0.5 * (log_of(x) - log_of(y))); };
  std::vector<Pair> right(size, Pair{from_log<Number>(0), from_log<Number>(0)});  // beyond i, given s_i
  for (std::size_t i = size - 1; i-- > 0;) {
    const Pair next = {site[0] * right[i + 1][0], site[1] * right[i + 1][1]};
    right[i] = normalised({aligned * next[0] + broken * next[1], broken * next[0] + aligned * next[1]});
  }
  double energy = 0;
  Pair left = site;  // sum over the sites up to i, by s_i
  for (std::size_t i = 0; i < size; ++i) {
    energy -= field * contrast(left[1] * right[i][1], left[0] * right[i][0]);
    if (i + 1 == size) break;
    const Pair after = {site[0] * right[i + 1][0], site[1] * right[i + 1][1]};
    energy -= coupling * contrast(aligned * (left[0] * after[0] + left[1] * after[1]),
                                  broken * (left[0] * after[1] + left[1] * after[0]));
    left = normalised(
        {site[0] * (aligned * left[0] + broken * left[1]), site[1] * (broken * left[0] + aligned * left[1])});
  }
  return energy / n;
}

}  // namespace

ChainDistribution chain_distribution(int n, double k, double h, lattice::Boundary boundary) {
  check_finite(k, h);
  const bool ring = boundary == lattice::Boundary::periodic;
  return moderate(k, h) ? distribution<double>(n, k, h, ring) : distribution<LogNumber>(n, k, h, ring);
}

double chain_energy(int n, double coupling, double field, double temperature, lattice::Boundary boundary) {
  const double k = coupling / temperature;
  const double h = field / temperature;
  if (boundary == lattice::Boundary::periodic) {
    const RingBasis basis = ring_basis(k, h);
    return -coupling * ring_pair(basis, n, 1) - field * ring_mean(basis, n);
  }
  check_finite(k, h);
  return moderate(k, h) ? open_energy<double>(n, k, h, coupling, field)
                        : open_energy<LogNumber>(n, k, h, coupling, field);
}

ExactMeans chain(int n, double coupling, double field, double temperature, lattice::Boundary boundary) {
  const auto distribution = chain_distribution(n, coupling / temperature, field / temperature, boundary);
  ExactMeans means;
  means.log_partition = distribution.log_partition;
  for (int up = 0; up <= n; ++up) {
    const double p = distribution.up[static_cast<std::size_t>(up)];
    const double m = 2.0 * up / n - 1;
    means.magnetization += p * m;
    means.abs_magnetization += p * std::abs(m);
    means.magnetization_2 += p * m * m;
    means.magnetization_4 += p * m * m * m * m;
  }
  means.energy = chain_energy(n, coupling, field, temperature, boundary);
  // c = de/dT by a five-point difference.
  const double d = 1e-3 * temperature;
  const auto e = [&](double steps) {
    return chain_energy(n, coupling, field, temperature + steps * d, boundary);
  };
  means.specific_heat = (8 * (e(1) - e(-1)) - (e(2) - e(-2))) / (12 * d);
  return means;
}

std::vector<double> ring_correlation(int n, double coupling, double field, double temperature) {
  const RingBasis basis = ring_basis(coupling / temperature, field / temperature);
  std::vector<double> g;
  for (int r = 1; r <= n / 2; ++r) g.push_back(ring_pair(basis, n, r));
  return g;
}

}  // namespace spinflow::exact
