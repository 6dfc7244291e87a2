// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/networks/rbm.hpp"

namespace spinflow::networks {

/// An RBM's parameters in the layouts of the kernels.
struct RbmParameters {
  kernels::FloatMatrix to_hidden;     ///< W transposed: (n_visible, n_hidden); the one that training updates
  kernels::FloatMatrix to_visible;    ///< W: (n_hidden, n_visible)
  kernels::FloatMatrix visible_bias;  ///< b: (1, n_visible)
  kernels::FloatMatrix hidden_bias;   ///< c: (1, n_hidden)

  explicit RbmParameters(const Rbm& rbm);
  /// Into the arrays of `rbm`.
  void store(Rbm& rbm) const;

  [[nodiscard]] std::size_t n_visible() const { return to_hidden.n_rows(); }
  [[nodiscard]] std::size_t n_hidden() const { return to_visible.n_rows(); }
};

}  // namespace spinflow::networks
