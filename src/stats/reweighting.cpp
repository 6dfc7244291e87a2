// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/reweighting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "spinflow/base/error.hpp"
#include "stats/cholesky.hpp"

namespace spinflow::stats {

namespace {

constexpr auto reweighting_name = "histogram reweighting";

/// Puts the (possibly repeated) counts in order and adds up what belongs to the same one.
CountHistogram gathered(std::vector<std::int64_t> counts, const std::vector<double>& records,
                        std::span<const double> sums, std::size_t n_observables) {
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return counts[a] < counts[b]; });
  CountHistogram result;
  result.n_observables = n_observables;
  for (const std::size_t i : order) {
    if (result.counts.empty() || result.counts.back() != counts[i]) {
      result.counts.push_back(counts[i]);
      result.records.push_back(0);
      result.sums.resize(result.sums.size() + n_observables, 0.0);
    }
    result.records.back() += records[i];
    const std::size_t row = (result.counts.size() - 1) * n_observables;
    for (std::size_t a = 0; a < n_observables; ++a) result.sums[row + a] += sums[i * n_observables + a];
  }
  return result;
}

double n_records(const CountHistogram& histogram) {
  return std::accumulate(histogram.records.begin(), histogram.records.end(), 0.0);
}

/// A run that takes part in the self-consistent equations.
struct Run {
  double records;
  double log_x;
  double minus_log_z = 0;
};

/// The equations N_r = sum_n H(n) p_r(n), p_r(n) = (N_r x_r^n / z_r) / D(n), for the runs' z_r.
class Normalisations {
 public:
  Normalisations(const CountHistogram& all, double centre, std::vector<Run> runs)
      : all_(all), centre_(centre), runs_(std::move(runs)), terms_(runs_.size()) {}

  /// ln D(n) = ln sum_r N_r x_r^(n - centre) / z_r.
  std::vector<double> solve() {
    constexpr int most_iterations = 2000;
    const std::size_t n = runs_.size();
    double residual = evaluate();
    for (int i = 0; residual > 1e-10; ++i) {
      if (i == most_iterations || !std::isfinite(residual))
        throw failure(
            reweighting_name,
            fmt::format("the normalisations of {} runs do not converge (off by {:.1e})", n, residual),
            "runs at couplings nearer to each other overlap more");
      const auto before = runs_;
      if (newton_step() && (evaluate() < 0.5 * residual)) {
        residual = residual_;
        continue;
      }
      // The plain iteration z_r <- sum_n H(n) x_r^n / D(n) always gets nearer, if slowly.
      runs_ = before;
      evaluate();
      for (std::size_t r = 0; r < n; ++r) runs_[r].minus_log_z += std::log(runs_[r].records / expected_[r]);
      residual = evaluate();
    }
    check_overlap();
    return log_denominator_;
  }

 private:
  /// Largest relative deviation from N_r = sum_n H(n) p_r(n); makes expected_, hessian_ and log_denominator_.
  double evaluate() {
    const std::size_t n = runs_.size();
    expected_.assign(n, 0.0);
    hessian_.assign(n * n, 0.0);
    log_denominator_.resize(all_.counts.size());
    for (std::size_t i = 0; i < all_.counts.size(); ++i) {
      const double count = static_cast<double>(all_.counts[i]) - centre_;
      double largest = -std::numeric_limits<double>::infinity();
      for (std::size_t r = 0; r < n; ++r) {
        terms_[r] = std::log(runs_[r].records) + count * runs_[r].log_x + runs_[r].minus_log_z;
        largest = std::max(largest, terms_[r]);
      }
      double sum = 0;
      for (auto& term : terms_) sum += term = std::exp(term - largest);
      log_denominator_[i] = largest + std::log(sum);
      for (std::size_t r = 0; r < n; ++r) {
        const double share = all_.records[i] * terms_[r] / sum;
        expected_[r] += share;
        for (std::size_t s = 0; s < n; ++s)
          hessian_[r * n + s] += r == s ? share * (1 - terms_[r] / sum) : -share * terms_[s] / sum;
      }
    }
    residual_ = 0;
    for (std::size_t r = 0; r < n; ++r)
      residual_ = std::max(residual_, std::abs(expected_[r] / runs_[r].records - 1));
    return residual_;
  }

