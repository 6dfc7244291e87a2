// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/stats/two_sample.hpp"

namespace spinflow::analysis {

/// The energy-distance test between the configurations of two ensembles on one lattice, with the Euclidean
/// distance |x - y| = 2 sqrt(spins that differ). Rows must be independent. Error(input) for different
/// lattices, fewer than 2 rows or more than 20000 in all (the distances of all pairs are kept: 0.8 GB).
[[nodiscard]] stats::TwoSampleTest configuration_test(const ensemble::Ensemble& first,
                                                      const ensemble::Ensemble& second,
                                                      std::size_t permutations, std::uint64_t seed);

}  // namespace spinflow::analysis
