// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/lattice/interactions.hpp"
#include "spinflow/results/results.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::studies {

/// The couplings of the rows of one temperature, in the order of the basis.
struct CouplingsAtTemperature {
  double temperature = 0;  ///< in J/k_B; NaN: not known
  std::size_t n = 0;       ///< rows
  std::vector<stats::Estimate> couplings;
};

/// The basis that is asked for without one: all interactions that have a name.
[[nodiscard]] std::string default_couplings(int dimension);

/// inference::pseudo_likelihood_couplings of every temperature of an ensemble, ascending.
[[nodiscard]] std::vector<CouplingsAtTemperature> couplings_by_temperature(
    const ensemble::Ensemble& ensemble, std::span<const lattice::Interaction> basis,
    base::Observer& observer = base::silent());

/// Appends to `out` the table couplings, the figure couplings-temperature (a panel per interaction) if two
/// temperatures or more are known, and couplings-plane (next-nearest against nearest) if both are in the
/// basis. `model`: that of the ensemble; a nearest-neighbour one's couplings J/T and h/T, and 0 for every
/// other, are drawn as exact. May be null.
void couplings_results(std::span<const lattice::Interaction> basis,
                       std::span<const CouplingsAtTemperature> groups, const models::Model* model,
                       results::Results& out);

}  // namespace spinflow::studies
