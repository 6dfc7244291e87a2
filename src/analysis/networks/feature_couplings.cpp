// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/feature_couplings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <map>

#include "spinflow/base/error.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::analysis {

namespace {

constexpr std::size_t most_blocks = 50;

/// Rows that are left out together.
struct Block {
  double n = 0;
  std::vector<double> products;       ///< sum of x_a x_b, (units, units), b >= a only
  std::vector<double> sums;           ///< sum of x_a of each label, (labels, units)
  std::vector<double> counts;         ///< rows of each label
  std::vector<double> sign_products;  ///< sum of sgn f_a sgn f_b, as `products`
};

/// this += factor * other
void add(Block& to, double factor, const Block& other) {
  to.n += factor * other.n;
  const auto add_all = [&](std::vector<double>& into, const std::vector<double>& values) {
    into.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) into[i] += factor * values[i];
  };
  add_all(to.products, other.products);
  add_all(to.sums, other.sums);
  add_all(to.counts, other.counts);
  add_all(to.sign_products, other.sign_products);
}

/// Features with their labels numbered 0, 1, ... and a row of reference for each. What is measured does not
/// change when a constant is taken from the features of one label; taking one of its rows leaves exactly 0
/// where nothing varies, and the full precision of units near saturation.
class LabelledFeatures {
 public:
  LabelledFeatures(const kernels::FloatMatrix& features, std::span<const std::uint32_t> labels)
      : features_(features) {
    std::map<std::uint32_t, std::size_t> numbers;
    for (std::size_t r = 0; r < features.n_rows(); ++r) {
      const auto [found, fresh] = numbers.try_emplace(labels.empty() ? 0 : labels[r], numbers.size());
      if (fresh) references_.push_back(r);
      label_.push_back(found->second);
    }
  }

  [[nodiscard]] std::size_t units() const { return features_.n_columns(); }
  [[nodiscard]] std::size_t labels() const { return references_.size(); }

  /// Sums over the rows first, first + step, first + 2 step, ...
  [[nodiscard]] Block block(std::size_t first, std::size_t step) const {
    // Several rows at once, so that a product is fetched and stored once for all of them.
    constexpr std::size_t together = 4;
    const std::size_t n = units();
    Block sums{.products = std::vector<double>(n * n),
               .sums = std::vector<double>(labels() * n),
               .counts = std::vector<double>(labels()),
               .sign_products = std::vector<double>(n * n)};
    std::array<std::vector<double>, together> x;
    for (std::size_t r = first; r < features_.n_rows();) {
      for (auto& row : x) {
        row.assign(n, 0);
        if (r >= features_.n_rows()) continue;
        const auto values = features_.row(r);
        const auto reference = features_.row(references_[label_[r]]);
        double* sum = sums.sums.data() + label_[r] * n;
        for (std::size_t a = 0; a < n; ++a) {
          row[a] = static_cast<double>(values[a]) - static_cast<double>(reference[a]);
          sum[a] += row[a];
        }
        sums.counts[label_[r]] += 1;
        sums.n += 1;
        r += step;
      }
      for (std::size_t a = 0; a < n; ++a) {
        double* products = sums.products.data() + a * n;
        const double x0 = x[0][a];
        const double x1 = x[1][a];
        const double x2 = x[2][a];
        const double x3 = x[3][a];
        for (std::size_t b = a; b < n; ++b)
          products[b] += (x0 * x[0][b] + x1 * x[1][b]) + (x2 * x[2][b] + x3 * x[3][b]);
      }
    }
    add_signs(first, step, sums);
    return sums;
  }

 private:
  void add_signs(std::size_t first, std::size_t step, Block& sums) const {
    const std::size_t n = units();
    std::vector<std::uint64_t> bits(n);
    for (std::size_t r = first; r < features_.n_rows();) {
      std::ranges::fill(bits, 0);
      int taken = 0;
      for (; taken < 64 && r < features_.n_rows(); ++taken, r += step) {
        const auto values = features_.row(r);
        for (std::size_t a = 0; a < n; ++a) bits[a] |= std::uint64_t{values[a] >= 0} << taken;
      }
      for (std::size_t a = 0; a < n; ++a)
        for (std::size_t b = a; b < n; ++b)
          sums.sign_products[a * n + b] += taken - 2 * std::popcount(bits[a] ^ bits[b]);
    }
  }

  const kernels::FloatMatrix& features_;
  std::vector<std::size_t> label_;       // of each row
  std::vector<std::size_t> references_;  // row of each label
};

