// SPDX-License-Identifier: Apache-2.0
#include "kernels/dense/signed_dots.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "spinflow/base/random.hpp"
#include "spinflow/kernels/simd.hpp"
#include "testing/testing.hpp"

namespace spinflow::kernels {
namespace {

TEST(SignedDots, AgreeWithTheTwinAtEveryWidthAndSimdLevel) {
  base::RandomStream stream(1, "test.dots");
  for (const std::size_t n_columns : {1u, 15u, 16u, 17u, 63u, 64u, 65u, 103u, 128u}) {
    PackedSpins spins(7, n_columns);
    FloatMatrix values(7, n_columns);
    for (std::size_t r = 0; r < 7; ++r)
      for (std::size_t c = 0; c < n_columns; ++c) {
        spins.set(r, c, stream.uniform() < 0.5 ? 1 : -1);
        values.row(r)[c] = static_cast<float>(stream.uniform() - 0.5);
      }
    // What stands in the padding must not count.
    if (values.stride() > n_columns) values.data()[values.stride() + n_columns] = 1e6f;
    std::vector<double> slow(5);
    reference::signed_dots(spins, 1, 6, values, slow);
    std::vector<double> first_level;
    const testing::SimdLevelRestored before;
    for (const auto& level : simd_levels()) {
      force_simd_level(level);
      std::vector<double> fast(5);
      signed_dots(spins, 1, 6, values, fast);
      for (std::size_t r = 0; r < 5; ++r) EXPECT_NEAR(fast[r], slow[r], 1e-5) << n_columns << " " << level;
      if (first_level.empty()) first_level = fast;
      EXPECT_EQ(fast, first_level) << n_columns << " " << level;
    }
  }
}

}  // namespace
}  // namespace spinflow::kernels
