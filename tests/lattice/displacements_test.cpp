// SPDX-License-Identifier: Apache-2.0
#include "spinflow/lattice/displacements.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace spinflow::lattice {
namespace {

TEST(Displacements, EveryPairHasOneAndItsOppositeLeadsBack) {
  for (const auto& lattice : {Lattice::square(5, 4), Lattice::square(3, 6), Lattice::chain(7),
                              Lattice::square(4, 3, Boundary::open), Lattice::chain(5, Boundary::open)}) {
    const Displacements all(lattice);
    std::vector<std::size_t> pairs(all.size(), 0);
    for (int i = 0; i < lattice.n_sites(); ++i)
      for (int j = 0; j < lattice.n_sites(); ++j) {
        const std::size_t d = all.between(i, j);
        ASSERT_LT(d, all.size());
        ++pairs[d];
        EXPECT_EQ(all.opposite(d), all.between(j, i));
        EXPECT_EQ(i == j, d == all.origin());
      }
    for (std::size_t d = 0; d < all.size(); ++d) EXPECT_EQ(pairs[d], all.pairs(d)) << d;
  }
}

TEST(Displacements, TheShortestWayAroundTheRing) {
  const auto lattice = Lattice::square(10, 5);
  const Displacements all(lattice);
  const std::size_t back = all.between(lattice.site(1, 0), lattice.site(9, 4));
  EXPECT_EQ(all.dx(back), -2);
  EXPECT_EQ(all.dy(back), -1);
  const std::size_t half = all.between(lattice.site(0, 0), lattice.site(5, 2));
  EXPECT_EQ(all.dx(half), 5);
  EXPECT_EQ(all.dy(half), 2);
  EXPECT_EQ(all.opposite(half), all.between(lattice.site(0, 2), lattice.site(5, 0)));
}

}  // namespace
}  // namespace spinflow::lattice
