// SPDX-License-Identifier: Apache-2.0
#include "studies/seed_scaling.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/models/model.hpp"
#include "spinflow/studies/scaling.hpp"

namespace spinflow::studies {
namespace {

const std::vector<std::int64_t> sizes = {6, 8, 12};

/// Exact power laws, the same for every seed but for the last, which lacks a size.
std::vector<SizeReading> readings() {
  std::vector<SizeReading> all;
  for (const std::size_t seed : {0, 1, 2})
    for (const auto size : sizes) {
      if (seed == 2 && size == 12) continue;
      const auto power = [&](double exponent) {
        const double value = std::pow(static_cast<double>(size), exponent);
        return stats::Estimate{.value = value, .error = 0.01 * value};
      };
      all.push_back({"nearest",
                     "good",
                     size,
                     seed,
                     {.size = static_cast<double>(size),
                      .abs_m = power(-0.125),
                      .mode_2 = power(-0.25),
                      .response = power(1)}});
    }
  return all;
}

TEST(SeedScaling, FindsTheExponentsOfExactPowerLaws) {
  const SeedScaling scaling(readings(), "nearest", "good", sizes, 3, 2);
  const double expected[] = {0.125, 0.125, 1};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& quantity = scaling_quantities()[i];
    const auto found = scaling.dimensions(quantity);
    ASSERT_EQ(found.size(), 3u);
    EXPECT_NEAR(found[0].value, expected[i], 1e-9) << quantity.column;
    EXPECT_NEAR(found[1].value, expected[i], 1e-9) << quantity.column;
    EXPECT_TRUE(std::isnan(found[2].value));  // a size is missing
    EXPECT_NEAR(scaling.fit(quantity).dimension.value, expected[i], 1e-9);
  }
  ASSERT_EQ(scaling.means().size(), 3u);
  EXPECT_NEAR(scaling.means()[1].response.value, 8, 1e-9);
  EXPECT_TRUE(SeedScaling(readings(), "nearest", "cheap", sizes, 3, 2).means().empty());
}

TEST(SeedScaling, DrawsPowerLawsAsLines) {
  const SeedScaling scaling(readings(), "nearest", "good", sizes, 3, 2);
  const auto& response = scaling_quantities()[2];
  const auto model = models::registry().find("ising-square").make(lattice::Lattice::square(8, 8), {});
  const auto theory = analysis::universality_of(*model);
  EXPECT_EQ(response.dimension(theory), 1);
  EXPECT_EQ(scaling_quantities()[1].power(theory), -0.25);
  const auto found = log_series(scaling, response, {.name = "good"});
  ASSERT_EQ(found.size(), 2u);
  const auto exact = theory_series(scaling.means(), response, theory);
  ASSERT_EQ(exact.size(), 1u);
  for (const auto& series : {found[0], found[1], exact[0]})
    for (const auto& point : series.points) EXPECT_NEAR(point.y, point.x, 1e-9);  // Y = L
  EXPECT_NEAR(found[0].points[0].error, 0.01 / std::sqrt(3.0), 1e-3);
}

TEST(SeedScaling, APointOfTheOrderedPhaseLiesBelowTheCriticalTemperature) {
  const stats::Estimate m{.value = 0.5, .error = 0.01};
  const auto point = order_point({.value = 1.8, .error = 0.05}, m, 2);
  ASSERT_TRUE(point);
  EXPECT_NEAR(point->reduced, 0.1, 1e-12);
  EXPECT_NEAR(point->reduced_error, 0.025, 1e-12);
  EXPECT_FALSE(order_point({.value = 1.8, .error = 0.1}, m, 2));
  EXPECT_FALSE(order_point({.value = 1.8, .error = 0.05}, {.value = 0.5, .error = 0}, 2));
  EXPECT_TRUE(std::isnan(order_fit({*point, *point}).dimension.value));
}

}  // namespace
}  // namespace spinflow::studies
