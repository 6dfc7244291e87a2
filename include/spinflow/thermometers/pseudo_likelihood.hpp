// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spinflow/stats/estimate.hpp"
#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::thermometers {

/// The nearest-neighbour coupling K = J/(k_B T) that maximizes the pseudo-likelihood (Besag 1975)
/// sum over rows and sites of ln P(s_i | rest) = -ln(1 + exp(-2 K s_i sum_j s_j)), concave in K. Any lattice
/// and boundary, no table, no field. Error by jackknife over blocks of independent pieces. +-infinity if the
/// rows are a ground state or its opposite; NaN without a bond that says anything.
[[nodiscard]] stats::Estimate pseudo_likelihood_coupling(const ensemble::Ensemble& ensemble);

}  // namespace spinflow::thermometers
