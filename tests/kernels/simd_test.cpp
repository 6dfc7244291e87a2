// SPDX-License-Identifier: Apache-2.0
#include "spinflow/kernels/simd.hpp"

#include <gtest/gtest.h>

#include "spinflow/base/error.hpp"
#include "testing/testing.hpp"

namespace spinflow::kernels {
namespace {

TEST(Simd, EveryLevelCanBeForcedAndIsThenTheOneThatRuns) {
  const auto levels = simd_levels();
  ASSERT_FALSE(levels.empty());
  const testing::SimdLevelRestored before;
  for (const auto& level : levels) {
    force_simd_level(level);
    EXPECT_EQ(simd_level(), level);
  }
  force_simd_level(levels.front());
  EXPECT_EQ(simd_level(), levels.front());
  EXPECT_THROW(force_simd_level("sse9"), Error);
}

}  // namespace
}  // namespace spinflow::kernels
