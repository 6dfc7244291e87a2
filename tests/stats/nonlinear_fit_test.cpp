// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/nonlinear_fit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "testing/testing.hpp"

namespace spinflow::stats {
namespace {

TEST(NonlinearFit, OfALineIsTheClosedForm) {
  const std::vector<double> x = {1, 2, 4, 7, 11};
  const std::vector<Estimate> y = {{1.1, 0.1}, {1.9, 0.2}, {4.2, 0.1}, {7.1, 0.3}, {10.7, 0.2}};
  const auto line = fit_line(x, y);
  const FitFunction f = [&](std::size_t i, std::span<const double> p) { return p[0] + p[1] * x[i]; };
  const auto fit = nonlinear_fit(f, y, std::vector<FitParameter>{{"a"}, {"b"}});
  ASSERT_TRUE(fit.converged) << fit.problem;
  EXPECT_NEAR(fit.values[0], line.intercept.value, 1e-8);
  EXPECT_NEAR(fit.values[1], line.slope.value, 1e-8);
  EXPECT_NEAR(fit.error(0), line.intercept.error, 1e-8);
  EXPECT_NEAR(fit.error(1), line.slope.error, 1e-8);
  EXPECT_NEAR(fit.covariance[1], line.covariance, 1e-8);
  EXPECT_NEAR(fit.goodness.chi2, line.fit.chi2, 1e-8);
  EXPECT_EQ(fit.goodness.degrees, 3);
  EXPECT_NEAR(fit.goodness.probability, line.fit.probability, 1e-8);

  // A fixed parameter stays, costs no degree of freedom and has no error.
  const auto fixed = nonlinear_fit(f, y, std::vector<FitParameter>{{"a", 0.25, true}, {"b"}});
  EXPECT_EQ(fixed.values[0], 0.25);
  EXPECT_EQ(fixed.error(0), 0);
  EXPECT_EQ(fixed.goodness.degrees, 4);
  EXPECT_GT(fixed.goodness.chi2, fit.goodness.chi2);
}

TEST(NonlinearFit, PowerLawWithCorrectionHasHonestErrors) {
  // y = A L^p (1 + c / L), errors of 1 per mille; truth A = 3, p = 1.2, c = -.5. Pulls over 400 seeds, and
  // chi^2 must average to its 6 - 3 degrees.
  const std::vector<double> size = {4, 6, 8, 12, 16, 32};
  const FitFunction f = [&](std::size_t i, std::span<const double> p) {
    return p[0] * std::pow(size[i], p[1]) * (1 + p[2] / size[i]);
  };
  const double truth[3] = {3, 1.2, -0.5};
  constexpr int n_seeds = 400;
  double chi2 = 0;
  double squares[3] = {};
  double sums[3] = {};
  for (std::uint64_t seed = 0; seed < n_seeds; ++seed) {
    base::RandomStream random(seed, "test.nonlinear_fit");
    std::vector<Estimate> y;
    for (std::size_t i = 0; i < size.size(); ++i) {
      const double exact = f(i, truth);
      y.push_back({exact * (1 + 1e-3 * random.normal()), 1e-3 * exact});
    }
    const auto fit = nonlinear_fit(f, y, std::vector<FitParameter>{{"A", 1}, {"p", 1}, {"c"}});
    ASSERT_TRUE(fit.converged) << fit.problem;
    chi2 += fit.goodness.chi2;
    for (std::size_t a = 0; a < 3; ++a) {
      const double pull = (fit.values[a] - truth[a]) / fit.error(a);
      sums[a] += pull;
      squares[a] += pull * pull;
    }
  }
  testing::expect_within(chi2 / n_seeds, std::sqrt(2.0 * 3 / n_seeds), 3, "mean chi^2");
  for (std::size_t a = 0; a < 3; ++a) {
    testing::expect_within(sums[a] / n_seeds, std::sqrt(1.0 / n_seeds), 0, "mean pull");
    testing::expect_within(squares[a] / n_seeds, std::sqrt(2.0 / n_seeds), 1, "mean squared pull");
  }
}

TEST(NonlinearFit, SaysWhenItHasNoMinimum) {
  const std::vector<Estimate> y = {{1, 0.1}, {2, 0.1}, {3, 0.1}, {4.5, 0.1}};
  const FitFunction twice = [](std::size_t i, std::span<const double> p) {
    return (p[0] + p[1]) * static_cast<double>(i);
  };
  const auto apart = nonlinear_fit(twice, y, std::vector<FitParameter>{{"a"}, {"b"}});
  EXPECT_FALSE(apart.converged);
  EXPECT_FALSE(apart.problem.empty());
  // exp(p) wants to be as small as can be.
  const FitFunction away = [](std::size_t, std::span<const double> p) { return 10 + std::exp(p[0]); };
  EXPECT_FALSE(nonlinear_fit(away, y, std::vector<FitParameter>{{"a"}}).converged);

  EXPECT_THROW((void)nonlinear_fit(twice, std::span(y).first(1), std::vector<FitParameter>{{"a"}, {"b"}}),
               Error);
  EXPECT_THROW(
      (void)nonlinear_fit(twice, std::vector<Estimate>{{1, 0}, {2, 1}}, std::vector<FitParameter>{{"a"}}),
      Error);
  const FitFunction root = [](std::size_t, std::span<const double> p) { return std::sqrt(p[0]); };
  EXPECT_THROW((void)nonlinear_fit(root, y, std::vector<FitParameter>{{"a", -1}}), Error);
}

}  // namespace
}  // namespace spinflow::stats
