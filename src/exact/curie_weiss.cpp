// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/curie_weiss.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <vector>

#include "spinflow/base/error.hpp"

namespace spinflow::exact {

ExactMeans curie_weiss(int n, double coupling, double field, double temperature) {
  constexpr int most = 100'000'000;
  if (n < 1 || n > most)
    throw input_error("Curie-Weiss model", fmt::format("{} spins cannot be summed over", n),
                      fmt::format("from 1 to {}", most));
  if (!std::isfinite(coupling) || !std::isfinite(field) || !(temperature >= 0))
    throw input_error("Curie-Weiss model", "coupling, field or temperature is no number in its range",
                      "J and h are finite, T >= 0");
  const double sites = n;
  const auto energy = [&](double m) {  // total; m = 2 up - N
    return -coupling / (2 * sites) * (m * m - sites) - field * m;
  };
  const double rounding = 1e-9 * (std::abs(coupling) + std::abs(field));
  // ln of the weight of every magnetization; a T = 0 keeps the ground states alone.
  double ground = std::numeric_limits<double>::infinity();
  for (int up = 0; up <= n; ++up) ground = std::min(ground, energy(2.0 * up - sites));
  std::vector<double> log_weight(static_cast<std::size_t>(n) + 1);
  double log_binomial = 0;
  double carry = 0;  // of Kahan's summation: N terms are added up
  double largest = -std::numeric_limits<double>::infinity();
  for (int up = 0; up <= n; ++up) {
    const double excess = energy(2.0 * up - sites) - ground;
    auto& weight = log_weight[static_cast<std::size_t>(up)];
    if (temperature > 0)
      weight = log_binomial - excess / temperature;
    else
      weight = excess <= rounding ? log_binomial : -std::numeric_limits<double>::infinity();
    largest = std::max(largest, weight);
    const double term = std::log((sites - up) / (up + 1.0)) - carry;
    const double sum = log_binomial + term;
    carry = (sum - log_binomial) - term;
    log_binomial = sum;
  }
  double total = 0;
  for (const double weight : log_weight) total += std::exp(weight - largest);
  ExactMeans means;
  const auto mean_of = [&](auto value) {
    double sum = 0;
    for (int up = 0; up <= n; ++up)
      sum += std::exp(log_weight[static_cast<std::size_t>(up)] - largest) * value(2.0 * up - sites);
    return sum / total;
  };
  const double mean = mean_of(energy);
  const double variance = mean_of([&](double m) { return (energy(m) - mean) * (energy(m) - mean); });
  means.log_partition = largest + std::log(total) - (temperature > 0 ? ground / temperature : 0);
  means.energy = mean / sites;
  means.specific_heat = temperature > 0 ? variance / (sites * temperature * temperature) : 0;
  means.magnetization = mean_of([&](double m) { return m / sites; });
  means.abs_magnetization = mean_of([&](double m) { return std::abs(m) / sites; });
  means.magnetization_2 = mean_of([&](double m) { return m * m / (sites * sites); });
  means.magnetization_4 = mean_of([&](double m) { return m * m * m * m / (sites * sites * sites * sites); });
  return means;
}

}  // namespace spinflow::exact
