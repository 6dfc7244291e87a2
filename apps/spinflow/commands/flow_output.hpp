// SPDX-License-Identifier: Apache-2.0
// What `spinflow flow` answers: its tables, fixed points and JSON.
#pragma once

#include <string>
#include <vector>

#include "command/json.hpp"
#include "command/observables.hpp"
#include "spinflow/flow/fixed_point.hpp"
#include "spinflow/flow/flow.hpp"

namespace spinflow::program {

/// Every step of every start, and the fixed point.
[[nodiscard]] Json flow_json(const std::vector<flow::Trajectory>& starts, const flow::FixedPoint& point);

/// The first steps of a start, every tenth and the last one.
[[nodiscard]] std::string flow_table(const flow::Trajectory& start, const ObservableChoice& choice);

/// One line per thermometer; without one, one per observable whose end was looked for.
[[nodiscard]] std::string fixed_point_text(const flow::FixedPoint& point);

}  // namespace spinflow::program
