// SPDX-License-Identifier: Apache-2.0
// Do error bars of correlated data mean what they say? A 68 % interval holds the truth in 68 % of the cases.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/stats/autocorrelation.hpp"
#include "spinflow/stats/jackknife.hpp"
#include "stats/ar1.hpp"

namespace spinflow::stats {
namespace {

// With 4000 repetitions the observed share scatters by 0.0074: 65 to 71 % is four standard deviations, which
// a right procedure leaves with probability 6e-5 (seeded: always or never).
constexpr double lowest = 0.65;
constexpr double highest = 0.71;

template <class Inside>
double share(const Inside& inside) {
  std::vector<char> hits(repetitions);
  base::parallel_for(repetitions, [&](std::size_t i) { hits[i] = inside(i) ? 1 : 0; });
  double sum = 0;
  for (const char hit : hits) sum += hit;
  return sum / repetitions;
}

TEST(SlowCoverage, OneLongChainOfAr1) {
  const double naive = share([](std::size_t i) {
    base::RandomStream random(1, "test.ar1", i);
    const auto mean = mean_of_pieces(ar1(0.8, 2000, random));
    return std::abs(mean.value) <= mean.error;
  });
  EXPECT_LT(naive, 0.4) << "naive errors of correlated data must be found out";
  const double honest = share([](std::size_t i) {
    base::RandomStream random(1, "test.ar1", i);
    const auto x = ar1(0.8, 2000, random);
    const auto mean = mean_of_chains({std::span<const double>(x)});
    return std::abs(mean.value) <= mean.error;
  });
  EXPECT_GT(honest, lowest);
  EXPECT_LT(honest, highest);
}

TEST(SlowCoverage, ManyChainsOfAr1ByJackknife) {
  // The square of the mean has a bias and a skew; 64 chains of 100 correlated rows, truth <x> = 3.
  const double honest = share([](std::size_t i) {
    base::RandomStream random(2, "test.ar1", i);
    Pieces pieces;
    for (int chain = 0; chain < 64; ++chain) {
      double mean = 0;
      for (const double x : ar1(0.9, 100, random)) mean += (3 + x) / 100;
      pieces.means.push_back(mean);
    }
    const auto estimate = jackknife(pieces, [](std::span<const double> m) { return m[0] * m[0]; });
    return std::abs(estimate.value - 9) <= estimate.error;
  });
  EXPECT_GT(honest, lowest);
  EXPECT_LT(honest, highest);
}

TEST(SlowCoverage, IsingRingByHeatBath) {
  // A ring of 8 spins at K = 0.5 under sequential heat bath; the truth is the transfer matrix's.
  constexpr int n = 8;
  constexpr double k = 0.5;
  const double t = std::tanh(k);
  const double exact = (t + std::pow(t, n - 1)) / (1 + std::pow(t, n));  // <s_i s_{i+1}>
  const double honest = share([&](std::size_t i) {
    base::RandomStream random(3, "test.ring", i);
    int s[n];
    for (auto& spin : s) spin = random.below(2) == 0 ? -1 : 1;
    const auto sweep = [&] {
      for (int a = 0; a < n; ++a) {
        const int field = s[(a + 1) % n] + s[(a + n - 1) % n];
        s[a] = random.uniform() < 1 / (1 + std::exp(-2 * k * field)) ? 1 : -1;
      }
    };
    for (int b = 0; b < 30; ++b) sweep();
    std::vector<double> bonds(1500);
    for (auto& value : bonds) {
      sweep();
      int sum = 0;
      for (int a = 0; a < n; ++a) sum += s[a] * s[(a + 1) % n];
      value = sum / static_cast<double>(n);
    }
    const auto mean = mean_of_chains({std::span<const double>(bonds)});
    return std::abs(mean.value - exact) <= mean.error;
  });
  EXPECT_GT(honest, lowest);
  EXPECT_LT(honest, highest);
}

TEST(TauInt, OfAr1) {
  // Mean of the measured tau_int over independent series against the closed form.
  for (const double phi : {0.0, 0.5, 0.9}) {
    const double exact = 0.5 * (1 + phi) / (1 - phi);
    std::vector<double> measured;
    std::vector<double> claimed;
    for (std::uint64_t i = 0; i < 200; ++i) {
      base::RandomStream random(4, "test.tau", i);
      const auto x = ar1(phi, 20000, random);
      const auto tau = tau_int(x);
      measured.push_back(tau.value);
      claimed.push_back(tau.error);
    }
    // The window cuts off a few per mille.
    const auto mean = mean_of_pieces(measured);
    EXPECT_NEAR(mean.value, exact, 0.01 * exact + 4.42 * mean.error) << phi;
    const double scatter = mean.error * std::sqrt(static_cast<double>(measured.size()));
    EXPECT_NEAR(scatter / mean_of_pieces(claimed).value, 1, 0.35) << phi;
  }
}

}  // namespace
}  // namespace spinflow::stats
