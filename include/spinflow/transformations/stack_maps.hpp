// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spinflow/base/observer.hpp"
#include "spinflow/networks/stack.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::transformations {

/// One layer up: v -> h of the layer whose visible lattice is the input's (the lowest of several such).
///
///     transformations::StackUp up(networks::read_stack("stack.h5"), networks::HiddenMode::sampled);
///     ensemble::Ensemble hidden = up.apply(data, 1);
class StackUp final : public Transformation {
 public:
  StackUp(networks::Stack stack, networks::HiddenMode mode);

  [[nodiscard]] std::string_view name() const override { return "stack-up"; }
  [[nodiscard]] std::string identity() const override;
  /// Error(input) if no layer begins at `input`.
  [[nodiscard]] lattice::Lattice output_lattice(const lattice::Lattice& input) const override;
  [[nodiscard]] ensemble::Ensemble apply(const ensemble::Ensemble& input, std::uint64_t seed) const override;
  [[nodiscard]] bool commutes_with_flip() const override;

 private:
  networks::Stack stack_;
  networks::HiddenMode mode_;
};

/// Up through all layers, `top_steps` further Gibbs steps h -> v -> h of the top RBM, and down again: a
/// reconstruction of the visible layer; with many top steps, generation from the top.
class StackReconstruct final : public Transformation {
 public:
  /// `observer` hears nothing but is asked after every top step whether to go on; it must outlive the map.
  StackReconstruct(networks::Stack stack, std::int64_t top_steps, base::Observer& observer = base::silent());

  [[nodiscard]] std::string_view name() const override { return "stack-reconstruct"; }
  [[nodiscard]] std::string identity() const override;
  [[nodiscard]] lattice::Lattice output_lattice(const lattice::Lattice& input) const override;
  [[nodiscard]] ensemble::Ensemble apply(const ensemble::Ensemble& input, std::uint64_t seed) const override;
  [[nodiscard]] bool commutes_with_flip() const override;

 private:
  networks::Stack stack_;
  std::int64_t top_steps_;
  base::Observer& observer_;
};

}  // namespace spinflow::transformations
