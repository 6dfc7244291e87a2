// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/clusters.hpp"

#include <gtest/gtest.h>

#include <array>

namespace spinflow::ensemble {
namespace {

Ensemble of(const lattice::Lattice& lattice, const std::vector<std::vector<std::int8_t>>& rows) {
  kernels::PackedSpins spins(rows.size(), static_cast<std::size_t>(lattice.n_sites()));
  for (std::size_t r = 0; r < rows.size(); ++r) spins.pack(r, rows[r]);
  return from_spins(spins, lattice, nullptr);
}

TEST(Clusters, OfAHandMadeLattice) {
  // Open: clusters of 5 (up), 2, 1 and 1 sites. Periodic boundaries join the two single downs of the right
  // column with each other and with the left ones.
  const std::vector<std::int8_t> row = {1,  1, -1,  //
                                        -1, 1, 1,   //
                                        -1, 1, -1};
  const auto open = clusters(of(lattice::Lattice::square(3, 3, lattice::Boundary::open), {row, row}));
  EXPECT_DOUBLE_EQ(open.number.value, 4.0 / 9);
  EXPECT_DOUBLE_EQ(open.largest.value, 5.0 / 9);
  ASSERT_EQ(open.sizes.size(), 5u);
  constexpr std::array least = {1, 2, 3, 5, 9};
  constexpr std::array most = {1, 2, 4, 8, 9};
  constexpr std::array share = {2.0 / 9, 2.0 / 9, 0.0, 5.0 / 9, 0.0};
  for (std::size_t bin = 0; bin < 5; ++bin) {
    EXPECT_EQ(open.sizes[bin].least, least[bin]);
    EXPECT_EQ(open.sizes[bin].most, most[bin]);
    EXPECT_DOUBLE_EQ(open.sizes[bin].share.value, share[bin]);
  }
  const auto ring = clusters(of(lattice::Lattice::square(3, 3), {row, row}));
  EXPECT_DOUBLE_EQ(ring.number.value, 2.0 / 9);
  EXPECT_DOUBLE_EQ(ring.largest.value, 5.0 / 9);
}

TEST(Clusters, SharesAddUpToOne) {
  const auto all = clusters(of(lattice::Lattice::chain(5), {{1, 1, -1, 1, -1}, {1, -1, 1, -1, 1}}));
  double sum = 0;
  for (const auto& bin : all.sizes) sum += bin.share.value;
  EXPECT_DOUBLE_EQ(sum, 1.0);
  // Row 1: 2, 1, 1, 1; row 2: a pair across the boundary, 1, 1, 1.
  EXPECT_DOUBLE_EQ(all.number.value, 4.0 / 5);
  EXPECT_DOUBLE_EQ(all.sizes[0].share.value, 3.0 / 5);
  EXPECT_EQ(all.sizes.back().most, 5);
}

}  // namespace
}  // namespace spinflow::ensemble
