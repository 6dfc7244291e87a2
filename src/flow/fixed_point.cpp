// SPDX-License-Identifier: Apache-2.0
#include "spinflow/flow/fixed_point.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <set>

#include "spinflow/base/error.hpp"
#include "spinflow/stats/distributions.hpp"

namespace spinflow::flow {

namespace {

using thermometers::Reading;

/// What is read at a step; nothing where that step has no such reading.
using Read = std::function<std::optional<Reading>(const FlowStep&)>;

/// One start over its window.
struct StartCourse {
  std::vector<stats::Estimate> steps;  ///< T, or 1/T; empty if a step has no number
  std::optional<double> bound;         ///< an end of the thermometer's range that was met, not 0 or infinity
  bool censored = true;                ///< every step lies outside the range
};

std::string text(const stats::Estimate& estimate) {
  if (std::isfinite(estimate.value) && std::isfinite(estimate.error) && estimate.error > 0)
    return stats::concise(estimate.value, estimate.error);
  return fmt::format("{:.4g}", estimate.value);
}

/// Steps without an error (T = infinity that is certain) have that of the others.
void fill_errors(std::vector<stats::Estimate>& steps) {
  double sum = 0;
  double n = 0;
  for (const auto& step : steps) {
    if (!std::isfinite(step.error)) continue;
    sum += step.error;
    n += 1;
  }
  for (auto& step : steps)
    if (!std::isfinite(step.error) && n > 0) step.error = sum / n;
}

StartCourse course_of(const Trajectory& start, const Read& read, bool inverse) {
  StartCourse course;
  for (const auto& step : last_quarter(start)) {
    const auto reading = read(step);
    if (!reading || std::isnan(reading->value)) return {};
    course.censored = course.censored && reading->censored;
    if (reading->censored && std::isfinite(reading->value) && reading->value != 0)
      course.bound = reading->value;
    course.steps.push_back(inverse ? thermometers::inverse_of(*reading)
                                   : stats::Estimate{.value = reading->value, .error = reading->error});
  }
  if (inverse) fill_errors(course.steps);
  return course;
}

bool any_infinite(std::span<const Trajectory> starts, const Read& read) {
  return std::ranges::any_of(starts, [&](const Trajectory& start) {
    return std::ranges::any_of(last_quarter(start), [&](const FlowStep& step) {
      const auto reading = read(step);
      return reading && (std::isinf(reading->value) || std::isfinite(reading->limit));
    });
  });
}

Reading reading_of(const stats::Estimate& mean, bool inverse) {
  if (inverse) return thermometers::reading_of_inverse(mean);
  return {.value = mean.value, .error = mean.error};
}

/// In errors; infinite where there is something and no error of it.
double significance(const stats::Estimate& estimate) {
  if (estimate.value == 0) return 0;
  return estimate.error > 0 ? std::abs(estimate.value) / estimate.error
                            : std::numeric_limits<double>::infinity();
}

struct Difference {
  std::size_t a = 0;
  std::size_t b = 0;
  stats::Estimate by;
};

/// The two starts that differ most in their errors.
Difference largest_difference(const std::vector<stats::Estimate>& means) {
  Difference largest{.by = {.value = 0, .error = 0}};
  double most = -1;
  for (std::size_t a = 0; a < means.size(); ++a)
    for (std::size_t b = a + 1; b < means.size(); ++b) {
      const stats::Estimate by{.value = means[b].value - means[a].value,
                               .error = std::hypot(means[a].error, means[b].error)};
      if (significance(by) <= most) continue;
      most = significance(by);
      largest = {a, b, by};
    }
  return largest;
}

/// The endings of the starts that have one, in the order of `reading.starts`.
struct Found {
  std::vector<stats::Estimate> means;
  std::vector<std::size_t> starts;
  std::vector<std::string> open;  ///< what keeps the question open
  bool bound = false;             ///< one of them met a bound
  double doubt = 1;               ///< the largest of the endings
};

Found read_ends(FixedPointReading& result, std::span<const Trajectory> starts, const Read& read) {
  std::vector<StartCourse> courses;
  std::vector<std::vector<stats::Estimate>> steps;
  for (const auto& start : starts) {
    courses.push_back(course_of(start, read, result.inverse));
    steps.push_back(courses.back().steps);
  }
  const auto ends = endings(steps);
  Found found;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const auto window = last_quarter(starts[i]);
    result.starts.push_back({.name = starts[i].name,
                             .temperature = starts[i].temperature,
                             .value = reading_of(ends[i].mean, result.inverse),
                             .drift = ends[i].drift,
                             .steps = window.back().step - window.front().step});
    if (courses[i].steps.empty()) {
      found.open.push_back(fmt::format("no reading in the last steps from {}", starts[i].name));
      continue;
    }
    auto& value = result.starts.back().value;
    value.censored = value.censored || courses[i].censored || courses[i].bound;
    if (courses[i].bound) {
      found.bound = true;
      found.open.push_back(fmt::format("from {} it meets the bound {:.4g} of what is read", starts[i].name,
                                       *courses[i].bound));
    }
    found.means.push_back(ends[i].mean);
    found.doubt = std::max(found.doubt, ends[i].doubt);
    found.starts.push_back(i);
  }
  return found;
}

void average(FixedPointReading& result, const Found& found) {
  if (found.means.empty()) return;
  const double share = 1 / static_cast<double>(found.means.size());
  stats::Estimate mean{.value = 0, .error = 0};
  for (const auto& value : found.means) {
    mean.value += share * value.value;
    mean.error = std::hypot(mean.error, share * value.error);
  }
  result.value = reading_of(mean, result.inverse);
  const auto censored = [&](std::size_t i) { return result.starts[i].value.censored; };
  result.value.censored = result.value.censored || found.bound || std::ranges::all_of(found.starts, censored);
}

/// Whether the starts agree and none drifts, and the sentence that says so.
void judge(FixedPointReading& result, Found found, double false_alarm) {
  const std::size_t n = found.means.size();
  const std::string unit = result.inverse ? " in 1/T" : "";
  const auto& starts = result.starts;
  const auto checks = static_cast<double>(n + n * (n - std::min<std::size_t>(n, 1)) / 2);
  const double most = n == 0 ? 0 : found.doubt * stats::normal_quantile(1 - false_alarm / (2 * checks));

  const auto largest = largest_difference(found.means);
  const auto known = [](const stats::Estimate& e) {
    return std::isfinite(e.value) && std::isfinite(e.error);
  };
  const bool all_known = std::ranges::all_of(found.means, known);
  result.agree = n > 1 && n == starts.size() && all_known && significance(largest.by) <= most;
  if (!all_known) found.open.emplace_back("its error is not known");
  if (n > 1 && all_known && significance(largest.by) > most)
    found.open.push_back(fmt::format("starts from {} and {} differ by {}{}",
                                     starts[found.starts[largest.a]].name,
                                     starts[found.starts[largest.b]].name, text(largest.by), unit));
  const StartEnd* drifting = nullptr;
  for (const std::size_t i : found.starts)
    if (drifting == nullptr || significance(starts[i].drift) > significance(drifting->drift))
      drifting = &starts[i];
  std::string drift;
  bool at_rest = true;
  if (drifting != nullptr) {
    result.drift = drifting->drift;
    drift = fmt::format("{}{} over the last {} steps", text(result.drift), unit, drifting->steps);
    at_rest = drifting->steps > 0 && significance(result.drift) <= most;
    if (drifting->steps == 0)
      found.open.emplace_back("too few steps to see a drift");
    else if (all_known && !at_rest)
      found.open.push_back(fmt::format("from {} it drifts by {}", drifting->name, drift));
  }
  if (n > 0 && starts.size() == 1)
    found.open.push_back("only one start" + (at_rest ? fmt::format(", drift {}", drift) : ""));
  result.settled = result.agree && found.open.empty();
  if (result.settled) {
    result.because = fmt::format("starts agree (largest difference {}{}), largest drift {}", text(largest.by),
                                 unit, drift);
    if (std::isinf(result.value.value) || std::isfinite(result.value.limit))
      result.because = "T cannot be told from infinity; " + result.because;
    return;
  }
  for (const auto& reason : found.open) result.because += (result.because.empty() ? "" : "; ") + reason;
}

FixedPointReading settle(std::string name, std::span<const Trajectory> starts, const Read& read,
                         double false_alarm) {
  FixedPointReading result{.name = std::move(name), .inverse = any_infinite(starts, read)};
  Found found = read_ends(result, starts, read);
  average(result, found);
  judge(result, std::move(found), false_alarm);
  return result;
}

Read observable(const std::string& name) {
  return [&name](const FlowStep& step) -> std::optional<Reading> {
    if (!step.observed.contains(name)) return std::nullopt;
    return Reading{.value = step[name].value, .error = step[name].error};
  };
}

bool any_step(std::span<const Trajectory> starts, const std::string& observable) {
  return std::ranges::any_of(starts, [&](const Trajectory& start) {
    return std::ranges::any_of(start.steps,
                               [&](const FlowStep& step) { return step.observed.contains(observable); });
  });
}

}  // namespace

