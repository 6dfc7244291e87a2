// SPDX-License-Identifier: Apache-2.0
// What iso2018 reads off made-up flows.
#include "recipes/iso2018_judging.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "testing/testing.hpp"

namespace spinflow::recipes::iso2018 {
namespace {

TEST_F(Judging, ReadsASteadyFlowWithTheScatterOfItsSeeds) {
  const auto point = point_of(m, steady(2.3), steady(2.2));
  EXPECT_EQ(point.seeds, n_seeds);
  EXPECT_TRUE(point.common());
  EXPECT_NEAR(point.energy.reading.value, 2.3, 1e-3);
  EXPECT_NEAR(point.magnetization.reading.value, 2.2, 1e-3);
  EXPECT_NEAR(point.energy.reading.error, 0.01 / std::sqrt(5.0), 2e-4);
  EXPECT_NEAR(quoted_reading(point, point.energy).value, 2.3, 1e-3);
}

TEST_F(Judging, AFlowKeepsTheErrorOfItsChains) {
  auto result = flow_of(m, m.variants.front().variant, steady(2.3, 1e-5), steady(2.2, 1e-5));
  for (auto& seed : result.seeds)
    for (auto& start : seed.starts)
      for (auto& step : start.steps)
        step.observed.set(observables::energy, {.value = step[observables::energy].value, .error = 0.01});
  const auto point = fixed_point(result, m);
  // Two starts, five seeds; the difference of the starts has twice that.
  EXPECT_NEAR(point.energy.mean.error, 0.01 / std::sqrt(10.0), 1e-9);
  EXPECT_NEAR(point.energy.reading.error, point.energy.slope * point.energy.mean.error, 1e-4);
  EXPECT_NEAR(point.energy.difference.error, 2 * point.energy.slope * point.energy.mean.error, 1e-4);
  EXPECT_GT(point.energy.drift().error, 0.5 * point.energy.difference.error);
  EXPECT_LT(point.magnetization.mean.error, 1e-5);
  EXPECT_GT(paired_difference(point.energy, point.energy).error, point.energy.reading.error);
}

TEST_F(Judging, AHotFlowHasALimitOfStudents) {
  const auto hot = [](std::size_t s, std::size_t, int) { return 1 / (0.001 + 0.005 * scatter[s]); };
  auto result = flow_of(m, m.variants.front().variant, steady(2.3), steady(2.2));
  for (std::size_t s = 0; s < n_seeds; ++s)
    for (auto& start : result.seeds[s].starts)
      for (auto& step : start.steps)
        step.readings["pseudo-likelihood"] =
            thermometers::reading_of_inverse({.value = 1 / hot(s, 0, 0), .error = 0.001});
  const auto stop = fixed_point(result, m).pseudo_likelihood;
  EXPECT_NEAR(stop.reading.value, 1000, 1);  // seeds beyond infinity count as such
  EXPECT_TRUE(std::isnan(stop.reading.error));
  EXPECT_NEAR(stop.reading.limit, 1 / (stop.mean.value + one_sided_interval(5) * stop.mean.error), 1e-6);
}

TEST_F(Judging, StartsThatDoNotMeetHaveNoFixedPoint) {
  const auto apart = [](std::size_t s, std::size_t i, int) {
    return 2.25 + 0.1 * static_cast<double>(i) + 0.001 * scatter[s];
  };
  const auto point = point_of(m, apart, steady(2.2));
  EXPECT_FALSE(point.energy.common());
  EXPECT_TRUE(point.magnetization.common());
  EXPECT_NEAR(point.energy.difference.value, 0.1, 1e-3);
  EXPECT_TRUE(std::isnan(quoted_reading(point, point.energy).value));
  EXPECT_TRUE(std::isnan(quoted_reading(point, point.magnetization).value));
  EXPECT_NE(no_fixed_point(point, 8).find("no common fixed point by step 8; by energy"), std::string::npos);
  EXPECT_EQ(no_fixed_point(point, 8).find("by magnetization"), std::string::npos);
}

TEST_F(Judging, OppositeDriftsDoNotCancel) {
  // Both starts cross 2.3 in the middle of the last quarter, one rising, one falling by .04.
  const auto crossing = [](std::size_t s, std::size_t i, int step) {
    return 2.3 + (i == 0 ? 0.02 : -0.02) * (step - 7) + 0.001 * scatter[s];
  };
  const auto point = point_of(m, crossing, steady(2.3));
  EXPECT_NEAR(point.energy.difference.value, 0, 1e-3);
  EXPECT_NEAR(std::abs(point.energy.drift().value), 0.04, 1e-3);
  EXPECT_FALSE(point.energy.common());
  EXPECT_EQ(claim_a(m, point).verdict, Verdict::contradicted);
}

TEST_F(Judging, DifferencesOfTrainingsAreTakenSeedBySeed) {
  const auto a = point_of(m, steady(2.30, 0.1), steady(2.3));
  const auto b = point_of(m, steady(2.27, 0.1), steady(2.3));
  const auto difference = paired_difference(a.energy, b.energy);
  EXPECT_NEAR(difference.value, 0.03, 2e-3);
  EXPECT_LT(difference.error, 0.003);  // unpaired: 0.06
  EXPECT_NEAR(a.energy.reading.error, 0.045, 0.005);
}

TEST(Judge, ScansAndControlsFindTheirTrainings) {
  const auto s = settings({"scans.hidden=4,64", "scans.hidden_epochs=1,2", "scans.weight_decays=0,0.1",
                           "scans.decay_epochs=1,2", "scans.methods=cd-1,pcd-1", "scans.sizes=4,5"});
  const auto count = [&](Scan scan) {
    std::size_t n = 0;
    for (const auto& v : variants(s)) n += in_scan(v, s, scan) ? 1 : 0;
    return n;
  };
  EXPECT_EQ(count(Scan::hidden), 4u);
  EXPECT_EQ(count(Scan::decay), 4u);
  EXPECT_EQ(count(Scan::method), 4u);
  EXPECT_EQ(count(Scan::range), 3u);  // V, gap, up to 3
  EXPECT_EQ(count(Scan::size), 4u);
  std::array<int, 3> controls{};
  for (const auto& v : variants(s))
    if (const auto control = control_of(v, s)) ++controls[static_cast<std::size_t>(*control)];
  EXPECT_EQ(controls, (std::array<int, 3>{2, 1, 1}));
}

}  // namespace
}  // namespace spinflow::recipes::iso2018
