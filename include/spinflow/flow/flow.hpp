// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/observables/observable.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/thermometers/thermometer.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::flow {

/// What is read at one step. Errors are over independent pieces (chains) at a fixed map.
struct FlowStep {
  int step = 0;
  std::size_t n = 0;               ///< configurations
  observables::Readings observed;  ///< the observables that were asked for, of this step's lattice
  std::map<std::string, thermometers::Reading> readings;  ///< temperatures, by thermometer name

  /// The number of that name, say "energy". Error(input) if it was not read; it names what was.
  [[nodiscard]] const stats::Estimate& operator[](std::string_view name) const { return observed[name]; }
  /// The reading of that thermometer; one without a number if it did not read this step.
  [[nodiscard]] thermometers::Reading by(const std::string& thermometer) const {
    const auto found = readings.find(thermometer);
    return found == readings.end() ? thermometers::Reading{} : found->second;
  }
};

/// The observables that all of the steps have (lists, if they are equally long), averaged; no temperatures;
/// `step` and `n` are the last one's. Successive steps are made by the same chains: the error of the mean is
/// at most the mean of the errors, which stands here (of the steps that have one). Error(input) for no steps.
[[nodiscard]] FlowStep averaged(std::span<const FlowStep> steps);

/// One flow, read step by step:
///
///     stats::Estimate m = trajectory.at(100)["abs_magnetization"];
///     thermometers::Reading t = trajectory.at(100).readings.at("energy");
struct Trajectory {
  std::string name;
  double temperature = 0;                  ///< of the start, in J/k_B
  std::vector<FlowStep> steps;             ///< step 0 is the start
  std::map<int, ensemble::Ensemble> kept;  ///< by step

  /// Error(input) if there is no such step; it names those that there are.
  [[nodiscard]] const FlowStep& at(int step) const;
};

struct FlowOptions {
  int steps = 100;
  std::uint64_t seed = 1;
  std::vector<int> keep = {};  ///< steps whose ensembles are kept
  /// What is read of every step, by name (observables::registry()); nothing else is computed.
  std::vector<std::string> observables = spinflow::observables::flow_defaults();
};

/// Things that are lent for one call: `thing`, `{first, second}`, or a vector of owning pointers.
template <class Thing>
class Lent {
 public:
  template <std::derived_from<Thing>... Things>
  Lent(const Things&... things) : things_{&things...} {}
  template <class Owner>
  requires std::derived_from<typename Owner::element_type, Thing> Lent(const std::vector<Owner>& owners) {
    for (const auto& owner : owners) things_.push_back(owner.get());
  }

  [[nodiscard]] auto begin() const { return things_.begin(); }
  [[nodiscard]] auto end() const { return things_.end(); }

 private:
  std::vector<const Thing*> things_;
};

using Maps = Lent<transformations::Transformation>;
using Gauges = Lent<thermometers::Thermometer>;

///     auto flow = flow::iterate({map}, data, "hot", 6, {thermometer}, {.steps = 100});
///     auto t = flow.steps.back().readings.at("energy");  // t.value, t.error
///
/// Iterates the composition of `maps` (in order; one step applies all) from `start`, and reads every step
/// with the observables of `options` and with those thermometers whose lattice is the step's. The flow does
/// not distinguish kinds of maps. The seed of all steps is derived from `options.seed`, the identities of the
/// maps and the start. Error(input) if a map does not fit the lattice it meets, or for an observable that
/// does not exist.
[[nodiscard]] Trajectory iterate(const Maps& maps, const ensemble::Ensemble& start, std::string name,
                                 double temperature, const Gauges& gauges, const FlowOptions& options,
                                 base::Observer& observer = base::silent());

}  // namespace spinflow::flow
