// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/chain_renormalization.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

#include "spinflow/base/error.hpp"

namespace spinflow::exact {

namespace {

using std::numbers::ln2;
constexpr double infinity = std::numeric_limits<double>::infinity();
// Weights go as logarithms: beyond this their rounding, 1e-16 |K|, would be seen.
constexpr double largest = 1e6;
// e^-this does not reach the last digit of 1.
constexpr double beyond_rounding = 40;

void check(const ChainCouplings& couplings) {
  for (const double x : {couplings.coupling, couplings.field})
    if (!(std::abs(x) <= largest))
      throw input_error("chain renormalization",
                        fmt::format("K = {} and h = {}", couplings.coupling, couplings.field),
                        fmt::format("both must be numbers of at most {:g} in size", largest));
}

void check_factor(int factor) {
  if (factor < 2)
    throw input_error("chain renormalization", fmt::format("blocks of {} spins", factor),
                      "the factor must be 2 or more");
}

/// ln(1 + e^x)
double softplus(double x) { return x > beyond_rounding ? x : std::log1p(std::exp(x)); }

/// ln(e^x + e^y)
double log_add(double x, double y) {
  const auto [small, large] = std::minmax(x, y);
  return large - small < beyond_rounding ? large + std::log1p(std::exp(small - large)) : large;
}

/// A number >= 0 that may be too small or too large for a double, with its logarithm.
struct Positive {
  double value;
  double log;

  [[nodiscard]] Positive times(double factor) const { return {factor * value, std::log(factor) + log}; }
};

/// ln(1 - e^-x)
double log_complement(const Positive& x) {
  return x.log < -beyond_rounding ? x.log : std::log(-std::expm1(-x.value));
}

/// ln tanh k, k >= 0
double log_tanh(double k) { return k < 0.5 ? std::log(std::tanh(k)) : -2 * std::atanh(std::exp(-2 * k)); }

/// The transfer matrix T(s, s') = e^(K s s' + h (s + s') / 2) for |h|, all over e^K: T = cosh h + sinh h
/// sigma_z + e^(-2K) sigma_x, with eigenvalues cosh h +- r, r^2 = sinh^2 h + e^(-4K).
struct TransferMatrix {
  explicit TransferMatrix(const ChainCouplings& couplings) : coupling(couplings.coupling) {
    const double h = std::abs(couplings.field);
    const double log_mean = h + std::log1p(std::exp(-2 * h)) - ln2;
    const double log_half_difference = h + std::log(-std::expm1(-2 * h)) - ln2;
    log_root = 0.5 * log_add(2 * log_half_difference, -4 * coupling);
    log_larger = log_add(log_mean, log_root);
    log_a = log_half_difference - log_root;
    log_c = -2 * coupling - log_root;
    const double k4 = 4 * std::abs(coupling);
    // |lambda_-| from the determinant 1 - e^(-4K): the difference would lose its digits.
    const double log_smaller = (coupling < 0 ? k4 : 0) + std::log(-std::expm1(-k4)) - log_larger;
    // The larger over the smaller, less 1.
    const double log_excess = ln2 + (coupling < 0 ? log_mean : log_root) - log_smaller;
    gap.value = softplus(log_excess);
    gap.log = log_excess < -beyond_rounding ? log_excess : std::log(gap.value);
    log_low = -h - log_root;
  }

  /// Whether lambda_-^power < 0.
  [[nodiscard]] bool alternates(int power) const { return coupling < 0 && power % 2 != 0; }

