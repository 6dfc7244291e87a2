// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/reweighting.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "testing/testing.hpp"

namespace spinflow::stats {
namespace {

/// The 4x4 periodic Ising model: weight x^n, x = exp(2K), n the number of equal bonds; observables m^2 and n.
CountHistogram states_of_4x4() {
  std::vector<std::int64_t> counts;
  std::vector<double> observables;
  for (unsigned state = 0; state < 65536; ++state) {
    const unsigned rows = ((state << 1) & 0xeeee) | ((state >> 3) & 0x1111);
    const unsigned columns = ((state << 4) | (state >> 12)) & 0xffff;
    counts.push_back(32 - std::popcount(state ^ rows) - std::popcount(state ^ columns));
    const double m = std::popcount(state) / 8.0 - 1;
    observables.push_back(m * m);
    observables.push_back(static_cast<double>(counts.back()));
  }
  return count_histogram(counts, observables, 2);
}

/// Exactly the records a run of `n_records` at ln x has on average.
CountHistogram exact_run(const CountHistogram& states, double log_x, double n_records) {
  CountHistogram run = states;
  double sum = 0;
  for (std::size_t i = 0; i < run.counts.size(); ++i)
    sum += run.records[i] * std::exp(log_x * static_cast<double>(run.counts[i]));
  for (std::size_t i = 0; i < run.counts.size(); ++i) {
    const double factor = n_records * std::exp(log_x * static_cast<double>(run.counts[i])) / sum;
    run.records[i] *= factor;
    for (std::size_t a = 0; a < 2; ++a) run.sums[i * 2 + a] *= factor;
  }
  return run;
}

/// Means over all states, each weighing x^n.
Reweighting::Means enumerated(const CountHistogram& states, double log_x) {
  return Reweighting(std::span(&states, 1), std::vector<double>{0.0}).at(log_x);
}

TEST(Reweighting, EnumeratedIsingOf4x4) {
  const auto states = states_of_4x4();
  // <n> at K = 0 is 16, and at K the closed sum over the histogram.
  EXPECT_NEAR(enumerated(states, 0).count, 16, 1e-12);
  EXPECT_NEAR(enumerated(states, 0).count_variance, 8, 1e-11);
  EXPECT_NEAR(enumerated(states, 0).value[0], 1.0 / 16, 1e-14);
  double z = 0;
  double m2 = 0;
  for (std::size_t i = 0; i < states.counts.size(); ++i) {
    z += states.records[i] * std::exp(0.8 * static_cast<double>(states.counts[i]));
    m2 += states.sums[2 * i] * std::exp(0.8 * static_cast<double>(states.counts[i]));
  }
  EXPECT_NEAR(enumerated(states, 0.8).value[0], m2 / z, 1e-13);

  const std::vector<double> log_x = {0.2, 0.8, 1.1};
  std::vector<CountHistogram> runs;
  for (std::size_t r = 0; r < 3; ++r) runs.push_back(exact_run(states, log_x[r], 1000.0 * (1 + r)));
  const Reweighting several(runs, log_x);
  const Reweighting one(std::span(&runs[1], 1), std::span(&log_x[1], 1));
  for (const double at : {-0.3, 0.2, 0.5, 0.88, 1.3}) {
    const auto exact = enumerated(states, at);
    for (const auto& means : {several.at(at), one.at(at)}) {
      for (std::size_t a = 0; a < 2; ++a) {
        EXPECT_NEAR(means.value[a], exact.value[a], 1e-9 * std::abs(exact.value[a])) << at;
        EXPECT_NEAR(means.slope[a], exact.slope[a], 1e-8 * std::abs(exact.slope[a])) << at;
      }
      EXPECT_NEAR(means.count, exact.count, 1e-8);
      EXPECT_NEAR(means.count_variance, exact.count_variance, 1e-7);
    }
    const double h = 1e-4;
    EXPECT_NEAR(several.at(at).slope[0],
                (several.at(at + h).value[0] - several.at(at - h).value[0]) / (2 * h), 1e-7);
  }
  EXPECT_DOUBLE_EQ(one.at(0.8).overlap, 1);
  EXPECT_LT(one.at(0.0).overlap, 0.1);
}

TEST(Reweighting, HistogramsAddUpAndComeApart) {
  const auto a = count_histogram(std::vector<std::int64_t>{5, 3, 5}, std::vector<double>{1, 2, 3}, 1);
  const auto b = count_histogram(std::vector<std::int64_t>{4, 5}, std::vector<double>{10, 20}, 1);
  EXPECT_EQ(a.counts, (std::vector<std::int64_t>{3, 5}));
  EXPECT_EQ(a.sums, (std::vector<double>{2, 4}));
  const std::vector<const CountHistogram*> both = {&a, &b};
  const auto all = merged(both);
  EXPECT_EQ(all.counts, (std::vector<std::int64_t>{3, 4, 5}));
  EXPECT_EQ(all.records, (std::vector<double>{1, 1, 3}));
  EXPECT_EQ(all.sums, (std::vector<double>{2, 10, 24}));
  const auto left = without(all, a);
  EXPECT_EQ(left.counts, b.counts);
  EXPECT_EQ(left.records, b.records);
  EXPECT_EQ(left.sums, b.sums);
  EXPECT_THROW((void)without(b, a), Error);
  EXPECT_THROW((void)without(a, b), Error);
  EXPECT_THROW((void)count_histogram(std::vector<std::int64_t>{1}, std::vector<double>{1, 2}, 1), Error);
  EXPECT_THROW((void)count_histogram(std::vector<std::int64_t>{1}, std::vector<double>{NAN}, 1), Error);
}

TEST(Reweighting, RefusesRunsThatDoNotOverlap) {
  const auto low = count_histogram(std::vector<std::int64_t>(100, 10), std::vector<double>(100, 1.0), 1);
  const auto high = count_histogram(std::vector<std::int64_t>(100, 90), std::vector<double>(100, 2.0), 1);
  const std::vector<CountHistogram> runs = {low, high};
  try {
    const Reweighting reweighting(runs, std::vector<double>{0.0, 3.0});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::failure) << error.what();
  }
  EXPECT_THROW(Reweighting(runs, std::vector<double>{0.0}), Error);
  EXPECT_THROW(Reweighting(std::vector<CountHistogram>(1), std::vector<double>{0.0}), Error);
  // A run without records is passed over.
  const std::vector<CountHistogram> with_empty = {CountHistogram{}, low};
  EXPECT_NEAR(Reweighting(with_empty, std::vector<double>{5.0, 0.0}).at(0.1).value[0], 1, 1e-14);
}

std::int64_t poisson(double mean, base::RandomStream& random) {
  std::int64_t n = -1;
  for (double t = 0; t < mean; ++n) t -= std::log(1 - random.uniform());
  return n;
}

TEST(Reweighting, PoissonRunsGiveTheKnownMeansElsewhere) {
  // n ~ Poisson(40 x), <A> = <n^2> = (40 x)^2 + 40 x, and A is told with noise. Runs at x = 1 and 1.2.
  constexpr std::size_t n_seeds = 300;
  constexpr std::size_t n_batches = 20;
  constexpr std::size_t n_records = 60;
  const std::vector<double> log_x = {0.0, std::log(1.2)};
  const std::vector<double> at = {std::log(0.92), std::log(1.1), std::log(1.3)};
  std::vector<double> sum(2 * at.size());
  std::vector<double> squares(2 * at.size());
  for (std::uint64_t seed = 0; seed < n_seeds; ++seed) {
    base::RandomStream random(seed, "test.poisson");
    std::vector<std::vector<CountHistogram>> batches(n_batches);
    std::vector<std::vector<const CountHistogram*>> of_run(2);
    for (auto& batch : batches)
      for (std::size_t r = 0; r < 2; ++r) {
        std::vector<std::int64_t> counts;
        std::vector<double> a;
        for (std::size_t i = 0; i < n_records; ++i) {
          counts.push_back(poisson(40 * std::exp(log_x[r]), random));
          a.push_back(std::pow(static_cast<double>(counts.back()), 2) + 100 * random.normal());
        }
        batch.push_back(count_histogram(counts, a, 1));
      }
    for (const auto& batch : batches)
      for (std::size_t r = 0; r < 2; ++r) of_run[r].push_back(&batch[r]);
    const std::vector<CountHistogram> runs = {merged(of_run[0]), merged(of_run[1])};
    const Reweighting all(runs, log_x);
    std::vector<Reweighting> rest;
    for (const auto& batch : batches) {
      const std::vector<CountHistogram> left = {without(runs[0], batch[0]), without(runs[1], batch[1])};
      rest.emplace_back(left, log_x);
    }
    for (std::size_t i = 0; i < at.size(); ++i) {
      const double mu = 40 * std::exp(at[i]);
      const double truth[2] = {mu * mu + mu, 2 * mu * mu + mu};
      const auto read = [&](const Reweighting& r, int what) {
        const auto means = r.at(at[i]);
        return what == 0 ? means.value[0] : means.slope[0];
      };
      for (int what = 0; what < 2; ++what) {
        double mean = 0;
        for (const auto& r : rest) mean += read(r, what) / n_batches;
        double variance = 0;
        for (const auto& r : rest)
          variance += std::pow(read(r, what) - mean, 2) * (n_batches - 1) / n_batches;
        const double pull = (read(all, what) - truth[what]) / std::sqrt(variance);
        sum[2 * i + what] += pull / n_seeds;
        squares[2 * i + what] += pull * pull / n_seeds;
      }
    }
  }
  for (std::size_t i = 0; i < sum.size(); ++i) {
    // Student's T with 19 degrees has a standard deviation of 1.057; over 300 seeds it scatters by 4.5 %.
    // Five standard deviations of both: a right program fails one of these with a probability below 1e-5.
    EXPECT_NEAR(sum[i], 0, 5 * 1.057 / std::sqrt(n_seeds)) << i;
    EXPECT_NEAR(std::sqrt(squares[i] - sum[i] * sum[i]), 1.057, 5 * 0.048) << i;
  }
}

}  // namespace
}  // namespace spinflow::stats
