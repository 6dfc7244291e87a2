// SPDX-License-Identifier: Apache-2.0
#include "studies/flow_stop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spinflow/flow/fixed_point.hpp"
#include "studies/judging.hpp"

namespace spinflow::studies {

namespace {

using results::none;

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

/// The temperature of a mean over `n` seeds. Whether it can be told from infinity is asked by Student's
/// distribution; an inversion takes errors for normal ones.
thermometers::Reading read_mean(const Inversion& invert, const stats::Estimate& mean, std::size_t n) {
  auto reading = invert(mean);
  if (n < 2 || reading.value == 0) return reading;
  const double wider = one_sided_interval(n) / thermometers::one_sided_normal;
  const auto widened = invert({.value = mean.value, .error = wider * mean.error});
  return std::isnan(widened.error) ? widened : reading;
}

}  // namespace

double mean_at(double t, const Inversion& invert, double below, double above) {
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (below + above);
    (invert({.value = middle, .error = 0}).value < t ? below : above) = middle;
  }
  return below;
}

Stop stop_of(const SeedFlows& seeds, const StepReading& read, const Inversion& invert,
             const StopLimits& limits) {
  Stop stop;
  stop.limits = limits;
  std::vector<std::vector<stats::Estimate>> courses;
  for (const auto& starts : seeds)
    for (const auto* start : starts) {
      auto& course = courses.emplace_back();
      for (const auto& step : flow::last_quarter(*start)) course.push_back(read(step));
    }
  const auto endings = flow::endings(courses);
  std::size_t next = 0;
  for (std::size_t s = 0; s < seeds.size(); ++s) {
    stop.seeds.emplace_back();
    if (seeds[s].empty()) continue;
    const std::size_t n_starts = seeds[s].size();
    stop.start_seeds.resize(n_starts, std::vector<stats::Estimate>(seeds.size()));
    stop.drift_seeds.resize(n_starts, std::vector<stats::Estimate>(seeds.size()));
    stats::Estimate mean{.value = 0, .error = 0};
    for (std::size_t i = 0; i < n_starts; ++i) {
      const auto& end = endings[next++];
      stop.start_seeds[i][s] = end.mean;
      stop.drift_seeds[i][s] = end.drift;
      mean.value += end.mean.value / static_cast<double>(n_starts);
      mean.error = std::hypot(mean.error, end.mean.error / static_cast<double>(n_starts));
    }
    stop.seeds.back() = mean;
  }
  stop.mean = over_seeds(stop.seeds);
  stop.reading = read_mean(invert, stop.mean, finite_seeds(stop.seeds));
  for (const auto& values : stop.start_seeds) {
    stop.starts.push_back(over_seeds(values));
    stop.start_readings.push_back(read_mean(invert, stop.starts.back(), finite_seeds(values)));
  }
  stop.slope = slope_of(invert, stop.mean.value);
  if (!stop.start_seeds.empty())
    stop.difference = scaled(paired(stop.start_seeds.back(), stop.start_seeds.front()), stop.slope);
  for (const auto& values : stop.drift_seeds) stop.drifts.push_back(scaled(over_seeds(values), stop.slope));
  return stop;
}

std::vector<stats::Estimate> last_step_means(const SeedFlows& seeds, const StepReading& read) {
  std::vector<stats::Estimate> means;
  for (const auto& starts : seeds) {
    if (starts.empty()) continue;
    const double share = 1.0 / static_cast<double>(starts.size());
    auto& mean = means.emplace_back(stats::Estimate{.value = 0, .error = 0});
    for (const auto* start : starts) {
      const auto here = read(start->steps.back());
      mean.value += share * here.value;
      mean.error = std::hypot(mean.error, share * here.error);
    }
  }
  return means;
}

