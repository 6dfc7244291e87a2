// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "spinflow/kernels/checkerboard_update.hpp"
#include "spinflow/kernels/elementary.hpp"
#include "spinflow/kernels/simd.hpp"
#include "testing/testing.hpp"

namespace spinflow::kernels {
namespace {

std::vector<std::int8_t> random_spins(std::size_t n, std::uint64_t seed) {
  base::RandomStream stream(seed, "test spins");
  std::vector<std::int8_t> spins(n);
  for (auto& spin : spins) spin = stream.below(2) == 0 ? 1 : -1;
  return spins;
}

CheckerboardSpins random_configuration(std::size_t lx, std::size_t ly, std::uint64_t seed) {
  CheckerboardSpins spins(lx, ly);
  spins.pack(random_spins(lx * ly, seed));
  return spins;
}

// Rows and columns that fill words and blocks of 512 spins, fall short of them and go beyond.
constexpr std::pair<std::size_t, std::size_t> sizes[] = {
    {2, 2}, {4, 2}, {2, 6}, {10, 10}, {128, 16}, {130, 14}, {126, 18}, {256, 34}, {64, 270}, {384, 20}};

class CheckerboardLevels : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { force_simd_level(GetParam()); }
  void TearDown() override { force_simd_level(simd_levels().front()); }
};

TEST_P(CheckerboardLevels, MatchTheReferenceBitForBit) {
  for (const auto& [lx, ly] : sizes)
    for (const double temperature : {0.0, 0.5, 1.7, 2.0, 2.27, 2.5, 3.1, 4.0, 1e300}) {
      CheckerboardSpins fast = random_configuration(lx, ly, 3);
      CheckerboardSpins slow = fast;
      const CheckerboardRule rule(0.9, temperature, fast);
      LaneRandom random_fast(base::RandomStream(5, "test"));
      LaneRandom random_slow(base::RandomStream(5, "test"));
      for (int i = 0; i < 2; ++i) {
        sweep(rule, random_fast, fast);
        reference::sweep(rule, random_slow, slow);
      }
      EXPECT_TRUE(fast == slow) << lx << "x" << ly << " T " << temperature;
      EXPECT_EQ(random_fast.state, random_slow.state);
    }
}

INSTANTIATE_TEST_SUITE_P(Simd, CheckerboardLevels, ::testing::ValuesIn(simd_levels()),
                         [](const auto& level) { return level.param; });

TEST(CheckerboardSpins, PackUnpackAndCountAgreeWithTheObvious) {
  for (const auto& [lx, ly] : sizes) {
    const auto plain = random_spins(lx * ly, 7);
    CheckerboardSpins packed(lx, ly);
    packed.pack(plain);
    CheckerboardSpins set(lx, ly);
    std::int64_t unequal = 0;
    std::int64_t up[2] = {0, 0};
    for (std::size_t y = 0; y < ly; ++y)
      for (std::size_t x = 0; x < lx; ++x) {
        const auto spin = plain[y * lx + x];
        set.set(x, y, spin > 0);
        EXPECT_EQ(packed.up(x, y), spin > 0);
        up[(x + y) % 2] += spin > 0 ? 1 : 0;
        unequal += spin != plain[y * lx + (x + 1) % lx] ? 1 : 0;
        unequal += spin != plain[(y + 1) % ly * lx + x] ? 1 : 0;
      }
    EXPECT_TRUE(packed == set) << lx << "x" << ly;
    EXPECT_EQ(packed.count_up(0), up[0]);
    EXPECT_EQ(packed.count_up(1), up[1]);
    EXPECT_EQ(packed.count_unequal(), unequal) << lx << "x" << ly;
    std::vector<std::int8_t> back(lx * ly);
    packed.unpack(back);
    EXPECT_EQ(back, plain);
  }
}

}  // namespace
}  // namespace spinflow::kernels
