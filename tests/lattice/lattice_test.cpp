// SPDX-License-Identifier: Apache-2.0
#include "spinflow/lattice/lattice.hpp"

#include <gtest/gtest.h>

#include "spinflow/base/error.hpp"

namespace spinflow::lattice {
namespace {

TEST(Lattice, NeighboursByHand) {
  const auto square = Lattice::square(3, 4);
  const auto of = [](const Lattice& l, int site) {
    return std::vector<std::int32_t>(l.neighbours(site).begin(), l.neighbours(site).end());
  };
  EXPECT_EQ(of(square, 0), (std::vector<std::int32_t>{1, 2, 3, 9}));
  EXPECT_EQ(square.bonds().size(), 24u);
  EXPECT_EQ(of(Lattice::square(3, 4, Boundary::open), 0), (std::vector<std::int32_t>{1, 3}));
  EXPECT_EQ(Lattice::square(3, 4, Boundary::open).bonds().size(), 17u);
  EXPECT_EQ(of(Lattice::chain(5), 0), (std::vector<std::int32_t>{1, 4}));
  // Two sites in a ring: both bonds count.
  EXPECT_EQ(Lattice::chain(2).bonds().size(), 2u);
}

TEST(Lattice, BipartiteUnlessAnOddSideCloses) {
  EXPECT_TRUE(Lattice::square(4, 6).bipartite());
  EXPECT_FALSE(Lattice::square(4, 5).bipartite());
  EXPECT_TRUE(Lattice::square(3, 5, Boundary::open).bipartite());
  EXPECT_FALSE(Lattice::chain(7).bipartite());
}

TEST(Lattice, TextAndRefusals) {
  EXPECT_EQ(lattice_from_text("16x10", 2, Boundary::periodic, "L"), Lattice::square(16, 10));
  EXPECT_EQ(lattice_from_text("64", 1, Boundary::open, "L"), Lattice::chain(64, Boundary::open));
  EXPECT_EQ(Lattice::square(16, 10).text(), "16x10");
  EXPECT_EQ(Lattice::square(16, 10).shape(), (std::vector<std::size_t>{10, 16}));
  for (const char* bad : {"", "0", "1", "-3", "10x", "x10", "10x10x10", "ten", "10.5", "99999999999"})
    EXPECT_THROW((void)lattice_from_text(bad, 2, Boundary::periodic, "L"), Error) << bad;
  EXPECT_THROW((void)lattice_from_text("4x4", 1, Boundary::periodic, "L"), Error);
  EXPECT_THROW((void)Lattice::square(30000, 30000), Error);
}

}  // namespace
}  // namespace spinflow::lattice
