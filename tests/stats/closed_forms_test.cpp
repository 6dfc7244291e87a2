// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/stats/autocorrelation.hpp"
#include "spinflow/stats/distributions.hpp"
#include "spinflow/stats/fit.hpp"
#include "spinflow/stats/jackknife.hpp"
#include "spinflow/stats/moments.hpp"

namespace spinflow::stats {
namespace {

TEST(Moments, ByHandAndJoined) {
  Moments left;
  Moments right;
  for (const double x : {1.0, 2.0}) left.add(x);
  for (const double x : {3.0, 6.0}) right.add(x);
  left.add(right);
  EXPECT_EQ(left.count(), 4u);
  EXPECT_DOUBLE_EQ(left.mean(), 3);
  EXPECT_DOUBLE_EQ(left.variance(), 14.0 / 3);
  EXPECT_DOUBLE_EQ(left.estimate().error, std::sqrt(14.0 / 12));
}

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

TEST(Jackknife, EqualPiecesHaveNoScatterAndOneHasNoError) {
  const Pieces equal{.means = std::vector<double>(1000, -2.0)};
  EXPECT_EQ(jackknife(equal, [](auto m) { return 1 - m[0] / 3; }).error, 0);
  EXPECT_TRUE(std::isnan(jackknife(Pieces{.means = {1}}, [](auto m) { return m[0]; }).error));
}

TEST(Binning, AveragesWholeBins) {
  const std::vector<double> series = {1, 3, 5, 7, 9};
  EXPECT_EQ(binned(series, 2), (std::vector<double>{2, 6}));
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

}  // namespace
}  // namespace spinflow::stats
