// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/lattice/lattice.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::analysis {

// Errors are over up to 100 independent pieces: groups of rows where rows are independent, chains where there
// are 16 or more, else 32 long stretches of them.

/// <a_i b_j> of two ensembles whose rows belong together (v and its h, v and its block spins), not connected.
struct PairMatrix {
  std::size_t rows = 0;       ///< sites of the first
  std::size_t columns = 0;    ///< sites of the second
  std::vector<double> value;  ///< (rows, columns), row-major
  std::vector<double> error;  ///< likewise, one standard error over independent pieces
};
/// Error(input) for different numbers of rows.
[[nodiscard]] PairMatrix pair_correlations(const ensemble::Ensemble& a, const ensemble::Ensemble& b);

/// A two-point function by distance, mean over the pairs of a bin; the error is that of the mean (pairs are
/// correlated: it is found over independent pieces).
struct DistanceProfile {
  std::vector<double> edges;          ///< (bins + 1), ascending, in sites; a bin is [low, high)
  std::vector<double> distance;       ///< (bins): mean distance of its pairs; NaN for an empty bin
  std::vector<stats::Estimate> mean;  ///< (bins)
  std::vector<std::size_t> pairs;     ///< (bins)
};
/// The bins of the study: 0, .8, 1.7, 2.6, 3.6, 5, 7, 10.
[[nodiscard]] std::span<const double> profile_edges();
/// <v_i b_a> by distance of site i from the centre of block a (networks::distance_to_block), in sites of the
/// fine lattice. `use`: (sites of the coarse ensemble), false for blocks to leave out (dead units); empty:
/// all. Error(input) if none is left, for different numbers of rows, or lattices that are not each other's
/// blocks.
[[nodiscard]] DistanceProfile distance_profile(const ensemble::Ensemble& fine,
                                               const ensemble::Ensemble& coarse,
                                               std::span<const double> edges, const std::vector<bool>& use);

/// <b_a b_c> of different sites by their distance (around the torus if periodic), in sites of their lattice.
/// Where `edges` begin at 0 the first bin stays empty. `use` as above.
[[nodiscard]] DistanceProfile pair_profile(const ensemble::Ensemble& ensemble, std::span<const double> edges,
                                           const std::vector<bool>& use);

/// Pearson coefficient of the elements of two matrices of one shape, with a null distribution from random
/// permutations of the positions (columns) of the second. (An uncentred cosine is close to 1 for anything.)
struct MatrixLikeness {
  stats::Estimate pearson;  ///< error over independent pieces; NaN for a matrix whose elements are all equal
  double null_mean = 0;
  double null_sd = 0;
  double null_largest = 0;  ///< of `permutations`
  double p_value = 1;       ///< (1 + permutations at least as large) / (1 + permutations)
};
/// Between <v_i h_a> and <v_i S_a> of the blocks in `use` (as above), all from rows that belong together.
[[nodiscard]] MatrixLikeness correlator_likeness(const ensemble::Ensemble& fine,
                                                 const ensemble::Ensemble& hidden,
                                                 const ensemble::Ensemble& blocks,
                                                 const std::vector<bool>& use, std::size_t permutations,
                                                 std::uint64_t seed);

}  // namespace spinflow::analysis
