// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "kernels/random_words.hpp"
#include "kernels/tables/alias_table.hpp"
#include "kernels/tables/disjoint_sets.hpp"
#include "kernels/tables/event_table.hpp"
#include "kernels/tables/poisson_table.hpp"
#include "testing/testing.hpp"

namespace spinflow::kernels {
namespace {

base::RandomStream stream() { return {1, "event tables test"}; }

TEST(RandomWords, AreThoseOfTheReferenceHoweverTheyAreTaken) {
  testing::for_any_threads_and_simd_level([] {
    LaneRandom random(stream());
    std::vector<std::uint64_t> expected;
    while (expected.size() < 20000)
      for (const auto word : reference::draw(random)) expected.push_back(word);
    RandomWords words(stream());
    std::size_t at = 0;
    for (std::size_t n = 1; at + 600 < expected.size(); n = (7 * n + 3) % (RandomWords::most_taken + 1)) {
      const auto* taken = words.take(n);
      EXPECT_TRUE(std::equal(taken, taken + n, expected.begin() + static_cast<std::ptrdiff_t>(at))) << at;
      at += n;
      EXPECT_EQ(words.next(), expected[at++]);
    }
  });
}

TEST(RandomWords, SkippedDrawsAreThoseLeftOut) {
  testing::for_any_threads_and_simd_level([] {
    for (const std::uint64_t n : {0u, 1u, 1000u}) {
      LaneRandom drawn(stream());
      LaneRandom skipped(stream());
      for (std::uint64_t i = 0; i < n; ++i) (void)reference::draw(drawn);
      skip_draws(skipped, n);
      EXPECT_EQ(skipped.state, drawn.state) << n;
    }
  });
}

TEST(AliasTable, ReproducesTheProbabilities) {
  for (const std::size_t n : {1, 2, 3, 7, 8, 100, 2048, 32769}) {
    std::vector<double> weights;
    for (std::size_t k = 0; k < n; ++k)
      weights.push_back(k % 5 == 3 ? 0 : std::pow(static_cast<double>(k + 1), -2.25));
    const auto sum = static_cast<double>(std::accumulate(weights.begin(), weights.end(), 0.0L));
    const auto probabilities = AliasTable(weights).probabilities();
    for (std::size_t k = 0; k < n; ++k) {
      EXPECT_NEAR(probabilities[k], weights[k] / sum, 0x1.0p-50) << n << " " << k;
      if (weights[k] == 0) {
        EXPECT_EQ(probabilities[k], 0) << n << " " << k;
      }
    }
  }
}

// Words spread evenly over all of them hit every number in its share, so `draw` reads the table as
// `probabilities` does.
TEST(AliasTable, DrawsInTheseShares) {
  const std::vector<double> weights = {3, 0, 1, 5.5, 0.25, 2};
  const AliasTable table(weights);
  const auto draw = table.draw();
  constexpr std::uint64_t n = 1 << 20;
  std::vector<double> counts(weights.size());
  for (std::uint64_t i = 0; i < n; ++i) ++counts[draw(i * (~std::uint64_t{0} / n))];
  for (std::size_t k = 0; k < weights.size(); ++k)
    EXPECT_NEAR(counts[k] / n, weights[k] / 11.75, 12.0 / n) << k;
}

TEST(PoissonTable, ReproducesTheDistributionFunction) {
  for (const double mean : {0.0, 1e-6, 0.3, 1.0, 7.7, 100.0, PoissonTable::most_mean}) {
    const PoissonTable table(mean);
    EXPECT_LT(table.most(), RandomWords::most_taken);
    double sum = 0;
    for (std::uint32_t k = 0; k < 600; ++k) {
      sum += mean == 0 ? (k == 0 ? 1 : 0) : std::exp(k * std::log(mean) - mean - std::lgamma(k + 1.0));
      EXPECT_NEAR(table.distribution_function(k), sum, 1e-13) << mean << " " << k;
    }
  }
}

// The smallest and the largest word that give a number stand where the distribution function says.
TEST(PoissonTable, DrawsByInversion) {
  for (const double mean : {0.3, 7.7, 200.0}) {
    const PoissonTable table(mean);
    RandomWords words(stream());
    for (int i = 0; i < 10000; ++i) {
      const std::uint64_t word = words.next();
      const std::uint32_t n = table.draw(word);
      const double at = static_cast<double>(word) * 0x1.0p-64;
      EXPECT_LE(at, table.distribution_function(n));
      if (n > 0) {
        EXPECT_GE(at, table.distribution_function(n - 1));
      }
    }
    EXPECT_EQ(table.draw(~std::uint64_t{0}), table.most());
    EXPECT_LE(table.draw(0), 120u);
  }
}

TEST(PeriodicSteps, LeadWhereArithmeticSays) {
  for (const auto& [lx, ly] : std::vector<std::pair<int, int>>{
           {2, 1}, {3, 1}, {64, 1}, {100, 1}, {4, 4}, {2, 2}, {3, 5}, {7, 2}, {9, 6}, {2, 33}, {65, 3}}) {
    const PeriodicSteps steps(lx, ly);
    for (int y = 0; y < ly; ++y)
      for (int x = 0; x < lx; ++x)
        for (int dy = 0; dy < ly; ++dy)
          for (int dx = 0; dx < lx; ++dx)
            ASSERT_EQ(steps.from(static_cast<std::uint32_t>(y * lx + x),
                                 steps.slot(static_cast<std::uint32_t>(dx), static_cast<std::uint32_t>(dy))),
                      static_cast<std::uint32_t>((y + dy) % ly * lx + (x + dx) % lx))
                << lx << "x" << ly << ": " << x << " " << y << " " << dx << " " << dy;
  }
  const PeriodicSteps large(4096, 4096);
  EXPECT_EQ(large.from(4096 * 4096 - 1, large.slot(1, 1)), 0u);
}

// Every pair is hit in proportion to its J.
TEST(EventTable, HitsPairsInProportionToTheirCouplings) {
  for (const auto& [lx, ly] : std::vector<std::pair<int, int>>{{2, 1}, {6, 1}, {7, 1}, {4, 3}, {2, 4}}) {
    std::vector<double> couplings;
    for (int y = 0; y < ly; ++y)
      for (int x = 0; x < lx; ++x) {
        const double r = std::min(x, lx - x) + 1.7 * std::min(y, ly - y);
        couplings.push_back(r == 0 ? 0 : std::pow(r, -2));
      }
    const EventTable table(lx, ly, couplings);
    const double total = std::accumulate(couplings.begin(), couplings.end(), 0.0);
    EXPECT_NEAR(table.total(), total, 1e-14 * total);
    std::map<std::pair<std::uint32_t, std::uint32_t>, double> hits;
    RandomWords words(stream());
    constexpr int events_per_site = 20000;
    const auto n_sites = static_cast<std::uint32_t>(lx * ly);
    const auto draw = table.draw();
    for (std::uint32_t i = 0; i < n_sites; ++i)
      for (int event = 0; event < events_per_site; ++event) {
        const auto j = draw.partner(i, words.next());
        ++hits[{std::min(i, j), std::max(i, j)}];
      }
    double chi2 = 0;
    int pairs = 0;
    for (int i = 0; i < lx * ly; ++i)
      for (int j = 0; j < i; ++j, ++pairs) {
        const int dx = (i % lx - j % lx + lx) % lx;
        const int dy = (i / lx - j / lx + ly) % ly;
        // From each end of the pair.
        const double expected =
            2 * events_per_site * couplings[static_cast<std::size_t>(dy * lx + dx)] / total;
        const double found = hits[{static_cast<std::uint32_t>(j), static_cast<std::uint32_t>(i)}];
        chi2 += (found - expected) * (found - expected) / expected;
        hits.erase({static_cast<std::uint32_t>(j), static_cast<std::uint32_t>(i)});
      }
    EXPECT_TRUE(hits.empty()) << "a site was its own partner";
    EXPECT_LT(chi2, testing::chi2_limit(pairs)) << lx << "x" << ly;
  }
}

TEST(DisjointSets, AreTheConnectedComponents) {
  RandomWords words(stream());
  for (const std::uint32_t n : {1U, 2U, 10U, 333U}) {
    for (int graph = 0; graph < 50; ++graph) {
      DisjointSets sets(n);
      std::vector<std::uint32_t> label(n);  // the obvious twin: relabel one of the two
      std::iota(label.begin(), label.end(), 0);
      for (std::uint32_t edge = 0; edge < n / 2 + 1; ++edge) {
        const auto a = static_cast<std::uint32_t>(words.next() % n);
        const auto b = static_cast<std::uint32_t>(words.next() % n);
        sets.join(a, b);
        const auto [low, high] = std::minmax({label[a], label[b]});
        std::ranges::replace(label, high, low);
      }
      EXPECT_EQ(sets.n_sets(), std::set<std::uint32_t>(label.begin(), label.end()).size());
      const auto names = sets.named();
      EXPECT_TRUE(std::ranges::equal(names, label));
      sets.reset();
      EXPECT_EQ(sets.n_sets(), n);
    }
  }
}

}  // namespace
}  // namespace spinflow::kernels
