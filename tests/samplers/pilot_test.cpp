// SPDX-License-Identifier: Apache-2.0
// How pilot runs begin and when they are believed.
#include <gtest/gtest.h>

#include <cmath>

#include "enumerated.hpp"
#include "samplers/pilot_starts.hpp"
#include "samplers/tau_record.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/exact/chain.hpp"
#include "table_model.hpp"
#include "testing/testing.hpp"

namespace spinflow::samplers {
namespace {

class Pilot : public ::testing::Test {};

// `far`: where the chains of the second kind are, in standard deviations; after `until` numbers with the
// others.
std::vector<std::vector<std::vector<double>>> two_kinds(double far, std::size_t until, std::size_t length) {
  base::RandomStream random(1, "pilot test", 0);
  std::vector<std::vector<std::vector<double>>> chains(1);
  for (std::size_t c = 0; c < 16; ++c) {
    auto& series = chains[0].emplace_back();
    for (std::size_t i = 0; i < length; ++i)
      series.push_back((c % 2 == 1 && i < until ? far : 0) + std::sqrt(12.0) * (random.uniform() - 0.5));
  }
  return chains;
}

TEST_F(Pilot, IsBelievedOnlyWhenAllStartsHaveComeTogether) {
  const auto apart = judge_pilot({}, two_kinds(3, 100, 100), 2, 1, 100);
  EXPECT_FALSE(apart.agreed);
  EXPECT_FALSE(apart.resolved);
  EXPECT_EQ(apart.settled, 0);
  const auto together = judge_pilot(apart, two_kinds(0, 0, 200), 2, 1, 200);
  EXPECT_TRUE(together.agreed);
  EXPECT_TRUE(together.resolved);
  EXPECT_EQ(together.settled, 200);
  EXPECT_NEAR(together.tau.value, 0.5, 0.1);
  EXPECT_EQ(judge_pilot(together, two_kinds(0, 0, 400), 2, 1, 400).settled, 200);
  EXPECT_EQ(burn_in(together), 600);
  EXPECT_EQ(thinning(together, true), 200);
  EXPECT_LE(thinning(together, false), 3);
  // With one kind there is nothing to come together.
  const auto alone = judge_pilot({}, two_kinds(3, 100, 100), 1, 1, 100);
  EXPECT_TRUE(alone.agreed);
  EXPECT_EQ(alone.settled, 0);
  EXPECT_FALSE(alone.resolved);  // its chains differ for ever
}

// Below T = 0.8 many pilots of small lattices see no spin flip.
TEST_F(Pilot, ThatNeverSeesAChangeStillKeepsRowsApart) {
  const std::vector<std::vector<std::vector<double>>> chains(
      2, std::vector<std::vector<double>>(16, std::vector<double>(48, 3.0)));
  const auto constant = judge_pilot({}, chains, 2, 1, first_pilot_length);
  EXPECT_TRUE(constant.resolved);
  EXPECT_EQ(burn_in(constant), 3 * first_pilot_length);
  EXPECT_EQ(thinning(constant, true), 2);
  EXPECT_EQ(thinning(constant, false), 2);
  EXPECT_EQ(burn_in(judge_pilot({}, chains, 1, 1, first_pilot_length)), 20);
}

TEST_F(Pilot, OneChainOfEightThatHasNotComeYetIsSeen) {
  auto chains = two_kinds(0, 0, 100);
  for (double& value : chains[0][3]) value += 10;
  EXPECT_FALSE(judge_pilot({}, chains, 2, 1, 100).agreed);
}

TEST_F(Pilot, WallsOfARingHaveTheirExactProbability) {
  for (const int n : {64, 500})
    for (const double temperature : {0.25, 0.35, 0.5, 0.8}) {
      const double log_none = std::log(2) + n / temperature;
      const double exact = -std::expm1(
          log_none - exact::chain(n, 1, 0, temperature, lattice::Boundary::periodic).log_partition);
      const double p = wall_probability(*make_model(std::to_string(n)), temperature);
      EXPECT_NEAR(p / exact, 1, 0.05) << n << " " << temperature;
    }
}

TEST_F(Pilot, WallsMatterWhereConfigurationsWouldShowThem) {
  EXPECT_TRUE(walls_matter(*make_model("64x4"), 1.2, 100));
  EXPECT_TRUE(walls_matter(*make_model("4x64"), 1.2, 100));
  EXPECT_TRUE(walls_matter(*make_model("64x4", -1), 1.2, 100));
  EXPECT_TRUE(walls_matter(*make_model("64x4", 1, 0, lattice::Boundary::open), 1.2, 100));
  EXPECT_FALSE(walls_matter(*make_model("64x4"), 0.5, 1000));
  EXPECT_TRUE(walls_matter(*make_model("64x4"), 0.5, 1000000000));
  EXPECT_FALSE(walls_matter(*make_model("64x4"), 0, 1000000));
  EXPECT_FALSE(walls_matter(*make_model("64x4"), 5, 1000000));
  EXPECT_TRUE(walls_matter(*make_model("10x10"), 2.25, 1000));
  EXPECT_FALSE(walls_matter(*make_model("10x10"), 1, 100000));
  EXPECT_FALSE(walls_matter(*make_model("64x64"), 1.8, 100000));
  EXPECT_TRUE(walls_matter(*power_law("32x3", 62), 1.1, 1000));
  EXPECT_FALSE(walls_matter(*power_law("8x8", 2.8), 1, 1000));
  EXPECT_FALSE(walls_matter(*power_law("32x3", 62), 5, 1000));
}

TEST_F(Pilot, HalvesAndSlabsFollowTheLongerSide) {
  using Sites = std::vector<std::uint8_t>;
  EXPECT_EQ(turned_sites(lattice::Lattice::square(4, 2), Start::halves), (Sites{0, 0, 1, 1, 0, 0, 1, 1}));
  EXPECT_EQ(turned_sites(lattice::Lattice::square(2, 4), Start::halves), (Sites{0, 0, 0, 0, 1, 1, 1, 1}));
  EXPECT_EQ(turned_sites(lattice::Lattice::chain(8), Start::slabs), (Sites{0, 0, 1, 1, 0, 0, 1, 1}));
  EXPECT_EQ(turned_sites(lattice::Lattice::chain(3), Start::random), (Sites{0, 0, 0}));
}

TEST_F(Pilot, ARefusalNamesOnlySamplersThatAcceptTheModel) {
  const auto advice = [](const char* sampler, const std::shared_ptr<const models::Model>& model) {
    const auto refusal = testing::refusal_of([&] { refuse_slow(sampler, *model, 0.5, 100, false); });
    return refusal.substr(refusal.rfind("; ") + 2);
  };
  EXPECT_EQ(advice("heat-bath", make_model("64x4")), "use --sampler swendsen-wang or wolff or tempering");
  EXPECT_EQ(advice("heat-bath", make_model("64x4", 1, 0.1)), "use --sampler swendsen-wang or tempering");
  EXPECT_EQ(advice("heat-bath", make_model("64x4", -1)), "use --sampler wolff or tempering");
  EXPECT_EQ(advice("metropolis", power_law("13", 1.75, 0.4, -1)), "use --sampler tempering");
  EXPECT_EQ(advice("tempering", make_model("64x4", 1, 0.1)), "use --sampler swendsen-wang");
  EXPECT_EQ(advice("tempering", make_model("3x5", -1, 0.8)),
            "ask for a higher temperature or a smaller lattice");
}

}  // namespace
}  // namespace spinflow::samplers
