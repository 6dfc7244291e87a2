// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/lattice/interactions.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::inference {

/// The couplings K_a of -H/(k_B T) = sum_a K_a S_a that maximize the pseudo-likelihood (Besag 1975) sum over
/// rows and sites of ln P(s_i | rest) = -ln(1 + exp(-2 s_i sum_a K_a f_a(i))), f_a(i) = d S_a / d s_i:
/// concave, so the maximum is the only one. One estimate per interaction of `basis`, in its order, J/(k_B T);
/// any lattice and boundary. Errors by jackknife over at most 50 blocks of independent pieces; with fewer
/// than 16 chains of correlated rows from the chains' own correlations. All NaN where the rows do not fix
/// every coupling (ground states, interactions that say the same). Error(input) for an empty basis, more than
/// 16 interactions, one that stands there twice or does not fit the lattice, or local fields of more than
/// 2^18 combinations (memory).
[[nodiscard]] std::vector<stats::Estimate> pseudo_likelihood_couplings(
    const ensemble::Ensemble& ensemble, std::span<const lattice::Interaction> basis);

/// The nearest-neighbour coupling alone. +-infinity if the rows are a ground state or its opposite; NaN
/// without a bond that says anything.
[[nodiscard]] stats::Estimate pseudo_likelihood_coupling(const ensemble::Ensemble& ensemble);

}  // namespace spinflow::inference
