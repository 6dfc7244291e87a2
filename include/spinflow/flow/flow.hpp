// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/inference/chain_coupling.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/thermometers/thermometer.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::flow {

/// What is read at one step. Errors are over independent pieces (chains) at a fixed map.
struct FlowStep {
  int step = 0;
  std::size_t n = 0;                  ///< configurations
  stats::Estimate energy;             ///< per site, of the start's Hamiltonian on this step's lattice
  stats::Estimate sd_energy;          ///< standard deviation of the energy per site over configurations
  stats::Estimate abs_magnetization;  ///< <|m|>
  stats::Estimate bonds;              ///< <E_b>/N, E_b = sum over nearest-neighbour bonds of s_i s_j
  stats::Estimate mode_2;             ///< <|m_k|^2> at the smallest k != 0, mean over the axes
  stats::Estimate response;           ///< Cov(|m|, E_b) / <|m|>
  std::optional<inference::ChainCoupling> chain;  ///< K_out; on chains
  std::vector<stats::Estimate>
      correlation;  ///< <s_0 s_r>, r = 1 .. floor(L/2), along the axes, not connected
  std::map<std::string, thermometers::Reading> readings;  ///< by thermometer name
};

/// The observables of several steps of one flow on one lattice, averaged (no readings, no correlations, no
/// chain; `step` is the last one's). Successive steps are made by the same chains: the error of the mean is
/// at most the mean of the errors, which stands here (of the steps that have one). Error(input) for no steps.
[[nodiscard]] FlowStep averaged(std::span<const FlowStep> steps);

struct FlowStart {
  std::string name;
  double temperature = 0;                  ///< of the start, in J/k_B
  std::vector<FlowStep> steps;             ///< step 0 is the start
  std::map<int, ensemble::Ensemble> kept;  ///< by step
};

struct FlowOptions {
  int steps = 100;
  std::uint64_t seed = 1;
  std::vector<int> keep = {};  ///< steps whose ensembles are kept
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
/// with the observables and with those thermometers whose lattice is the step's. The flow does not
/// distinguish kinds of maps. The seed of all steps is derived from `options.seed`, the identities of the
/// maps and the start. Error(input) if a map does not fit the lattice it meets.
[[nodiscard]] FlowStart iterate(const Maps& maps, const ensemble::Ensemble& start, std::string name,
                                double temperature, const Gauges& gauges, const FlowOptions& options,
                                base::Observer& observer = base::silent());

}  // namespace spinflow::flow
