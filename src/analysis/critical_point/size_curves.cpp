// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "spinflow/analysis/critical_point.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::analysis {

namespace {

constexpr double least_overlap = 0.05;

void check(const SizeData& data) {
  const auto where = fmt::format("data of size {}", data.size);
  if (data.size < 2 || !(data.n_sites > 0))
    throw input_error(where, fmt::format("{} sites", data.n_sites), "a size is at least 2");
  if (data.couplings.empty() || data.runs.size() < 2)
    throw input_error(where,
                      fmt::format("{} batches at {} couplings", data.runs.size(), data.couplings.size()),
                      "give at least two batches at one coupling");
  for (const double k : data.couplings)
    if (!(k > 0) || !std::isfinite(k))
      throw input_error(where, fmt::format("a coupling of {}", k), "K = 1/T is finite and above 0");
  for (const auto& batch : data.runs) {
    if (batch.size() != data.couplings.size())
      throw input_error(
          where, fmt::format("a batch of {} runs at {} couplings", batch.size(), data.couplings.size()),
          "every batch has one run per coupling");
    for (const auto& run : batch)
      if (run.counts.empty() || run.n_observables != 3)
        throw input_error(
            where, fmt::format("a run of {} counts and {} observables", run.counts.size(), run.n_observables),
            "every run has records of m2, m4 and mk2");
  }
}

stats::CountHistogram merged(const std::vector<stats::CountHistogram>& runs) {
  std::vector<const stats::CountHistogram*> pointers;
  for (const auto& run : runs) pointers.push_back(&run);
  return stats::merged(pointers);
}

double n_records(const stats::CountHistogram& run) {
  double sum = 0;
  for (const double records : run.records) sum += records;
  return sum;
}

}  // namespace

struct SizeCurves::Impl {
  int size;
  double n_sites;
  std::function<double(double)> log_fugacity;
  std::function<double(double)> log_fugacity_slope;
  std::optional<stats::Reweighting> all;
  std::vector<std::optional<stats::Reweighting>> all_but;  // (n_batches)
  std::pair<double, double> reach;

  [[nodiscard]] bool trusted(double coupling) const {
    return all->at(log_fugacity(coupling)).overlap >= least_overlap;
  }

  /// The last trusted K in steps of a quarter of the counts' standard deviation from `start`, upwards
  /// (direction 1) or downwards (-1): a gap between two runs is wider than a step.
  [[nodiscard]] double end_of_reach(double start, double direction) const {
    constexpr int most_steps = 1000;
    double inside = start;
    double outside = start;
    for (int i = 0;; ++i) {
      const auto means = all->at(log_fugacity(inside));
      const double step = 0.25 / std::sqrt(means.count_variance) / log_fugacity_slope(inside);
      outside = std::max(inside + direction * step, 0.5 * inside);
      if (i == most_steps || !std::isfinite(step)) return inside;
      if (!trusted(outside)) break;
      inside = outside;
    }
    for (int i = 0; i < 6; ++i) {
      const double middle = 0.5 * (inside + outside);
      (trusted(middle) ? inside : outside) = middle;
    }
    return inside;
  }
};

SizeCurves::SizeCurves(const SizeData& data, const CriticalData& all) {
  check(data);
  const auto impl = std::make_shared<Impl>();
  impl->size = data.size;
  impl->n_sites = data.n_sites;
  impl->log_fugacity = all.log_fugacity;
  impl->log_fugacity_slope = all.log_fugacity_slope;

  std::vector<double> log_x;
  for (const double k : data.couplings) log_x.push_back(all.log_fugacity(k));
  std::vector<stats::CountHistogram> batches;  // all points together
  std::vector<std::vector<double>> records;    // (n_batches)(n_points)
  std::vector<double> total(data.couplings.size(), 0.0);
  for (const auto& batch : data.runs) {
    batches.push_back(merged(batch));
    records.emplace_back();
    for (std::size_t p = 0; p < batch.size(); ++p) {
      records.back().push_back(n_records(batch[p]));
      total[p] += records.back().back();
    }
  }
  const auto together = merged(batches);
  impl->all.emplace(together, total, log_x);
  impl->all_but.resize(batches.size());
  base::parallel_for(batches.size(), [&](std::size_t b) {
    std::vector<double> left = total;
    for (std::size_t p = 0; p < left.size(); ++p) left[p] -= records[b][p];
    impl->all_but[b].emplace(stats::without(together, batches[b]), left, log_x);
  });

  auto couplings = data.couplings;
  std::sort(couplings.begin(), couplings.end());
  const double middle = couplings[couplings.size() / 2];
  impl->reach = {impl->end_of_reach(middle, -1), impl->end_of_reach(middle, 1)};
  impl_ = impl;
}

std::vector<double> SizeCurves::at(double coupling, std::size_t left_out) const {
  const auto& reweighting = left_out == all_batches ? *impl_->all : *impl_->all_but.at(left_out);
  const auto means = reweighting.at(impl_->log_fugacity(coupling));
  const double m2 = means.value[0];
  const double m4 = means.value[1];
  const double mk2 = means.value[2];
  // d ln<A>/dK = (d ln<A>/d ln x) (d ln x/dK).
  const double slope = impl_->log_fugacity_slope(coupling);
  const double log_m2_slope = means.slope[0] / m2 * slope;
  const double log_m4_slope = means.slope[1] / m4 * slope;
  const double q = m2 * m2 / m4;
  std::vector<double> values(n_quantities);
  const auto set = [&](Quantity quantity, double value) {
    values[static_cast<std::size_t>(quantity)] = value;
  };
  set(Quantity::q, q);
  set(Quantity::binder, 1 - m4 / (3 * m2 * m2));
  set(Quantity::chi, impl_->n_sites * m2);
  set(Quantity::xi_over_size,
      mk2 > 0 ? std::sqrt(m2 / mk2 - 1) / (2 * impl_->size * std::sin(std::numbers::pi / impl_->size))
              : std::nan(""));
  set(Quantity::mk2, mk2);
  set(Quantity::q_slope, q * (2 * log_m2_slope - log_m4_slope));
  set(Quantity::log_m2_slope, log_m2_slope);
  return values;
}

stats::Estimate SizeCurves::estimate(Quantity quantity, double coupling) const {
  const auto i = static_cast<std::size_t>(quantity);
  std::vector<double> all_but;
  for (std::size_t b = 0; b < n_batches(); ++b) all_but.push_back(at(coupling, b)[i]);
  return stats::jackknife_estimate(at(coupling)[i], all_but);
}

std::pair<double, double> SizeCurves::reach() const { return impl_->reach; }
int SizeCurves::size() const { return impl_->size; }
std::size_t SizeCurves::n_batches() const { return impl_->all_but.size(); }

}  // namespace spinflow::analysis
