// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/jackknife.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <type_traits>

namespace spinflow::stats {

namespace {

double weight(const Pieces& pieces, std::size_t i) {
  return pieces.weights.empty() ? 1.0 : pieces.weights[i];
}

double total_weight(const Pieces& pieces) {
  double sum = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) sum += weight(pieces, i);
  return sum;
}

/// What n f - (n - 1) f leaves of equal numbers.
bool is_rounding(double error, double n_pieces, double value) {
  return error <= 4 * std::numeric_limits<double>::epsilon() * n_pieces * std::abs(value);
}

/// `f` returns its numbers as a vector, or as an array where memory for each piece would be most of the work.
template <class Function>
std::vector<Estimate> jackknifed(const Pieces& pieces, const Function& f) {
  const std::size_t n = pieces.size();
  const std::size_t k = pieces.n_observables;
  if (n == 0) return {};
  const double total = total_weight(pieces);
  std::vector<double> mean(k, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t a = 0; a < k; ++a) mean[a] += weight(pieces, i) * pieces.means[i * k + a];
  for (auto& m : mean) m /= total;
  const auto values = f(std::span<const double>(mean));
  std::vector<Estimate> results;
  for (const double value : values) results.push_back({.value = value});
  if (n < 2) return results;

  // theta_J = g theta - sum_i (1 - w_i / W) theta_(-i); pseudovalue_i = h_i theta - (h_i - 1) theta_(-i), h_i
  // = W / w_i; variance = 1/g sum_i (pseudovalue_i - theta_J)^2 / (h_i - 1).
  std::vector<std::remove_const_t<decltype(values)>> without(n);
  std::vector<double> left(k);
  for (std::size_t i = 0; i < n; ++i) {
    const double w = weight(pieces, i);
    for (std::size_t a = 0; a < k; ++a)
      left[a] = mean[a] + (mean[a] - pieces.means[i * k + a]) * w / (total - w);
    without[i] = f(std::span<const double>(left));
  }
  for (std::size_t j = 0; j < values.size(); ++j) {
    double centre = static_cast<double>(n) * values[j];
    for (std::size_t i = 0; i < n; ++i) centre -= (1.0 - weight(pieces, i) / total) * without[i][j];
    double variance = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double h = total / weight(pieces, i);
      const double deviation = h * values[j] - (h - 1.0) * without[i][j] - centre;
      variance += deviation * deviation / (h - 1.0);
    }
    // Pieces that all agree (ground states) have no scatter and determine no error.
    const double error = std::sqrt(variance / static_cast<double>(n));
    if (!is_rounding(error, static_cast<double>(n), values[j])) results[j].error = error;
  }
  return results;
}

}  // namespace

std::vector<Estimate> jackknife_of_several(const Pieces& pieces, const FunctionsOfMeans& f) {
  return jackknifed(pieces, f);
}

Estimate jackknife(const Pieces& pieces, const FunctionOfMeans& f) {
  const auto results =
      jackknifed(pieces, [&](std::span<const double> means) { return std::array{f(means)}; });
  return results.empty() ? Estimate{} : results.front();
}

Estimate jackknife_estimate(double value, std::span<const double> without) {
  Estimate result{.value = value};
  const auto n = static_cast<double>(without.size());
  if (without.size() < 2) return result;
  double mean = 0;
  for (const double t : without) mean += t / n;
  double squares = 0;
  for (const double t : without) squares += (t - mean) * (t - mean);
  if (!std::isfinite(squares)) return result;
  const double error = std::sqrt((n - 1) / n * squares);
  if (!is_rounding(error, n, value)) result.error = error;
  return result;
}

Estimate mean_of_pieces(const Pieces& pieces, std::size_t observable) {
  Estimate result;
  const std::size_t n = pieces.size();
  if (n == 0) return result;
  const auto mean_of = [&](std::size_t i) { return pieces.means[i * pieces.n_observables + observable]; };
  const double total = total_weight(pieces);
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += weight(pieces, i) * mean_of(i);
  result.value = sum / total;
  double least = mean_of(0);
  double most = least;
  for (std::size_t i = 1; i < n; ++i) {
    least = std::min(least, mean_of(i));
    most = std::max(most, mean_of(i));
  }
  if (constant(std::array{least, most})) return result;
  double variance = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double deviation = mean_of(i) - result.value;
    variance += deviation * deviation / (total / weight(pieces, i) - 1.0);
  }
  result.error = std::sqrt(variance / static_cast<double>(n));
  return result;
}

Estimate mean_of_pieces(std::span<const double> values) {
  return mean_of_pieces(Pieces{.n_observables = 1, .means = {values.begin(), values.end()}, .weights = {}});
}

Scatter scatter_of(const Pieces& pieces, std::size_t observable) {
  const std::size_t n = pieces.size();
  std::vector<double> means(n);
  for (std::size_t i = 0; i < n; ++i) means[i] = pieces.means[i * pieces.n_observables + observable];
  Scatter result = scatter_of(means);
  if (!pieces.weights.empty()) result.standard_error = mean_of_pieces(pieces, observable).error;
  return result;
}

Pseudovalues pseudovalues(std::span<const double> rows, std::size_t n_observables, const FunctionOfMeans& f) {
  const std::size_t k = n_observables;
  const std::size_t n = rows.size() / k;
  if (n == 0) return {};
  std::vector<double> mean(k, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t a = 0; a < k; ++a) mean[a] += rows[i * k + a];
  for (auto& m : mean) m /= static_cast<double>(n);
  Pseudovalues result{.of_all = f(mean), .values = {}};
  if (n < 2) return result;
  result.values.resize(n);
  std::vector<double> left(k);
  const auto others = static_cast<double>(n - 1);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t a = 0; a < k; ++a) left[a] = mean[a] + (mean[a] - rows[i * k + a]) / others;
    result.values[i] = result.of_all + others * (result.of_all - f(left));
  }
  return result;
}

}  // namespace spinflow::stats
