// SPDX-License-Identifier: Apache-2.0
#include "spinflow/kernels/signed_row_sums.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

#include "spinflow/base/random.hpp"
#include "spinflow/kernels/simd.hpp"
#include "testing/testing.hpp"

namespace spinflow::kernels {
namespace {

struct Problem {
  PackedSpins spins;
  FloatMatrix rows;
  std::vector<float> bias;
};

Problem random_problem(std::size_t n_samples, std::size_t n_in, std::size_t n_out) {
  base::RandomStream stream(7, "test.row_sums", 1000 * n_in + n_out);
  Problem problem{PackedSpins(n_samples, n_in), FloatMatrix(n_in, n_out), std::vector<float>(n_out)};
  for (std::size_t s = 0; s < n_samples; ++s)
    for (std::size_t i = 0; i < n_in; ++i) problem.spins.set(s, i, (stream.next() >> 63) != 0 ? 1 : -1);
  for (std::size_t i = 0; i < n_in; ++i)
    for (auto& value : problem.rows.row(i)) value = static_cast<float>(stream.uniform() - 0.5);
  for (auto& value : problem.bias) value = static_cast<float>(stream.uniform() - 0.5);
  return problem;
}

TEST(SignedRowSums, ByHand) {
  PackedSpins spins(2, 3);
  spins.set(0, 0, 1);
  spins.set(0, 2, 1);  // + - +; the other sample is - - -
  const FloatMatrix rows(3, 2, std::vector<float>{1, 10, 2, 20, 4, 40});
  FloatMatrix out(2, 2);
  signed_row_sums(spins, 0, 2, rows, std::vector<float>{100, 1000}, out);
  EXPECT_EQ(out.unpadded(), (std::vector<float>{103, 1030, 93, 930}));
  signed_row_sums(spins, 1, 2, rows, {}, out);
  EXPECT_EQ(out.unpadded(), (std::vector<float>{103, 1030, -7, -70})) << "row 0 is none of its business";
}

TEST(SignedRowSums, AgreesWithItsTwinAtAwkwardSizes) {
  for (const std::size_t n_in : {1u, 2u, 3u, 4u, 5u, 31u, 32u, 33u, 64u, 100u, 131u})
    for (const std::size_t n_out : {1u, 15u, 16u, 17u, 48u, 64u, 100u, 129u}) {
      const auto problem = random_problem(9, n_in, n_out);
      FloatMatrix fast(9, n_out);
      FloatMatrix slow(9, n_out);
      signed_row_sums(problem.spins, 0, 9, problem.rows, problem.bias, fast);
      reference::signed_row_sums(problem.spins, 0, 9, problem.rows, problem.bias, slow);
      for (std::size_t s = 0; s < 9; ++s)
        for (std::size_t j = 0; j < n_out; ++j)
          ASSERT_NEAR(fast.row(s)[j], slow.row(s)[j], 2e-7 * static_cast<double>(n_in) + 1e-6)
              << n_in << " x " << n_out << " at " << s << ", " << j;
    }
}

TEST(SignedRowSums, SameBitsAtEverySimdLevel) {
  const auto problem = random_problem(50, 100, 83);
  FloatMatrix first(50, 83);
  signed_row_sums(problem.spins, 0, 50, problem.rows, problem.bias, first);
  const testing::SimdLevelRestored before;
  for (const auto& level : simd_levels()) {
    force_simd_level(level);
    FloatMatrix out(50, 83);
    signed_row_sums(problem.spins, 0, 50, problem.rows, problem.bias, out);
    EXPECT_EQ(out.unpadded(), first.unpadded()) << level;
  }
}

TEST(SignedRowSums, PartsOfRowsAndColumnsAreTheWhole) {
  const auto problem = random_problem(1100, 70, 150);
  FloatMatrix whole(1100, 150);
  FloatMatrix parts(1100, 150);
  signed_row_sums(problem.spins, 0, 1100, problem.rows, problem.bias, whole);
  for (const auto& [first, last] : {std::pair{0u, 3u}, std::pair{3u, 700u}, std::pair{700u, 1100u}})
    for (const auto& [column, end] : {std::pair{0u, 64u}, std::pair{64u, 150u}})
      signed_row_sums(problem.spins, first, last, problem.rows, problem.bias, parts, column, end);
  EXPECT_EQ(parts.unpadded(), whole.unpadded());
}

// The order of summation is an interface: weights of all trainings hang on its last bits.
TEST(SignedRowSums, LiteralBits) {
  const auto problem = random_problem(600, 100, 83);
  FloatMatrix out(600, 83);
  signed_row_sums(problem.spins, 0, 600, problem.rows, problem.bias, out);
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a, word by word
  for (const float value : out.unpadded())
    hash = (hash ^ std::bit_cast<std::uint32_t>(value)) * 0x100000001b3u;
  EXPECT_EQ(hash, 12787927445819869604u);
}

TEST(FloatMatrix, TransposesAnyShape) {
  for (const std::size_t rows : {1u, 4u, 7u, 64u})
    for (const std::size_t columns : {1u, 3u, 8u, 101u}) {
      FloatMatrix matrix(rows, columns);
      for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < columns; ++c) matrix.row(r)[c] = static_cast<float>(1000 * r + c);
      const auto result = transposed(matrix);
      for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < columns; ++c) ASSERT_EQ(result.row(c)[r], matrix.row(r)[c]);
    }
}

}  // namespace
}  // namespace spinflow::kernels
