// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/lattice/interactions.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::analysis {

/// Monte Carlo renormalization group (Swendsen 1979): T = dK'/dK of a transformation from correlations of the
/// lattice sums before and after each of its steps.
struct McrgOptions {
  double temperature = 0;                  ///< in J/k_B, > 0: that of the critical point
  std::int64_t steps = 4;                  ///< of the transformation, >= 1
  std::vector<lattice::Interaction> even;  ///< operators, in the order in which they are added
  std::vector<lattice::Interaction> odd;
  std::int64_t samples = 100000;  ///< configurations kept, >= 640; a multiple of the number of chains is
  std::uint64_t seed = 1;
};

/// One step (from step n - 1 to n), one sector.
struct McrgEigenvalue {
  int step = 0;                ///< n = 1 .. steps
  std::size_t operators = 0;   ///< the first so many of the list
  stats::Estimate eigenvalue;  ///< the largest of T; NaN where it is not real and positive
  stats::Estimate exponent;    ///< y = ln(eigenvalue) / ln(b)
};

struct Mcrg {
  int factor = 2;                          ///< b of one step
  std::vector<lattice::Lattice> lattices;  ///< (steps + 1)
  std::vector<McrgEigenvalue> even;        ///< y_T, by step, then number of operators
  std::vector<McrgEigenvalue> odd;         ///< y_H
  /// [n - 1]: dK'_a/dK_b of step n with all operators of the sector, (a, b) row-major, errors by jackknife.
  std::vector<std::vector<stats::Estimate>> even_matrix;
  std::vector<std::vector<stats::Estimate>> odd_matrix;
  std::size_t samples = 0;
  std::int64_t burn_in = 0;   ///< sweeps thrown away per chain
  std::int64_t thinning = 0;  ///< sweeps per kept configuration
  double tau_int = 0.5;       ///< in sweeps, of the slowest of: first even sums, squares of first odd sums
};

/// Samples `model` at the temperature in 64 chains of Swendsen-Wang sweeps from ordered starts (a fifth of
/// each, 100 to 1000 sweeps, is thrown away), applies `map` again and again, and reads T = A^-1 B of each
/// step, A_ab = <S'_a S'_b> - <S'_a><S'_b>, B_ab = <S'_a S_b> - <S'_a><S_b>; odd sums have no mean. Errors
/// by jackknife over the chains through all of it. The same numbers for any number of threads.
/// Error(input) for a model that cannot be sampled so (samplers::graph_refusal) or has no geometry, a map
/// that does not fit, too few samples, no operator at all, an odd operator among the even ones, one that does
/// not fit the smallest lattice or is there the same sum as another.
[[nodiscard]] Mcrg mcrg(const std::shared_ptr<const models::Model>& model,
                        const transformations::Transformation& map, const McrgOptions& options,
                        base::Observer& observer = base::silent());

}  // namespace spinflow::analysis