std::vector<double> mean_distribution(const std::vector<const flow::Trajectory*>& flows,
                                      const std::string& thermometer, std::size_t step) {
  std::vector<double> mean;
  double n = 0;
  for (const auto* flow : flows) {
    const auto& readings = flow->steps.at(step).readings;
    const auto found = readings.find(thermometer);
    if (found == readings.end()) continue;
    mean.resize(found->second.distribution.size());
    for (std::size_t c = 0; c < mean.size(); ++c) mean[c] += found->second.distribution[c];
    n += 1;
  }
  for (double& p : mean) p /= n;
  return mean;
}

std::vector<SeenStep> seen_by(const std::string& thermometer, const std::vector<flow::Trajectory>& flows,
                              double highest) {
  std::vector<SeenStep> all;
  for (const auto& start : flows)
    for (const auto& step : start.steps) {
      if (!step.readings.contains(thermometer)) continue;
      const auto reading = step.by(thermometer);
      all.push_back({start.temperature,
                     static_cast<double>(step.step),
                     {.value = reading.value <= highest ? reading.value : none, .error = reading.error}});
    }
  return all;
}

stats::Estimate Stop::drift() const {
  if (drifts.empty()) return {};
  return *std::ranges::max_element(drifts, {}, [](const stats::Estimate& d) { return std::abs(d.value); });
}

bool Stop::common() const {
  const double noise = std::isfinite(difference.error) ? limits.agree_errors * difference.error : 0;
  return std::abs(difference.value) < std::max(limits.agree_within, noise) && !drifts.empty() &&
         std::ranges::all_of(
             drifts, [&](const stats::Estimate& d) { return std::abs(d.value) < limits.drift_within; });
}

std::string Stop::not_common(const std::string& name) const {
  if (common()) return "";
  if (!std::isfinite(difference.value) || !std::isfinite(drift().value))
    return fmt::format("; by {}: at an end of what it reads, T = {} and {}", name,
                       text(start_readings.front()), text(start_readings.back()));
  // Type H: where T hardly changes e, a small drift cannot be told from noise.
  const bool unresolved = std::abs(drift().value) - 2 * drift().error < limits.drift_within &&
                          std::abs(difference.value) - 2 * difference.error < limits.agree_within;
  return fmt::format("; by {}: hot minus cold start {:.3f} +- {:.3f}, drift {:.3f} +- {:.3f}{}", name,
                     difference.value, difference.error, drift().value, drift().error,
                     unresolved ? " (within 2 errors of the limits: not resolved)" : "");
}

stats::Estimate paired_difference(const Stop& a, const Stop& b) {
  const auto in_temperature = [](const Stop& stop) {
    std::vector<stats::Estimate> values;
    for (const auto& value : stop.seeds) values.push_back(scaled(value, stop.slope));
    return values;
  };
  return {.value = a.reading.value - b.reading.value,
          .error = paired(in_temperature(a), in_temperature(b)).error};
}

std::vector<results::Point> mean_course(const std::vector<const flow::Trajectory*>& seeds,
                                        const std::string& thermometer, double highest) {
  std::vector<results::Point> points;
  for (std::size_t step = 0; !seeds.empty() && step < seeds.front()->steps.size(); ++step) {
    std::vector<stats::Estimate> inverse;
    bool cold = false;
    for (const auto* seed : seeds) {
      if (!seed->steps[step].readings.contains(thermometer)) continue;
      const auto reading = seed->steps[step].by(thermometer);
      cold = cold || reading.value == 0;
      inverse.push_back(thermometers::inverse_of(reading));
    }
    const auto mean = over_seeds(inverse);
    const double t = cold ? 0.0 : mean.value > 0 ? 1 / mean.value : none;
    results::Point point{.x = static_cast<double>(step), .y = t <= highest ? t : none};
    const bool band = !cold && std::isfinite(mean.error) && mean.value > mean.error && std::isfinite(point.y);
    point.lower = band ? 1 / (mean.value + mean.error) : point.y;
    point.upper = band ? std::min(highest, 1 / (mean.value - mean.error)) : point.y;
    points.push_back(point);
  }
  return points;
}

}  // namespace spinflow::studies
