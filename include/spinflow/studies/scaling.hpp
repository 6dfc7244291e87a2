// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "spinflow/analysis/scaling.hpp"
#include "spinflow/analysis/universality.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/results/results.hpp"
#include "spinflow/stats/fit.hpp"

namespace spinflow::studies {

/// A flow and what to call it in messages and tables (its file).
struct NamedFlow {
  std::string name;
  flow::FlowRecord record;
};

/// A point for the exponent of |m|. None where T does not lie below T_c by two of its errors, for what may
/// lie at T_c or above is no point of the ordered phase, and where |m| has no error.
[[nodiscard]] std::optional<analysis::OrderPoint> order_point(const thermometers::Reading& t,
                                                              const stats::Estimate& abs_m,
                                                              double critical_temperature);
/// analysis::order_exponent; NaN for fewer than two different temperatures.
[[nodiscard]] analysis::PowerFit order_fit(const std::vector<analysis::OrderPoint>& points);

/// What a flow must read for its scaling: <|m|>, mode_2 and response.
[[nodiscard]] std::vector<std::string> scaling_observables();
/// These of a step on a lattice of side `size`. Error(input) if one was not read.
[[nodiscard]] analysis::ScalingPoint scaling_point(const flow::FlowStep& step, double size);

/// The start of a flow, that is the data at its size, and where it ends.
struct SizeScalingPoint {
  std::string name;
  std::size_t n = 0;   ///< configurations
  int first_step = 0;  ///< the steps averaged for `flow`
  int last_step = 0;
  analysis::ScalingPoint data;  ///< step 0
  analysis::ScalingPoint flow;
};

/// Scaling dimensions of flows on several sizes, and the control: the same fits of their starts.
struct SizeScaling {
  analysis::Universality theory;
  std::vector<SizeScalingPoint> points;  ///< by ascending size
  analysis::ScalingDimensions data;
  analysis::ScalingDimensions flow;
};

/// `step`: the one that is read; without it the last quarter of the steps is averaged (flow::averaged).
/// Error(input) beginning with the flow's name: several starts, other models or dimensions, sides that
/// differ, steps that change the lattice or are missing, files without the observables; and for a single
/// size.
[[nodiscard]] SizeScaling size_scaling(std::span<const NamedFlow> flows, std::optional<int> step);

/// One start of a flow of many temperatures.
struct OrderScalingPoint {
  std::string name;
  double temperature = 0;        ///< of the start, in J/k_B
  thermometers::Reading data_t;  ///< T by bond energy at step 0
  thermometers::Reading flow_t;  ///< at the step that is read
  stats::Estimate data_m;        ///< <|m|> at step 0
  stats::Estimate flow_m;        ///< at the step that is read
  stats::Estimate settled_m;     ///< mean of the last quarter; NaN where other starts made more steps
};

/// |m| against 1 - T/T_c after few steps, and where the flow ends from each start.
struct OrderScaling {
  analysis::Universality theory;
  double critical_temperature = 0;  ///< in J/k_B
  int step = 0;                     ///< that is read
  std::vector<OrderScalingPoint> points;
  /// Through the points with T_c/2 < T < T_c (two errors of T below T_c): fewer than two give NaN.
  analysis::PowerFit data;
  analysis::PowerFit flow;
  std::size_t data_points = 0;  ///< in the fit
  std::size_t flow_points = 0;
  /// Whether |m| at the end is one number for all starts (those with an error above 0); none: it cannot be
  /// told.
  std::optional<stats::WeightedMean> settled;
};

/// `step`: 3 (or the last, if it comes sooner) unless given. `critical_temperature`: theory's unless given.
/// Error(input) beginning with the flow's name: one start only, no reading `bond-energy`, steps that change
/// the lattice or are missing, a model whose T_c is not known.
[[nodiscard]] OrderScaling order_scaling(const NamedFlow& flow, std::optional<int> step,
                                         std::optional<double> critical_temperature);

/// Append the figure <prefix>-sizes or <prefix>-order, the tables <prefix>_points and <prefix>_fits (hyphens
/// as underscores).
void add_scaling(const SizeScaling& scaling, results::Results& out, const std::string& prefix = "scaling");
void add_scaling(const OrderScaling& scaling, results::Results& out, const std::string& prefix = "scaling");

}  // namespace spinflow::studies
