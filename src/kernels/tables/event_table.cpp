// SPDX-License-Identifier: Apache-2.0
#include "kernels/tables/event_table.hpp"

#include <bit>
#include <cassert>
#include <vector>

namespace spinflow::kernels {

PeriodicSteps::PeriodicSteps(int lx, int ly)
    : lx_(static_cast<std::uint32_t>(lx)),
      n_sites_(static_cast<std::uint32_t>(lx * ly)),
      inverse_lx_(~std::uint64_t{0} / lx_ + 1),
      row_bits_(static_cast<unsigned>(std::bit_width(lx_ - 1))),
      column_mask_((1U << row_bits_) - 1),
      padding_(column_mask_ + 1 - lx_) {
  assert(lx >= 2 && ly >= 1);
}

EventTable::EventTable(int lx, int ly, std::span<const double> couplings) : steps_(lx, ly) {
  const auto width = static_cast<std::uint32_t>(lx);
  const auto height = static_cast<std::uint32_t>(ly);
  assert(couplings.size() == width * height && couplings[0] == 0);
  std::vector<double> weights;
  for (std::uint32_t dy = 0; dy <= height / 2; ++dy)
    for (std::uint32_t dx = 0; dx < width; ++dx) {
      const std::uint32_t r = dy * width + dx;
      const std::uint32_t opposite = (height - dy) % height * width + (width - dx) % width;
      if (r == 0 || r > opposite) continue;
      const double weight = r == opposite ? couplings[r] : 2 * couplings[r];
      weights.resize(steps_.slot(dx, dy) + 1);
      weights.back() = weight;
      total_ += weight;
    }
  displacements_ = AliasTable(weights);
}

}  // namespace spinflow::kernels
