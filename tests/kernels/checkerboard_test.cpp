// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "kernels/checkerboard/checkerboard_update.hpp"
#include "kernels/dense/elementary.hpp"
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
constexpr std::pair<std::size_t, std::size_t> sizes[] = {{2, 2},    {4, 2},    {2, 6},    {10, 10},
                                                         {128, 16}, {130, 14}, {126, 18}, {256, 34},
                                                         {64, 270}, {6, 530},  {384, 20}};

class CheckerboardLevels : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { force_simd_level(GetParam()); }

 private:
  testing::SimdLevelRestored before_;
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

// What one sweep did beyond what it was expected to: every spin turns with the textbook's probability, given
// the other colour as it stood, independently of all others.
class Residuals {
 public:
  Residuals(std::size_t lx, std::size_t ly, double coupling, double temperature)
      : lx_(lx), ly_(ly), residual(lx * ly), variance(lx * ly) {
    for (const int equal : {0, 1, 2, 3, 4})
      probability_.push_back(0.75 * std::min(1.0, std::exp(-2 * coupling * (2 * equal - 4) / temperature)));
  }

  void sweep(const CheckerboardRule& rule, LaneRandom& random, CheckerboardSpins& spins) {
    std::vector<std::int8_t> before(lx_ * ly_);
    std::vector<std::int8_t> after(lx_ * ly_);
    spins.unpack(before);
    kernels::sweep(rule, random, spins);
    spins.unpack(after);
    for (std::size_t y = 0; y < ly_; ++y)
      for (std::size_t x = 0; x < lx_; ++x) {
        const std::size_t i = y * lx_ + x;
        const auto& around = (x + y) % 2 == 0 ? before : after;
        const int sum = around[y * lx_ + (x + 1) % lx_] + around[y * lx_ + (x + lx_ - 1) % lx_] +
                        around[(y + 1) % ly_ * lx_ + x] + around[(y + ly_ - 1) % ly_ * lx_ + x];
        const auto equal = static_cast<std::size_t>((4 + sum * before[i]) / 2);
        const double p = probability_[equal];
        residual[i] = (after[i] != before[i] ? 1 : 0) - p;
        variance[i] = p * (1 - p);
        Tally& tally = tallies[(x + y) % 2][equal];
        tally.sum += residual[i];
        tally.variance += variance[i];
      }
  }

  struct Tally {
    double sum = 0;
    double variance = 0;
  };
  Tally tallies[2][5];  // of all sweeps, by colour and number of equal neighbours

 private:
  std::size_t lx_;
  std::size_t ly_;
  std::vector<double> probability_;

 public:
  std::vector<double> residual;
  std::vector<double> variance;
};

// chi^2 of the sums over all sites of a(x) b(x + d), one for every displacement d.
class DisplacementChi2 {
 public:
  DisplacementChi2(std::size_t lx, std::size_t ly) : lx_(lx), ly_(ly), sums_(lx * ly), variances_(lx * ly) {}

  void add(const Residuals& a, const Residuals& b) {
    for (std::size_t dy = 0; dy < ly_; ++dy)
      for (std::size_t dx = 0; dx < lx_; ++dx) {
        double sum = 0;
        double variance = 0;
        for (std::size_t y = 0; y < ly_; ++y) {
          const std::size_t here = y * lx_;
          const std::size_t there = (y + dy) % ly_ * lx_;
          for (std::size_t x = 0, to = dx; x < lx_; ++x, to = to + 1 == lx_ ? 0 : to + 1) {
            sum += a.residual[here + x] * b.residual[there + to];
            variance += a.variance[here + x] * b.variance[there + to];
          }
        }
        sums_[dy * lx_ + dx] += sum;
        variances_[dy * lx_ + dx] += variance;
      }
  }

