// SPDX-License-Identifier: Apache-2.0
#include "samplers/tau_record.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "spinflow/stats/distributions.hpp"

namespace spinflow::samplers {

void TauRecord::thin() {
  // Records stand at interval, 2 interval, ...: keep the even multiples.
  for (std::size_t i = 1; i < n_records_; i += 2)
    std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(i * width_), width_,
                values_.begin() + static_cast<std::ptrdiff_t>(i / 2 * width_));
  n_records_ /= 2;
  values_.resize(n_records_ * width_);
  interval_ *= 2;
}

std::vector<double> TauRecord::series(std::size_t column) const {
  std::vector<double> result;
  for (std::size_t i = n_records_ / 4; i < n_records_; ++i) result.push_back(values_[i * width_ + column]);
  return result;
}

namespace {

// Whether the chains of every other kind of start have the same mean as those of the first kind. Only the
// scatter of the first kind is used: that of chains which are not in equilibrium would hide a difference.
bool same_means(const std::vector<std::vector<double>>& chains, std::size_t n_kinds) {
  constexpr double false_alarm = 1e-3;  // costs a pilot twice as long
  std::vector<double> sums(n_kinds);
  std::vector<double> counts(n_kinds);
  std::vector<double> means;
  for (std::size_t c = 0; c < chains.size(); ++c) {
    const auto& series = chains[c];
    means.push_back(std::accumulate(series.begin(), series.end(), 0.0) / static_cast<double>(series.size()));
    sums[c % n_kinds] += means.back();
    ++counts[c % n_kinds];
  }
  const double first = sums[0] / counts[0];
  double scatter = 0;
  for (std::size_t c = 0; c < chains.size(); c += n_kinds)
    scatter += std::pow(means[c] - first, 2) / (counts[0] - 1);
  const double limit = n_kinds > 1 ? stats::student_quantile(1 - 0.5 * false_alarm, counts[0] - 1) : 0;
  for (std::size_t kind = 1; kind < n_kinds; ++kind) {
    const double error = std::sqrt(scatter * (1 / counts[0] + 1 / counts[kind]));
    if (std::abs(sums[kind] / counts[kind] - first) > limit * error + 1e-9 * std::abs(first)) return false;
  }
  return true;
}

}  // namespace

PilotResult judge_pilot(const PilotResult& before,
                        const std::vector<std::vector<std::vector<double>>>& chains, std::size_t n_kinds,
                        std::int64_t interval, std::int64_t updates) {
  PilotResult result;
  result.tau.value = 0;
  result.agreed =
      std::ranges::all_of(chains, [&](const auto& observable) { return same_means(observable, n_kinds); });
  // The tau_int of chains with different means has no meaning and takes long to compute.
  if (!result.agreed) return result;
  for (const auto& observable : chains) {
    const auto tau = stats::tau_int(stats::Chains(observable.begin(), observable.end()));
    if (tau.value > result.tau.value) result.tau = tau;
  }
  result.tau.value *= static_cast<double>(interval);
  result.tau.error *= static_cast<double>(interval);
  if (n_kinds > 1) result.settled = before.settled > 0 ? before.settled : updates;
  result.resolved = static_cast<double>(updates) >= pilot_length_in_tau * result.tau.value;
  return result;
}

std::int64_t burn_in(const PilotResult& pilot) {
  return std::max(static_cast<std::int64_t>(std::ceil(20 * std::max(pilot.slowest(), 1.0))),
                  3 * pilot.settled);
}

std::int64_t thinning(const PilotResult& pilot, bool rare_is_slow) {
  const auto usual = static_cast<std::int64_t>(std::ceil(4 * pilot.slowest()));
  return rare_is_slow && pilot.settled > first_pilot_length ? std::max(usual, pilot.settled) : usual;
}

}  // namespace spinflow::samplers
