// SPDX-License-Identifier: Apache-2.0
#include "studies/flow_stop.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinflow::studies {
namespace {

/// Steps 0 to 8, of which 6, 7, 8 are the last quarter.
flow::Trajectory course(double e, double per_step) {
  flow::Trajectory start;
  for (int step = 0; step <= 8; ++step) {
    flow::FlowStep now{.step = step, .n = 100};
    now.observed.set(observables::energy, {.value = e + per_step * (step - 7), .error = 1e-6});
    start.steps.push_back(now);
  }
  return start;
}

const StopLimits stop_limits{.agree_within = 0.05, .agree_errors = 3, .drift_within = 0.02};

Stop stop_at(const std::vector<std::vector<flow::Trajectory>>& seeds) {
  std::vector<std::vector<const flow::Trajectory*>> all;
  for (const auto& seed : seeds) {
    auto& starts = all.emplace_back();
    for (const auto& start : seed) starts.push_back(&start);
  }
  // T = 2 e: whole numbers by hand.
  return stop_of(
      all, [](const flow::FlowStep& step) { return step[observables::energy]; },
      [](const stats::Estimate& e) {
        return thermometers::Reading{.value = 2 * e.value, .error = 2 * e.error};
      },
      stop_limits);
}

TEST(FlowStop, MeansOverStartsAndSeedsAreTurnedIntoTemperatures) {
  const auto stop = stop_at({{course(1.0, 0), course(1.02, 0)}, {}, {course(1.1, 0), course(1.12, 0)}});
  ASSERT_EQ(stop.seeds.size(), 3u);
  EXPECT_NEAR(stop.seeds[0].value, 1.01, 1e-9);
  EXPECT_TRUE(std::isnan(stop.seeds[1].value));
  EXPECT_NEAR(stop.reading.value, 2 * 1.06, 1e-9);
  EXPECT_NEAR(stop.reading.error, 2 * 0.05, 1e-6);
  EXPECT_NEAR(stop.slope, 2, 1e-6);
  EXPECT_NEAR(stop.difference.value, 0.04, 1e-6);
  EXPECT_TRUE(stop.common());
  EXPECT_EQ(stop.not_common("energy"), "");
}

TEST(FlowStop, TheLargerDriftDecides) {
  const auto stop =
      stop_at({{course(1.0, 0.001), course(1.0, -0.01)}, {course(1.0, 0.001), course(1.0, -0.01)}});
  EXPECT_NEAR(stop.drift().value, -2 * 2 * 0.01, 1e-6);
  EXPECT_FALSE(stop.common());
  EXPECT_TRUE(stop.not_common("energy").starts_with("; by energy: hot minus cold start 0.000"));
}

TEST(FlowStop, DifferencesAreTakenSeedBySeed) {
  const auto a = stop_at({{course(1.0, 0)}, {course(1.2, 0)}});
  const auto b = stop_at({{course(0.9, 0)}, {course(1.1, 0)}});
  EXPECT_NEAR(paired_difference(a, b).value, 0.2, 1e-6);
  EXPECT_LT(paired_difference(a, b).error, 1e-4);
}

TEST(FlowStop, ACourseIsAMeanOverSeedsInTheInverse) {
  const auto reading = [](double t) {
    flow::Trajectory start;
    for (int step = 0; step < 2; ++step) {
      start.steps.push_back({.step = step, .n = 100});
      start.steps.back().readings["energy"] = {.value = step == 0 ? t : 0, .error = 0.01};
    }
    return start;
  };
  const auto cold = reading(1);
  const auto hot = reading(3);
  const auto points = mean_course({&cold, &hot}, "energy", 7);
  ASSERT_EQ(points.size(), 2u);
  EXPECT_NEAR(points[0].y, 1.5, 1e-12);
  EXPECT_NEAR(points[0].lower, 1, 1e-6);
  EXPECT_NEAR(points[0].upper, 3, 1e-6);
  EXPECT_EQ(points[1].y, 0);
  EXPECT_TRUE(std::isnan(mean_course({&cold, &hot}, "energy", 1.4)[0].y));
  EXPECT_TRUE(mean_course({}, "energy", 7).empty());
}

TEST(FlowStop, TheLastStepIsAMeanOverIndependentStarts) {
  const auto a = course(1, 0.1);  // ends at 1.1
  const auto b = course(2, 0.1);
  const auto means = last_step_means({{&a, &b}, {}, {&a}},
                                     [](const flow::FlowStep& step) { return step[observables::energy]; });
  ASSERT_EQ(means.size(), 2u);
  EXPECT_NEAR(means[0].value, 1.6, 1e-12);
  EXPECT_NEAR(means[0].error, 1e-6 / std::sqrt(2.0), 1e-12);
  EXPECT_NEAR(means[1].value, 1.1, 1e-12);
}

TEST(FlowStop, AThermometerIsSeenWhereItRead) {
  flow::Trajectory start{.name = "", .temperature = 3};
  for (int step = 0; step < 3; ++step) {
    start.steps.push_back({.step = step, .n = 100});
    if (step > 0)
      start.steps.back().readings["net"] = {
          .value = 4.0 * step, .error = 0.1, .distribution = {0.5 * step, 1 - 0.5 * step}};
  }
  const auto seen = seen_by("net", {start}, 7);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].start, 3);
  EXPECT_EQ(seen[0].step, 1);
  EXPECT_EQ(seen[0].reading.value, 4);
  EXPECT_TRUE(std::isnan(seen[1].reading.value));  // beyond 7
  const auto other = start;
  EXPECT_EQ(mean_distribution({&start, &other}, "net", 1), (std::vector<double>{0.5, 0.5}));
  EXPECT_TRUE(mean_distribution({&start}, "net", 0).empty());
}

TEST(FlowStop, WithoutAResultThereIsNoNumber) {
  const auto stop = stop_at({{}, {}});
  EXPECT_TRUE(std::isnan(stop.mean.value));
  EXPECT_FALSE(stop.common());
  EXPECT_TRUE(stop.starts.empty());
}

}  // namespace
}  // namespace spinflow::studies
