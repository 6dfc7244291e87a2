// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spinflow::kernels {

/// Draws k with probability w_k / sum w in constant time (Walker 1977, the table built as in Vose 1991): one
/// word chooses a slot uniformly, and the rest of its bits whether to stay there or to go to the slot's
/// alias. All arithmetic is exact or in one fixed order, so the draws are the same on every machine.
class AliasTable {
 public:
  AliasTable() = default;
  /// `weights`: finite, >= 0, at least one > 0; at most 2^24 of them.
  explicit AliasTable(std::span<const double> weights);

  [[nodiscard]] std::size_t size() const { return slots_.size(); }

  /// `word`: uniform on all 64-bit words; b bits of it that are already spent may be a lower end of zeros.
  [[nodiscard]] std::uint32_t draw(std::uint64_t word) const {
    const Wide product = static_cast<Wide>(word) * slots_.size();
    const auto slot = static_cast<std::uint32_t>(product >> 64);
    const std::uint64_t entry = slots_[slot];
    return static_cast<std::uint64_t>(product) < (entry & ~alias_)
               ? slot
               : static_cast<std::uint32_t>(entry & alias_);
  }

  /// P(k) as the table gives it, for every k: the weights' shares to 2^-50.
  [[nodiscard]] std::vector<double> probabilities() const;

 private:
  __extension__ using Wide = unsigned __int128;

  std::uint64_t alias_ = 0;  // the bits of an entry that hold the alias; the others are the threshold
  std::vector<std::uint64_t> slots_;
};

}  // namespace spinflow::kernels
