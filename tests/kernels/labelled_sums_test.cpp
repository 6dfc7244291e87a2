// SPDX-License-Identifier: Apache-2.0
#include "kernels/tables/labelled_sums.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "spinflow/base/random.hpp"
#include "spinflow/kernels/simd.hpp"
#include "testing/testing.hpp"

namespace spinflow::kernels {
namespace {

TEST(LabelledSums, AreThoseOfTheTwinToTheLastBitAtEverySimdLevel) {
  const testing::SimdLevelRestored before;
  base::RandomStream random(1, "test.labels");
  for (const std::size_t n_rows : {1, 2, 100})
    for (const std::size_t n_columns : {1, 63, 64, 65, 200}) {
      PackedSpins labels(n_rows, n_columns);
      std::vector<float> values(n_rows - n_rows / 3);  // the last rows do not count
      for (auto& value : values) value = static_cast<float>(random.uniform());
      for (std::size_t j = 0; j < n_rows; ++j)
        for (std::size_t p = 0; p < n_columns; ++p) labels.set(j, p, random.below(2) == 0 ? 1 : -1);
      std::vector<float> expected(n_columns);
      reference::labelled_sums(values, labels, expected);
      for (const auto& level : simd_levels()) {
        force_simd_level(level);
        std::vector<float> sums(n_columns, -1);
        labelled_sums(values, labels, sums);
        EXPECT_EQ(sums, expected) << n_rows << " " << n_columns << " " << level;
      }
    }
}

}  // namespace
}  // namespace spinflow::kernels
