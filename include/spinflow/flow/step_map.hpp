// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "spinflow/flow/flow.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::flow {

/// What one step makes of one temperature, in J/k_B.
struct StepPair {
  double before = 0;            ///< T of the start
  thermometers::Reading after;  ///< T' read after one step; finite
};

/// The map T'(T) of one step, and where it leaves the temperature unchanged. A crossing with dT'/dT > 1 is an
/// unstable fixed point, with |dT'/dT| < 1 a stable one.
struct StepMap {
  std::vector<StepPair> pairs;  ///< ascending in `before`
  stats::Estimate crossing;     ///< T with T'(T) = T, in J/k_B; NaN if T' - T does not change sign
  stats::Estimate slope;  ///< dT'/dT there; NaN without a crossing: a chord of a bent map is that of no point
  double lowest = std::numeric_limits<double>::quiet_NaN();  ///< T between which the crossing was looked for
  double highest = std::numeric_limits<double>::quiet_NaN();
  std::string because;  ///< why there is no crossing; empty if there is one
};

///     flow::StepMap map = flow::step_map(starts);  // one start per temperature, one step or more
///     map.crossing.value;                          // T with T'(T) = T
///
/// By a thermometer, from the starts with lower <= T <= upper that made a step. The crossing is that of a
/// straight line between the two neighbouring points where T' - T changes sign (the outer ones, should it do
/// so more than once); points without an error > 0 do not count for it. Errors over configurations.
[[nodiscard]] StepMap step_map(std::span<const Trajectory> starts, const std::string& thermometer = "energy",
                               double lower = 0, double upper = std::numeric_limits<double>::infinity());

/// How far T went between two steps by a thermometer, in 1/T (k_B/J): positive if it rose. Infinite from or
/// to T = 0, NaN without both readings. Errors as if the ensembles were independent.
///
///     flow::rise(flow.at(0), flow.at(1)).value > 0;   // the first step made it hotter
[[nodiscard]] stats::Estimate rise(const FlowStep& before, const FlowStep& after,
                                   const std::string& thermometer = "energy");
/// Whether a step reads T = 0 or infinity, or beyond: the fixed points at the ends, which no step leaves.
[[nodiscard]] bool is_at_an_end(const FlowStep& step, const std::string& thermometer = "energy");

}  // namespace spinflow::flow
