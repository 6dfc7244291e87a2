// SPDX-License-Identifier: Apache-2.0
#include "kernels/bit_counts.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bit_counts.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdlib>

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

// Scalar code: only the instruction that counts bits is another one on each level.
void count_unequal_partners(const std::uint64_t* rows, std::size_t n_rows, std::ptrdiff_t shift,
                            const std::uint64_t* mask, std::size_t words, std::int64_t* unequal) {
  const std::ptrdiff_t word = shift >= 0 ? shift / 64 : -((63 - shift) / 64);
  const auto low = static_cast<unsigned>(shift - 64 * word);
  for (std::size_t r = 0; r < n_rows; ++r) {
    const std::uint64_t* const row = rows + r * words;
    const std::uint64_t* const from = row + word;
    for (std::size_t w = 0; w < words; ++w) {
      // Shifting by 64 is undefined: the upper word moves by 63 - low and once more.
      const std::uint64_t partner = (from[w] >> low) | ((from[w + 1] << 1) << (63 - low));
      unequal[r] += std::popcount((row[w] ^ partner) & mask[w]);
    }
  }
}

}  // namespace
}  // namespace spinflow::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace spinflow::kernels {

HWY_EXPORT(unequal_bits);
HWY_EXPORT(count_unequal_partners);

std::int64_t unequal_bits(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
  assert(a.size() == b.size());
  return HWY_DYNAMIC_DISPATCH(unequal_bits)(a.data(), b.data(), a.size());
}

void count_unequal_partners(std::span<const std::uint64_t> padded, std::ptrdiff_t shift,
                            std::span<const std::uint64_t> mask, std::span<std::int64_t> unequal) {
  const std::size_t words = mask.size();
  assert(padded.size() == unequal.size() * words + 2 * (words + 1));
  assert(std::abs(shift) < 64 * static_cast<std::ptrdiff_t>(words));
  HWY_DYNAMIC_DISPATCH(count_unequal_partners)
  (padded.data() + words + 1, unequal.size(), shift, mask.data(), words, unequal.data());
}

namespace reference {

std::int64_t unequal_bits(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b) {
  std::int64_t total = 0;
  for (std::size_t w = 0; w < a.size(); ++w)
    for (int bit = 0; bit < 64; ++bit) total += static_cast<std::int64_t>(((a[w] ^ b[w]) >> bit) & 1u);
  return total;
}

void count_unequal_partners(std::span<const std::uint64_t> padded, std::ptrdiff_t shift,
                            std::span<const std::uint64_t> mask, std::span<std::int64_t> unequal) {
  const auto n_bits = 64 * static_cast<std::ptrdiff_t>(mask.size());
  const auto margin = n_bits + 64;
  const auto bit = [](std::span<const std::uint64_t> words, std::ptrdiff_t b) {
    return words[static_cast<std::size_t>(b / 64)] >> (b % 64) & 1u;
  };
  for (std::size_t r = 0; r < unequal.size(); ++r) {
    const auto first = margin + static_cast<std::ptrdiff_t>(r) * n_bits;
    for (std::ptrdiff_t b = 0; b < n_bits; ++b)
      if (bit(mask, b) != 0 && bit(padded, first + b) != bit(padded, first + b + shift)) ++unequal[r];
  }
}

}  // namespace reference

}  // namespace spinflow::kernels
#endif
