// SPDX-License-Identifier: Apache-2.0
// What iso2018 reads off its measurements: fixed points, flowed ensembles, product measures.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "recipes/iso2018/measurements.hpp"
#include "spinflow/ensemble/observables.hpp"

namespace spinflow::recipes::iso2018 {

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
  std::vector<std::vector<const flow::Trajectory*>> seeds;
  for (const auto& seed : result.seeds) {
    auto& starts = seeds.emplace_back();
    for (const auto& start : seed.starts) starts.push_back(&start);
  }
  const auto& criteria = measurements.settings.criteria;
  const studies::StopLimits limits{.agree_within = criteria.number("a", "common"),
                                   .agree_errors = criteria.number("a", "errors"),
                                   .drift_within = criteria.number("a", "drift")};
  const auto stop = [&](const studies::StepReading& read, const Inversion& invert) {
    return studies::stop_of(seeds, read, invert, limits);
  };
  const AtSize& here = measurements.sizes.at(result.variant.size);
  using Step = flow::FlowStep;
  point.energy = stop([](const Step& step) { return step[observables::energy]; }, here.from_energy);
  point.magnetization =
      stop([](const Step& step) { return step[observables::abs_magnetization]; }, here.from_magnetization);
  // The coupling K is averaged, which stays finite where T does not.
  point.pseudo_likelihood =
      stop([](const Step& step) { return thermometers::inverse_of(step.by("pseudo-likelihood")); },
           [](const stats::Estimate& k) { return thermometers::reading_of_inverse(k); });
  if (result.variant.size != measurements.settings.ensemble.size) return point;
  point.classifier = stop(
      [](const Step& step) {
        const auto reading = step.by("classifier-large");
        return stats::Estimate{.value = reading.value, .error = reading.error};
      },
      [](const stats::Estimate& t) { return thermometers::Reading{.value = t.value, .error = t.error}; });
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

stats::Estimate quoted_reading(const FixedPoint& point, const Stop& stop) {
  if (!point.common() || !stop.common()) return {};
  return shown(stop.reading);
}

std::string no_fixed_point(const FixedPoint& point, std::int64_t steps) {
  return fmt::format("no common fixed point by step {}{}{}", steps, point.energy.not_common("energy"),
                     point.magnetization.not_common("magnetization"));
}

Flowed flowed(const VariantResult& result) {
  // At the last step, by seed. Starts are independent: errors add in squares.
  const auto by_seed = [&](const studies::StepReading& read) {
    std::vector<stats::Estimate> means;
    for (const auto& seed : result.seeds) {
      if (!seed.failure.empty()) continue;
      const double share = 1.0 / static_cast<double>(seed.starts.size());
      auto& mean = means.emplace_back(stats::Estimate{.value = 0, .error = 0});
      for (const auto& start : seed.starts) {
        const auto here = read(start.steps.back());
        mean.value += share * here.value;
        mean.error = std::hypot(mean.error, share * here.error);
      }
    }
    return means;
  };
  const auto of = [&](const char* name) {
    return over_seeds(by_seed([name](const flow::FlowStep& last) { return last[name]; }));
  };
  Flowed all{of(observables::energy), of(observables::sd_energy), of(observables::abs_magnetization), {}, {}};
  const auto good = result.first_good();
  if (!good) return all;
  const auto& last = result.seeds[*good].starts.front().steps.back();
  std::vector<std::vector<stats::Estimate>> correlation;
  for (std::size_t r = 0; r < last.observed.list(observables::correlation).size(); ++r) {
    correlation.push_back(
        by_seed([r](const flow::FlowStep& step) { return step.observed.list(observables::correlation)[r]; }));
    all.correlation.push_back(over_seeds(correlation.back()));
  }
  // Distances of one configuration fluctuate together: the fall has no error of its own here.
  std::vector<double> falls;
  for (std::size_t s = 0; s < correlation.front().size(); ++s)
    falls.push_back(correlation.front()[s].value - correlation.back()[s].value);
  all.fall = over_seeds(falls);
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
