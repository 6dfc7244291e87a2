// SPDX-License-Identifier: Apache-2.0
// Couplings along flows: curves in coupling space.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/flow/flow.hpp"
#include "spinflow/lattice/interactions.hpp"
#include "spinflow/results/record.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::studies {

/// A step of a flow in coupling space.
struct CouplingStep {
  std::string map;
  double start = 0;  ///< temperature it began at, in the units of the column
  std::size_t seed = 0;
  int step = 0;
  std::vector<stats::Estimate> couplings;  ///< K_a of -H/T = sum_a K_a S_a
};

/// What is read at every step.
struct CouplingBasis {
  std::vector<lattice::Interaction> interactions;
  std::vector<std::string> columns;  ///< their names in tables

  /// Of a square lattice. `names` as on the command line ("nearest", "field").
  CouplingBasis(const std::vector<std::string>& names, std::vector<std::string> in_tables);

  /// The couplings of maximum pseudo-likelihood.
  [[nodiscard]] std::vector<stats::Estimate> of(const ensemble::Ensemble& ensemble) const;
  /// Along a flow, at the steps whose ensembles it kept. `start`: of the steps.
  [[nodiscard]] std::vector<CouplingStep> along(const std::string& map, const flow::Trajectory& flow,
                                                double start, std::size_t seed,
                                                base::Observer& observer) const;
  /// Along several flows, on all threads. `start`: of a flow, NaN for one that is left out.
  [[nodiscard]] std::vector<CouplingStep> along(const std::string& map,
                                                const std::vector<flow::Trajectory>& flows,
                                                const std::function<double(const flow::Trajectory&)>& start,
                                                std::size_t seed, base::Observer& observer) const;
  /// What a coarse-graining map makes of `data` again and again: step 0 and up to `most_steps` more, while
  /// the side is even and half of it is at least `least_side`. `seed`: of a step.
  [[nodiscard]] std::vector<CouplingStep> iterated(const std::string& name,
                                                   const transformations::Transformation& map,
                                                   ensemble::Ensemble data, double start,
                                                   std::size_t most_steps, int least_side,
                                                   const std::function<std::uint64_t(std::size_t)>& seed,
                                                   base::Observer& observer) const;
  /// `start_column`: name of the column of the start. `seeds`: whether the seed is a column.
  [[nodiscard]] results::Record<CouplingStep> record(const std::string& start_column, bool seeds) const;
  /// Without couplings yet: what `Record::read` begins with.
  [[nodiscard]] CouplingStep empty() const;
};

/// Reads coupling `a` of a step.
[[nodiscard]] inline auto coupling(std::size_t a) {
  return [a](const CouplingStep& step) { return step.couplings[a]; };
}
/// The value of the first one, against which others are drawn.
[[nodiscard]] inline double first_coupling(const CouplingStep& step) { return step.couplings[0].value; }

/// Means over seeds of what has map, start and step in common, in order of first appearance; `over_seeds`.
[[nodiscard]] std::vector<CouplingStep> mean_couplings(std::span<const CouplingStep> steps);

/// A coupling before a step and after it.
struct CouplingPair {
  std::string map;
  double before = 0;
  stats::Estimate after;
};
/// Of coupling `a` at steps that follow each other in the list with one map and start.
[[nodiscard]] std::vector<CouplingPair> single_steps(std::span<const CouplingStep> steps, std::size_t a);

}  // namespace spinflow::studies