  // `itself`: a and b were the same, so that d and -d say the same and d = -d counts pairs twice.
  void expect_independence(bool itself, const std::string& what) const {
    double chi2 = 0;
    int degrees = 0;
    for (std::size_t dy = 0; dy < ly_; ++dy)
      for (std::size_t dx = 0; dx < lx_; ++dx) {
        const std::size_t d = dy * lx_ + dx;
        const std::size_t back = (ly_ - dy) % ly_ * lx_ + (lx_ - dx) % lx_;
        if (itself && d >= back) continue;
        chi2 += sums_[d] * sums_[d] / variances_[d];
        ++degrees;
      }
    EXPECT_LT(chi2, testing::chi2_limit(degrees)) << what;
    EXPECT_GT(chi2, testing::chi2_lower_limit(degrees)) << what;
  }

 private:
  std::size_t lx_;
  std::size_t ly_;
  std::vector<double> sums_;
  std::vector<double> variances_;
};

TEST(CheckerboardUpdate, SpinsTurnWithTheTextbookProbabilityAndIndependently) {
  const double coupling = 0.9;
  // The first has two columns of words, the second three groups of blocks.
  for (const auto& [lx, ly] : {std::pair<std::size_t, std::size_t>{132, 20}, {4, 766}})
    for (const double temperature : {1.8, 2.0, 2.25, 3.5, 1e300}) {
      const std::string what =
          std::to_string(lx) + "x" + std::to_string(ly) + " T " + std::to_string(temperature);
      CheckerboardSpins spins(lx, ly);
      const CheckerboardRule rule(coupling, temperature, spins);
      LaneRandom random(base::RandomStream(2, "turns"));
      Residuals now(lx, ly, coupling, temperature);
      Residuals last = now;
      DisplacementChi2 same_sweep(lx, ly);
      DisplacementChi2 next_sweep(lx, ly);
      for (int i = 0; i < 600; ++i) {
        last.residual = now.residual;
        last.variance = now.variance;
        now.sweep(rule, random, spins);
        if (i < 20 || i >= 24) continue;
        same_sweep.add(now, now);
        next_sweep.add(last, now);
      }
      same_sweep.expect_independence(true, what + " in a sweep");
      next_sweep.expect_independence(false, what + " from one sweep to the next");
      for (const auto& of_colour : now.tallies)
        for (std::size_t equal = 0; equal < 5; ++equal)
          if (of_colour[equal].variance > 5)
            testing::expect_within(of_colour[equal].sum, std::sqrt(of_colour[equal].variance), 0,
                                   what + " with equal neighbours: " + std::to_string(equal));
    }
}

// From the ground state the even sites turn by events alone, each with the same small probability: pairs of
// turned sites are then as many at every distance, in one sweep and from one sweep to the next.
TEST(CheckerboardUpdate, EventsAreIndependent) {
  constexpr std::size_t lx = 20;
  constexpr std::size_t ly = 766;  // three groups to a column
  constexpr int sweeps = 250;
  CheckerboardSpins spins(lx, ly);
  const CheckerboardRule rule(1, 1.5, spins);
  ASSERT_EQ(rule.decision(1).k, 0u);
  LaneRandom random(base::RandomStream(1, "events"));
  const std::vector<std::int8_t> ground(lx * ly, 1);
  std::vector<double> same_sweep(lx * ly);
  std::vector<double> next_sweep(lx * ly);
  std::vector<std::pair<std::size_t, std::size_t>> last;
  double turned = 0;
  for (int i = 0; i < sweeps; ++i) {
    spins.pack(ground);
    sweep(rule, random, spins);
    std::vector<std::pair<std::size_t, std::size_t>> now;
    for (std::size_t y = 0; y < ly; ++y)
      for (std::size_t x = y % 2; x < lx; x += 2)
        if (!spins.up(x, y)) now.emplace_back(x, y);
    turned += static_cast<double>(now.size());
    const auto count = [&](const auto& from, std::vector<double>& counts) {
      for (const auto& [x, y] : from)
        for (const auto& [to_x, to_y] : now) ++counts[(to_y + ly - y) % ly * lx + (to_x + lx - x) % lx];
    };
    count(now, same_sweep);
    if (i > 0) count(last, next_sweep);
    last = now;
  }
  const double p = 0.75 * std::exp(-8 / 1.5);
  const double n = lx * ly / 2.0;
  testing::expect_within(turned, std::sqrt(sweeps * n * p * (1 - p)), sweeps * n * p, "turned");
  double chi2_same = 0;
  double chi2_next = 0;
  int degrees_same = 0;
  int degrees_next = 0;
  for (std::size_t dy = 0; dy < ly; ++dy)
    for (std::size_t dx = dy % 2; dx < lx; dx += 2) {
      const std::size_t d = dy * lx + dx;
      const double next = (sweeps - 1) * n * p * p;
      chi2_next += (next_sweep[d] - next) * (next_sweep[d] - next) / next;
      ++degrees_next;
      if (d >= (ly - dy) % ly * lx + (lx - dx) % lx) continue;  // -d says the same
      const double same = sweeps * n * p * p;
      chi2_same += (same_sweep[d] - same) * (same_sweep[d] - same) / same;
      ++degrees_same;
    }
  EXPECT_LT(chi2_same, testing::chi2_limit(degrees_same));
  EXPECT_GT(chi2_same, testing::chi2_lower_limit(degrees_same));
  EXPECT_LT(chi2_next, testing::chi2_limit(degrees_next));
  EXPECT_GT(chi2_next, testing::chi2_lower_limit(degrees_next));
}

