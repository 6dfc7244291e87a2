// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/stats/autocorrelation.hpp"
#include "spinflow/stats/distributions.hpp"
#include "spinflow/stats/fit.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::stats {
namespace {

TEST(Jackknife, MeanAndSquareByHand) {
  const Pieces pieces{.means = {1, 2, 3, 6}};
  const auto mean = jackknife(pieces, [](auto m) { return m[0]; });
  EXPECT_DOUBLE_EQ(mean.value, 3);
  EXPECT_NEAR(mean.error, std::sqrt(14.0 / 12), 1e-14);
  EXPECT_NEAR(mean_of_pieces(pieces).error, mean.error, 1e-14);
  // x^2: leave-one-out values (11/3)^2, (10/3)^2, 3^2, 2^2.
  const auto square = jackknife(pieces, [](auto m) { return m[0] * m[0]; });
  const std::vector<double> without = {121.0 / 9, 100.0 / 9, 9, 4};
  double average = 0;
  for (const double x : without) average += x / 4;
  double variance = 0;
  for (const double x : without) variance += 3.0 / 4 * (x - average) * (x - average);
  EXPECT_DOUBLE_EQ(square.value, 9);
  EXPECT_NEAR(square.error, std::sqrt(variance), 1e-13);
}

TEST(Jackknife, EqualPiecesAndOneHaveNoError) {
  const Pieces equal{.means = std::vector<double>(1000, -2.0)};
  EXPECT_TRUE(std::isnan(jackknife(equal, [](auto m) { return 1 - m[0] / 3; }).error));
  EXPECT_TRUE(std::isnan(jackknife(Pieces{.means = {1}}, [](auto m) { return m[0]; }).error));
}

TEST(Fit, StraightLineAndWeightedMean) {
  const std::vector<double> x = {0, 1, 2};
  const std::vector<Estimate> y = {{1, 0.1}, {3, 0.1}, {5, 0.1}};
  const auto line = fit_line(x, y);
  EXPECT_NEAR(line.intercept.value, 1, 1e-12);
  EXPECT_NEAR(line.slope.value, 2, 1e-12);
  EXPECT_NEAR(line.slope.error, 0.1 / std::sqrt(2.0), 1e-12);
  EXPECT_NEAR(line.fit.chi2, 0, 1e-20);
  const std::vector<Estimate> values = {{1, 1}, {4, 2}};
  const auto mean = weighted_mean(values);
  EXPECT_NEAR(mean.mean.value, 1.6, 1e-12);
  EXPECT_NEAR(mean.mean.error, std::sqrt(0.8), 1e-12);
  EXPECT_NEAR(mean.fit.chi2, 0.36 + 1.44, 1e-12);
  const std::vector<Estimate> bad = {{1, 0}};
  EXPECT_THROW((void)weighted_mean(bad), Error);
}

TEST(Distributions, KnownValues) {
  EXPECT_NEAR(normal_survival(1.959963984540054), 0.025, 1e-12);
  EXPECT_NEAR(normal_survival(10) / 7.619853024160527e-24, 1, 1e-9);
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-9);
  EXPECT_NEAR(chi2_survival(2, 2), std::exp(-1.0), 1e-12);
  EXPECT_NEAR(chi2_survival(18.307038053275146, 10), 0.05, 1e-10);
  EXPECT_NEAR(poisson_at_least(1, 0.5), 1 - std::exp(-0.5), 1e-14);
  EXPECT_NEAR(poisson_at_most(1, 2), 3 * std::exp(-2.0), 1e-14);
  EXPECT_EQ(poisson_at_least(0, 3), 1);
}

