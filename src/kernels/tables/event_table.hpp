// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "kernels/tables/alias_table.hpp"

namespace spinflow::kernels {

/// Displacements on a periodic Lx x Ly lattice (Ly = 1: a ring) as slots dy * 2^b + dx, 2^b >= Lx, 0 <= dx <
/// Lx, 0 <= dy < Ly, and where they lead to.
class PeriodicSteps {
 public:
  PeriodicSteps(int lx, int ly);

  [[nodiscard]] std::uint32_t slot(std::uint32_t dx, std::uint32_t dy) const {
    return (dy << row_bits_) + dx;
  }

  /// The site at this displacement from `site`, without a branch.
  [[nodiscard]] std::uint32_t from(std::uint32_t site, std::uint32_t slot) const {
    const auto row = static_cast<std::uint32_t>((static_cast<Wide>(inverse_lx_) * site) >> 64);
    const std::uint32_t x = site - row * lx_ + (slot & column_mask_);
    std::uint32_t to = site + slot - (slot >> row_bits_) * padding_;
    to -= x >= lx_ ? lx_ : 0;
    to -= to >= n_sites_ ? n_sites_ : 0;
    return to;
  }

 private:
  __extension__ using Wide = unsigned __int128;

  std::uint32_t lx_;
  std::uint32_t n_sites_;
  std::uint64_t inverse_lx_;  // ceil(2^64 / lx): a product's high half is the quotient
  unsigned row_bits_;
  std::uint32_t column_mask_;  // 2^row_bits - 1
  std::uint32_t padding_;      // 2^row_bits - lx
};

/// Draws from an EventTable; like AliasDraw a small value.
struct EventDraw {
  PeriodicSteps steps;
  AliasDraw displacement;

  /// The other end of an event at `site`. `word`: as AliasDraw takes it.
  [[nodiscard]] std::uint32_t partner(std::uint32_t site, std::uint64_t word) const {
    return steps.from(site, displacement(word));
  }
};

/// Draws the pair of sites that an event of a translation-invariant model of many couplings hits: from a
/// uniform site i to j = i + r with probability J(r) / J_tot on a periodic lattice. r and -r make the same
/// pairs, so the table holds one of the two: who grows a cluster from given sites has to toss which of them.
class EventTable {
 public:
  /// `couplings`: (ly * lx), element dy * lx + dx is J(dx, dy) = J(-dx, -dy), >= 0; element 0 is 0, not all
  /// are. ly = 1 for a chain. lx * ly <= 2^24, lx >= 2.
  EventTable(int lx, int ly, std::span<const double> couplings);

  /// J_tot = sum_{r != 0} J(r): the events of all pairs of the lattice have the rate K J_tot per site.
  [[nodiscard]] double total() const { return total_; }

  [[nodiscard]] EventDraw draw() const& { return {steps_, displacements_.draw()}; }
  EventDraw draw() && = delete;

 private:
  PeriodicSteps steps_;
  double total_ = 0;
  AliasTable displacements_;
};

}  // namespace spinflow::kernels
