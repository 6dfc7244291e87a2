// SPDX-License-Identifier: Apache-2.0
// What iso2018 reads off its measurements: fixed points, flowed ensembles, product measures, step maps.
#include <algorithm>
#include <cmath>
#include <limits>

#include "iso2018.hpp"
#include "spinflow/stats/fit.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::experiments::iso2018 {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// dT/dx of an inversion; one-sided at a bound.
double slope_of(const Inversion& invert, double x) {
  constexpr double d = 1e-4;
  const auto below = invert({.value = x - d, .error = 0});
  const auto here = invert({.value = x, .error = 0});
  const auto above = invert({.value = x + d, .error = 0});
  if (!below.censored && !above.censored) return (above.value - below.value) / (2 * d);
  if (!below.censored && !here.censored) return (here.value - below.value) / d;
  if (!above.censored && !here.censored) return (above.value - here.value) / d;
  return none;
}

struct LastQuarter {
  double mean;
  double drift;  ///< slope of a straight line times the length of the quarter
};

template <class Read>
LastQuarter last_quarter(const flow::FlowStart& start, const Read& read) {
  const std::size_t last = start.steps.size() - 1;
  const std::size_t first = last - last / 4;
  const double n = static_cast<double>(last - first + 1);
  double mean = 0;
  for (std::size_t i = first; i <= last; ++i) mean += read(start.steps[i]) / n;
  const double middle = 0.5 * static_cast<double>(first + last);
  double xy = 0;
  double xx = 0;
  for (std::size_t i = first; i <= last; ++i) {
    const double x = static_cast<double>(i) - middle;
    xy += x * (read(start.steps[i]) - mean);
    xx += x * x;
  }
  return {mean, xx > 0 ? xy / xx * static_cast<double>(last - first) : none};
}

stats::Estimate scaled(const stats::Estimate& estimate, double factor) {
  return {.value = factor * estimate.value, .error = std::abs(factor) * estimate.error};
}

struct Side {
  stats::Estimate mean;
  std::vector<stats::Estimate> starts;
  stats::Estimate difference;
  stats::Estimate drift;
};

template <class Read>
Side side_of(const VariantResult& result, const Read& read) {
  std::vector<double> means;
  std::vector<double> differences;
  std::vector<double> drifts;
  std::vector<std::vector<double>> by_start;
  for (const auto& seed : result.seeds) {
    if (!seed.failure.empty()) continue;
    by_start.resize(seed.starts.size());
    double mean = 0;
    double drift = 0;
    for (std::size_t i = 0; i < seed.starts.size(); ++i) {
      const LastQuarter quarter = last_quarter(seed.starts[i], read);
      by_start[i].push_back(quarter.mean);
      mean += quarter.mean / static_cast<double>(seed.starts.size());
      drift += quarter.drift / static_cast<double>(seed.starts.size());
    }
    means.push_back(mean);
    drifts.push_back(drift);
    differences.push_back(by_start.back().back() - by_start.front().back());
  }
  Side side{over_seeds(means), {}, over_seeds(differences), over_seeds(drifts)};
  for (const auto& values : by_start) side.starts.push_back(over_seeds(values));
  return side;
}

}  // namespace

const VariantResult* Measurements::find(const std::string& id) const {
  for (const auto& result : variants)
    if (result.variant.id == id) return &result;
  return nullptr;
}

stats::Estimate over_seeds(const std::vector<double>& values) {
  std::vector<double> finite;
  for (const double value : values)
    if (std::isfinite(value)) finite.push_back(value);
  if (finite.empty()) return {};
  return stats::mean_of_pieces(finite);
}

FixedPoint fixed_point(const VariantResult& result, const Measurements& measurements) {
  FixedPoint point;
  for (const auto& seed : result.seeds) point.seeds += seed.failure.empty() ? 1 : 0;
  if (point.seeds == 0) return point;
  const Side energy = side_of(result, [](const flow::FlowStep& step) { return step.energy.value; });
  const Side magnet =
      side_of(result, [](const flow::FlowStep& step) { return step.abs_magnetization.value; });
  point.energy = energy.mean;
  point.abs_magnetization = magnet.mean;
  point.by_energy = measurements.from_energy(energy.mean);
  point.by_magnetization = measurements.from_magnetization(magnet.mean);
  point.start_energies = energy.starts;
  point.start_magnetizations = magnet.starts;
  const double by_energy = slope_of(measurements.from_energy, energy.mean.value);
  const double by_magnetization = slope_of(measurements.from_magnetization, magnet.mean.value);
  point.difference_energy = scaled(energy.difference, by_energy);
  point.drift_energy = scaled(energy.drift, by_energy);
  point.difference_magnetization = scaled(magnet.difference, by_magnetization);
  point.drift_magnetization = scaled(magnet.drift, by_magnetization);
  return point;
}

