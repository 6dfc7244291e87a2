// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/two_sample.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "spinflow/base/random.hpp"
#include "testing/testing.hpp"

namespace spinflow::stats {
namespace {

TwoSampleTest test_of(const std::vector<double>& x, std::size_t n_first, std::uint64_t seed,
                      std::size_t permutations = 199) {
  return energy_distance_test(
      n_first, x.size() - n_first, [&](std::size_t i, std::size_t j) { return std::abs(x[i] - x[j]); },
      permutations, seed);
}

TEST(EnergyDistance, OfFourPointsByHand) {
  // X = {0, 2}, Y = {1, 5}: mean |X - Y| = (1 + 5 + 1 + 3) / 4 = 2.5; |X - X'| = 2; |Y - Y'| = 4.
  const auto test = test_of({0, 2, 1, 5}, 2, 1);
  EXPECT_DOUBLE_EQ(test.energy_distance, 5 - 2 - 4);
  EXPECT_DOUBLE_EQ(test.effect, -1.0 / 5);
}

TEST(EnergyDistance, ItsPValueIsThatOfRelabellingOneByOne) {
  // Whole distances add up exactly in any order. 300 permutations are more than are worked on at once.
  constexpr std::size_t n = 21;
  constexpr std::size_t n_first = 8;
  constexpr std::size_t permutations = 300;
  std::vector<double> x(n);
  base::RandomStream stream(3, "whole");
  for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<double>(stream.below(50) + (i < n_first ? 10 : 0));
  const auto energy_distance = [&](const std::vector<std::size_t>& rows) {
    double sums[2][2] = {};
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = 0; b < n; ++b) sums[a < n_first][b < n_first] += std::abs(x[rows[a]] - x[rows[b]]);
    constexpr double first = n_first;
    constexpr double second = n - n_first;
    return 2 * sums[0][1] / (first * second) - sums[1][1] / (first * (first - 1)) -
           sums[0][0] / (second * (second - 1));
  };
  std::vector<std::size_t> rows(n);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const double measured = energy_distance(rows);
  int as_large = 0;
  for (std::size_t p = 0; p < permutations; ++p) {
    auto relabelled = rows;
    base::sample_to_front(relabelled, n_first, base::RandomStream(5, "two_sample", p));
    as_large += energy_distance(relabelled) >= measured - 1e-9 ? 1 : 0;
  }
  const auto test = test_of(x, n_first, 5, permutations);
  EXPECT_NEAR(test.energy_distance, measured, 1e-12);
  EXPECT_EQ(test.p_value, (1.0 + as_large) / (1.0 + permutations));
  EXPECT_GT(as_large, 0);
}

TEST(EnergyDistance, EqualDistributionsGiveUniformPValuesAndNoEffect) {
  constexpr int n = 300;
  int below = 0;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < n; ++i) {
    base::RandomStream stream(7, "equal", static_cast<std::uint64_t>(i));
    std::vector<double> x(60);
    for (auto& value : x) value = stream.normal();
    const auto test = test_of(x, 25, static_cast<std::uint64_t>(i), 99);
    below += test.p_value <= 0.2 ? 1 : 0;
    sum += test.energy_distance;
    squares += test.energy_distance * test.energy_distance;
  }
  // p <= 0.2 in a fifth of the cases; the statistic is unbiased.
  testing::expect_within(below, std::sqrt(n * 0.2 * 0.8), n * 0.2, "tests with p <= 0.2");
  testing::expect_within(sum / n, std::sqrt(squares) / n, 0.0, "mean energy distance");
}

TEST(EnergyDistance, ConvergesToItsValueForShiftedNormals) {
  // Normals a apart: 2 E|a + sqrt2 Z| - 4 / sqrt(pi), E|a + s Z| = s sqrt(2/pi) exp(-a^2/2s^2) + a erf(a/(s
  // sqrt2)).
  constexpr double a = 1;
  const double between = std::sqrt(2.0) * std::sqrt(2 / M_PI) * std::exp(-a * a / 4) + a * std::erf(a / 2);
  const double exact = 2 * between - 4 / std::sqrt(M_PI);
  double sum = 0;
  double squares = 0;
  constexpr int n = 50;
  for (int i = 0; i < n; ++i) {
    base::RandomStream stream(8, "shifted", static_cast<std::uint64_t>(i));
    std::vector<double> x(400);
    for (std::size_t r = 0; r < x.size(); ++r) x[r] = stream.normal() + (r < 200 ? a : 0);
    const auto test = test_of(x, 200, 1, 99);
    EXPECT_EQ(test.p_value, 0.01);
    sum += test.energy_distance;
    squares += test.energy_distance * test.energy_distance;
  }
  const double mean = sum / n;
  testing::expect_within(mean, std::sqrt((squares / n - mean * mean) / n), exact, "energy distance");
}

}  // namespace
}  // namespace spinflow::stats