  /// Factor of the Hessian without the first run, whose z is free.
  bool factorise(double least) {
    const std::size_t n = runs_.size();
    factor_.clear();
    for (std::size_t r = 1; r < n; ++r)
      factor_.insert(factor_.end(), hessian_.begin() + static_cast<std::ptrdiff_t>(r * n + 1),
                     hessian_.begin() + static_cast<std::ptrdiff_t>(r * n + n));
    return cholesky(factor_, n - 1, least);
  }

  bool newton_step() {
    if (!factorise(0)) return false;
    std::vector<double> step;
    for (std::size_t r = 1; r < runs_.size(); ++r) step.push_back(runs_[r].records - expected_[r]);
    cholesky_solve(factor_, step);
    for (std::size_t r = 1; r < runs_.size(); ++r) runs_[r].minus_log_z += step[r - 1];
    return true;
  }

  /// A pivot is the inverse variance of a ln z_r: the number of records that could be of either side. Runs
  /// that do not overlap satisfy the equations with any z_r.
  void check_overlap() {
    if (!factorise(10))
      throw failure(reweighting_name,
                    fmt::format("the histograms of the {} runs do not overlap", runs_.size()),
                    "use couplings nearer to each other, or more records");
  }

  const CountHistogram& all_;
  double centre_;
  std::vector<Run> runs_;
  std::vector<double> terms_;     // (n_runs)
  std::vector<double> expected_;  // (n_runs), sum_n H(n) p_r(n)
  std::vector<double> hessian_;   // (n_runs, n_runs)
  std::vector<double> factor_;    // (n_runs - 1, n_runs - 1)
  std::vector<double> log_denominator_;
  double residual_ = 0;
};

CountHistogram all_records(std::span<const CountHistogram> runs) {
  std::vector<const CountHistogram*> pointers;
  for (const auto& run : runs) pointers.push_back(&run);
  return merged(pointers);
}

std::vector<double> records_of(std::span<const CountHistogram> runs) {
  std::vector<double> result;
  for (const auto& run : runs) result.push_back(n_records(run));
  return result;
}

}  // namespace

CountHistogram count_histogram(std::span<const std::int64_t> counts, std::span<const double> observables,
                               std::size_t n_observables) {
  if (observables.size() != counts.size() * n_observables)
    throw input_error(reweighting_name,
                      fmt::format("{} numbers for {} records of {} observables", observables.size(),
                                  counts.size(), n_observables),
                      "give every record all observables");
  for (std::size_t i = 0; i < observables.size(); ++i)
    if (!std::isfinite(observables[i]))
      throw input_error(reweighting_name,
                        fmt::format("record {} holds {}", i / n_observables, observables[i]),
                        "every number must be finite");
  return gathered({counts.begin(), counts.end()}, std::vector<double>(counts.size(), 1.0), observables,
                  n_observables);
}

CountHistogram merged(std::span<const CountHistogram* const> histograms) {
  std::vector<std::int64_t> counts;
  std::vector<double> records;
  std::vector<double> sums;
  std::size_t n_observables = 0;
  for (const auto* histogram : histograms) {
    if (histogram->counts.empty()) continue;
    if (!counts.empty() && histogram->n_observables != n_observables)
      throw input_error(
          reweighting_name,
          fmt::format("histograms of {} and of {} observables", n_observables, histogram->n_observables),
          "merge records of the same observables");
    n_observables = histogram->n_observables;
    counts.insert(counts.end(), histogram->counts.begin(), histogram->counts.end());
    records.insert(records.end(), histogram->records.begin(), histogram->records.end());
    sums.insert(sums.end(), histogram->sums.begin(), histogram->sums.end());
  }
  if (counts.empty())
    throw input_error(reweighting_name, "there is no record", "give at least one run with records");
  return gathered(std::move(counts), records, sums, n_observables);
}

