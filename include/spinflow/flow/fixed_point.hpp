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

/// The window in which the end of a flow is read: the last quarter of its steps with both ends, that is steps
/// 75 to 100 of 100; one step at least. n steps lie between n + 1 readings: the drift is then over exactly
/// the last quarter, and a flow of four steps already has one. Step 0 is in it only if no step was made.
[[nodiscard]] std::span<const FlowStep> last_quarter(const Trajectory& start);

/// One number over the window of one flow.
struct Ending {
  stats::Estimate mean;
  stats::Estimate drift;  ///< slope of a straight line times the length of the window; NaN for one step
  double doubt = 1;       ///< both errors may be too small by this factor (95 %): for decisions
};

/// The ending of every course. `courses`: what was read at the steps of a window, one course per start (and
/// seed) of one map. The drift is by least squares: for noise that is shared by successive steps it loses
/// little against the best linear estimate, and the difference of two halves, which weighs all steps alike,
/// has a third more variance where steps are independent.
///
/// Errors. The same chains go on from step to step, so that steps are not independent. The error of one step
/// is known (over chains); the scatter of the steps about their line says how long a fluctuation lasts, as
/// noise with one correlation rho between successive steps, one for all courses. The mean has the larger of
/// that share of the variance and `share_of_mean`; the drift has at least the error of independent steps.
/// A course with a value that is not a number has none.
[[nodiscard]] std::vector<Ending> endings(const std::vector<std::vector<stats::Estimate>>& courses);

/// What part of the variance of one step the mean over successive steps of the same chains keeps: 1 where the
/// chains do not move, 1/n where n steps are independent. A step's squared error is the variance of that mean
/// and that of the steps about it; the latter is seen. `courses` as in `endings`, pooled; those without a
/// number or an error are left out.
[[nodiscard]] double share_of_mean(const std::vector<std::vector<stats::Estimate>>& courses);

struct FixedPointOptions {
  /// Probability, shared by all checks of one reading, that a flow at rest is called not settled.
  double false_alarm = 0.003;
  /// The numbers of observables whose end is looked for, of those that were read.
  std::vector<std::string> observables = {spinflow::observables::energy,
                                          spinflow::observables::abs_magnetization};
};

/// Where one start ends by one thermometer or observable.
struct StartEnd {
  std::string name;
  double temperature = 0;       ///< of the start, in J/k_B
  thermometers::Reading value;  ///< mean over the window; of an observable value and error only
  stats::Estimate drift;        ///< over the window
  int steps = 0;                ///< length of the window
};

/// Where a flow stops by one thermometer (in J/k_B) or observable (per site).
struct FixedPointReading {
  std::string name;             ///< of the thermometer or the observable's number
  thermometers::Reading value;  ///< mean over the starts that have one; errors over chains at a fixed map
  /// A reading in a window is T = infinity: means are over 1/T, and drifts and differences are those of 1/T.
  bool inverse = false;
  std::vector<StartEnd> starts;
  stats::Estimate drift;  ///< of the start that drifts most, in its errors
  bool agree = false;     ///< two starts or more, whose values agree within their errors
  bool settled = false;   ///< they agree, and none drifts beyond its error
  std::string because;    ///< why settled or not, with the numbers; one line
};

struct FixedPoint {
  std::vector<FixedPointReading> thermometers;  ///< by name, all that are found in the readings
  std::vector<FixedPointReading> observables;   ///< those of the options that are found, in their order

  /// By the thermometer of that name. Error(input) if no step was read with it.
  [[nodiscard]] FixedPointReading by(const std::string& thermometer) const;
  /// Of the observable's number of that name. Error(input) if no step has it.
  [[nodiscard]] FixedPointReading of(const std::string& observable) const;
};

/// Where flows of one map from several starts stop:
///
///     auto point = flow::fixed_point(std::vector{cold, hot});
///     auto T = point.by("energy");   // T.value, T.settled, T.because
///
/// A flow has settled if two starts or more agree and none drifts, each within what chance allows
/// (`options.false_alarm`). That nothing speaks against it is as strong as the errors are small: read both.
/// Error(input) for no starts, or starts without step 0.
[[nodiscard]] FixedPoint fixed_point(std::span<const Trajectory> starts,
                                     const FixedPointOptions& options = {});

}  // namespace spinflow::flow
