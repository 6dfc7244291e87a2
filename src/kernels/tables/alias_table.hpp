// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spinflow::kernels {

/// Draws from an AliasTable. A small value: in a local variable it lives in registers, whatever the loop that
/// draws writes to memory. The table outlives it.
class AliasDraw {
 public:
  AliasDraw(std::span<const std::uint64_t> slots, std::uint64_t alias)
      : slots_(slots.data()), n_slots_(slots.size()), alias_(alias) {}

  /// `word`: uniform on all 64-bit words; its lowest bits may be a row of zeros, where they are spent on
  /// something else.
  [[nodiscard]] std::uint32_t operator()(std::uint64_t word) const {
    const Wide product = static_cast<Wide>(word) * n_slots_;
    const std::uint64_t slot = static_cast<std::uint64_t>(product >> 64);
    const std::uint64_t entry = slots_[slot];
    // Nobody can predict whether to stay, so nothing branches on it.
    const std::uint64_t stay = -std::uint64_t{static_cast<std::uint64_t>(product) < (entry & ~alias_)};
    return static_cast<std::uint32_t>((slot & stay) | (entry & alias_ & ~stay));
  }

 private:
  __extension__ using Wide = unsigned __int128;

  const std::uint64_t* slots_;
  std::uint64_t n_slots_;
  std::uint64_t alias_;
};

/// Draws k with probability w_k / sum w in constant time (Walker 1977, the table built as in Vose 1991): one
/// word chooses a slot uniformly, and the rest of its bits whether to stay there or to go to the slot's
/// alias. All arithmetic is exact or in one fixed order, so the draws are the same on every machine.
class AliasTable {
 public:
  AliasTable() = default;
  /// `weights`: finite, >= 0, at least one > 0; at most 2^24 of them.
  explicit AliasTable(std::span<const double> weights);

  [[nodiscard]] AliasDraw draw() const& { return {slots_, alias_}; }
  AliasDraw draw() && = delete;

  /// P(k) as the table gives it, for every k: the weights' shares to 2^-50.
  [[nodiscard]] std::vector<double> probabilities() const;

 private:
  std::uint64_t alias_ = 0;  // the bits of an entry that hold the alias; the others are the threshold
  std::vector<std::uint64_t> slots_;
};

}  // namespace spinflow::kernels
