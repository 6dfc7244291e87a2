// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
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
  std::int64_t steps = 4;                  ///< of the transformation
  std::vector<lattice::Interaction> even;  ///< operators, in the order in which they are added
  std::vector<lattice::Interaction> odd;
  std::int64_t samples = 100000;  ///< configurations
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
  int factor = 2;                    ///< b of one step
  std::vector<McrgEigenvalue> even;  ///< y_T, by step, then number of operators
  std::vector<McrgEigenvalue> odd;   ///< y_H
  /// [n - 1]: dK'_a/dK_b of step n with all operators of the sector, (a, b) row-major, errors by jackknife.
  std::vector<std::vector<stats::Estimate>> even_matrix;
  std::vector<std::vector<stats::Estimate>> odd_matrix;
  std::size_t samples = 0;
  double tau_int = 0.5;  ///< of the slowest nearest-neighbour sum, in kept configurations
};

/// Samples `model` at the temperature, applies `map` again and again, and reads T with jackknife errors over
/// independent pieces. Error(input) for a map that does not fit, interactions that do not fit the smallest
/// lattice.
[[nodiscard]] Mcrg mcrg(const std::shared_ptr<const models::Model>& model,
                        const transformations::Transformation& map, const McrgOptions& options,
                        base::Observer& observer);

}  // namespace spinflow::analysis