// By mpmath with 30 digits, from the incomplete beta function; to four figures they are every printed table.
TEST(Distributions, StudentQuantilesAsTabulated) {
  const double p[] = {0.6, 0.975, 0.9995};
  const struct {
    double degrees_of_freedom;
    double quantile[3];
  } table[] = {{1, {0.3249196962329063, 12.7062047361747, 636.6192487687196}},
               {2, {0.2886751345948129, 4.302652729749464, 31.59905457644362}},
               {4, {0.2707222947075974, 2.776445105197794, 8.610301581379275}},
               {9, {0.260955336473911, 2.262157162798206, 4.780912585931139}},
               {30, {0.2556053649519128, 2.042272456301238, 3.645958635042022}},
               {1e6, {0.2533471705378417, 1.959966356814107, 3.290536461248691}}};
  for (const auto& row : table)
    for (int i = 0; i < 3; ++i) {
      const double t = student_quantile(p[i], row.degrees_of_freedom);
      EXPECT_NEAR(t / row.quantile[i], 1, 1e-10) << row.degrees_of_freedom << ' ' << p[i];
      EXPECT_NEAR(student_quantile(1 - p[i], row.degrees_of_freedom) / -t, 1, 1e-10);
    }
}

TEST(Distributions, StudentQuantilesInTheTailsAndBetweenItsTwoFormulas) {
  EXPECT_EQ(student_quantile(0.5, 3), 0);
  EXPECT_TRUE(std::isinf(student_quantile(0, 3)) && student_quantile(0, 3) < 0);
  EXPECT_TRUE(std::isinf(student_quantile(1, 3)) && student_quantile(1, 3) > 0);
  EXPECT_NEAR(student_quantile(1e-200, 1) / (-1 / std::numbers::pi * 1e200), 1, 1e-12);
  EXPECT_NEAR(student_quantile(1e-20, 2) / (-1 / std::sqrt(2e-20)), 1, 1e-12);
  for (const double p : {1e-12, 0.1, 0.49, 0.5 + 1e-9, 0.975}) {
    const double allowed = 1e-10 * std::max(1.0, std::abs(normal_quantile(p)));
    EXPECT_NEAR(student_quantile(p, 1e6), student_quantile(p, std::nextafter(1e6, 2e6)), allowed) << p;
    EXPECT_NEAR(student_quantile(p, 1e15), normal_quantile(p), allowed) << p;
  }
  EXPECT_THROW((void)student_quantile(1.5, 3), Error);
  EXPECT_THROW((void)student_quantile(std::nan(""), 3), Error);
  EXPECT_THROW((void)student_quantile(0.9, 0), Error);
}

TEST(Distributions, StudentTailHasItsClosedForms) {
  for (const double t : {-3.0, -0.2, 0.0, 0.1, 0.9, 1.7, 6.0, 300.0}) {
    // One degree is Cauchy's; two, three and four are elementary.
    EXPECT_NEAR(student_survival(t, 1), 0.5 - std::atan(t) / std::numbers::pi, 1e-13) << t;
    const double r = t / std::sqrt(2 + t * t);
    EXPECT_NEAR(student_survival(t, 2), 0.5 - 0.5 * r, 1e-13) << t;
    const double u = t / std::sqrt(3.0);
    EXPECT_NEAR(student_survival(t, 3), 0.5 - (u / (1 + u * u) + std::atan(u)) / std::numbers::pi, 1e-13)
        << t;
    const double v = t / std::sqrt(4 + t * t);
    EXPECT_NEAR(student_survival(t, 4), 0.5 - 0.75 * (v - v * v * v / 3), 1e-13) << t;
    EXPECT_NEAR(student_survival(t, 1e8), normal_survival(t), 1e-7) << t;
  }
  for (const double p : {1e-9, 0.01, 0.3, 0.6})
    EXPECT_NEAR(student_survival(student_quantile(1 - p, 2.5), 2.5) / p, 1, 1e-6) << p;
  // Deep in the tail, where 1/2 minus something would be rounding.
  EXPECT_NEAR(student_survival(1e6, 2) / (0.5 / 1e12), 1, 1e-9);
  EXPECT_EQ(student_survival(std::numeric_limits<double>::infinity(), 3), 0);
}

TEST(TauInt, AConstantSeriesHasNoMemoryWhateverItsRounding) {
  const std::vector<double> series(1000, -14.4);  // the sum of 16 such series is not exact
  EXPECT_EQ(tau_int(Chains(16, series)).value, 0.5);
}

}  // namespace
}  // namespace spinflow::stats
