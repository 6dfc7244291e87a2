// SPDX-License-Identifier: Apache-2.0
#include "spinflow/kernels/bit_counts.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bit_counts.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <bit>
#include <cassert>
#include <cstddef>

HWY_BEFORE_NAMESPACE();
namespace spinflow::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

std::int64_t unequal_bits(const std::uint64_t* a, const std::uint64_t* b, std::size_t n) {
  const hn::ScalableTag<std::uint64_t> d;
  const std::size_t lanes = hn::Lanes(d);
  auto sums = hn::Zero(d);
  std::size_t w = 0;
  for (; w + lanes <= n; w += lanes)
    sums = hn::Add(sums, hn::PopulationCount(hn::Xor(hn::LoadU(d, a + w), hn::LoadU(d, b + w))));
  auto total = static_cast<std::int64_t>(hn::GetLane(hn::SumOfLanes(d, sums)));
  for (; w < n; ++w) total += std::popcount(a[w] ^ b[w]);
  return total;
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

HWY_EXPORT(unequal_bits);

std::int64_t unequal_bits(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
  assert(a.size() == b.size());
  return HWY_DYNAMIC_DISPATCH(unequal_bits)(a.data(), b.data(), a.size());
}

namespace reference {

std::int64_t unequal_bits(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
  std::int64_t total = 0;
  for (std::size_t w = 0; w < a.size(); ++w)
    for (int bit = 0; bit < 64; ++bit) total += static_cast<std::int64_t>(((a[w] ^ b[w]) >> bit) & 1u);
  return total;
}

}  // namespace reference

}  // namespace spinflow::kernels
#endif
