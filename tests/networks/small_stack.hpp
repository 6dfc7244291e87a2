// SPDX-License-Identifier: Apache-2.0
// A stack small enough to sum over.
#pragma once

#include "networks/small_rbm.hpp"
#include "spinflow/networks/stack.hpp"

namespace spinflow::networks {

/// 4 visible, 3 and 2 hidden units in rows, with biases. (Not blocks of blocks: passes do not ask for that.)
inline Stack small_stack() {
  Stack stack;
  stack.layers = {rbm_with_biases(lattice::Lattice::chain(4), 3, 0.3),
                  rbm_with_biases(lattice::Lattice::chain(3), 2, 0.4)};
  return stack;
}

/// P(h | v) of the RBM, bits of both numbers.
inline double up_probability(const Rbm& rbm, unsigned v, unsigned h) {
  double z = 0;
  for (unsigned other = 0; other < (1u << rbm.n_hidden); ++other) z += std::exp(minus_energy(rbm, v, other));
  return std::exp(minus_energy(rbm, v, h)) / z;
}

/// P(v | h) likewise.
inline double down_probability(const Rbm& rbm, unsigned v, unsigned h) {
  double z = 0;
  for (unsigned other = 0; other < (1u << rbm.n_visible()); ++other)
    z += std::exp(minus_energy(rbm, other, h));
  return std::exp(minus_energy(rbm, v, h)) / z;
}

}  // namespace spinflow::networks
