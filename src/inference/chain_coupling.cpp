// SPDX-License-Identifier: Apache-2.0
#include "spinflow/inference/chain_coupling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/bit_counts.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/exact/chain.hpp"
#include "spinflow/inference/pseudo_likelihood.hpp"

namespace spinflow::inference {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// ln |<s_0 s_1>| of a ring of n as a function of l = -ln tanh|K| > 0, with its slope. Frustrated: K < 0 and
/// n odd.
struct LogBond {
  int n;
  bool frustrated;

  [[nodiscard]] double value(double l) const {
    const double all = std::exp(-n * l);
    if (frustrated) return -l + std::log(std::expm1(-(n - 2) * l) / std::expm1(-n * l));
    // Next to 1 from the distance to 1.
    if (l < 0.5) return std::log1p(-std::expm1(-l) * std::expm1(-(n - 1) * l) / (1 + all));
    return -l + std::log1p(std::exp(-(n - 2) * l)) - std::log1p(all);
  }
  [[nodiscard]] double slope(double l) const {
    const double around = 0.5 * (n - 2);
    const double half = 0.5 * n;
    return frustrated ? around / std::tanh(around * l) - half / std::tanh(half * l)
                      : around * std::tanh(around * l) - half * std::tanh(half * l);
  }
};

/// l of ln |bond|, between two bounds, by Newton's method; halves the interval where that leaves it.
double solution(const LogBond& bond, double log_bond, double low, double high, double start) {
  double l = start;
  for (int iteration = 0; iteration < 200; ++iteration) {
    const double difference = bond.value(l) - log_bond;
    if (difference == 0) break;
    (difference > 0 ? low : high) = l;
    double next = l - difference / bond.slope(l);
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const bool settled = std::abs(next - l) <= 1e-14 * l;
    l = next;
    if (settled) break;
  }
  return l;
}

/// What every row tells about pairs at the distances 1 and 2.
struct PairRows {
  std::vector<double> bond;   ///< (n_rows), s_a s_(a+1) averaged over the pairs
  std::vector<double> ratio;  ///< (n_rows, 4), see `connected_ratio`; empty for fewer than 4 spins
  std::array<double, 2> means_product{};  ///< <s_a><s_(a+r)> averaged over the pairs, r = 1, 2
};

double pair_mean(std::span<const std::int8_t> spins, std::size_t r, std::size_t pairs) {
  const std::size_t inside = std::min(pairs, spins.size() - r);
  int sum = 0;
  for (std::size_t a = 0; a < inside; ++a) sum += spins[a] * spins[a + r];
  for (std::size_t a = inside; a < pairs; ++a) sum += spins[a] * spins[a + r - spins.size()];
  return sum / static_cast<double>(pairs);
}

PairRows pair_rows(const ensemble::Ensemble& ensemble) {
  const auto n = static_cast<std::size_t>(ensemble.lattice.n_sites());
  const bool ring = ensemble.lattice.boundary() == lattice::Boundary::periodic;
  const auto pairs = [&](std::size_t r) { return ring ? n : n - r; };
  PairRows result;
  result.bond.reserve(ensemble.size());
  std::vector<std::int8_t> spins(n);
  std::vector<double> mean(n);
  for (std::size_t row = 0; row < ensemble.size(); ++row) {
    ensemble.spins.unpack(row, spins);
    result.bond.push_back(pair_mean(spins, 1, pairs(1)));
    for (std::size_t a = 0; a < n; ++a) mean[a] += spins[a];
  }
  if (n < 4) return result;
  for (double& m : mean) m /= static_cast<double>(ensemble.size());
  // Linear in the spins: sum over pairs of s_a <s_(a+r)> + <s_a> s_(a+r).
  std::array<std::vector<double>, 2> partner;
  for (std::size_t r = 1; r <= 2; ++r) {
    auto& sums = partner[r - 1];
    sums.resize(n);
    for (std::size_t a = 0; a < pairs(r); ++a) {
      const std::size_t b = (a + r) % n;
      sums[a] += mean[b] / static_cast<double>(pairs(r));
      sums[b] += mean[a] / static_cast<double>(pairs(r));
      result.means_product[r - 1] += mean[a] * mean[b] / static_cast<double>(pairs(r));
    }
  }
  result.ratio.reserve(4 * ensemble.size());
  for (std::size_t row = 0; row < ensemble.size(); ++row) {
    ensemble.spins.unpack(row, spins);
    double first = 0;
    double second = 0;
    for (std::size_t a = 0; a < n; ++a) {
      first += partner[0][a] * spins[a];
      second += partner[1][a] * spins[a];
    }
    result.ratio.insert(result.ratio.end(), {result.bond[row], first, pair_mean(spins, 2, pairs(2)), second});
  }
  return result;
}

/// c_2/c_1^2 of the means of the pairs and of the sums that are linear in the spins. With all rows these sums
/// are twice the products of the means; without some, the products change by what the sums change by, to
/// first order: what an error needs.
double connected_ratio(std::span<const double> means, const std::array<double, 2>& means_product) {
  const double c1 = means[0] - (means[1] - means_product[0]);
  const double c2 = means[2] - (means[3] - means_product[1]);
  // Spins that never change leave rounding.
  return std::abs(c1) < 1e-13 ? std::numeric_limits<double>::quiet_NaN() : c2 / (c1 * c1);
}

}  // namespace

