// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/networks/rbm.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::transformations {

/// v -> h -> v', both drawn from the conditionals of an RBM: one Gibbs step. Rows are drawn in pieces of 512,
/// stream (seed, "rbm-reconstruct", piece), hidden units of the whole piece first. Commutes with the flip if
/// both biases are zero.
///
///     transformations::RbmReconstruct map(trainers::train_rbm(data, {.hidden = 64}, 1).rbm);
///     ensemble::Ensemble once = map.apply(data, 1);
class RbmReconstruct final : public Transformation {
 public:
  explicit RbmReconstruct(networks::Rbm rbm);

  [[nodiscard]] std::string_view name() const override { return "rbm-reconstruct"; }
  [[nodiscard]] std::string identity() const override;
  /// The visible lattice; Error(input) if `input` is another.
  [[nodiscard]] lattice::Lattice output_lattice(const lattice::Lattice& input) const override;
  [[nodiscard]] ensemble::Ensemble apply(const ensemble::Ensemble& input, std::uint64_t seed) const override;
  [[nodiscard]] bool commutes_with_flip() const override;

  /// The map on spins alone: (n, n_visible) -> (n, n_visible).
  [[nodiscard]] kernels::PackedSpins reconstructed(const kernels::PackedSpins& v, std::uint64_t seed) const;

 private:
  networks::Rbm rbm_;
  kernels::FloatMatrix to_visible_;  // W: (n_hidden, n_visible)
  kernels::FloatMatrix to_hidden_;   // its transpose
};

}  // namespace spinflow::transformations
