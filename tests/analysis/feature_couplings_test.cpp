// SPDX-License-Identifier: Apache-2.0
// Correlations between features on data whose correlations are known.
#include "spinflow/analysis/feature_couplings.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "testing/testing.hpp"

namespace spinflow::analysis {
namespace {

using kernels::FloatMatrix;

FloatMatrix filled(std::size_t n, std::size_t units,
                   const std::function<double(std::size_t, std::size_t)>& value) {
  FloatMatrix features(n, units);
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t a = 0; a < units; ++a) features.row(r)[a] = static_cast<float>(value(r, a));
  return features;
}

std::vector<std::uint32_t> one_label(std::size_t n) { return std::vector<std::uint32_t>(n, 7); }

TEST(FeatureCouplings, AreInfiniteWhereAllSignsAgree) {
  // The sign of a unit is free: unit 1 has the other one throughout.
  const auto features = filled(101, 3, [](std::size_t r, std::size_t a) {
    return (r % 3 == 0 ? 1.0 : -1.0) * (a == 1 ? -1.0 : 1.0) * (1 + 0.1 * static_cast<double>(r % 7 + a));
  });
  const auto found = feature_couplings(features, one_label(101));
  EXPECT_EQ(found.unconditional.value, std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(found.unconditional.error));
}

TEST(FeatureCouplings, OfFeaturesThatAreAFunctionOfTheLabelAreExactlyZeroGivenIt) {
  std::vector<std::uint32_t> labels;
  for (std::size_t r = 0; r < 90; ++r) labels.push_back(static_cast<std::uint32_t>(r * r % 3));
  const auto features = filled(90, 4, [&](std::size_t r, std::size_t a) {
    return std::tanh(0.3 + static_cast<double>(labels[r]) - 0.7 * static_cast<double>(a));
  });
  const auto found = feature_couplings(features, labels);
  EXPECT_EQ(found.conditional_covariance.value, 0);
  EXPECT_TRUE(std::isnan(found.conditional_covariance.error));  // without scatter
  EXPECT_TRUE(std::isnan(found.normalised.value));  // no unit varies
  EXPECT_GT(feature_couplings(features, one_label(90)).conditional_covariance.value, 0.05);
}

TEST(FeatureCouplings, OfHandMadeRows) {
  // Two units, label 0: (1, 1), (-1, -1), (1, -1), (-1, 1); label 1: the first unit twice as large and
  // perfectly correlated. Covariances 0 and 2, variances (1, 1) and (4, 1).
  const std::vector<float> values = {1, 1, -1, -1, 1, -1, -1, 1, 2, 1, -2, -1, 2, 1, -2, -1};
  const FloatMatrix features(8, 2, values);
  const std::vector<std::uint32_t> labels = {0, 0, 0, 0, 1, 1, 1, 1};
  const auto found = feature_couplings(features, labels);
  // Few rows: the noise that is taken off is large, but never makes the number larger.
  EXPECT_LE(found.conditional_covariance.value, 1.0);
  EXPECT_LE(found.normalised.value, 1 / std::sqrt(2.5));
  EXPECT_LE(found.unconditional.value, std::atanh(0.5));

  // The same rows two thousand times over: hardly any noise.
  std::vector<float> many;
  std::vector<std::uint32_t> many_labels;
  for (int i = 0; i < 2000; ++i) {
    many.insert(many.end(), values.begin(), values.end());
    many_labels.insert(many_labels.end(), labels.begin(), labels.end());
  }
  const auto dense = feature_couplings(FloatMatrix(16000, 2, many), many_labels);
  EXPECT_NEAR(dense.conditional_covariance.value, 1.0, 1e-3);
  EXPECT_NEAR(dense.normalised.value, 1 / std::sqrt(2.5), 1e-3);
  EXPECT_NEAR(dense.unconditional.value, std::atanh(0.5), 1e-3);
}

/// Signs with a common factor: s_a = c except with probability p, times a sign and a size of each unit.
FloatMatrix with_common_factor(std::size_t n, std::size_t units, double p, std::uint64_t seed) {
  base::RandomStream stream(seed, "feature_couplings_test");
  FloatMatrix features(n, units);
  for (std::size_t r = 0; r < n; ++r) {
    const int factor = stream.uniform() < 0.5 ? 1 : -1;
    for (std::size_t a = 0; a < units; ++a)
      features.row(r)[a] =
          static_cast<float>((stream.uniform() < p ? -factor : factor) * (a % 2 == 0 ? 0.5 : -2.0));
  }
  return features;
}

TEST(FeatureCouplings, OfACommonFactorAreItsCovarianceWithPullsOfUnitWidth) {
  constexpr int repeats = 300;
  constexpr std::size_t n = 1000;
  constexpr std::size_t units = 4;
  constexpr double p = 0.15;
  const double correlation = (1 - 2 * p) * (1 - 2 * p);
  // Pairs: one of 0.5 x 0.5, one of 2 x 2, four of 0.5 x 2.
  const double covariance = correlation * std::sqrt((0.0625 + 16 + 4) / 6);
  std::array<double, 3> squares{};
  std::array<double, 3> sums{};
  for (std::uint64_t seed = 0; seed < repeats; ++seed) {
    const auto found = feature_couplings(with_common_factor(n, units, p, seed), one_label(n));
    const std::array<double, 3> pulls = {
        (found.unconditional.value - std::atanh(correlation)) / found.unconditional.error,
        (found.conditional_covariance.value - covariance) / found.conditional_covariance.error,
        (found.normalised.value - correlation) / found.normalised.error};
    for (std::size_t k = 0; k < 3; ++k) {
      sums[k] += pulls[k];
      squares[k] += pulls[k] * pulls[k];
    }
  }
  for (std::size_t k = 0; k < 3; ++k) {
    testing::expect_within(sums[k] / repeats, 1 / std::sqrt(repeats), 0, "mean pull");
    EXPECT_LT(squares[k], testing::chi2_limit(repeats)) << k;
    EXPECT_GT(squares[k], testing::chi2_lower_limit(repeats)) << k;
  }
}

TEST(FeatureCouplings, OfIndependentFeaturesAreZeroWithinErrors) {
  constexpr int repeats = 200;
  constexpr std::size_t n = 1000;
  constexpr std::size_t units = 24;
  int zeros = 0;
  double squares = 0;
  for (std::uint64_t seed = 0; seed < repeats; ++seed) {
    const auto found = feature_couplings(with_common_factor(n, units, 0.5, seed), one_label(n));
    for (const auto& e : {found.unconditional, found.normalised}) {
      EXPECT_LT(e.value, 0.02);  // the noise of one pair is 0.03
      // The error of the mean square, of which half are cut off at 0.
      const double root = std::tanh(e.value);
      const double error = std::pow(root + e.error * (1 - root * root), 2) - root * root;
      if (e.value == 0) ++zeros;
      squares += std::pow(root * root / error, 2);
    }
  }
  testing::expect_within(zeros, std::sqrt(2.0 * repeats), repeats, "cut off at 0");
  // Where the mean vanishes the square has no linear part, and the variance by jackknife is twice too large:
  // errors are too large by the root of 2 there, never too small.
  EXPECT_NEAR(squares / repeats, 0.5, 0.12);
}

TEST(FeatureCouplings, IgnoreWhatTheLabelExplainsAndTheOrderOfRows) {
  // A common factor that is the label, rows sorted by it.
  constexpr std::size_t n = 2000;
  base::RandomStream stream(3, "feature_couplings_test.sorted");
  std::vector<std::uint32_t> labels;
  for (std::size_t r = 0; r < n; ++r) labels.push_back(r < n / 2 ? 0 : 1);
  const auto features = filled(n, 8, [&](std::size_t r, std::size_t) {
    return (labels[r] == 0 ? -1.0 : 1.0) + 0.5 * stream.uniform();
  });
  const auto found = feature_couplings(features, labels);
  EXPECT_EQ(found.unconditional.value, std::numeric_limits<double>::infinity());
  EXPECT_LT(found.normalised.value, 0.02);
  EXPECT_GT(feature_couplings(features, one_label(n)).normalised.value, 0.9);
}

TEST(FeatureCouplings, LeaveOutUnitsThatDoNotVary) {
  const auto features =
      filled(400, 3, [](std::size_t r, std::size_t a) { return a == 2 ? 1.0 : (r % 2 == 0 ? 1.0 : -1.0); });
  const auto found = feature_couplings(features, one_label(400));
  EXPECT_NEAR(found.normalised.value, 1, 1e-9);
  EXPECT_NEAR(found.conditional_covariance.value, std::sqrt(1.0 / 3), 1e-3);
}

TEST(FeatureCouplings, RefuseWhatHasNoPairs) {
  EXPECT_NE(
      testing::refusal_of([] { (void)feature_couplings(FloatMatrix(5, 1), one_label(5)); }).find("units"),
      std::string::npos);
  EXPECT_NE(testing::refusal_of([] { (void)correlation_matrix(FloatMatrix(1, 4)); }).find("rows"),
            std::string::npos);
  EXPECT_NE(
      testing::refusal_of([] { (void)feature_couplings(FloatMatrix(5, 2), one_label(4)); }).find("labels"),
      std::string::npos);
}

TEST(CorrelationMatrix, IsPearsonWithZeroForWhatDoesNotVary) {
  const auto features = filled(403, 4, [](std::size_t r, std::size_t a) {
    const auto x = static_cast<double>(r % 13);
    return a == 0 ? x : a == 1 ? 3 - 2 * x : a == 2 ? 0.1 : x * x;
  });
  const auto r = correlation_matrix(features);
  ASSERT_EQ(r.size(), 16U);
  double mean_1 = 0;
  double mean_2 = 0;
  double s_11 = 0;
  double s_12 = 0;
  double s_22 = 0;
  for (std::size_t i = 0; i < 403; ++i) {
    mean_1 += features.row(i)[0] / 403.0;
    mean_2 += features.row(i)[3] / 403.0;
  }
  for (std::size_t i = 0; i < 403; ++i) {
    const double x = features.row(i)[0] - mean_1;
    const double y = features.row(i)[3] - mean_2;
    s_11 += x * x;
    s_12 += x * y;
    s_22 += y * y;
  }
  for (std::size_t a = 0; a < 4; ++a)
    for (std::size_t b = 0; b < 4; ++b) {
      EXPECT_EQ(r[a * 4 + b], r[b * 4 + a]);
      const double expected = a == b             ? 1
                              : a == 2 || b == 2 ? 0
                              : a + b == 1       ? -1
                              : a == 0 || b == 0 ? s_12 / std::sqrt(s_11 * s_22)
                                                 : -s_12 / std::sqrt(s_11 * s_22);
      EXPECT_NEAR(r[a * 4 + b], expected, 1e-12) << a << ' ' << b;
    }
}

}  // namespace
}  // namespace spinflow::analysis
