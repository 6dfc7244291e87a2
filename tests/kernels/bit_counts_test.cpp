// SPDX-License-Identifier: Apache-2.0
#include "kernels/bit_counts.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <vector>

#include "spinflow/base/random.hpp"
#include "spinflow/kernels/simd.hpp"
#include "testing/testing.hpp"

namespace spinflow::kernels {
namespace {

TEST(BitCounts, AgreeWithTheTwinAtEveryLengthAndSimdLevel) {
  base::RandomStream random(1, "test.bits");
  for (std::size_t n = 0; n < 40; ++n) {
    std::vector<std::uint64_t> a(n);
    std::vector<std::uint64_t> b(n);
    for (std::size_t w = 0; w < n; ++w) {
      a[w] = random.next();
      b[w] = random.next();
    }
    const testing::SimdLevelRestored before;
    for (const auto& level : simd_levels()) {
      force_simd_level(level);
      EXPECT_EQ(unequal_bits(a, b), reference::unequal_bits(a, b)) << n << " " << level;
      EXPECT_EQ(unequal_bits(a, a), 0) << n << " " << level;
    }
  }
}

TEST(BitCounts, OfOneWord) {
  base::RandomStream random(3, "test.bits");
  EXPECT_EQ(number_of_bits(0), 0);
  EXPECT_EQ(number_of_bits(~std::uint64_t{0}), 64);
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t word = random.next() & random.next();
    EXPECT_EQ(number_of_bits(word), std::popcount(word));
  }
}

TEST(BitCounts, OfPartnersAgreeWithTheTwinAtEveryShiftAndSimdLevel) {
  const testing::SimdLevelRestored before;
  base::RandomStream random(2, "test.bits");
  for (const std::size_t words : {1, 2, 3})
    for (std::ptrdiff_t shift = 1 - 64 * static_cast<std::ptrdiff_t>(words);
         shift < 64 * static_cast<std::ptrdiff_t>(words); ++shift) {
      constexpr std::size_t n_rows = 3;
      std::vector<std::uint64_t> padded((n_rows + 2) * words + 2);
      std::vector<std::uint64_t> mask(words);
      for (auto& word : padded) word = random.next();
      for (auto& word : mask) word = random.next();
      std::vector<std::int64_t> expected = {0, 1000, -7};
      reference::count_unequal_partners(padded, shift, mask, expected);
      for (const auto& level : simd_levels()) {
        force_simd_level(level);
        std::vector<std::int64_t> unequal = {0, 1000, -7};
        count_unequal_partners(padded, shift, mask, unequal);
        EXPECT_EQ(unequal, expected) << words << " " << shift << " " << level;
      }
    }
}

}  // namespace
}  // namespace spinflow::kernels
