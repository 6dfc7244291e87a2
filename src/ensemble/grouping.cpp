// SPDX-License-Identifier: Apache-2.0
#include "ensemble/grouping.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <ranges>
#include <unordered_map>

namespace spinflow::ensemble {

namespace {

// The scatter of fewer chains is too uncertain: a 68 % interval would contain the true value in less than 66
// % of all cases.
constexpr std::size_t enough_chains = 16;
// Minimum for the error of a fluctuation. On exact draws of the 4x4 lattice from T = 1 to infinity fewer rows
// give pulls of a standard deviation up to 3.
constexpr double fewest_rows = 20;
constexpr double fewest_moving_rows = 15;

/// Positions of the rows of each temperature; empty unless there are several, all known, of two rows or more.
std::map<double, std::vector<std::size_t>> by_known_temperature(const Ensemble& ensemble,
                                                                std::span<const std::size_t> rows) {
  std::map<double, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double t = ensemble.temperature[rows[i]];
    if (std::isnan(t)) return {};
    members[t].push_back(i);
  }
  const bool single = std::ranges::any_of(members, [](const auto& m) { return m.second.size() < 2; });
  return members.size() < 2 || single ? std::map<double, std::vector<std::size_t>>{} : members;
}

double sum(std::span<const double> values) { return std::accumulate(values.begin(), values.end(), 0.0); }

}  // namespace

Grouping::Grouping(const Ensemble& ensemble, std::span<const std::size_t> rows) : n_(rows.size()) {
  for (auto& [temperature, members] : by_known_temperature(ensemble, rows)) {
    std::vector<std::size_t> of_stratum;
    for (const std::size_t i : members) of_stratum.push_back(rows[i]);
    strata_.push_back({std::move(members), Grouping(ensemble, of_stratum)});
  }
  if (ensemble.independent_pieces == IndependentPieces::sample) return;
  std::unordered_map<std::int32_t, std::size_t> index;
  std::vector<std::size_t> of_row(n_);
  for (std::size_t i = 0; i < n_; ++i) {
    of_row[i] = index.try_emplace(ensemble.chain[rows[i]], index.size()).first->second;
    if (of_row[i] == lengths_.size()) lengths_.push_back(0);
    ++lengths_[of_row[i]];
  }
  if (lengths_.size() == n_) {
    lengths_.clear();  // one row per chain
    return;
  }
  std::size_t n_chains = 0;
  for (const auto& [members, grouping] : strata_)
    n_chains += grouping.rows_are_independent() ? members.size() : grouping.lengths_.size();
  strata_share_chains_ = n_chains > lengths_.size() && lengths_.size() >= enough_chains;
  std::vector<std::size_t> next(lengths_.size(), 0);
  std::partial_sum(lengths_.begin(), lengths_.end() - 1, next.begin() + 1);
  order_.resize(n_);
  for (std::size_t i = 0; i < n_; ++i) order_[next[of_row[i]]++] = i;
}

std::vector<double> Grouping::Stratum::own(std::span<const double> values) const {
  std::vector<double> result;
  for (const std::size_t i : members) result.push_back(values[i]);
  return result;
}

stats::TauInt Grouping::tau_int(std::span<const double> values) const {
  if (!strata_.empty()) {
    stats::TauInt largest = strata_.front().grouping.tau_int(strata_.front().own(values));
    for (const auto& stratum : strata_ | std::views::drop(1)) {
      const auto tau = stratum.grouping.tau_int(stratum.own(values));
      if (tau.value > largest.value) largest = tau;
    }
    return largest;
  }
  if (rows_are_independent()) return {.value = 0.5, .error = 0};
  const auto sorted = chain_after_chain(values);
  return stats::tau_int(chains(sorted));
}

bool Grouping::too_short_for(double tau_int) const {
  if (!strata_.empty())
    return std::ranges::any_of(
        strata_, [&](const Stratum& stratum) { return stratum.grouping.too_short_for(tau_int); });
  const bool from_tau = !rows_are_independent() && lengths_.size() < enough_chains;
  return from_tau && static_cast<double>(n_) < stats::resolved_length * tau_int;
}

stats::Estimate Grouping::mean(std::span<const double> values) const {
  const Mean mean = mean_with_scatter(values);
  return {.value = mean.value, .error = stats::interval(mean.scatter), .tau_int = mean.tau_int};
}

stats::Estimate Grouping::function(std::span<const double> values, std::size_t k,
                                   const stats::FunctionOfMeans& f) const {
  const Function found = jackknife(values, k, f);
  return {.value = found.value, .error = stats::interval(found.mean.scatter), .tau_int = found.mean.tau_int};
}

stats::Estimate Grouping::fluctuation(std::span<const double> of, std::span<const double> values,
                                      std::size_t k, const stats::FunctionOfMeans& f, double still) const {
  return of_fluctuation(jackknife(values, k, f), of, still);
}

stats::Estimate Grouping::connected(std::span<const double> values, std::size_t k,
                                    const stats::FunctionOfMeans& f) const {
  const Function found = jackknife(values, k, f);
  stats::Estimate result{.value = found.unbiased, .tau_int = found.mean.tau_int};
  std::size_t moving = 0;
  for (std::size_t c = 0; c < k; ++c) {
    std::vector<double> column;
    for (std::size_t row = 0; row < n_; ++row) column.push_back(values[row * k + c]);
    moving = std::max(moving, stats::away_from_the_end(column));
  }
  if (enough(moving, result.tau_int))
    result.error = std::hypot(stats::interval(found.mean.scatter), second_order(found));
  return result;
}

bool Grouping::enough(std::size_t moving, double tau_int) const {
  const double correlated = 2 * tau_int;
  return static_cast<double>(n_) >= fewest_rows * correlated &&
         static_cast<double>(moving) >= fewest_moving_rows * correlated;
}