FixedPointReading FixedPoint::by(const std::string& thermometer) const {
  const auto found = std::ranges::find(thermometers, thermometer, &FixedPointReading::name);
  if (found != thermometers.end()) return *found;
  throw input_error("fixed point", fmt::format("no step was read by thermometer {}", thermometer),
                    "give that thermometer to the flow");
}

FixedPointReading FixedPoint::of(const std::string& observable) const {
  const auto found = std::ranges::find(observables, observable, &FixedPointReading::name);
  if (found != observables.end()) return *found;
  throw input_error("fixed point", fmt::format("no step was read for {}", observable),
                    "name it among the observables of the flow and of the fixed point");
}

FixedPoint fixed_point(std::span<const Trajectory> starts, const FixedPointOptions& options) {
  if (starts.empty() || std::ranges::any_of(starts, [](const auto& start) { return start.steps.empty(); }))
    throw input_error("fixed point", "there is no flow, or one without step 0", "give at least one start");
  std::set<std::string> names;
  for (const auto& start : starts)
    for (const auto& step : start.steps)
      for (const auto& [name, reading] : step.readings) names.insert(name);
  FixedPoint point;
  for (const auto& name : names)
    point.thermometers.push_back(settle(
        name, starts,
        [&name](const FlowStep& step) -> std::optional<Reading> {
          const auto found = step.readings.find(name);
          if (found == step.readings.end()) return std::nullopt;
          return found->second;
        },
        options.false_alarm));
  for (const auto& name : options.observables)
    if (any_step(starts, name))
      point.observables.push_back(settle(name, starts, observable(name), options.false_alarm));
  return point;
}

}  // namespace spinflow::flow
