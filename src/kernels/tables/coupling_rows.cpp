// SPDX-License-Identifier: Apache-2.0
#include "kernels/tables/coupling_rows.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/tables/coupling_rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cassert>

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<std::int64_t, 8>;

template <bool kAdd>
HWY_INLINE void add_row(const std::int64_t* HWY_RESTRICT row, std::size_t n,
                        std::int64_t* HWY_RESTRICT sums) {
  const Tag d;
  constexpr std::size_t lanes = hn::MaxLanes(Tag());
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto sum = hn::LoadU(d, sums + i);
    const auto term = hn::LoadU(d, row + i);
    hn::StoreU(kAdd ? hn::Add(sum, term) : hn::Sub(sum, term), d, sums + i);
  }
  for (; i < n; ++i) sums[i] = kAdd ? sums[i] + row[i] : sums[i] - row[i];
}

void add_couplings(const CouplingRows& couplings, std::size_t site, int sign, std::span<std::int64_t> sums) {
  const std::size_t lx = couplings.lx();
  for (std::size_t y = 0; y < couplings.ly(); ++y) {
    if (sign > 0)
      add_row<true>(couplings.row(site, y), lx, sums.data() + lx * y);
    else
      add_row<false>(couplings.row(site, y), lx, sums.data() + lx * y);
  }
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

HWY_EXPORT(add_couplings);

CouplingRows::CouplingRows(std::size_t lx, std::size_t ly, std::span<const std::int64_t> couplings)
    : lx_(lx), ly_(ly), doubled_(2 * lx * ly) {
  assert(couplings.size() == lx * ly);
  for (std::size_t dy = 0; dy < ly; ++dy)
    for (std::size_t k = 0; k < 2 * lx; ++k) doubled_[2 * lx * dy + k] = couplings[lx * dy + k % lx];
}

void add_couplings(const CouplingRows& couplings, std::size_t site, int sign, std::span<std::int64_t> sums) {
  assert(site < couplings.n_sites() && sums.size() == couplings.n_sites());
  HWY_DYNAMIC_DISPATCH(add_couplings)(couplings, site, sign, sums);
}

namespace reference {

void add_couplings(const CouplingRows& couplings, std::size_t site, int sign, std::span<std::int64_t> sums) {
  const std::size_t lx = couplings.lx();
  for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += sign * couplings.row(site, j / lx)[j % lx];
}

}  // namespace reference

}  // namespace spinflow::kernels
#endif
