// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "spinflow/stats/estimate.hpp"
#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::thermometers {

/// A term of a Hamiltonian -H/(k_B T) = sum_a K_a O_a.
enum class Operator {
  nearest,       ///< sum over nearest-neighbour bonds of s_i s_j
  next_nearest,  ///< over pairs across a square's diagonal; on a chain two sites apart
  third,         ///< over pairs two sites apart along an axis; on a chain three sites apart
  plaquette,     ///< over elementary squares, product of the four spins; not on a chain
  field,         ///< sum of s_i
};
[[nodiscard]] std::string_view to_string(Operator op);

/// The couplings K_a that maximize the pseudo-likelihood (Besag 1975) sum over rows and sites of ln P(s_i |
/// rest) = -ln(1 + exp(-2 s_i sum_a K_a f_a(i))), f_a(i) = d O_a / d s_i: concave, so the maximum is the only
/// one. One estimate per operator of `basis`, in its order, J/(k_B T); any lattice and boundary. Errors by
/// jackknife over at most 50 blocks of independent pieces. All NaN where the rows do not fix every coupling
/// (ground states, operators that say the same). Error(input) for an empty basis, an operator named twice or
/// one that the lattice does not have.
[[nodiscard]] std::vector<stats::Estimate> pseudo_likelihood_couplings(const ensemble::Ensemble& ensemble,
                                                                       std::span<const Operator> basis);

/// The nearest-neighbour coupling alone. +-infinity if the rows are a ground state or its opposite; NaN
/// without a bond that says anything.
[[nodiscard]] stats::Estimate pseudo_likelihood_coupling(const ensemble::Ensemble& ensemble);

}  // namespace spinflow::thermometers
