// SPDX-License-Identifier: Apache-2.0
// Errors of few numbers: what they may claim, and when there is none.
#include "spinflow/stats/small_samples.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/stats/autocorrelation.hpp"
#include "spinflow/stats/distributions.hpp"
#include "spinflow/stats/jackknife.hpp"
#include "stats/ar1.hpp"

namespace spinflow::stats {
namespace {

/// What the pulls value/error of many sets, whose truth is 0, look like.
struct Pulls {
  double within_one = 0;
  double beyond_three = 0;
};
template <class Reading>
Pulls pulls_of(const Reading& reading) {
  std::vector<double> pulls(repetitions);
  base::parallel_for(repetitions, [&](std::size_t i) {
    const Estimate found = reading(i);
    pulls[i] = std::abs(found.value) / found.error;
  });
  Pulls result;
  for (const double pull : pulls) {
    result.within_one += pull <= 1 ? 1.0 / repetitions : 0;
    result.beyond_three += pull > 3 ? 1.0 / repetitions : 0;
  }
  return result;
}

TEST(SmallSamples, ConstancyIsJudgedRelativeToRounding) {
  EXPECT_TRUE(constant(std::array{1.0}));
  EXPECT_TRUE(constant(std::array{0.0, 0.0}));
  EXPECT_TRUE(constant(std::array{-2.0, -2.0 + 1e-15}));
  EXPECT_TRUE(constant(std::array{1e-21, 1e-21 * (1 + 1e-15)}));
  EXPECT_TRUE(constant(std::array{0.3, 0.1 + 0.2}));
  EXPECT_FALSE(constant(std::array{1e-21, 1.01e-21}));
  EXPECT_FALSE(constant(std::array{-2.0, -2.0 + 1e-9}));
  EXPECT_FALSE(constant(std::array{0.0, 1e-30}));
}

TEST(SmallSamples, NoErrorIsMadeOfNoScatter) {
  const std::vector<double> rounding = {0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2};
  EXPECT_TRUE(std::isnan(mean_of_pieces(rounding).error));
  EXPECT_TRUE(std::isnan(scatter_of(rounding).standard_error));
  EXPECT_TRUE(std::isnan(mean_of_chains({rounding}).error));
  const TauInt tau = tau_int(rounding);
  EXPECT_EQ(tau.value, 0.5);
  EXPECT_TRUE(std::isnan(tau.error));
  const Pieces pieces{.means = rounding};
  EXPECT_TRUE(std::isnan(jackknife(pieces, [](auto m) { return 1 - m[0] / 3; }).error));
  EXPECT_TRUE(std::isnan(jackknife_estimate(0.3, std::vector<double>(5, 0.3)).error));
  EXPECT_TRUE(std::isnan(jackknife_estimate(0.3, std::vector<double>{0.2}).error));
  // Two or three numbers of one series do not tell whether they hang together.
  EXPECT_TRUE(std::isnan(mean_of_chains({std::vector<double>{1, 2, 4}}).error));
}

TEST(SmallSamples, StudentsWidthIsTheQuantile) {
  const double p = 1 - normal_survival(1);
  EXPECT_NEAR(student_width(1) / student_quantile(p, 1), 1, 0.014);
  for (const double degrees : {2.0, 3.0, 7.5, 19.0, 400.0})
    EXPECT_NEAR(student_width(degrees) / student_quantile(p, degrees), 1, 1e-3) << degrees;
  EXPECT_EQ(student_width(std::numeric_limits<double>::infinity()), 1);
}

TEST(SmallSamples, JohnsonsTermIsThatOfChi2) {
  // The variance of n normal numbers: skewness of (x - m)^2 is sqrt(8), its relative error sqrt(2/n).
  const Scatter skew{.standard_error = 1, .independent = 40, .skewness = std::sqrt(8.0)};
  const Scatter plain{.standard_error = 1, .independent = 40};
  EXPECT_NEAR(interval(skew), interval(plain, std::sqrt(2.0 / 40)), 1e-14);
}

TEST(SmallSamples, RowsAwayFromTheEndAreCounted) {
  EXPECT_EQ(away_from_the_end(std::array{-2.0, -2.0, -1.5, -2.0 + 1e-15, 0.0}), 2u);
  EXPECT_EQ(away_from_the_end(std::array{1.0, 1.0, 1.0}), 0u);
  EXPECT_EQ(away_from_the_end({}), 0u);
}

TEST(TauIntOfFew, IsNotBelowOneHalfWithoutReason) {
  // Independent numbers: three standard deviations are passed once in a thousand sets. 4000 sets see 12 of
  // them with probability 5e-4 if the rate is 1/1000.
  for (const std::size_t n : {4u, 20u, 100u}) {
    std::size_t below = 0;
    for (std::size_t i = 0; i < repetitions; ++i) {
      base::RandomStream random(n, "test.tau-floor", i);
      const double tau = tau_int(ar1(0, n, random)).value;
      below += tau < 0.5 ? 1 : 0;
      EXPECT_GT(tau, 0);
    }
    EXPECT_LE(below, n < 20 ? 0u : 12u) << n;
  }
}

TEST(TauIntOfFew, SignificantAnticorrelationIsBelieved) {
  // Also where the terms of the sum alternate: -0.7, 0.49, -0.34 ...
  for (const double phi : {-0.4, -0.7}) {
    const double exact = 0.5 * (1 + phi) / (1 - phi);
    for (std::uint64_t i = 0; i < 20; ++i) {
      base::RandomStream random(5, "test.anticorrelation", i);
      const double tau = tau_int(ar1(phi, 5000, random)).value;
      EXPECT_GT(tau, 0.4 * exact) << phi;
      EXPECT_LT(tau, 2 * exact) << phi;
    }
  }
}

TEST(TauIntOfFew, TwentyIndependentRowsAreNotOverrated) {
  // Read as one series whose correlations nobody knows. Errors of tau_int below 1/2 put 10 % beyond three.
  const Pulls found = pulls_of([](std::size_t i) {
    base::RandomStream random(6, "test.twenty", i);
    return mean_of_chains({ar1(0, 20, random)});
  });
  EXPECT_GT(found.within_one, 0.68);
  EXPECT_LT(found.within_one, 0.82);
  EXPECT_LT(found.beyond_three, 0.006);
}

TEST(TauIntOfFew, ShortSeriesHaveStudentsInterval) {
  // 20 and 40 tau_int long. 4000 sets: 0.0074 per standard deviation.
  for (const double lengths : {20.0, 40.0}) {
    const Pulls found = pulls_of([&](std::size_t i) {
      base::RandomStream random(7, "test.short", i);
      return mean_of_chains({ar1(0.8, static_cast<std::size_t>(4.5 * lengths), random)});
    });
    EXPECT_GT(found.within_one, 0.66) << lengths;
    EXPECT_LT(found.within_one, 0.76) << lengths;
    EXPECT_LT(found.beyond_three, 0.03) << lengths;
  }
}

TEST(TauIntOfFew, ChainsThatEndBeforeTheWindowTellTheirScatter) {
  // Ten chains of 6 rows with tau_int = 9.5: nothing but their means is known.
  const Pulls found = pulls_of([](std::size_t i) {
    base::RandomStream random(8, "test.stubs", i);
    std::vector<std::vector<double>> chains;
    for (int c = 0; c < 10; ++c) chains.push_back(ar1(0.9, 6, random));
    return mean_of_chains({chains.begin(), chains.end()});
  });
  EXPECT_GT(found.within_one, 0.65);
  EXPECT_LT(found.within_one, 0.71);
}

TEST(Intervals, OfRareEventsHoldTheTruth) {
  // One row in 25 is excited: 100 rows see 4, none in 2 % of the sets, which then have no error.
  std::size_t inside = 0;
  std::size_t beyond = 0;
  std::size_t without = 0;
  for (std::size_t i = 0; i < repetitions; ++i) {
    base::RandomStream random(10, "test.rare", i);
    std::vector<double> rows(100);
    for (double& row : rows) row = random.uniform() < 0.04 ? 1 : 0;
    const Scatter scatter = scatter_of(rows);
    without += std::isnan(scatter.standard_error) ? 1 : 0;
    const double pull = std::abs(mean_of_pieces(rows).value - 0.04) / interval(scatter);
    inside += pull <= 1 ? 1 : 0;
    beyond += pull > 3 ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(without) / repetitions, std::pow(0.96, 100), 0.01);
  EXPECT_GT(static_cast<double>(inside) / repetitions, 0.66);
  EXPECT_LT(static_cast<double>(beyond) / repetitions, 0.005);
}

TEST(Concise, DigitsThatAreKnown) {
  EXPECT_EQ(concise(2.2951, 0.0134), "2.295(13)");
  EXPECT_EQ(concise(-1.5, 0.36), "-1.5(4)");
  EXPECT_EQ(concise(12.34, 1.7), "12.3(1.7)");
  EXPECT_EQ(concise(1234567, 12345), "1235000(12000)");
  EXPECT_EQ(concise(1.23e100, 2e98), "1.230(20)e+100");
  EXPECT_EQ(concise(6.7e-29, 5e-30), "6.7(5)e-29");
  EXPECT_EQ(concise(-3e-17, 2e-17), "-3.0(2.0)e-17");
  EXPECT_EQ(concise(0, 2e-20), "0.0(2.0)e-20");
  EXPECT_EQ(concise(3e-300, 1e-310), "3.00000000000(10)e-300");
  EXPECT_EQ(concise(1, 1e-17), "1(1e-17)");
}

}  // namespace
}  // namespace spinflow::stats