  double coupling;
  double log_root;    ///< ln r
  double log_larger;  ///< ln lambda_+
  double log_a;       ///< ln(sinh h / r)
  double log_c;       ///< ln(e^(-2K) / r)
  double log_low;     ///< ln(T(-, -) / r) = ln(cosh h / r - a)
  Positive gap{};     ///< ln(lambda_+ / |lambda_-|)
};

/// Without a field; in ln|t|, for t next to 1.
std::array<double, 4> jacobian_without_field(double coupling, int b) {
  const double t = std::tanh(coupling);
  const double log_t = log_tanh(std::abs(coupling));
  // sum of |t|^(k power), k < b
  const auto sum = [&](int power) {
    return log_t * power == 0 ? b : std::expm1(b * power * log_t) / std::expm1(power * log_t);
  };
  const double full = std::exp(b * log_t);
  const double thermal = b * std::pow(t, b - 1) / sum(2);
  // (1 + t) / (1 - t) * (1 - t^b) / (1 + t^b)
  double magnetic = 0;
  if (t >= 0)
    magnetic = (1 + t) * sum(1) / (1 + full);
  else if (b % 2 != 0)
    magnetic = (1 + full) / (sum(1) * (1 - t));
  else
    magnetic = std::expm1(log_t) * std::expm1(b * log_t) / ((1 - t) * (1 + full));
  return {thermal, 0, 0, magnetic};
}

/// A piece of chain from one spin to another with half the field at its ends, by the states of these two
/// (2 s + s', 1 for up): ln of its weight, and the means of sum s_i s_(i+1) and of sum s_i.
struct Piece {
  std::array<double, 4> log_weight{};
  std::array<double, 4> bonds{};
  std::array<double, 4> spins{};
};

Piece joined(const Piece& left, const Piece& right) {
  Piece result;
  for (std::size_t s = 0; s < 2; ++s)
    for (std::size_t e = 0; e < 2; ++e) {
      const auto l = [&](std::size_t middle) { return 2 * s + middle; };
      const auto r = [&](std::size_t middle) { return 2 * middle + e; };
      const double down = left.log_weight[l(0)] + right.log_weight[r(0)];
      const double up = left.log_weight[l(1)] + right.log_weight[r(1)];
      const double p = 1 / (1 + std::exp(down - up));
      const double q = 1 / (1 + std::exp(up - down));
      const std::size_t at = 2 * s + e;
      result.log_weight[at] = log_add(down, up);
      result.bonds[at] =
          q * (left.bonds[l(0)] + right.bonds[r(0)]) + p * (left.bonds[l(1)] + right.bonds[r(1)]);
      result.spins[at] =
          q * (left.spins[l(0)] + right.spins[r(0)]) + p * (left.spins[l(1)] + right.spins[r(1)]);
    }
  return result;
}

Piece piece_of(const ChainCouplings& couplings, int bonds) {
  if (bonds == 1) {
    const double k = couplings.coupling;
    const double h = couplings.field;
    return {.log_weight = {k - h, -k, -k, k + h}, .bonds = {1, -1, -1, 1}, .spins = {-1, 0, 0, 1}};
  }
  const Piece half = piece_of(couplings, bonds / 2);
  const Piece whole = joined(half, half);
  return bonds % 2 == 0 ? whole : joined(whole, piece_of(couplings, 1));
}

/// The number of blocks.
int check_blocks(int n, double coupling, int factor) {
  check({.coupling = coupling});
  if (factor < 3 || factor % 2 == 0)
    throw input_error("majority of a chain", fmt::format("blocks of {} spins", factor),
                      "the factor must be odd and 3 or more");
  if (n % factor != 0 || n < 2 * factor)
    throw input_error("majority of a chain", fmt::format("{} spins in blocks of {}", n, factor),
                      "there must be two whole blocks at least");
  return n / factor;
}

/// <s_1 S> of b spins with free ends, S the sign of their sum.
double end_and_majority(double coupling, int b) {
  const auto size = static_cast<std::size_t>(b) + 1;
  const double stays = 1 / (1 + std::exp(-2 * coupling));
  const double turns = 1 / (1 + std::exp(2 * coupling));
  // P(last spin, number of up spins) given that the first is up.
  std::vector<double> down(size);
  std::vector<double> up(size);
  up[1] = 1;
  for (std::size_t spins = 1; spins < size - 1; ++spins)
    for (std::size_t n = spins + 2; n-- > 0;) {
      const double before = n == 0 ? 0 : turns * down[n - 1] + stays * up[n - 1];
      down[n] = stays * down[n] + turns * up[n];
      up[n] = before;
    }
  double mean = 0;
  for (std::size_t n = 0; n < size; ++n) mean += (2 * n > size - 1 ? 1 : -1) * (down[n] + up[n]);
  return mean;
}

/// ln of the weights of a block and the bond to the next, by the sign of the block's sum, its first spin and
/// the next block's first (1 for up).
using BlockWeights = std::array<std::array<std::array<double, 2>, 2>, 2>;

BlockWeights block_weights(double k, int b) {
  const auto size = static_cast<std::size_t>(b) + 1;
  std::array<std::vector<double>, 2> last = {std::vector<double>(size, -infinity),
                                             std::vector<double>(size, -infinity)};
  last[1][1] = 0;  // the first spin is up; by the last spin, then the number of up spins
  for (std::size_t spins = 1; spins < size - 1; ++spins)
    for (std::size_t n = spins + 2; n-- > 0;) {
      const double before = n == 0 ? -infinity : log_add(last[0][n - 1] - k, last[1][n - 1] + k);
      last[0][n] = log_add(last[0][n] + k, last[1][n] - k);
      last[1][n] = before;
    }
  BlockWeights weights;
  for (std::size_t sign = 0; sign < 2; ++sign)
    for (std::size_t next = 0; next < 2; ++next) {
      double sum = -infinity;
      for (std::size_t e = 0; e < 2; ++e)
        for (std::size_t n = 0; n < size; ++n)
          if ((2 * n > size - 1) == (sign == 1)) sum = log_add(sum, last[e][n] + (e == next ? k : -k));
      weights[sign][1][next] = sum;
      weights[1 - sign][0][1 - next] = sum;  // all spins turned
    }
  return weights;
}

}  // namespace

ChainDecimation decimated_chain(const ChainCouplings& couplings, int factor) {
  check(couplings);
  check_factor(factor);
  const TransferMatrix transfer(couplings);
  const double b = factor;
  // T^b = lambda_+^b ((1 + q)/2 + (1 - q)/2 (a sigma_z + c sigma_x)), q = (lambda_-/lambda_+)^b: over its
  // element off the diagonal the diagonal ones are (u +- a)/c, u = (1 + q)/(1 - q).
  const bool negative = transfer.alternates(factor);  // q < 0
  const Positive gap = transfer.gap.times(b);
  const double log_sum = softplus(-gap.value);  // ln(1 + |q|)
  const double log_difference = log_complement(gap);
  const double log_1_minus_q = negative ? log_sum : log_difference;
  const double log_u = (negative ? log_difference : log_sum) - log_1_minus_q;
  const double log_high = log_add(log_u, transfer.log_a);
  // u - a as a sum of positive numbers: (u - 1) + (1 - a), or for q < 0, u_b = tanh(b gap / 2), (u_b - u_1) +
  // (u_1 - a).
  const double log_low = negative
                             ? log_add(ln2 - transfer.gap.value + log_complement(transfer.gap.times(b - 1)) -
                                           log_sum - softplus(-transfer.gap.value),
                                       transfer.log_low)
                             : log_add(ln2 - gap.value - log_1_minus_q,
                                       2 * transfer.log_c - std::log1p(std::exp(transfer.log_a)));
  // e^(4K') - 1 = det T^b / (element off the diagonal)^2
  const double log_determinant = 2 * ln2 - gap.value - 2 * log_1_minus_q - 2 * transfer.log_c;
  ChainDecimation result;
  auto& [k, h] = result.couplings;
  if (!negative)
    k = 0.25 * softplus(log_determinant);
  else if (log_determinant < -1)
    k = 0.25 * std::log1p(-std::exp(log_determinant));
  else
    k = 0.25 * (log_high + log_low - 2 * transfer.log_c);
  h = std::copysign(0.5 * softplus(ln2 + transfer.log_a - log_low), couplings.field);
  result.constant = b * (couplings.coupling + transfer.log_larger) + log_1_minus_q - ln2 +
                    0.25 * (log_high + log_low + 2 * transfer.log_c);
  return result;
}

std::array<double, 4> chain_decimation_jacobian(const ChainCouplings& couplings, int factor) {
  check(couplings);
  check_factor(factor);
  if (couplings.field == 0) return jacobian_without_field(couplings.coupling, factor);
  // Derivatives of the logarithms of T^b are means between the two spins that stay.
  const Piece piece = piece_of(couplings, factor);
  const auto coupling = [](const std::array<double, 4>& x) { return 0.25 * (x[3] + x[0] - x[1] - x[2]); };
  const auto field = [](const std::array<double, 4>& x) { return 0.5 * (x[3] - x[0]); };
  return {coupling(piece.bonds), coupling(piece.spins), field(piece.bonds), field(piece.spins)};
}

double chain_correlation_length(const ChainCouplings& couplings) {
  check(couplings);
  return std::exp(-TransferMatrix(couplings).gap.log);
}

std::vector<ChainDecimation> chain_flow(const ChainCouplings& start, int factor, int steps) {
  check(start);
  check_factor(factor);
  if (steps < 0) throw input_error("chain renormalization", fmt::format("{} steps", steps), "give 0 or more");
  std::vector<ChainDecimation> flow = {{.couplings = start}};
  for (int step = 0; step < steps; ++step) flow.push_back(decimated_chain(flow.back().couplings, factor));
  return flow;
}

std::vector<ChainFixedPoint> chain_fixed_points(int factor) {
  check_factor(factor);
  const double b = factor;
  std::vector<ChainFixedPoint> points = {
      {.coupling = 0, .stable = true, .thermal_eigenvalue = 0, .magnetic_eigenvalue = 1},
      {.coupling = infinity, .stable = false, .thermal_eigenvalue = b, .magnetic_eigenvalue = b}};
  if (factor % 2 != 0)
    points.push_back(
        {.coupling = -infinity, .stable = false, .thermal_eigenvalue = b, .magnetic_eigenvalue = 1 / b});
  return points;
}

double ring_log_partition(int n, const ChainCouplings& couplings) {
  check(couplings);
  if (n < 1)
    throw input_error("chain renormalization", fmt::format("a ring of {} spins", n), "use 1 or more");
  const TransferMatrix transfer(couplings);
  const Positive gap = transfer.gap.times(n);
  return n * (couplings.coupling + transfer.log_larger) +
         (transfer.alternates(n) ? log_complement(gap) : softplus(-gap.value));
}

// Let M be the transfer matrix of a block, resolved into M_+ + M_- by the sign of its sum, D = M_+ - M_-.
// Turning all spins changes the sign of D: in the basis of M it has no diagonal, and tr(D M^(r-1) D
// M^(m-r-1)) / tr M^m = t A^2 (rho^(r-1) + rho^(m-r-1)) / (1 + rho^m), rho = t^b, A = <s_1 S> of a block with
// free ends.
std::vector<double> majority_ring_correlation(int n, double coupling, int factor) {
  const int m = check_blocks(n, coupling, factor);
  const double end = end_and_majority(coupling, factor);
  const double amplitude = std::tanh(coupling) * end * end;
  const double log_rho = factor * log_tanh(std::abs(coupling));
  const auto power = [&](int p) {
    const double size = p == 0 ? 1 : std::exp(p * log_rho);
    return coupling < 0 && p % 2 != 0 ? -size : size;
  };
  std::vector<double> result;
  for (int r = 1; r <= m / 2; ++r) {
    // A frustrated ring: 1 - |rho|^m cancels when cold, and is m ln(1/|rho|) in the end.
    double both = 0;
    if (coupling < 0 && m % 2 != 0)
      both = power(r - 1) *
             (log_rho == 0 ? (m - 2.0 * r) / m : std::expm1((m - 2 * r) * log_rho) / std::expm1(m * log_rho));
    else
      both = (power(r - 1) + power(m - r - 1)) / (1 + power(m));
    result.push_back(amplitude * both);
  }
  return result;
}

MajorityCouplings majority_couplings(int n, double coupling, int factor) {
  const int m = check_blocks(n, coupling, factor);
  if (m > 12)
    throw input_error("majority of a chain", fmt::format("{} block spins", m), "enumerate at most 12");
  const BlockWeights weights = block_weights(coupling, factor);
  double nearest = 0;
  double next_nearest = 0;
  double four = 0;
  for (unsigned state = 0; state < 1u << m; ++state) {
    double trace = -infinity;
    for (std::size_t first = 0; first < 2; ++first) {
      std::array<double, 2> v = {first == 0 ? 0 : -infinity, first == 1 ? 0 : -infinity};
      for (int block = 0; block < m; ++block) {
        const auto& w = weights[state >> block & 1u];
        v = {log_add(v[0] + w[0][0], v[1] + w[1][0]), log_add(v[0] + w[0][1], v[1] + w[1][1])};
      }
      trace = log_add(trace, v[first]);
    }
    const auto spin = [&](int block) { return (state >> block & 1u) != 0 ? 1 : -1; };
    nearest += spin(0) * spin(1) * trace;
    if (m < 5) continue;
    next_nearest += spin(0) * spin(2) * trace;
    four += spin(0) * spin(1) * spin(2) * spin(3) * trace;
  }
  const double states = 1u << m;
  // Two blocks share two bonds.
  MajorityCouplings result{.nearest = nearest / states / (m == 2 ? 2 : 1),
                           .next_nearest = std::numeric_limits<double>::quiet_NaN(),
                           .four_spin = std::numeric_limits<double>::quiet_NaN()};
  if (m >= 5) {
    result.next_nearest = next_nearest / states;
    result.four_spin = four / states;
  }
  return result;
}

}  // namespace spinflow::exact
