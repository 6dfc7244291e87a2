// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spinflow/networks/dense.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::transformations {

/// The signs of a dense net's outputs (+1 at exactly 0), on the lattice net.output. Deterministic: the seed
/// has no effect. Defined on the net's own visible lattice.
class DenseMap final : public Transformation {
 public:
  /// Error(input) if the outputs of the net are not spins.
  explicit DenseMap(networks::Dense net);

  [[nodiscard]] std::string_view name() const override { return "dense-map"; }
  [[nodiscard]] lattice::Lattice output_lattice(const lattice::Lattice& input) const override;
  [[nodiscard]] ensemble::Ensemble apply(const ensemble::Ensemble& input, std::uint64_t seed) const override;
  /// A trained net has biases, so it need not.
  [[nodiscard]] bool commutes_with_flip() const override { return false; }

 private:
  networks::Dense net_;
  networks::DenseForward forward_;
};

}  // namespace spinflow::transformations