/// Within-label covariance E[Cov(f_a, f_b | label)], b >= a.
std::vector<double> covariances(const Block& sums, std::size_t units) {
  std::vector<double> result(units * units);
  for (std::size_t a = 0; a < units; ++a)
    for (std::size_t b = a; b < units; ++b) {
      double scatter = sums.products[a * units + b];
      for (std::size_t l = 0; l < sums.counts.size(); ++l)
        if (sums.counts[l] > 0)
          scatter -= sums.sums[l * units + a] * sums.sums[l * units + b] / sums.counts[l];
      result[a * units + b] = scatter / sums.n;
    }
  return result;
}

/// Mean squares over pairs, in the order of FeatureCouplings.
std::array<double, 3> mean_squares(const Block& sums, std::size_t units) {
  const auto covariance = covariances(sums, units);
  std::array<double, 3> total{};
  double pairs = 0;
  double varying = 0;
  for (std::size_t a = 0; a < units; ++a)
    for (std::size_t b = a + 1; b < units; ++b) {
      const double sign = sums.sign_products[a * units + b] / sums.n;
      const double c = covariance[a * units + b];
      const double variances = covariance[a * units + a] * covariance[b * units + b];
      total[0] += sign * sign;
      total[1] += c * c;
      pairs += 1;
      if (variances <= 0) continue;
      total[2] += c * c / variances;
      varying += 1;
    }
  return {total[0] / pairs, total[1] / pairs,
          varying > 0 ? total[2] / varying : std::numeric_limits<double>::quiet_NaN()};
}

/// The root of a mean square. Noise of the means adds its variance to their square; it is taken off as
/// jackknife takes off a bias of order 1/n, and the error reaches to the root of a mean square one error
/// higher, so that it stays finite at 0.
stats::Estimate root(double mean_square, std::span<const double> without) {
  if (!(mean_square < std::numeric_limits<double>::infinity())) return {};
  const auto n = static_cast<double>(without.size());
  double corrected = n * mean_square;
  for (const double one : without) corrected -= (n - 1) / n * one;
  const double error = stats::jackknife_estimate(mean_square, without).error;
  const double square = std::isfinite(corrected) ? std::clamp(corrected, 0.0, mean_square) : mean_square;
  return {.value = std::sqrt(square), .error = std::sqrt(square + error) - std::sqrt(square)};
}

void check(const kernels::FloatMatrix& features) {
  if (features.n_rows() < 2 || features.n_columns() < 2)
    throw input_error("correlations of features",
                      fmt::format("{} rows of {} units", features.n_rows(), features.n_columns()),
                      "give at least 2 of each");
}

}  // namespace

FeatureCouplings feature_couplings(const kernels::FloatMatrix& features,
                                   std::span<const std::uint32_t> labels) {
  check(features);
  if (labels.size() != features.n_rows())
    throw input_error("correlations of features",
                      fmt::format("{} labels for {} rows", labels.size(), features.n_rows()),
                      "give one label for each row");
  const LabelledFeatures labelled(features, labels);
  const std::size_t n_blocks = std::min(most_blocks, features.n_rows());
  std::vector<Block> blocks;
  Block all;
  // Every n-th row, so that rows sorted by label leave all labels in every block.
  for (std::size_t i = 0; i < n_blocks; ++i) {
    blocks.push_back(labelled.block(i, n_blocks));
    add(all, 1, blocks.back());
  }
  const auto squares = mean_squares(all, labelled.units());
  std::array<std::vector<double>, 3> without;
  for (const auto& block : blocks) {
    Block rest = all;
    add(rest, -1, block);
    const auto left = mean_squares(rest, labelled.units());
    for (std::size_t k = 0; k < left.size(); ++k) without[k].push_back(left[k]);
  }
  FeatureCouplings result{.unconditional = {},
                          .conditional_covariance = root(squares[1], without[1]),
                          .normalised = root(squares[2], without[2])};
  const auto r = root(squares[0], without[0]);
  if (squares[0] >= 1)
    result.unconditional = {.value = std::numeric_limits<double>::infinity()};
  else
    result.unconditional = {.value = std::atanh(r.value), .error = r.error / (1 - r.value * r.value)};
  return result;
}

std::vector<double> correlation_matrix(const kernels::FloatMatrix& features) {
  check(features);
  const LabelledFeatures labelled(features, {});
  const std::size_t n = labelled.units();
  const auto covariance = covariances(labelled.block(0, 1), n);
  std::vector<double> result(n * n);
  for (std::size_t a = 0; a < n; ++a) {
    result[a * n + a] = 1;
    for (std::size_t b = a + 1; b < n; ++b) {
      const double variances = covariance[a * n + a] * covariance[b * n + b];
      const double r = variances > 0 ? covariance[a * n + b] / std::sqrt(variances) : 0;
      result[a * n + b] = r;
      result[b * n + a] = r;
    }
  }
  return result;
}

}  // namespace spinflow::analysis
