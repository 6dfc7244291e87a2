// SPDX-License-Identifier: Apache-2.0
// Are the errors honest? (value - truth) / error over seeds, on small squares; `make pulls` does it at
// length.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "critical_testing.hpp"
#include "spinflow/base/parallel.hpp"
#include "studies/critical_point/results.hpp"
#include "studies/critical_point/sampling.hpp"
#include "testing/testing.hpp"

namespace spinflow::studies {
namespace {

constexpr std::size_t seeds = 24;

/// Scatter of the values in units of their errors: chi^2 with seeds - 1 degrees of freedom.
void expect_honest(const std::vector<analysis::CriticalValue>& values, double truth, const char* name) {
  double sum = 0;
  double squares = 0;
  for (const auto& value : values) {
    ASSERT_GT(value.error, 0) << name;
    const double pull = (value.value - truth) / value.error;
    sum += pull;
    squares += pull * pull;
    // Small sizes have corrections that no fit knows; what they may do is the systematic error.
    EXPECT_LT(std::abs(value.value - truth), 5 * std::hypot(value.error, value.systematic)) << name;
  }
  const double chi2 = squares - sum * sum / seeds;
  EXPECT_LT(chi2, testing::chi2_limit(seeds - 1)) << name << ": errors too small";
  EXPECT_GT(chi2, testing::chi2_lower_limit(seeds - 1)) << name << ": errors too large";
}

TEST(SlowCriticalPulls, TheSquaresErrorsAreTheScatterOverSeeds) {
  std::vector<analysis::CriticalPoint> points(seeds);
  base::parallel_for(seeds, [&](std::size_t seed) {
    const testing::TemporaryFolder folder;
    const CriticalPlan plan = square_plan({6, 8, 12, 16}, 150, seed + 1);
    const auto series = critical::sampled(plan, "test", folder.path(), [](const auto&) { return true; },
                                          {.observer = base::silent()});
    points[seed] = critical::studied(plan, series, 0).point;
  });
  const auto all = [&](analysis::CriticalValue analysis::CriticalPoint::*which) {
    std::vector<analysis::CriticalValue> values;
    for (const auto& point : points) values.push_back(point.*which);
    return values;
  };
  expect_honest(all(&analysis::CriticalPoint::k_c), 0.44068679350977151, "K_c");
  expect_honest(all(&analysis::CriticalPoint::y_t), 1, "y_t");
  expect_honest(all(&analysis::CriticalPoint::delta_sigma), 0.125, "Delta_sigma");
}

}  // namespace
}  // namespace spinflow::studies