TEST(CheckerboardUpdate, AtZeroTemperatureNothingGoesUphill) {
  CheckerboardSpins spins(20, 20);
  const CheckerboardRule rule(1, 0, spins);
  LaneRandom random(base::RandomStream(1, "cold"));
  spins.pack(std::vector<std::int8_t>(400, 1));
  const CheckerboardSpins up = spins;
  spins.set(3, 4, false);
  for (int i = 0; i < 50; ++i) sweep(rule, random, spins);
  EXPECT_TRUE(spins == up);
}

// p = k 2^-bits, turned to a constant where there is an event, is the Boltzmann factor to rounding.
TEST(CheckerboardRule, DecisionsAddUpToTheProbabilities) {
  const CheckerboardSpins spins(64, 64);
  for (double temperature = 0; temperature < 12; temperature += 0.01) {
    const CheckerboardRule rule(1, temperature, spins);
    for (const std::size_t c : {0u, 1u}) {
      const auto& decision = rule.decision(c);
      const double coarse = std::ldexp(decision.k, -static_cast<int>(rule.bits()));
      const double p = coarse + decision.event * ((decision.at_event ? 1.0 : 0.0) - coarse);
      EXPECT_NEAR(p, 0.75 * boltzmann_of_flip(c == 0 ? 2 : 4, temperature), 2e-16) << temperature;
    }
    // The groups' tables hold as many events as that asks for.
    const double spins_of_group = 512.0 * static_cast<double>(rule.group_blocks());
    const double greater = rule.decision(rule.extra_decision()).event;
    const double lesser = rule.decision(1 - rule.extra_decision()).event;
    EXPECT_NEAR(rule.common_events().distribution_function(0), std::pow(1 - lesser, spins_of_group), 1e-12);
    EXPECT_NEAR(rule.extra_events().distribution_function(0),
                std::pow((1 - greater) / (1 - lesser), spins_of_group), 1e-12);
    EXPECT_LT(rule.common_events().most() + rule.extra_events().most(), 4 * 256u);
  }
}

// The random stream is an interface: this word must not change without notice in the changelog.
TEST(CheckerboardUpdate, LiteralConfiguration) {
  CheckerboardSpins spins(128, 64);
  const CheckerboardRule rule(1, 2.5, spins);
  LaneRandom random(base::RandomStream(1, "literal"));
  for (int i = 0; i < 30; ++i) sweep(rule, random, spins);
  EXPECT_EQ(spins.column(1, 1, 0)[31], 641218193883922672u);
}

}  // namespace
}  // namespace spinflow::kernels
