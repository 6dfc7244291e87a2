// SPDX-License-Identifier: Apache-2.0
// What iso2018 reads off its measurements: fixed points, flowed ensembles, product measures.
#include <fmt/format.h>

#include <algorithm>

#include "recipes/iso2018/measurements.hpp"

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

studies::SeedFlows VariantResult::flows() const {
  studies::SeedFlows all;
  for (const auto& seed : seeds) {
    auto& starts = all.emplace_back();
    for (const auto& start : seed.starts) starts.push_back(&start);
  }
  return all;
}

std::vector<const flow::Trajectory*> VariantResult::flows_from(std::size_t start) const {
  std::vector<const flow::Trajectory*> all;
  for (const auto& seed : seeds)
    if (seed.failure.empty()) all.push_back(&seed.starts.at(start));
  return all;
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
  const auto& criteria = measurements.settings.criteria;
  const studies::StopLimits limits{.agree_within = criteria.number("a", "common"),
                                   .agree_errors = criteria.number("a", "errors"),
                                   .drift_within = criteria.number("a", "drift")};
  const auto stop = [&](const studies::StepReading& read, const Inversion& invert) {
    return studies::stop_of(result.flows(), read, invert, limits);
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
    const auto part = studies::mean_distribution(result.flows_from(start), "classifier-large", last);
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
  const auto flows = result.flows();
  const auto of = [&](const char* name) {
    return over_seeds(
        studies::last_step_means(flows, [name](const flow::FlowStep& last) { return last[name]; }));
  };
  Flowed all{of(observables::energy), of(observables::sd_energy), of(observables::abs_magnetization), {}, {}};
  const auto good = result.first_good();
  if (!good) return all;
  const auto& last = result.seeds[*good].starts.front().steps.back();
  std::vector<std::vector<stats::Estimate>> correlation;
  for (std::size_t r = 0; r < last.observed.list(observables::correlation).size(); ++r) {
    correlation.push_back(studies::last_step_means(
        flows, [r](const flow::FlowStep& step) { return step.observed.list(observables::correlation)[r]; }));
    all.correlation.push_back(over_seeds(correlation.back()));
  }
  // Distances of one configuration fluctuate together: the fall has no error of its own here.
  std::vector<double> falls;
  for (std::size_t s = 0; s < correlation.front().size(); ++s)
    falls.push_back(correlation.front()[s].value - correlation.back()[s].value);
  all.fall = over_seeds(falls);
  return all;
}

}  // namespace spinflow::recipes::iso2018
