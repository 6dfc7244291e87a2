// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/scaling.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "testing/testing.hpp"

namespace spinflow::analysis {
namespace {

stats::Estimate with_error(double value, double relative) {
  return {.value = value, .error = relative * value};
}

// <|m|> = .9 L^-sigma, |m_k|^2 = .1 L^-2 sigma, Y = 2 L^(d - epsilon), each times 1 + relative * noise.
std::vector<ScalingPoint> power_laws(double sigma, double epsilon, int d, double relative,
                                     base::RandomStream* noise) {
  std::vector<ScalingPoint> points;
  for (const double l : {6.0, 8.0, 10.0, 12.0}) {
    const auto made = [&](double value) {
      const double shift = noise == nullptr ? 0 : relative * noise->normal();
      return stats::Estimate{.value = value * std::exp(shift), .error = relative * value * std::exp(shift)};
    };
    points.push_back({.size = l,
                      .abs_m = made(0.9 * std::pow(l, -sigma)),
                      .mode_2 = made(0.1 * std::pow(l, -2 * sigma)),
                      .response = made(2 * std::pow(l, d - epsilon))});
  }
  return points;
}

TEST(Scaling, RecoversExactPowerLaws) {
  for (const int d : {1, 2}) {
    const auto found = scaling_dimensions(power_laws(0.125, 0.9, d, 0.01, nullptr), d);
    EXPECT_NEAR(found.sigma_abs_m.dimension.value, 0.125, 1e-12);
    EXPECT_NEAR(found.sigma_mode.dimension.value, 0.125, 1e-12);
    EXPECT_NEAR(found.epsilon.dimension.value, 0.9, 1e-12);
    // |m_k|^2 falls twice as fast: its error counts half.
    EXPECT_NEAR(found.sigma_mode.dimension.error, found.sigma_abs_m.dimension.error / 2, 1e-12);
    EXPECT_NEAR(found.sigma_abs_m.line.intercept.value, std::log(0.9), 1e-12);
    EXPECT_EQ(found.epsilon.line.fit.degrees, 2);
    EXPECT_NEAR(found.epsilon.line.fit.probability, 1, 1e-6);
    ASSERT_EQ(found.epsilon.residuals.size(), 4U);
    for (const double r : found.epsilon.residuals) EXPECT_NEAR(r, 0, 1e-9);
  }
}

TEST(Scaling, PullsHaveUnitWidth) {
  base::RandomStream noise(1, "test.scaling");
  constexpr int sets = 100;
  std::array<double, 3> squares{};
  double chi2 = 0;
  for (int set = 0; set < sets; ++set) {
    const auto found = scaling_dimensions(power_laws(0.38, 0.97, 2, 0.02, &noise), 2);
    const std::array<const PowerFit*, 3> fits = {&found.sigma_abs_m, &found.sigma_mode, &found.epsilon};
    const std::array<double, 3> exact = {0.38, 0.38, 0.97};
    for (std::size_t a = 0; a < 3; ++a) {
      squares[a] += std::pow((fits[a]->dimension.value - exact[a]) / fits[a]->dimension.error, 2);
      chi2 += fits[a]->line.fit.chi2;
    }
  }
  for (const double s : squares) {
    EXPECT_LT(s, testing::chi2_limit(sets));
    EXPECT_GT(s, testing::chi2_lower_limit(sets));
  }
  EXPECT_LT(chi2, testing::chi2_limit(6 * sets));
  EXPECT_GT(chi2, testing::chi2_lower_limit(6 * sets));
}

TEST(Scaling, WhatIsNotPositiveHasNoPowerLaw) {
  auto points = power_laws(0.125, 1, 2, 0.01, nullptr);
  points[2].response = {.value = -0.1, .error = 0.2};
  points[1].mode_2 = {.value = 0, .error = 0};
  const auto found = scaling_dimensions(points, 2);
  EXPECT_TRUE(std::isnan(found.epsilon.dimension.value) && found.epsilon.residuals.empty());
  EXPECT_TRUE(std::isnan(found.sigma_mode.dimension.value));
  EXPECT_NEAR(found.sigma_abs_m.dimension.value, 0.125, 1e-12);
  EXPECT_THROW((void)scaling_dimensions(std::span(points).first(1), 2), Error);
  EXPECT_THROW((void)scaling_dimensions({}, 2), Error);
}

TEST(Scaling, OrderExponentOfAPowerLaw) {
  std::vector<OrderPoint> points;
  for (const double reduced : {0.05, 0.1, 0.2, 0.3})
    points.push_back({.reduced = reduced, .abs_m = with_error(1.2 * std::pow(reduced, 0.125), 0.01)});
  const auto sharp = order_exponent(points);
  EXPECT_NEAR(sharp.dimension.value, 0.125, 1e-12);
  EXPECT_NEAR(sharp.line.intercept.value, std::log(1.2), 1e-12);
  for (auto& point : points) point.reduced_error = 0.1 * point.reduced;
  const auto wide = order_exponent(points);
  EXPECT_NEAR(wide.dimension.value, 0.125, 1e-12);
  // Every point has the same relative error of 1 - T/T_c: errors add in squares.
  EXPECT_NEAR(wide.dimension.error / sharp.dimension.error, std::hypot(1, 0.125 * 0.1 / 0.01), 1e-9);
  EXPECT_THROW((void)order_exponent(std::span(points).first(1)), Error);
  points[0].reduced = -0.01;
  EXPECT_THROW((void)order_exponent(points), Error);
}

}  // namespace
}  // namespace spinflow::analysis
