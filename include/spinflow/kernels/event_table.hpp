// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "spinflow/kernels/alias_table.hpp"

namespace spinflow::kernels {

/// Draws the pair of sites that an event of a translation-invariant model of many couplings hits: from a
/// uniform site i to j = i + r with probability J(r) / sum J on a periodic lattice. r and -r make the same
/// pairs, so the table holds one of the two.
class EventTable {
 public:
  /// `couplings`: (ly * lx), element dy * lx + dx is J(dx, dy) = J(-dx, -dy), >= 0; element 0 is 0, not all
  /// are. ly = 1 for a chain. lx * ly <= 2^24.
  EventTable(int lx, int ly, std::span<const double> couplings);

  /// J_tot = sum_{r != 0} J(r). Events of the weight exp(K J_ij (s_i s_j - 1)) = sum_k e^{-2 K J_ij} (2 K
  /// J_ij)^k / k! [k = 0 or s_i = s_j] fall on the lattice at the rate K J_tot per site.
  [[nodiscard]] double total() const { return total_; }

  /// The other end of an event at `site`. `word`: uniform, or the low half of (uniform word) * n whose high
  /// half chose one of n sites.
  [[nodiscard]] std::uint32_t partner(std::uint32_t site, std::uint64_t word) const {
    const std::uint32_t slot = displacements_.draw(word);
    const std::uint32_t dx = slot & column_mask_;
    const auto row = static_cast<std::uint32_t>((static_cast<Wide>(inverse_lx_) * site) >> 64);
    std::uint32_t j = site + slot - (slot >> row_bits_) * padding_;
    j -= site - row * lx_ + dx >= lx_ ? lx_ : 0;
    j -= j >= n_sites_ ? n_sites_ : 0;
    return j;
  }

 private:
  __extension__ using Wide = unsigned __int128;

  std::uint32_t lx_;
  std::uint32_t n_sites_;
  std::uint64_t inverse_lx_;   // ceil(2^64 / lx): a product's high half is the quotient (lx > 1)
  unsigned row_bits_;          // slot = dy * 2^row_bits + dx
  std::uint32_t column_mask_;  // 2^row_bits - 1
  std::uint32_t padding_;      // 2^row_bits - lx
  double total_ = 0;
  AliasTable displacements_;
};

}  // namespace spinflow::kernels
