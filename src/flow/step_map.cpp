// SPDX-License-Identifier: Apache-2.0
#include "spinflow/flow/step_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spinflow::flow {

namespace {

struct Move {
  double t;
  stats::Estimate by;  // T' - T
};

std::vector<StepPair> pairs_of(std::span<const Trajectory> starts, const std::string& thermometer,
                               double lower, double upper) {
  std::vector<StepPair> pairs;
  for (const auto& start : starts) {
    if (start.steps.size() < 2 || start.temperature < lower || start.temperature > upper) continue;
    const auto reading = start.steps[1].readings.find(thermometer);
    if (reading == start.steps[1].readings.end() || !std::isfinite(reading->second.value)) continue;
    pairs.push_back({start.temperature, reading->second});
  }
  std::ranges::stable_sort(pairs, {}, &StepPair::before);
  return pairs;
}

}  // namespace

StepMap step_map(std::span<const Trajectory> starts, const std::string& thermometer, double lower,
                 double upper) {
  StepMap map{.pairs = pairs_of(starts, thermometer, lower, upper)};
  std::vector<Move> moves;
  for (const auto& [before, after] : map.pairs)
    if (after.error > 0) moves.push_back({before, {.value = after.value - before, .error = after.error}});
  if (moves.size() < 2) {
    map.because =
        fmt::format("fewer than two starts in [{:.4g}, {:.4g}] are read after one step", lower, upper);
    return map;
  }
  map.lowest = moves.front().t;
  map.highest = moves.back().t;
  // The first and the last point of the sign that each end has. A map without a change of sign has no fixed
  // point here, and no slope of one: a chord through its ends would be that of no point.
  const bool end = moves.back().by.value > 0;
  if ((moves.front().by.value > 0) == end) {
    map.because =
        fmt::format("T' {} T everywhere in [{:.4g}, {:.4g}]", end ? ">" : "<=", map.lowest, map.highest);
    return map;
  }
  std::size_t first = 0;
  while (first + 1 < moves.size() && (moves[first + 1].by.value > 0) != end) ++first;
  std::size_t last = moves.size() - 1;
  while (last > 0 && (moves[last - 1].by.value > 0) == end) --last;
  const Move& a = moves[first];
  const Move& b = moves[last];
  const double width = b.t - a.t;
  const double slope = (b.by.value - a.by.value) / width;
  map.slope = {.value = 1 + slope, .error = std::hypot(a.by.error, b.by.error) / width};
  const double share = -a.by.value / (b.by.value - a.by.value);
  // To first order the root moves by the error of the line there over its slope.
  map.crossing = {.value = a.t + share * width,
                  .error = std::hypot((1 - share) * a.by.error, share * b.by.error) / std::abs(slope)};
  return map;
}

stats::Estimate rise(const FlowStep& before, const FlowStep& after, const std::string& thermometer) {
  const auto from = thermometers::inverse_of(before.by(thermometer));
  const auto to = thermometers::inverse_of(after.by(thermometer));
  return {.value = from.value - to.value, .error = std::hypot(from.error, to.error)};
}

bool is_at_an_end(const FlowStep& step, const std::string& thermometer) {
  const double inverse = thermometers::inverse_of(step.by(thermometer)).value;
  return std::isinf(inverse) || inverse <= 0;
}

}  // namespace spinflow::flow
