// SPDX-License-Identifier: Apache-2.0
#include "spinflow/kernels/packed_spins.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "kernels/lanes/lane_spins.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/kernels/spin_values.hpp"

namespace spinflow::kernels {
namespace {

PackedSpins random_rows(std::size_t n_rows, std::size_t n_columns) {
  PackedSpins spins(n_rows, n_columns);
  base::RandomStream stream(7, "test rows");
  for (std::size_t r = 0; r < n_rows; ++r)
    for (std::size_t c = 0; c < n_columns; ++c) spins.set(r, c, (stream.next() & 1) != 0 ? 1 : -1);
  return spins;
}

TEST(PackedSpins, PackUnpackSetSumFlip) {
  PackedSpins spins(2, 67);
  std::vector<std::int8_t> row(67, -1);
  row[0] = row[5] = row[66] = 1;
  spins.pack(1, row);
  EXPECT_EQ(spins.sum(0), -67);
  EXPECT_EQ(spins.sum(1), 3 - 64);
  std::vector<std::int8_t> back(67);
  spins.unpack(1, back);
  EXPECT_EQ(back, row);
  spins.flip(1);
  EXPECT_EQ(spins.sum(1), 64 - 3);
  EXPECT_EQ(spins.spin(1, 66), -1);
  EXPECT_EQ(spins.row(1)[1] >> 3, 0u);  // the unused bits stay zero
  spins.set(1, 66, 1);
  EXPECT_EQ(spins.sum(1), 64 - 1);
}

TEST(PackedSpins, EveryByteAboveZeroIsUp) {
  std::vector<std::int8_t> bytes(256 + 3);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::int8_t>(i * 37);
  PackedSpins packed(1, bytes.size());
  packed.pack(0, bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) EXPECT_EQ(packed.spin(0, i), bytes[i] > 0 ? 1 : -1) << i;
}

TEST(PackedSpins, ValuesAreLookedAt) {
  for (int value = -128; value < 128; ++value) {
    std::vector<std::int8_t> spins(70, 1);
    spins[67] = static_cast<std::int8_t>(value);
    const auto seen = values_of(spins);
    EXPECT_EQ(seen.minus, value == -1) << value;
    EXPECT_EQ(seen.zero, value == 0) << value;
    EXPECT_EQ(seen.other, value < -1 || value > 1) << value;
  }
}

TEST(PackedSpins, GatherTakesRowsInOrder) {
  const PackedSpins spins = random_rows(5, 70);
  const std::array<std::size_t, 3> rows = {4, 0, 4};
  const PackedSpins some = spins.gather(rows);
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t c = 0; c < 70; ++c) EXPECT_EQ(some.spin(r, c), spins.spin(rows[r], c));
}

TEST(PackedSpins, TransposedMatchesItsReference) {
  for (const auto& [n, m] :
       {std::pair<std::size_t, std::size_t>{1, 1}, {64, 64}, {65, 130}, {3, 200}, {129, 7}}) {
    const PackedSpins spins = random_rows(n, m);
    EXPECT_EQ(transposed(spins), reference::transposed(spins));
    EXPECT_EQ(transposed(transposed(spins)), spins);
  }
}

TEST(LaneSpins, RowsToLanesAndBack) {
  for (const auto& [n, m] : {std::pair<std::size_t, std::size_t>{512, 100}, {77, 64}, {1, 3}, {300, 130}}) {
    const PackedSpins rows = random_rows(n + 2, m);
    const LaneSpins lanes = lanes_from_rows(rows, 1, n);
    for (std::size_t lane = 0; lane < block_lanes; ++lane)
      for (std::size_t site = 0; site < m; ++site)
        ASSERT_EQ(lanes.up(site, lane), lane < n && rows.spin(1 + lane, site) > 0);
    PackedSpins back(n + 2, m);
    lanes_to_rows(lanes, back, 1, n);
    for (std::size_t r = 1; r <= n; ++r) EXPECT_TRUE(std::ranges::equal(back.row(r), rows.row(r)));
    EXPECT_EQ(back.sum(0), -static_cast<std::int64_t>(m));
  }
}

TEST(LaneSpins, FlipTurnsTheChosenLanesOnly) {
  LaneSpins lanes(3);
  LaneBits chosen{};
  chosen[1] = 2;  // lane 65
  lanes.flip(chosen);
  for (std::size_t lane = 0; lane < block_lanes; ++lane) EXPECT_EQ(lanes.up(2, lane), lane == 65);
  EXPECT_FALSE(lanes.up(3, 65));  // the site that stands in for missing neighbours
}

}  // namespace
}  // namespace spinflow::kernels