CountHistogram without(const CountHistogram& all, const CountHistogram& part) {
  const std::size_t k = all.n_observables;
  if (!part.counts.empty() && part.n_observables != k)
    throw input_error(reweighting_name, fmt::format("{} observables taken from {}", part.n_observables, k),
                      "take away records of the same observables");
  CountHistogram result;
  result.n_observables = k;
  std::size_t j = 0;
  for (std::size_t i = 0; i < all.counts.size(); ++i) {
    const bool shared = j < part.counts.size() && part.counts[j] == all.counts[i];
    const double left = all.records[i] - (shared ? part.records[j] : 0.0);
    if (left < 0) break;
    if (left > 0) {
      result.counts.push_back(all.counts[i]);
      result.records.push_back(left);
      for (std::size_t a = 0; a < k; ++a)
        result.sums.push_back(all.sums[i * k + a] - (shared ? part.sums[j * k + a] : 0.0));
    }
    if (shared) ++j;
  }
  if (j != part.counts.size())
    throw input_error(reweighting_name, "records to be left out are not among the whole",
                      "take away a part of it");
  return result;
}

Reweighting::Reweighting(std::span<const CountHistogram> runs, std::span<const double> log_x)
    : Reweighting(all_records(runs), records_of(runs), log_x) {}

Reweighting::Reweighting(CountHistogram all, std::span<const double> n_records, std::span<const double> log_x)
    : all_(std::move(all)) {
  if (n_records.size() != log_x.size())
    throw input_error(reweighting_name,
                      fmt::format("{} runs for {} fugacities", n_records.size(), log_x.size()),
                      "give one ln x per run");
  std::vector<Run> runs;
  double total = 0;
  for (std::size_t r = 0; r < n_records.size(); ++r) {
    if (!(n_records[r] > 0)) continue;
    if (!std::isfinite(log_x[r]))
      throw input_error(reweighting_name, fmt::format("ln x of run {} is {}", r, log_x[r]),
                        "it must be finite");
    runs.push_back({n_records[r], log_x[r]});
    total += n_records[r];
  }
  double centre = 0;
  double records = 0;
  for (std::size_t i = 0; i < all_.counts.size(); ++i) {
    centre += all_.records[i] * static_cast<double>(all_.counts[i]);
    records += all_.records[i];
  }
  if (!(records > 0))
    throw input_error(reweighting_name, "there is no record", "give at least one run with records");
  if (std::abs(total - records) > 1e-9 * records)
    throw input_error(reweighting_name, fmt::format("{} records in all for {} of the runs", records, total),
                      "give the number of records of each run");
  centre_ = centre / records;
  log_denominator_ = Normalisations(all_, centre_, std::move(runs)).solve();
}

Reweighting::Means Reweighting::at(double log_x) const {
  const std::size_t n = all_.counts.size();
  const std::size_t k = all_.n_observables;
  // Counts are taken from their mean over the records, so that x^n and the variance lose no digits.
  std::vector<double> weights(n);
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < n; ++i) {
    weights[i] = (static_cast<double>(all_.counts[i]) - centre_) * log_x - log_denominator_[i];
    largest = std::max(largest, weights[i]);
  }
  Means means;
  means.value.assign(k, 0.0);
  means.slope.assign(k, 0.0);
  double sum = 0;
  double squares = 0;
  double records = 0;
  double count = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double w = weights[i] = std::exp(weights[i] - largest);
    sum += all_.records[i] * w;
    squares += all_.records[i] * w * w;
    records += all_.records[i];
    count += all_.records[i] * w * (static_cast<double>(all_.counts[i]) - centre_);
    for (std::size_t a = 0; a < k; ++a) means.value[a] += w * all_.sums[i * k + a];
  }
  count /= sum;
  for (auto& value : means.value) value /= sum;
  for (std::size_t i = 0; i < n; ++i) {
    const double w = weights[i] / sum * (static_cast<double>(all_.counts[i]) - centre_ - count);
    means.count_variance += all_.records[i] * w * (static_cast<double>(all_.counts[i]) - centre_ - count);
    for (std::size_t a = 0; a < k; ++a)
      means.slope[a] += w * (all_.sums[i * k + a] - all_.records[i] * means.value[a]);
  }
  means.count = count + centre_;
  means.overlap = sum * sum / squares / records;
  return means;
}

}  // namespace spinflow::stats
