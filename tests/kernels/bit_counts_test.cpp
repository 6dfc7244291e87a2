// SPDX-License-Identifier: Apache-2.0
#include "spinflow/kernels/bit_counts.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace spinflow::kernels
