// SPDX-License-Identifier: Apache-2.0
// Where flows of several training seeds stop: what `flow::fixed_point` says of one flow, over seeds.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "spinflow/flow/flow.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::studies {

/// An exact mean (per site) turned into a temperature, with its error.
using Inversion = std::function<thermometers::Reading(const stats::Estimate&)>;
/// What is read of a step, NaN where there is nothing to read.
using StepReading = std::function<stats::Estimate(const flow::FlowStep&)>;

/// The starts of each training seed, from cold to hot; none where the training gave no result.
using SeedFlows = std::vector<std::vector<const flow::Trajectory*>>;

/// The mean between `below` and `above` that reads as temperature t. `invert` rises in between.
[[nodiscard]] double mean_at(double t, const Inversion& invert, double below, double above);

/// When starts have a common fixed point, in J/k_B but for the errors.
struct StopLimits {
  double agree_within = 0;
  double agree_errors = 0;
  double drift_within = 0;
};

/// Where one thermometer sees flows stop: means over the last quarter of the steps, then over seeds, of what
/// it reads (e, <|m|>, K, the classifier's mean T); converted to T last. A seed's mean has the error over its
/// chains (`flow::endings`).
struct Stop {
  std::vector<stats::Estimate> seeds;  ///< (training seeds): mean over starts; NaN where there is no result
  stats::Estimate mean;                ///< over seeds
  thermometers::Reading reading;       ///< the temperature of `mean`
  std::vector<std::vector<stats::Estimate>> start_seeds;  ///< (starts, training seeds): likewise per start
  std::vector<std::vector<stats::Estimate>> drift_seeds;  ///< likewise: change over the last quarter
  std::vector<stats::Estimate> starts;                    ///< their means over seeds
  std::vector<thermometers::Reading> start_readings;
  stats::Estimate difference;                               ///< hot start minus cold, in T
  std::vector<stats::Estimate> drifts;                      ///< per start: that of `drift_seeds`, in T
  double slope = std::numeric_limits<double>::quiet_NaN();  ///< dT / d mean
  StopLimits limits;

  /// The larger of `drifts`, so that two that cancel are not overlooked.
  [[nodiscard]] stats::Estimate drift() const;
  /// The starts agree within `agree_within` or `agree_errors` errors, whichever is more, and each drifts by
  /// less than `drift_within`: only then is `reading` a fixed point.
  [[nodiscard]] bool common() const;
  /// "; by energy: hot minus cold start ..., drift ..."; empty with a common fixed point. `name`: "energy".
  [[nodiscard]] std::string not_common(const std::string& name) const;
};

/// `seeds`: with as many starts for each.
///
///     const auto stop = studies::stop_of(
///         seeds, [](const flow::FlowStep& step) { return step[observables::energy]; }, from_energy, limits);
[[nodiscard]] Stop stop_of(const SeedFlows& seeds, const StepReading& read, const Inversion& invert,
                           const StopLimits& limits);

/// What is read at the last step by each seed that gave a result: a mean over its starts, which are
/// independent, so that their errors add in squares.
[[nodiscard]] std::vector<stats::Estimate> last_step_means(const SeedFlows& seeds, const StepReading& read);

/// The distribution over temperatures that a classifier reads at a step, a mean over flows; empty where none
/// was read.
[[nodiscard]] std::vector<double> mean_distribution(const std::vector<const flow::Trajectory*>& flows,
                                                    const std::string& thermometer, std::size_t step);

/// A reading of a flow by one thermometer.
struct SeenStep {
  double start = 0;  ///< temperature, in J/k_B
  double step = 0;
  stats::Estimate reading;
};
/// What the thermometer read at every step of the flows, where it did. Readings above `highest` are none.
[[nodiscard]] std::vector<SeenStep> seen_by(const std::string& thermometer,
                                            const std::vector<flow::Trajectory>& flows, double highest);

/// The reading of a thermometer at every step of a flow: mean over seeds in 1/T, converted last; +- one
/// standard error. A seed that reads T = 0 puts the mean there. Readings above `highest` are none: near
/// infinity they would flatten everything else.
[[nodiscard]] std::vector<results::Point> mean_course(const std::vector<const flow::Trajectory*>& seeds,
                                                      const std::string& thermometer, double highest);

/// T of `a` minus T of `b`. Trainings of one seed share data, initial weights and random numbers, so the
/// error is that of the differences seed by seed.
[[nodiscard]] stats::Estimate paired_difference(const Stop& a, const Stop& b);

}  // namespace spinflow::studies
