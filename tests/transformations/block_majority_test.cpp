// SPDX-License-Identifier: Apache-2.0
#include "spinflow/transformations/block_majority.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "testing/testing.hpp"

namespace spinflow::transformations {
namespace {

ensemble::Ensemble rows_of(const lattice::Lattice& lattice,
                           const std::vector<std::vector<std::int8_t>>& rows) {
  kernels::PackedSpins spins(rows.size(), static_cast<std::size_t>(lattice.n_sites()));
  for (std::size_t r = 0; r < rows.size(); ++r) spins.pack(r, rows[r]);
  return ensemble::from_spins(std::move(spins), lattice, nullptr);
}

TEST(BlockMajority, HandMadeSquare) {
  // Blocks of 2 x 2 on 4 x 4 without ties; site (x, y) is y * 4 + x.
  const auto input = rows_of(lattice::Lattice::square(4, 4), {{+1, +1, -1, -1,  //
                                                               +1, -1, -1, +1,  //
                                                               -1, -1, +1, +1,  //
                                                               -1, +1, +1, +1}});
  const auto output = BlockMajority({.factor = 2}).apply(input, 1);
  EXPECT_EQ(output.lattice, lattice::Lattice::square(2, 2));
  EXPECT_EQ(output.spins.spin(0, 0), +1);
  EXPECT_EQ(output.spins.spin(0, 1), -1);
  EXPECT_EQ(output.spins.spin(0, 2), -1);
  EXPECT_EQ(output.spins.spin(0, 3), +1);
  EXPECT_TRUE(std::isnan(output.temperature[0]));
}

TEST(BlockMajority, OddFactorOnRectangleAndChain) {
  const auto ring = rows_of(lattice::Lattice::chain(6), {{+1, -1, +1, -1, -1, +1}});
  const auto blocked = BlockMajority({.factor = 3}).apply(ring, 1);
  EXPECT_EQ(blocked.lattice, lattice::Lattice::chain(2));
  EXPECT_EQ(blocked.spins.spin(0, 0), +1);
  EXPECT_EQ(blocked.spins.spin(0, 1), -1);
  const auto wide = BlockMajority({.factor = 3}).output_lattice(lattice::Lattice::square(12, 6));
  EXPECT_EQ(wide, lattice::Lattice::square(4, 2));
}

TEST(BlockMajority, OddFactorOnASquareNeedsNoTies) {
  // Blocks of 3 x 3 on 6 x 9 (Lx = 6, Ly = 9): 2 x 3 of them.
  const auto input = rows_of(lattice::Lattice::square(6, 9), {{+1, -1, -1, -1, +1, +1,  //
                                                               +1, +1, -1, +1, +1, -1,  //
                                                               +1, -1, +1, -1, -1, -1,  //
                                                               -1, -1, -1, +1, +1, +1,  //
                                                               -1, -1, -1, +1, +1, +1,  //
                                                               -1, -1, -1, +1, +1, +1,  //
                                                               +1, +1, +1, -1, -1, -1,  //
                                                               +1, +1, -1, +1, +1, +1,  //
                                                               -1, -1, -1, -1, -1, +1}});
  for (const char* ties : {"random", "corner"}) {
    const auto output = BlockMajority({.factor = 3, .ties = ties}).apply(input, 1);
    EXPECT_EQ(output.lattice, lattice::Lattice::square(2, 3));
    constexpr int expected[] = {+1, -1, -1, +1, +1, -1};
    for (std::size_t site = 0; site < 6; ++site) EXPECT_EQ(output.spins.spin(0, site), expected[site]);
  }
}

TEST(BlockMajority, CornerOfATiedPairOnAnOpenChain) {
  const auto line = lattice::Lattice::chain(8, lattice::Boundary::open);
  const auto input = rows_of(line, {{+1, -1, -1, +1, -1, -1, +1, +1}});
  const auto output = BlockMajority({.factor = 2, .ties = "corner"}).apply(input, 1);
  EXPECT_EQ(output.lattice, lattice::Lattice::chain(4, lattice::Boundary::open));
  constexpr int expected[] = {+1, -1, -1, +1};
  for (std::size_t site = 0; site < 4; ++site) EXPECT_EQ(output.spins.spin(0, site), expected[site]);
}

TEST(BlockMajority, TiesAreFairOrTheCorner) {
  constexpr std::size_t n = 4000;
  const std::vector<std::int8_t> tied = {+1, -1, +1, -1, -1, +1, -1, +1, +1, +1, -1, -1, -1, -1, +1, +1};
  const auto input = rows_of(lattice::Lattice::square(4, 4), std::vector<std::vector<std::int8_t>>(n, tied));
  const auto random = BlockMajority({.factor = 2}).apply(input, 7);
  for (std::size_t site = 0; site < 4; ++site) {
    double sum = 0;
    for (std::size_t row = 0; row < n; ++row) sum += random.spins.spin(row, site);
    testing::expect_within(sum / n, 1.0 / std::sqrt(n), 0.0, "mean of a tied block");
  }
  const auto corner = BlockMajority({.factor = 2, .ties = "corner"}).apply(input, 7);
  for (std::size_t row = 0; row < n; row += 999) {
    EXPECT_EQ(corner.spins.spin(row, 0), tied[0]);
    EXPECT_EQ(corner.spins.spin(row, 1), tied[2]);
    EXPECT_EQ(corner.spins.spin(row, 2), tied[8]);
    EXPECT_EQ(corner.spins.spin(row, 3), tied[10]);
  }
}

TEST(BlockMajority, RefusesWhatDoesNotFit) {
  EXPECT_THROW((void)BlockMajority({.factor = 3}).output_lattice(lattice::Lattice::square(10, 10)), Error);
  EXPECT_THROW((void)BlockMajority({.factor = 5}).output_lattice(lattice::Lattice::square(10, 5)), Error);
  EXPECT_THROW((void)block_majority_options().parse({{"factor", std::int64_t{1}}}, "test"), Error);
  EXPECT_THROW((void)block_majority_options().parse({{"ties", std::string("fair")}}, "test"), Error);
}

}  // namespace
}  // namespace spinflow::transformations
