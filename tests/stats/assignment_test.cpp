// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/assignment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"

namespace spinflow::stats {
namespace {

double total(const std::vector<double>& cost, const std::vector<std::size_t>& column_of) {
  double sum = 0;
  for (std::size_t r = 0; r < column_of.size(); ++r) sum += cost[r * column_of.size() + column_of[r]];
  return sum;
}

double least_by_trying_all(const std::vector<double>& cost, std::size_t n) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), 0u);
  double least = total(cost, order);
  while (std::ranges::next_permutation(order).found) least = std::min(least, total(cost, order));
  return least;
}

void expect_permutation(std::vector<std::size_t> column_of) {
  std::ranges::sort(column_of);
  for (std::size_t r = 0; r < column_of.size(); ++r) EXPECT_EQ(column_of[r], r);
}

TEST(Assignment, IsTheBestOfAllPermutations) {
  base::RandomStream stream(1, "test.costs");
  for (std::size_t n = 1; n <= 7; ++n)
    for (int kind = 0; kind < 5; ++kind)
      for (int trial = 0; trial < (n < 7 ? 20 : 4); ++trial) {
        std::vector<double> cost(n * n);
        for (std::size_t r = 0; r < n; ++r)
          for (std::size_t c = 0; c < n; ++c) {
            const double u = stream.uniform();
            cost[r * n + c] = kind == 0   ? u - 0.5
                              : kind == 1 ? static_cast<double>(static_cast<int>(3 * u))  // many ties
                              : kind == 2 ? (r % 2 == 0 ? 0 : -u)                         // indifferent rows
                              : kind == 3 ? -static_cast<double>((r + 1) * (c + 1))       // steep, no noise
                                          : 1e6 * u - 1e9;                                // far from zero
          }
        const auto found = least_cost_assignment(cost, n);
        expect_permutation(found);
        EXPECT_NEAR(total(cost, found), least_by_trying_all(cost, n), kind == 4 ? 1e-4 : 1e-12)
            << "n = " << n << ", kind " << kind;
        EXPECT_EQ(found, least_cost_assignment(cost, n));
      }
}

TEST(Assignment, FindsAPlantedPermutationOfManyRows) {
  constexpr std::size_t n = 200;
  base::RandomStream stream(2, "test.costs");
  std::vector<std::size_t> planted(n);
  std::iota(planted.begin(), planted.end(), 0u);
  base::shuffle(planted, base::RandomStream(3, "test.permutation"));
  // Potentials of rows and columns change no difference between permutations.
  std::vector<double> u(n);
  std::vector<double> v(n);
  for (std::size_t i = 0; i < n; ++i) {
    u[i] = 10 * stream.uniform();
    v[i] = 10 * stream.uniform();
  }
  std::vector<double> cost(n * n);
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t c = 0; c < n; ++c)
      cost[r * n + c] = u[r] + v[c] + (c == planted[r] ? 0 : 0.01 + stream.uniform());
  EXPECT_EQ(least_cost_assignment(cost, n), planted);
}

TEST(Assignment, Refusals) {
  EXPECT_TRUE(least_cost_assignment({}, 0).empty());
  EXPECT_THROW((void)least_cost_assignment(std::vector<double>(5), 2), Error);
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    std::vector<double> cost(4);
    cost[2] = bad;
    EXPECT_THROW((void)least_cost_assignment(cost, 2), Error);
  }
}

}  // namespace
}  // namespace spinflow::stats
