// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <limits>

#include "kernels/dense/matrix_product.hpp"
#include "kernels/dense/parameter_updates.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/kernels/simd.hpp"
#include "testing/testing.hpp"

namespace spinflow::kernels {
namespace {

FloatMatrix random_matrix(std::size_t rows, std::size_t columns, std::uint64_t index) {
  base::RandomStream stream(7, "test.matrix", index);
  FloatMatrix matrix(rows, columns);
  for (std::size_t r = 0; r < rows; ++r)
    for (auto& value : matrix.row(r)) value = static_cast<float>(stream.uniform() - 0.5);
  return matrix;
}

TEST(MatrixProduct, ByHand) {
  const FloatMatrix a(2, 2, std::vector<float>{1, 2, 3, 4});
  const FloatMatrix b(2, 1, std::vector<float>{10, 100});
  FloatMatrix out(2, 1);
  matrix_product(a, b, std::vector<float>{0.5f}, out);
  EXPECT_EQ(out.unpadded(), (std::vector<float>{210.5f, 430.5f}));
}

TEST(MatrixProduct, AgreesWithItsTwinAtAwkwardSizes) {
  for (const std::size_t m : {1u, 7u, 8u, 19u})
    for (const std::size_t k : {1u, 25u, 64u})
      for (const std::size_t n : {1u, 16u, 25u, 70u}) {
        const auto a = random_matrix(m, k, 1);
        const auto b = random_matrix(k, n, 2);
        const auto bias = random_matrix(1, n, 3).unpadded();
        FloatMatrix fast(m, n);
        FloatMatrix slow(m, n);
        matrix_product(a, b, bias, fast);
        reference::matrix_product(a, b, bias, slow);
        for (std::size_t i = 0; i < m; ++i)
          for (std::size_t j = 0; j < n; ++j) ASSERT_NEAR(fast.row(i)[j], slow.row(i)[j], 2e-6);
      }
}

TEST(MatrixProduct, SameBitsAtEverySimdLevel) {
  const auto a = random_matrix(19, 64, 1);
  const auto b = random_matrix(64, 25, 2);
  FloatMatrix first(19, 25);
  matrix_product(a, b, {}, first);
  const testing::SimdLevelRestored before;
  for (const auto& level : simd_levels()) {
    force_simd_level(level);
    FloatMatrix out(19, 25);
    matrix_product(a, b, {}, out);
    EXPECT_EQ(out.unpadded(), first.unpadded()) << level;
  }
}

TEST(ParameterUpdates, SameBitsAsTheirTwinsAtEverySimdLevel) {
  const testing::SimdLevelRestored before;
  for (const auto& level : simd_levels()) {
    force_simd_level(level);
    const auto gradient = random_matrix(7, 21, 1);
    auto w = random_matrix(7, 21, 2);
    auto w_twin = w;
    auto first = random_matrix(7, 21, 3);
    auto first_twin = first;
    EXPECT_TRUE(momentum_update(w, first, gradient, 0.25f, 0.1f, 0.05f, 0.5f, 0.7f));
    EXPECT_TRUE(reference::momentum_update(w_twin, first_twin, gradient, 0.25f, 0.1f, 0.05f, 0.5f, 0.7f));
    EXPECT_EQ(w.unpadded(), w_twin.unpadded()) << level;
    EXPECT_EQ(first.unpadded(), first_twin.unpadded()) << level;
    FloatMatrix second(7, 21);
    FloatMatrix second_twin(7, 21);
    EXPECT_TRUE(adam_update(w, first, second, gradient, 0.25f, 0.1f, 1e-8f));
    EXPECT_TRUE(reference::adam_update(w_twin, first_twin, second_twin, gradient, 0.25f, 0.1f, 1e-8f));
    EXPECT_EQ(w.unpadded(), w_twin.unpadded()) << level;
    EXPECT_EQ(second.unpadded(), second_twin.unpadded()) << level;
  }
}

TEST(ParameterUpdates, RowsTakenInPartsAreTheWhole) {
  const auto gradient = random_matrix(7, 21, 1);
  auto w = random_matrix(7, 21, 2);
  auto w_parts = w;
  auto velocity = random_matrix(7, 21, 3);
  auto velocity_parts = velocity;
  EXPECT_TRUE(momentum_update(w, velocity, gradient, 0.25f, 0.1f, 0.05f, 0.5f, 0.7f));
  for (const std::size_t first : {4u, 0u})
    EXPECT_TRUE(momentum_update(w_parts, velocity_parts, gradient, 0.25f, 0.1f, 0.05f, 0.5f, 0.7f, first,
                                first == 0 ? 4 : 7));
  EXPECT_EQ(w_parts.unpadded(), w.unpadded());
  EXPECT_EQ(velocity_parts.unpadded(), velocity.unpadded());
}

TEST(ParameterUpdates, ShrinkageByHand) {
  FloatMatrix w(1, 4, std::vector<float>{0.5f, -0.5f, 0.0625f, -0.0625f});
  FloatMatrix velocity(1, 4);
  const FloatMatrix gradient(1, 4, std::vector<float>{1, 0, 0, 1});
  // After the step 0.75, -0.5, 0.0625, 0.1875; then 0.25 * 0.5 = 0.125 is taken off.
  EXPECT_TRUE(momentum_update(w, velocity, gradient, 1.0f, 0.25f, 0.0f, 0.5f, 0.5f));
  EXPECT_EQ(w.unpadded(), (std::vector<float>{0.625f, -0.375f, 0, 0.0625f}));
  EXPECT_EQ(velocity.unpadded(), (std::vector<float>{0.25f, 0, 0, 0.25f}));
}

TEST(ParameterUpdates, ReportWhatIsNotFinite) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    auto gradient = random_matrix(3, 21, 1);
    gradient.row(1)[20] = bad;
    FloatMatrix w;
    FloatMatrix a;
    FloatMatrix b(3, 21);
    for (const float shrinkage : {0.0f, 100.0f}) {
      w = random_matrix(3, 21, 2);
      a = FloatMatrix(3, 21);
      EXPECT_FALSE(momentum_update(w, a, gradient, 1.0f, 0.1f, 0.0f, 0.0f, shrinkage));
    }
    w = random_matrix(3, 21, 2);
    a = FloatMatrix(3, 21);
    gradient.row(1)[20] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_FALSE(adam_update(w, a, b, gradient, 1.0f, 0.1f, 1e-8f));
  }
}

}  // namespace
}  // namespace spinflow::kernels