stats::Estimate Grouping::variance(std::span<const double> of, std::span<const double> values, std::size_t k,
                                   const stats::FunctionOfMeans& f) const {
  const Function found = jackknife(values, k, f);
  stats::Estimate result = of_fluctuation(found, of, 0);
  result.error = std::hypot(result.error, second_order(found));
  return result;
}

double Grouping::second_order(const Function& found) {
  return std::numbers::sqrt2 * (found.unbiased - found.value);
}

stats::Estimate Grouping::of_fluctuation(const Function& found, std::span<const double> of,
                                         double still) const {
  stats::Estimate result{.value = found.unbiased, .tau_int = found.mean.tau_int};
  const double relative = found.mean.scatter.standard_error / std::abs(found.unbiased - still);
  if (enough(stats::away_from_the_end(of), result.tau_int))
    result.error = stats::interval(found.mean.scatter, relative);
  return result;
}

Grouping::Function Grouping::jackknife(std::span<const double> values, std::size_t k,
                                       const stats::FunctionOfMeans& f) const {
  const auto pseudo = stats::pseudovalues(values, k, f);
  Function result{.value = pseudo.of_all, .unbiased = pseudo.of_all, .mean = {}};
  const auto finite = [](double x) { return std::isfinite(x); };
  if (pseudo.values.empty() || !std::ranges::all_of(pseudo.values, finite)) return result;
  result.mean = mean_with_scatter(pseudo.values);
  // The bias of f is proportional to the variance of the means. The pseudovalues remove this bias as it is
  // for independent rows.
  const double independent = stats::scatter_of(pseudo.values).standard_error;
  const double variances = std::pow(result.mean.scatter.standard_error / independent, 2);
  const double mean = sum(pseudo.values) / static_cast<double>(n_);
  if (std::isfinite(variances)) result.unbiased += variances * (mean - pseudo.of_all);
  return result;
}

Grouping::Mean Grouping::mean_with_scatter(std::span<const double> values) const {
  if (!strata_.empty()) return mean_of_strata(values);
  if (!rows_are_independent()) return mean_of_chains(values);
  const auto mean = stats::mean_of_pieces(values);
  return {.value = mean.value, .scatter = stats::scatter_of(values), .tau_int = 0.5};
}

Grouping::Mean Grouping::mean_of_chains(std::span<const double> values) const {
  const auto sorted = chain_after_chain(values);
  const auto series = chains(sorted);
  const auto along = stats::mean_with_scatter(series);
  if (lengths_.size() < enough_chains)
    return {.value = along.value, .scatter = along.scatter, .tau_int = along.tau_int};
  stats::Pieces pieces;
  for (const auto& chain : series) {
    pieces.means.push_back(sum(chain) / static_cast<double>(chain.size()));
    pieces.weights.push_back(static_cast<double>(chain.size()));
  }
  return {.value = stats::mean_of_pieces(pieces).value,
          .scatter = stats::scatter_of(pieces),
          .tau_int = along.tau_int};
}

stats::Scatter Grouping::scatter_of_shared_chains(std::span<const double> residuals) const {
  const auto sorted = chain_after_chain(residuals);
  const auto share = static_cast<double>(lengths_.size()) / static_cast<double>(n_);
  std::vector<double> pieces;
  for (const auto& chain : chains(sorted)) pieces.push_back(share * sum(chain));
  return stats::scatter_of(pieces);
}

Grouping::Mean Grouping::mean_of_strata(std::span<const double> values) const {
  Mean result{.value = 0, .scatter = {.standard_error = 0}, .tau_int = 0.5};
  std::vector<double> residuals(n_);  // about the mean of the own temperature
  double third = 0;                   // sum of third cumulants of means
  double fourth = 0;                  // sum of variance^2 / degrees (Satterthwaite 1946)
  for (const auto& stratum : strata_) {
    const auto own = stratum.own(values);
    const Mean mean = stratum.grouping.mean_with_scatter(own);
    const double share = static_cast<double>(own.size()) / static_cast<double>(n_);
    result.value += share * mean.value;
    result.tau_int = std::max(result.tau_int, mean.tau_int);
    for (const std::size_t i : stratum.members) residuals[i] = values[i] - mean.value;
    auto& scatter = result.scatter;
    // A stratum without scatter (T = 0) adds nothing to the error; the scatter of a single row is not known.
    const double error = own.size() > 1 && stats::constant(own) ? 0 : share * mean.scatter.standard_error;
    const double variance = error * error;
    scatter.standard_error = std::hypot(scatter.standard_error, error);
    if (variance == 0) continue;
    third += mean.scatter.skewness / std::sqrt(mean.scatter.independent) * variance * error;
    fourth += variance * variance / mean.scatter.degrees;
  }
  auto& scatter = result.scatter;
  const double variance = scatter.standard_error * scatter.standard_error;
  scatter.degrees = variance * variance / fourth;
  // The skewness of the mean itself, as that of one number.
  scatter.skewness = third / std::pow(variance, 1.5);
  scatter.independent = 1;
  if (variance == 0)
    scatter = {};
  else if (strata_share_chains_)
    scatter = scatter_of_shared_chains(residuals);
  return result;
}

std::vector<double> Grouping::chain_after_chain(std::span<const double> values) const {
  std::vector<double> sorted(values.size());
  for (std::size_t i = 0; i < n_; ++i) sorted[i] = values[order_[i]];
  return sorted;
}

stats::Chains Grouping::chains(std::span<const double> sorted) const {
  stats::Chains result;
  for (const std::size_t length : lengths_) {
    result.push_back(sorted.first(length));
    sorted = sorted.subspan(length);
  }
  return result;
}

}  // namespace spinflow::ensemble
