// SPDX-License-Identifier: Apache-2.0
#include "spinflow/kernels/event_table.hpp"

#include <bit>
#include <cassert>
#include <vector>

namespace spinflow::kernels {

EventTable::EventTable(int lx, int ly, std::span<const double> couplings)
    : lx_(static_cast<std::uint32_t>(lx)),
      n_sites_(static_cast<std::uint32_t>(lx * ly)),
      inverse_lx_(~std::uint64_t{0} / lx_ + 1),
      row_bits_(static_cast<unsigned>(std::bit_width(lx_ - 1))),
      column_mask_((1U << row_bits_) - 1),
      padding_(column_mask_ + 1 - lx_) {
  assert(couplings.size() == n_sites_ && couplings[0] == 0);
  std::vector<double> weights;
  for (std::uint32_t dy = 0; dy <= static_cast<std::uint32_t>(ly) / 2; ++dy)
    for (std::uint32_t dx = 0; dx < lx_; ++dx) {
      const std::uint32_t r = dy * lx_ + dx;
      const std::uint32_t opposite =
          (static_cast<std::uint32_t>(ly) - dy) % static_cast<std::uint32_t>(ly) * lx_ + (lx_ - dx) % lx_;
      if (r == 0 || r > opposite) continue;
      total_ += r == opposite ? couplings[r] : 2 * couplings[r];
      weights.resize((dy << row_bits_) + dx + 1);
      weights.back() = r == opposite ? couplings[r] : 2 * couplings[r];
    }
  displacements_ = AliasTable(weights);
}

}  // namespace spinflow::kernels