double ring_coupling(double bond, int n) {
  if (n < 2) throw input_error("chain coupling", fmt::format("a ring of {} spins", n), "use 2 or more");
  if (std::isnan(bond) || bond == 0) return bond;
  const LogBond curve{.n = n, .frustrated = bond < 0 && n % 2 != 0};
  const double size = std::abs(bond);
  const double largest = curve.frustrated ? (n - 2.0) / n : 1.0;
  if (size >= largest) return std::copysign(infinity, bond);
  const double log_size = size > 0.5 ? std::log1p(size - 1) : std::log(size);
  const double one_way = -log_size;  // l if the way round the ring did not count
  double l = 0;
  if (curve.frustrated) {  // |bond| < tanh|K|
    l = solution(curve, log_size, 0, one_way, one_way);
  } else {  // tanh|K| <= |bond| <= tanh|2K|; when cold, |bond| = 1 - (n - 1) l^2 / 2
    const double high = one_way + 0.7;  // ln 2 and a little
    const double cold = std::sqrt(2 * (1 - size) / (n - 1));
    l = solution(curve, log_size, one_way, high, std::clamp(cold, one_way, high));
  }
  const double k = l > 1 ? std::atanh(std::exp(-l)) : -0.5 * std::log(std::tanh(0.5 * l));
  return std::copysign(k, bond);
}

double open_chain_coupling(double bond) {
  return std::abs(bond) >= 1 ? std::copysign(infinity, bond) : std::atanh(bond);
}

std::optional<ChainCoupling> chain_coupling(const ensemble::Rows& rows) {
  const auto& lattice = rows.lattice();
  if (lattice.dimension() != 1) return std::nullopt;
  const int n = lattice.n_sites();
  const bool ring = lattice.boundary() == lattice::Boundary::periodic;
  const PairRows measured = pair_rows(rows.ensemble());
  ChainCoupling result;
  result.coupling = rows.function(measured.bond, 1, [&](std::span<const double> means) {
    return ring ? ring_coupling(means[0], n) : open_chain_coupling(means[0]);
  });
  if (!std::isfinite(result.coupling.value)) result.coupling = {.value = result.coupling.value};
  if (!measured.ratio.empty())
    result.correlation_ratio = rows.function(measured.ratio, 4, [&](std::span<const double> means) {
      return connected_ratio(means, measured.means_product);
    });
  result.pseudo_likelihood = pseudo_likelihood_coupling(rows.ensemble());
  return result;
}

double far_over_near(const kernels::PackedSpins& rows) {
  const auto columns = kernels::transposed(rows);
  const std::size_t m = columns.n_rows();
  const auto n = static_cast<double>(rows.n_rows());
  std::vector<double> mean(m);
  for (std::size_t a = 0; a < m; ++a) mean[a] = static_cast<double>(columns.sum(a)) / n;
  double near = 0;
  double far = 0;
  std::size_t n_near = 0;
  std::size_t n_far = 0;
  for (std::size_t a = 0; a < m; ++a)
    for (std::size_t b = a + 1; b < m; ++b) {
      const auto different = static_cast<double>(kernels::unequal_bits(columns.row(a), columns.row(b)));
      const double c = 1 - 2 * different / n - mean[a] * mean[b];
      const bool neighbours = b - a == 1 || b - a == m - 1;
      (neighbours ? near : far) += c * c;
      ++(neighbours ? n_near : n_far);
    }
  if (n_far == 0 || near == 0) return std::numeric_limits<double>::quiet_NaN();
  return std::sqrt(far / static_cast<double>(n_far) / (near / static_cast<double>(n_near)));
}

stats::Estimate beyond_nearest(const ChainCoupling& read, int n) {
  if (!std::isfinite(read.coupling.value)) return {};
  const auto ring = exact::ring_correlation(n, read.coupling.value, 0, 1);
  const double square = ring[0] * ring[0];
  return {.value = square * read.correlation_ratio.value - ring[1],
          .error = square * read.correlation_ratio.error};
}

}  // namespace spinflow::inference
