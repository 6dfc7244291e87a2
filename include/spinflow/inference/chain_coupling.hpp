// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "spinflow/ensemble/rows.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::inference {

/// K of the ring of n spins whose <s_0 s_1> is `bond` = (t + t^(n-1))/(1 + t^n), t = tanh K: the maximum
/// likelihood of a +-1 ring. n >= 2, a ring of 2 with both its bonds; Error(input) for less. +-infinity at
/// and beyond the values of the ground states, where for K < 0 and odd n one bond must stay unbroken: -(n -
/// 2)/n.
[[nodiscard]] double ring_coupling(double bond, int n);
/// The same of an open chain: artanh(bond).
[[nodiscard]] double open_chain_coupling(double bond);

/// The nearest-neighbour coupling of spins on a chain, read in two ways, and whether they are such a chain.
struct ChainCoupling {
  /// K_out: from <s_0 s_1>. May be +-infinity; the error is NaN then, and where one piece alone keeps K
  /// finite.
  stats::Estimate coupling;
  stats::Estimate pseudo_likelihood;  ///< maximum pseudo-likelihood of the nearest-neighbour chain
  /// c_2/c_1^2 of c_r = <s_a s_(a+r)> - <s_a><s_(a+r)>, averaged over a: 1 for an infinite nearest-neighbour
  /// chain. NaN for fewer than 4 spins, or where c_1 is 0.
  stats::Estimate correlation_ratio;
};
/// Of the rows (of an ensemble: of all). Empty if the lattice is not a chain. Errors by jackknife over
/// independent pieces, of fewer than 16 chains from the chains' own correlations.
[[nodiscard]] std::optional<ChainCoupling> chain_coupling(const ensemble::Rows& rows);

/// c_2 of a ring of n >= 4 spins less that of the nearest-neighbour ring with this K_out; NaN where that is
/// infinite.
[[nodiscard]] stats::Estimate beyond_nearest(const ChainCoupling& read, int n);

/// Rms of c_ab = <y_a y_b> - <y_a><y_b> over all pairs on the ring that are no neighbours, over that of
/// neighbours: about 1 where distance means nothing. `rows`: (n, spins of the ring), 4 spins or more; NaN for
/// fewer, or where neighbours are not correlated at all.
[[nodiscard]] double far_over_near(const kernels::PackedSpins& rows);

}  // namespace spinflow::inference
