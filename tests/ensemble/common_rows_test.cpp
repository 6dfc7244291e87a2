// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/common_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "spinflow/base/random.hpp"

namespace spinflow::ensemble {
namespace {

using States = std::vector<std::uint64_t>;

/// Rows of `sides`^2 spins, given by their bits.
Ensemble of_states(const States& states, int side, double temperature = 1) {
  const auto sites = static_cast<std::size_t>(side * side);
  kernels::PackedSpins spins(states.size(), sites);
  for (std::size_t r = 0; r < states.size(); ++r)
    for (std::size_t i = 0; i < sites; ++i) spins.set(r, i, (states[r] >> i) & 1 ? 1 : -1);
  auto data = from_spins(std::move(spins), lattice::Lattice::square(side, side), nullptr);
  data.temperature.assign(states.size(), temperature);
  return data;
}

States random_states(std::size_t n, std::uint64_t seed) {
  base::RandomStream stream(seed, "test.states");
  States states(n);
  for (auto& state : states) state = stream.below(std::uint64_t{1} << 36);
  return states;
}

std::size_t common(const Ensemble& a, const Ensemble& b) {
  const auto found = RowDigests(a).common_with(RowDigests(b)).rows;
  EXPECT_EQ(found, RowDigests(b).common_with(RowDigests(a)).rows);
  return found;
}

States joined(States a, const States& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

States part(const States& states, std::size_t first, std::size_t n) {
  const auto from = states.begin() + static_cast<std::ptrdiff_t>(first);
  return {from, from + static_cast<std::ptrdiff_t>(n)};
}

TEST(CommonRows, OfFilesThatWereMergedSortedOrCut) {
  const States a = random_states(200, 1);
  const States b = random_states(200, 2);
  EXPECT_EQ(common(of_states(a, 6), of_states(b, 6)), 0U);
  EXPECT_EQ(common(of_states(a, 6), of_states(a, 6)), 200U);
  EXPECT_EQ(common(of_states(joined(a, b), 6), of_states(b, 6)), 200U);
  States sorted = a;
  std::ranges::sort(sorted);
  EXPECT_EQ(common(of_states(a, 6), of_states(sorted, 6)), 200U);
  EXPECT_EQ(common(of_states(joined(part(a, 50, 60), b), 6), of_states(sorted, 6)), 60U);
  // Another temperature is another ensemble.
  EXPECT_EQ(common(of_states(a, 6), of_states(a, 6, 2)), 0U);
  // From 8 rows in the same order on, and from 21 in any.
  EXPECT_EQ(common(of_states(part(a, 0, 7), 6), of_states(part(a, 0, 7), 6)), 0U);
  EXPECT_EQ(common(of_states(part(a, 0, 8), 6), of_states(part(a, 0, 8), 6)), 8U);
  const auto mixed = [&](std::size_t n) {
    States some = part(a, 0, n);
    std::ranges::reverse(some);
    return common(of_states(part(a, 0, n), 6), of_states(some, 6));
  };
  EXPECT_EQ(mixed(20), 0U);
  EXPECT_EQ(mixed(21), 21U);
}

TEST(CommonRows, FewAtEveryTemperatureAddUp) {
  const States a = random_states(12, 1);
  auto data = of_states(a, 6);
  for (std::size_t r = 0; r < 12; ++r) data.temperature[r] = static_cast<double>(r / 4);
  const auto found = RowDigests(data).common_with(RowDigests(data));
  EXPECT_EQ(found.rows, 4U);
  data.temperature.assign(12, std::nan(""));
  EXPECT_TRUE(std::isnan(RowDigests(data).common_with(RowDigests(data)).temperature));
}

TEST(CommonRows, ColdRowsTellNothing) {
  States up_and_down = random_states(1000, 1);
  for (auto& state : up_and_down) state = state % 2 == 0 ? 0 : (std::uint64_t{1} << 36) - 1;
  EXPECT_EQ(common(of_states(up_and_down, 6), of_states(up_and_down, 6)), 0U);
  EXPECT_EQ(common(of_states({0}, 6), of_states({0}, 6)), 0U);
}

/// Independent rows of the 3x3 Ising model, whose 512 states are enumerated.
class Enumerated {
 public:
  explicit Enumerated(double temperature) {
    double sum = 0;
    for (std::uint64_t state = 0; state < 512; ++state) {
      int aligned = 0;
      const auto spin = [&](int x, int y) { return (state >> (3 * (y % 3) + x % 3)) & 1; };
      for (int y = 0; y < 3; ++y)
        for (int x = 0; x < 3; ++x)
          aligned += (spin(x, y) == spin(x + 1, y) ? 1 : -1) + (spin(x, y) == spin(x, y + 1) ? 1 : -1);
      cumulated_.push_back(sum += std::exp(aligned / temperature));
    }
  }
  [[nodiscard]] States rows(std::size_t n, base::RandomStream& stream) const {
    States states(n);
    for (auto& state : states)
      state = static_cast<std::uint64_t>(
          std::ranges::upper_bound(cumulated_, stream.uniform() * cumulated_.back()) - cumulated_.begin());
    return states;
  }

 private:
  std::vector<double> cumulated_;
};

// Pairs of every kind whose rows are equal by chance: on few sites, cold, few in the one and many in the
// other. With a probability of at most 1e-6 each, none of 2000 is refused but once in 500 seeds.
TEST(CommonRows, IndependentRowsPassWhereChanceMakesEqualOnes) {
  base::RandomStream stream(4, "test.independent");
  std::size_t equal = 0;
  for (const double temperature : {0.7, 1.0, 1.6, 2.5, 100.0}) {
    const Enumerated model(temperature);
    for (const std::size_t n : {2u, 8u, 25u, 300u})
      for (const std::size_t m : {8u, 40u, 500u})
        for (int pair = 0; pair < 33; ++pair) {
          const States a = model.rows(n, stream);
          const States b = model.rows(m, stream);
          EXPECT_EQ(common(of_states(a, 3), of_states(b, 3)), 0U) << temperature << " " << n << " " << m;
          equal += static_cast<std::size_t>(
              std::ranges::count_if(a, [&](auto state) { return std::ranges::count(b, state) == 1; }));
        }
  }
  EXPECT_GT(equal, 5000U);  // that is what the test is about
}

}  // namespace
}  // namespace spinflow::ensemble
