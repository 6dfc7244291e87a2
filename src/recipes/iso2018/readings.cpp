// SPDX-License-Identifier: Apache-2.0
// What iso2018 reads off its measurements: fixed points, flowed ensembles, product measures.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "recipes/iso2018/measurements.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/flow/fixed_point.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::recipes::iso2018 {

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

stats::Estimate scaled(const stats::Estimate& estimate, double factor) {
  return {.value = factor * estimate.value, .error = std::abs(factor) * estimate.error};
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

/// `read`: a number per step, NaN where there is none; `invert`: its temperature.
Stop stop_of(const VariantResult& result, const Criteria& criteria,
             const std::function<stats::Estimate(const flow::FlowStep&)>& read, const Inversion& invert) {
  Stop stop;
  stop.agree_within = criteria.number("a", "common");
  stop.drift_within = criteria.number("a", "drift");
  stop.agree_errors = criteria.number("a", "errors");
  std::vector<std::vector<stats::Estimate>> courses;
  for (const auto& seed : result.seeds) {
    if (!seed.failure.empty()) continue;
    for (const auto& start : seed.starts) {
      courses.emplace_back();
      for (const auto& step : flow::last_quarter(start)) courses.back().push_back(read(step));
    }
  }
  const auto endings = flow::endings(courses);
  std::size_t next = 0;
  std::vector<std::vector<stats::Estimate>> drifts;
  for (std::size_t s = 0; s < result.seeds.size(); ++s) {
    const auto& seed = result.seeds[s];
    stop.seeds.emplace_back();
    if (!seed.failure.empty()) continue;
    const std::size_t n_starts = seed.starts.size();
    stop.start_seeds.resize(n_starts, std::vector<stats::Estimate>(result.seeds.size()));
    drifts.resize(n_starts);
    stats::Estimate mean{.value = 0, .error = 0};
    for (std::size_t i = 0; i < n_starts; ++i) {
      const auto& end = endings[next++];
      stop.start_seeds[i][s] = end.mean;
      drifts[i].push_back(end.drift);
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
  for (const auto& values : drifts) stop.drifts.push_back(scaled(over_seeds(values), stop.slope));
  return stop;
}

}  // namespace

const VariantResult* Measurements::find(const std::string& id) const {
  for (const auto& result : variants)
    if (result.variant.id == id) return &result;
  return nullptr;
}

std::optional<std::size_t> VariantResult::first_good() const {
  for (std::size_t s = 0; s < seeds.size(); ++s)
    if (seeds[s].failure.empty()) return s;
  return std::nullopt;
}

const std::vector<Gauge>& gauges() {
  static const std::vector<Gauge> all = {
      {"energy", "energy", &FixedPoint::energy},
      {"magnetization", "magnetization", &FixedPoint::magnetization},
      {"pseudo_likelihood", "pseudo-likelihood", &FixedPoint::pseudo_likelihood},
      {"classifier", "classifier, mean (large)", &FixedPoint::classifier}};
  return all;
}

FixedPoint fixed_point(const VariantResult& result, const Measurements& measurements) {
  FixedPoint point;
  for (const auto& seed : result.seeds) point.seeds += seed.failure.empty() ? 1 : 0;
  if (point.seeds == 0) return point;
  const AtSize& here = measurements.sizes.at(result.variant.size);
  const auto& criteria = measurements.settings.criteria;
  point.energy = stop_of(
      result, criteria, [](const flow::FlowStep& step) { return step[observables::energy]; },
      here.from_energy);
  point.magnetization = stop_of(
      result, criteria, [](const flow::FlowStep& step) { return step[observables::abs_magnetization]; },
      here.from_magnetization);
  // The coupling K is averaged, which stays finite where T does not.
  const auto coupling = [](const flow::FlowStep& step) {
    const auto found = step.readings.find("pseudo-likelihood");
    return found == step.readings.end() ? stats::Estimate{} : thermometers::inverse_of(found->second);
  };
  point.pseudo_likelihood = stop_of(result, criteria, coupling, [](const stats::Estimate& k) {
    return thermometers::reading_of_inverse(k);
  });
  if (result.variant.size != measurements.settings.ensemble.size) return point;
  const auto classified = [](const flow::FlowStep& step) {
    const auto found = step.readings.find("classifier-large");
    if (found == step.readings.end()) return stats::Estimate{};
    return stats::Estimate{.value = found->second.value, .error = found->second.error};
  };
  point.classifier = stop_of(result, criteria, classified, [](const stats::Estimate& t) {
    return thermometers::Reading{.value = t.value, .error = t.error};
  });
  const auto last = static_cast<std::size_t>(measurements.settings.flow.steps);
  const auto& temperatures = measurements.settings.ensemble.temperatures;
  std::vector<double> p(temperatures.size());
  for (std::size_t start = 0; start < measurements.settings.flow.starts.size(); ++start) {
    const auto part = mean_distribution(result, "classifier-large", start, last);
    for (std::size_t c = 0; c < std::min(p.size(), part.size()); ++c) p[c] += part[c];
  }
  point.classifier_mode = temperatures[static_cast<std::size_t>(std::ranges::max_element(p) - p.begin())];
  return point;
}

stats::Estimate Stop::drift() const {
  if (drifts.empty()) return {};
  return *std::ranges::max_element(drifts, {}, [](const stats::Estimate& d) { return std::abs(d.value); });
}

bool Stop::common() const {
  const double noise = std::isfinite(difference.error) ? agree_errors * difference.error : 0;
  return std::abs(difference.value) < std::max(agree_within, noise) && !drifts.empty() &&
         std::ranges::all_of(drifts,
                             [&](const stats::Estimate& d) { return std::abs(d.value) < drift_within; });
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

stats::Estimate quoted_reading(const FixedPoint& point, const Stop& stop) {
  if (!point.common() || !stop.common()) return {};
  return shown(stop.reading);
}

std::string no_fixed_point(const FixedPoint& point, std::int64_t steps) {
  std::string text = fmt::format("no common fixed point by step {}", steps);
  const auto add = [&](const char* name, const Stop& stop) {
    if (stop.common()) return;
    if (!std::isfinite(stop.difference.value) || !std::isfinite(stop.drift().value)) {
      text +=
          fmt::format("; by {}: at an end of what it reads, T = {} and {}", name,
                      studies::text(stop.start_readings.front()), studies::text(stop.start_readings.back()));
      return;
    }
    text += fmt::format("; by {}: hot minus cold start {:.3f} +- {:.3f}, drift {:.3f} +- {:.3f}", name,
                        stop.difference.value, stop.difference.error, stop.drift().value, stop.drift().error);
    // Type H: where T hardly changes e, a small drift cannot be told from noise.
    if (std::abs(stop.drift().value) - 2 * stop.drift().error < stop.drift_within &&
        std::abs(stop.difference.value) - 2 * stop.difference.error < stop.agree_within)
      text += " (within 2 errors of the limits: not resolved)";
  };
  add("energy", point.energy);
  add("magnetization", point.magnetization);
  return text;
}

Flowed flowed(const VariantResult& result) {
  std::vector<stats::Estimate> energy;
  std::vector<stats::Estimate> sd_energy;
  std::vector<stats::Estimate> magnetization;
  std::vector<std::vector<stats::Estimate>> correlation;
  std::vector<double> falls;
  for (const auto& seed : result.seeds) {
    if (!seed.failure.empty()) continue;
    // Starts are independent: errors add in squares.
    const auto over_starts = [&](const auto& read) {
      const double share = 1.0 / static_cast<double>(seed.starts.size());
      stats::Estimate mean{.value = 0, .error = 0};
      for (const auto& start : seed.starts) {
        const stats::Estimate here = read(start.steps.back());
        mean.value += share * here.value;
        mean.error = std::hypot(mean.error, share * here.error);
      }
      return mean;
    };
    const auto of = [](const char* name) {
      return [name](const flow::FlowStep& last) { return last[name]; };
    };
    energy.push_back(over_starts(of(observables::energy)));
    sd_energy.push_back(over_starts(of(observables::sd_energy)));
    magnetization.push_back(over_starts(of(observables::abs_magnetization)));
    const std::size_t distances =
        seed.starts.front().steps.back().observed.list(observables::correlation).size();
    correlation.resize(distances);
    for (std::size_t r = 0; r < distances; ++r)
      correlation[r].push_back(over_starts(
          [r](const flow::FlowStep& last) { return last.observed.list(observables::correlation)[r]; }));
    // Distances of one configuration fluctuate together: the fall has no error of its own here.
    falls.push_back(correlation.front().back().value - correlation.back().back().value);
  }
  Flowed all{over_seeds(energy), over_seeds(sd_energy), over_seeds(magnetization), {}, over_seeds(falls)};
  for (const auto& values : correlation) all.correlation.push_back(over_seeds(values));
  return all;
}

stats::Estimate fall_of(const ensemble::Ensemble& ensemble) {
  constexpr std::size_t most_pieces = 100;
  const std::size_t n_pieces = std::min(most_pieces, ensemble.size());
  std::vector<double> falls;
  std::vector<std::size_t> rows;
  for (std::size_t piece = 0; piece < n_pieces; ++piece) {
    rows.clear();
    for (std::size_t row = piece; row < ensemble.size(); row += n_pieces) rows.push_back(row);
    const auto g = ensemble::correlation({ensemble, rows});
    falls.push_back(g.front().value - g.back().value);
  }
  return over_seeds(falls);
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

}  // namespace spinflow::recipes::iso2018
