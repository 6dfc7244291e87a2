// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "spinflow/transformations/transformation.hpp"

namespace spinflow::transformations {

struct BlockMajorityOptions {
  std::int64_t factor = 2;  ///< b: side of a block, in sites, >= 2
  std::string ties =
      "random";  ///< a block of total spin 0 becomes: "random" +-1, or its "corner" spin (lowest x, y)
};

[[nodiscard]] base::Options<BlockMajorityOptions> block_majority_options();

///     ensemble::Ensemble half = transformations::BlockMajority({.factor = 2}).apply(data, 1);
///
/// The majority rule (Kadanoff blocks): each b (chain) or b x b (square) block of spins becomes the sign of
/// its sum. Defined where b divides every side and leaves sides >= 2.
class BlockMajority final : public Transformation {
 public:
  explicit BlockMajority(BlockMajorityOptions options) : options_(std::move(options)) {}

  [[nodiscard]] std::string_view name() const override { return "block-majority"; }
  [[nodiscard]] std::string identity() const override;
  [[nodiscard]] lattice::Lattice output_lattice(const lattice::Lattice& input) const override;
  [[nodiscard]] ensemble::Ensemble apply(const ensemble::Ensemble& input, std::uint64_t seed) const override;
  [[nodiscard]] bool commutes_with_flip() const override { return true; }

 private:
  BlockMajorityOptions options_;
};

}  // namespace spinflow::transformations
