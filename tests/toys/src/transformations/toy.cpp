// SPDX-License-Identifier: Apache-2.0
// A transformation of one file: every spin is turned over.
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::transformations {

namespace {

class ToyFlip final : public Transformation {
 public:
  [[nodiscard]] std::string_view name() const override { return "toy-flip"; }
  [[nodiscard]] lattice::Lattice output_lattice(const lattice::Lattice& input) const override {
    return input;
  }
  [[nodiscard]] ensemble::Ensemble apply(const ensemble::Ensemble& input,
                                         std::uint64_t /*seed*/) const override {
    kernels::PackedSpins spins = input.spins;
    for (std::size_t row = 0; row < spins.n_rows(); ++row) spins.flip(row);
    return mapped(input, std::move(spins), input.lattice);
  }
  [[nodiscard]] bool commutes_with_flip() const override { return true; }
};

}  // namespace

void register_toy() {
  registry().add({.name = "toy-flip",
                  .help = "a transformation that a test adds",
                  .citations = {"kadanoff1966"},
                  .options = {},
                  .make = [](const base::Values&) { return std::make_unique<ToyFlip>(); }});
}

}  // namespace spinflow::transformations
