// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "spinflow/base/error.hpp"
#include "spinflow/kernels/simd.hpp"

// As the program does, the tests run on the instruction set that SPINFLOW_SIMD names, and are skipped
// on a machine that lacks it.
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (const char* const level = std::getenv("SPINFLOW_SIMD"); level != nullptr && *level != '\0') {
    try {
      spinflow::kernels::force_simd_level(level);
    } catch (const spinflow::Error& error) {
      std::puts(error.what());
      constexpr int skipped = 77;
      return skipped;
    }
  }
  return RUN_ALL_TESTS();
}
