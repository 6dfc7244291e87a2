// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/autocorrelation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spinflow::stats {

namespace {

constexpr double window_factor = 6;  // Madras and Sokal: W >= c tau with c between 4 and 10

struct Centred {
  std::vector<std::vector<double>> chains;  // deviations from the common mean
  double mean = 0;
  double count = 0;
  std::size_t longest = 0;
};

Centred centred(const Chains& chains) {
  Centred result;
  double sum = 0;
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (const auto& chain : chains) {
    for (const double x : chain) {
      sum += x;
      least = std::min(least, x);
      most = std::max(most, x);
    }
    result.count += static_cast<double>(chain.size());
    result.longest = std::max(result.longest, chain.size());
  }
  if (result.count == 0) return result;
  // The mean of a constant series is that constant to the last bit, or rounding would look like a slow mode.
  result.mean = least == most ? least : sum / result.count;
  for (const auto& chain : chains) {
    auto& deviations = result.chains.emplace_back();
    deviations.reserve(chain.size());
    for (const double x : chain) deviations.push_back(x - result.mean);
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

TauInt tau_int(const Centred& data) {
  TauInt result;
  if (data.count < 4) return result;
  const double variance = covariance(data, 0);
  if (!(variance > 0)) return result;
  double tau = 0.5;
  std::size_t window = 0;
  while (static_cast<double>(window) < window_factor * tau && window + 1 < data.longest) {
    ++window;
    tau += covariance(data, window) / variance;
  }
  // Subtracting the common mean lowers every covariance by the variance of that mean, 2 tau variance / N.
  const double w = static_cast<double>(window);
  tau *= 1.0 + (2.0 * w + 1.0) / data.count;
  tau = std::max(tau, 0.5 / data.count);
  result.value = tau;
  result.error = tau * std::sqrt(4.0 * std::max(w + 0.5 - tau, 0.0) / data.count);
  result.window = window;
  return result;
}

}  // namespace

TauInt tau_int(const Chains& chains) { return tau_int(centred(chains)); }

TauInt tau_int(std::span<const double> series) { return tau_int(Chains{series}); }

Estimate mean_of_chains(const Chains& chains) {
  const Centred data = centred(chains);
  Estimate result;
  if (data.count == 0) return result;
  result.value = data.mean;
  if (data.count < 2) return result;
  result.tau_int = tau_int(data).value;
  // The variance about the sample mean lacks that mean's own: divide by 1 - 2 tau / N (n - 1 for tau = 1/2).
  const double lost = std::min(2.0 * result.tau_int / data.count, 0.5);
  result.error = std::sqrt(covariance(data, 0) / (1.0 - lost) * 2.0 * result.tau_int / data.count);
  return result;
}

}  // namespace spinflow::stats