bool FixedPoint::common() const {
  const auto agrees = [](const stats::Estimate& difference) {
    const double noise = std::isfinite(difference.error) ? 3 * difference.error : 0;
    return std::abs(difference.value) < std::max(0.05, noise);
  };
  return agrees(difference_energy) && agrees(difference_magnetization) &&
         std::abs(drift_energy.value) < 0.02 && std::abs(drift_magnetization.value) < 0.02;
}

Flowed flowed(const VariantResult& result) {
  std::vector<double> energy;
  std::vector<double> sd_energy;
  std::vector<double> magnetization;
  std::vector<std::vector<double>> correlation;
  for (const auto& seed : result.seeds) {
    if (!seed.failure.empty()) continue;
    const double share = 1.0 / static_cast<double>(seed.starts.size());
    double e = 0;
    double sd = 0;
    double m = 0;
    std::vector<double> g(seed.starts.front().steps.back().correlation.size());
    for (const auto& start : seed.starts) {
      const auto& last = start.steps.back();
      e += share * last.energy.value;
      sd += share * last.sd_energy.value;
      m += share * last.abs_magnetization.value;
      for (std::size_t r = 0; r < g.size(); ++r) g[r] += share * last.correlation[r].value;
    }
    energy.push_back(e);
    sd_energy.push_back(sd);
    magnetization.push_back(m);
    correlation.resize(g.size());
    for (std::size_t r = 0; r < g.size(); ++r) correlation[r].push_back(g[r]);
  }
  Flowed all{over_seeds(energy), over_seeds(sd_energy), over_seeds(magnetization), {}};
  for (const auto& values : correlation) all.correlation.push_back(over_seeds(values));
  return all;
}

ProductMeasure product_measure(double m, int n_sites) {
  const double n = n_sites;
  ProductMeasure product{.m = m, .energy = -2 * m * m};
  // Var(E): 2N bonds of variance 1 - m^4, and 6N pairs of bonds that share a site, of covariance m^2 - m^4,
  // twice.
  const double variance = 2 * n * (1 - std::pow(m, 4)) + 12 * n * (m * m - std::pow(m, 4));
  product.sd_energy = std::sqrt(std::max(0.0, variance)) / n;
  // <|M|> of a sum of n independent spins: the binomial distribution term by term.
  const double p = 0.5 * (1 + m);
  for (int up = 0; up <= n_sites; ++up) {
    const double log_weight = std::lgamma(n + 1) - std::lgamma(up + 1.0) - std::lgamma(n - up + 1.0) +
                              (up > 0 ? up * std::log(p) : 0.0) +
                              (up < n_sites ? (n - up) * std::log1p(-p) : 0.0);
    product.abs_magnetization += std::exp(log_weight) * std::abs(2.0 * up - n) / n;
  }
  return product;
}

ProductMeasure product_of_energy(double e, int n_sites) {
  return product_measure(std::sqrt(std::clamp(-e / 2, 0.0, 1.0)), n_sites);
}

ProductMeasure product_of_magnetization(double abs_magnetization, int n_sites) {
  // <|m|> grows with m from its value at m = 0; bisection is plenty.
  double low = 0;
  double high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (product_measure(middle, n_sites).abs_magnetization < abs_magnetization ? low : high) = middle;
  }
  return product_measure(0.5 * (low + high), n_sites);
}

StepMap step_map(const std::vector<flow::FlowStart>& flows, double lower, double upper) {
  // T' - T against T - centre, so that value and slope at the centre come out little correlated.
  const double centre = 0.5 * (lower + upper);
  std::vector<double> x;
  std::vector<stats::Estimate> y;
  for (const auto& start : flows) {
    const auto reading = start.steps.at(1).readings.find("energy");
    if (start.temperature < lower || start.temperature > upper || reading == start.steps[1].readings.end())
      continue;
    if (!std::isfinite(reading->second.value) || !(reading->second.error > 0)) continue;
    x.push_back(start.temperature - centre);
    y.push_back({.value = reading->second.value - start.temperature, .error = reading->second.error});
  }
  if (x.size() < 2) return {};
  const auto line = stats::fit_line(x, y);
  StepMap map;
  map.slope = {.value = 1 + line.slope.value, .error = line.slope.error};
  // The root of a + b x: its error to first order is that of the line there, over the slope.
  const double root = -line.intercept.value / line.slope.value;
  map.crossing = {.value = centre + root, .error = line.at(root).error / std::abs(line.slope.value)};
  return map;
}

std::vector<double> mean_distribution(const VariantResult& result, const std::string& gauge,
                                      std::size_t start, std::size_t step) {
  std::vector<double> mean;
  double n = 0;
  for (const auto& seed : result.seeds) {
    if (!seed.failure.empty()) continue;
    const auto& readings = seed.starts.at(start).steps.at(step).readings;
    const auto found = readings.find(gauge);
    if (found == readings.end()) continue;
    mean.resize(found->second.distribution.size());
    for (std::size_t c = 0; c < mean.size(); ++c) mean[c] += found->second.distribution[c];
    n += 1;
  }
  for (double& p : mean) p /= n;
  return mean;
}

}  // namespace spinflow::experiments::iso2018
