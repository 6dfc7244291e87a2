// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/autocorrelation.hpp"

#include <algorithm>
#include <cmath>

#include "spinflow/stats/jackknife.hpp"

namespace spinflow::stats {

namespace {

constexpr double window_factor = 6;  // Madras and Sokal: W >= c tau with c between 4 and 10
// The series is anticorrelated if its sum lies this many standard deviations below 1/2 and it has at least
// this length.
constexpr double significant = 3;
constexpr double shortest_for_anticorrelation = 20;

struct Centred {
  std::vector<double> all;                      // deviations from the common mean, chain after chain
  std::vector<std::span<const double>> chains;  // into `all`
  double mean = std::numeric_limits<double>::quiet_NaN();
  double count = 0;
  std::size_t longest = 0;
  bool constant = true;
};

Centred centred(const Chains& chains) {
  Centred result;
  for (const auto& chain : chains) {
    result.all.insert(result.all.end(), chain.begin(), chain.end());
    result.longest = std::max(result.longest, chain.size());
  }
  if (result.all.empty()) return result;
  result.count = static_cast<double>(result.all.size());
  result.constant = constant(result.all);
  double sum = 0;
  for (const double x : result.all) sum += x;
  // The mean of a constant series is that constant to the last bit.
  const auto [least, most] = std::ranges::minmax_element(result.all);
  result.mean = *least == *most ? *least : sum / result.count;
  for (double& x : result.all) x -= result.mean;
  std::span<const double> rest = result.all;
  for (const auto& chain : chains) {
    result.chains.push_back(rest.first(chain.size()));
    rest = rest.subspan(chain.size());
  }
  return result;
}

// Mean of the product of deviations t steps apart, over all chains.
double covariance(const Centred& data, std::size_t t) {
  double sum = 0;
  double pairs = 0;
  for (const auto& chain : data.chains) {
    if (chain.size() <= t) continue;
    for (std::size_t i = 0; i + t < chain.size(); ++i) sum += chain[i] * chain[i + t];
    pairs += static_cast<double>(chain.size() - t);
  }
  return sum / pairs;
}

double not_below_noise(double tau, double window, double count) {
  const double noise = std::sqrt(window / count);
  if (tau >= 0.5) return tau;
  const bool anticorrelated = count >= shortest_for_anticorrelation && tau < 0.5 - significant * noise;
  return anticorrelated ? std::max(tau, noise) : 0.5;
}

TauInt tau_int(const Centred& data) {
  TauInt result;
  if (data.count < 4 || data.constant) return result;
  const double variance = covariance(data, 0);
  if (!(variance > 0)) return result;
  double tau = 0.5;
  double last = 0;
  std::size_t window = 0;
  const auto complete = [&] { return static_cast<double>(window) >= window_factor * std::max(tau, 0.5); };
  while (!complete() && window + 1 < data.longest) {
    ++window;
    last = covariance(data, window) / variance;
    tau += last;
  }
  const bool resolved = complete();
  const double w = static_cast<double>(window);
  // Partial sums of alternating terms lie on both sides of the limit; the mean of two successive ones is
  // closer to it.
  if (tau < 0.5) tau -= 0.5 * last;
  // Subtracting the common mean lowers every covariance by the variance of that mean, 2 tau variance / N.
  tau += std::max(tau, 0.5) * (2.0 * w + 1.0) / data.count;
  result.value = not_below_noise(tau, w, data.count);
  result.window = window;
  if (resolved)
    result.error = result.value * std::sqrt(4.0 * std::max(w + 0.5 - result.value, 0.0) / data.count);
  return result;
}

}  // namespace

TauInt tau_int(const Chains& chains) { return tau_int(centred(chains)); }

TauInt tau_int(std::span<const double> series) { return tau_int(Chains{series}); }

MeanOfChains mean_with_scatter(const Chains& chains) {
  const Centred data = centred(chains);
  MeanOfChains result{.value = data.mean, .scatter = {}, .tau_int = 0.5};
  if (data.constant) return result;
  const TauInt tau = tau_int(data);
  result.tau_int = tau.value;
  if (std::isnan(tau.error)) {
    Pieces pieces;
    for (const auto& chain : chains) {
      if (chain.empty()) continue;
      double sum = 0;
      for (const double x : chain) sum += x;
      pieces.means.push_back(sum / static_cast<double>(chain.size()));
      pieces.weights.push_back(static_cast<double>(chain.size()));
    }
    result.scatter = scatter_of(pieces);
    return result;
  }
  const double variance = covariance(data, 0);
  double cubes = 0;
  for (const double x : data.all) cubes += x * x * x;
  // The variance about the sample mean lacks that mean's own: divide by 1 - 2 tau / N (n - 1 for tau = 1/2).
  const double lost = std::min(2.0 * tau.value / data.count, 0.5);
  result.scatter = {.standard_error = std::sqrt(variance / (1.0 - lost) * 2.0 * tau.value / data.count),
                    .degrees = std::max(1.0, data.count / (2.0 * static_cast<double>(tau.window) + 1.0)),
                    .independent = data.count / (2.0 * tau.value),
                    .skewness = cubes / data.count / std::pow(variance, 1.5)};
  return result;
}

Estimate mean_of_chains(const Chains& chains) {
  const auto mean = mean_with_scatter(chains);
  return {.value = mean.value, .error = interval(mean.scatter), .tau_int = mean.tau_int};
}

}  // namespace spinflow::stats
