// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spinflow::kernels {

/// The couplings of a translation-invariant model on a periodic Lx x Ly lattice, laid out so that those of
/// any site to all others are contiguous row by row. Whole numbers, so that sums of them have no order.
class CouplingRows {
 public:
  /// `couplings`: (Ly, Lx), element (dy, dx) couples sites that differ by (dx, dy) modulo the sides.
  CouplingRows(std::size_t lx, std::size_t ly, std::span<const std::int64_t> couplings);

  [[nodiscard]] std::size_t lx() const { return lx_; }
  [[nodiscard]] std::size_t ly() const { return ly_; }
  [[nodiscard]] std::size_t n_sites() const { return lx_ * ly_; }
  /// Coupling of `site` to the sites (0, y), (1, y), ..., (Lx - 1, y): (Lx).
  [[nodiscard]] const std::int64_t* row(std::size_t site, std::size_t y) const {
    const std::size_t dy = (y + ly_ - site / lx_) % ly_;
    return doubled_.data() + 2 * lx_ * dy + (lx_ - site % lx_);
  }

 private:
  std::size_t lx_;
  std::size_t ly_;
  std::vector<std::int64_t> doubled_;  // (Ly, 2 Lx): every row twice
};

/// sums[j] += sign * (coupling of `site` to j) for all sites j. `sign`: +1 or -1; `sums`: (n_sites), which
/// must not leave the range of 64 bits.
void add_couplings(const CouplingRows& couplings, std::size_t site, int sign, std::span<std::int64_t> sums);

namespace reference {
/// The obvious twin.
void add_couplings(const CouplingRows& couplings, std::size_t site, int sign, std::span<std::int64_t> sums);
}  // namespace reference

}  // namespace spinflow::kernels
