// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "spinflow/networks/rbm.hpp"

namespace spinflow::networks {

/// What the row of W of a hidden unit looks like.
struct ReceptiveField {
  double participation = 0;  ///< (sum_i w_i^2)^2 / sum_i w_i^4: over how many visible units it spreads
  double coherence = 0;      ///< |sum_i w_i| / sum_i |w_i|: 1 if all weights have one sign
  /// sum_i |w_i| < 0.1: without a bias, no configuration moves P(h = +1) from 1/2 by more than 0.05.
  bool dead = false;
};

/// One per hidden unit. The other numbers of a dead unit are NaN.
[[nodiscard]] std::vector<ReceptiveField> receptive_fields(const Rbm& rbm);

/// The units of a layer together.
struct LayerSummary {
  double participation = 0;  ///< median over the units that are not dead; NaN if all are
  double coherence = 0;      ///< likewise
  std::size_t dead = 0;      ///< number of dead units
};
[[nodiscard]] LayerSummary layer_summary(const Rbm& rbm);

/// Where the hidden units of an RBM belong on the coarse lattice `hidden` (hidden_lattice of its own): the
/// one-to-one assignment of units to block centres that maximises sum_a sum_i w_ai^2 / sum_j w_aj^2
/// exp(-d^2 / (2 range^2)), d the distance of site i from the centre (around the torus if periodic), in
/// sites. Dead units get the places that are left, in their order.
struct Arrangement {
  std::vector<std::size_t> place;  ///< (n_hidden): site of the coarse lattice of unit a
  std::vector<int> sign;           ///< (n_hidden): +1, or -1 where sum_i w_ai < 0
  std::vector<double> overlap;     ///< (n_hidden): the term of unit a in the sum above; 0 for dead units
};
[[nodiscard]] Arrangement arrangement(const Rbm& rbm, const lattice::Lattice& hidden, double range = 1.5);

/// The same RBM with its hidden units renumbered and their signs turned (weights and hidden bias): unit
/// place[a] is what unit a was, times sign[a]. The distribution of v is unchanged.
[[nodiscard]] Rbm arranged(const Rbm& rbm, const Arrangement& arrangement);

/// Distance between the centre of block `block` of the coarse lattice and site `site` of the fine one, in
/// sites of the fine one; around the torus if periodic.
[[nodiscard]] double distance_to_block(const lattice::Lattice& fine, const lattice::Lattice& coarse,
                                       int block, int site);

}  // namespace spinflow::networks
