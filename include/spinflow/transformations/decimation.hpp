// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "spinflow/transformations/transformation.hpp"

namespace spinflow::transformations {

struct DecimationOptions {
  std::int64_t factor = 2;  ///< b: every b-th site of every axis stays, >= 2
};

[[nodiscard]] base::Options<DecimationOptions> decimation_options();

/// Keeps the spins at (b x, b y) and forgets the others. Defined where b divides every side and leaves sides
/// >= 2.
class Decimation final : public Transformation {
 public:
  explicit Decimation(DecimationOptions options) : options_(options) {}

  [[nodiscard]] std::string_view name() const override { return "decimation"; }
  [[nodiscard]] lattice::Lattice output_lattice(const lattice::Lattice& input) const override;
  [[nodiscard]] ensemble::Ensemble apply(const ensemble::Ensemble& input, std::uint64_t seed) const override;
  [[nodiscard]] bool commutes_with_flip() const override { return true; }

 private:
  DecimationOptions options_;
};

}  // namespace spinflow::transformations
