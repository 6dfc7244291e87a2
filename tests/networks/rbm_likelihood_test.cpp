// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/rbm_likelihood.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cmath>
#include <functional>

#include "networks/small_rbm.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/networks/rbm_tempering.hpp"
#include "testing/testing.hpp"

namespace spinflow::networks {
namespace {

// Over many seeds the deviations from the exact ln Z have mean 0 and variance 1 in units of the errors: a
// bias moves the mean, wrong errors the variance.
void expect_normal_pulls(const Rbm& rbm, const std::function<LogPartition(std::uint64_t seed)>& estimate) {
  constexpr int n = 300;
  const double exact = exact_log_partition(rbm);
  double sum = 0;
  double chi2 = 0;
  double error = 0;
  for (int seed = 1; seed <= n; ++seed) {
    const LogPartition log_z = estimate(static_cast<std::uint64_t>(seed));
    const double pull = (log_z.value - exact) / log_z.error;
    sum += pull;
    chi2 += pull * pull;
    error += log_z.error / n;
    EXPECT_GT(log_z.effective_sample_size, 1);
  }
  testing::expect_within(sum / n, 1 / std::sqrt(n), 0, "mean pull");
  testing::expect_within(chi2, std::sqrt(2.0 * n), n, "chi^2 of the pulls");
  // The check has teeth only where the errors are small against what may go wrong.
  EXPECT_LT(error, 0.1);
  EXPECT_GT(error, 0.002);
}

// Weights and biases of order 1: ln Z is about 5 above that of the uniform distribution.
Rbm strong(std::size_t n_hidden) { return rbm_with_biases(lattice::Lattice::chain(9), n_hidden, 0.5); }

TEST(RbmLikelihood, AisAgreesWithTheExactSum) {
  for (const std::size_t n_hidden : {5u, 12u}) {
    const Rbm rbm = strong(n_hidden);
    EXPECT_GT(exact_log_partition(rbm), static_cast<double>(9 + n_hidden) * std::log(2) + 3);
    expect_normal_pulls(
        rbm, [&](std::uint64_t seed) { return ais_log_partition(rbm, {.chains = 200, .steps = 40}, seed); });
  }
}

TEST(RbmLikelihood, OneStepIsPlainImportanceSampling) {
  const Rbm rbm = rbm_with_biases(lattice::Lattice::chain(6), 4, 0.1);
  expect_normal_pulls(
      rbm, [&](std::uint64_t seed) { return ais_log_partition(rbm, {.chains = 3000, .steps = 1}, seed); });
}

TEST(RbmLikelihood, ReverseAisFromExactSamplesAgreesWithTheExactSum) {
  for (const std::size_t n_hidden : {5u, 12u}) {
    const Rbm rbm = strong(n_hidden);
    expect_normal_pulls(rbm, [&](std::uint64_t seed) {
      const auto samples = exact_samples(rbm, 200, base::RandomStream(seed, "test.samples"));
      return reverse_ais_log_partition(rbm, samples, {.steps = 40}, seed);
    });
  }
}

// On common words the errors of two networks that differ by one weight in its fourth digit are equal.
TEST(RbmLikelihood, AnotherNetworkIsAnotherStream) {
  const Rbm rbm = strong(5);
  Rbm other = rbm;
  other.weights[7] += 1e-4f;
  std::vector<std::array<double, 2>> forward, reverse;
  constexpr int n = 60;
  for (std::uint64_t seed = 1; seed <= n; ++seed) {
    const auto samples = exact_samples(rbm, 30, base::RandomStream(1, "test.samples"));
    const AisOptions options{.chains = 30, .steps = 3};
    forward.push_back(
        {ais_log_partition(rbm, options, seed).value, ais_log_partition(other, options, seed).value});
    reverse.push_back({reverse_ais_log_partition(rbm, samples, options, seed).value,
                       reverse_ais_log_partition(other, samples, options, seed).value});
  }
  for (const auto& pairs : {forward, reverse}) {
    double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
    for (const auto& [a, b] : pairs) {
      ma += a / n;
      mb += b / n;
    }
    for (const auto& [a, b] : pairs) {
      aa += (a - ma) * (a - ma);
      bb += (b - mb) * (b - mb);
      ab += (a - ma) * (b - mb);
    }
    testing::expect_within(ab / std::sqrt(aa * bb), 1 / std::sqrt(n), 0, "correlation of ln Z");
  }
  const RbmTempering chains(rbm, {0, 1}, 64, 5);
  EXPECT_EQ(RbmTempering(rbm, {0, 1}, 64, 5).visible(), chains.visible());
  EXPECT_NE(RbmTempering(other, {0, 1}, 64, 5).visible(), chains.visible());
}

// `blocks` copies of `part` without couplings between them: ln Z is `blocks` times that of the part.
Rbm side_by_side(const Rbm& part, std::size_t blocks) {
  Rbm whole = random_rbm(lattice::Lattice::chain(static_cast<int>(blocks * part.n_visible())),
                         blocks * part.n_hidden, 0, 1);
  for (std::size_t k = 0; k < blocks; ++k) {
    for (std::size_t i = 0; i < part.n_visible(); ++i)
      whole.visible_bias[k * part.n_visible() + i] = part.visible_bias[i];
    for (std::size_t a = 0; a < part.n_hidden; ++a) {
      const std::size_t unit = k * part.n_hidden + a;
      whole.hidden_bias[unit] = part.hidden_bias[a];
      for (std::size_t i = 0; i < part.n_visible(); ++i)
        whole.weights[unit * whole.n_visible() + k * part.n_visible() + i] =
            part.weights[a * part.n_visible() + i];
    }
  }
  return whole;
}

double mean_free_energy(const Rbm& rbm, const kernels::PackedSpins& v) {
  double sum = 0;
  for (const double f : free_energy(rbm, v)) sum += f;
  return sum / static_cast<double>(v.n_rows());
}

TEST(RbmLikelihood, BeyondTheExactSumBothSidesAgreeWithAKnownValue) {
  const Rbm part = strong(7);
  const Rbm whole = side_by_side(part, 4);  // 36 visible, 28 hidden units
  const AisOptions options{.chains = 200, .steps = 500, .replicas = 8, .rounds = 200};
  const auto log_z = log_partition(whole, options, 2);
  const double exact = 4 * exact_log_partition(part);
  EXPECT_EQ(log_z.method, "ais");
  EXPECT_LT(log_z.error, 0.1);
  EXPECT_GT(log_z.effective_sample_size, 50);
  EXPECT_LE(log_z.effective_sample_size, 200);
  testing::expect_within(log_z.value, log_z.error, exact, "AIS");
  ASSERT_TRUE(log_z.reverse);
  EXPECT_LT(log_z.reverse->error, 0.1);
  testing::expect_within(log_z.reverse->value, log_z.reverse->error, exact, "reverse AIS");

  const auto v = sample_visible(whole, kernels::PackedSpins(3, whole.n_hidden), 5);
  const auto likelihood = log_likelihood(whole, v, options, 2);
  EXPECT_EQ(likelihood.method, "ais");
  EXPECT_NEAR(likelihood.value, -mean_free_energy(whole, v) - log_z.value, 1e-9);
  EXPECT_EQ(likelihood.error, log_z.error);
  ASSERT_TRUE(likelihood.reverse);
  EXPECT_NEAR(likelihood.reverse->value, -mean_free_energy(whole, v) - log_z.reverse->value, 1e-9);
  EXPECT_EQ(likelihood.reverse->error, log_z.reverse->error);
}

TEST(RbmLikelihood, SmallLayersAreExact) {
  const Rbm rbm = strong(5);
  const auto rows = all_rows(9);
  const auto likelihood = log_likelihood(rbm, rows, {}, 1);
  EXPECT_EQ(likelihood.method, "exact");
  EXPECT_EQ(likelihood.error, 0);
  EXPECT_FALSE(likelihood.reverse);
  EXPECT_NEAR(likelihood.value, -mean_free_energy(rbm, rows) - exact_log_partition(rbm), 1e-12);
}

TEST(RbmLikelihood, AModeThatTheChainsMissShowsOnTheOtherSide) {
  // All up and all down: the visible biases, which count in first order of beta, prefer up while the chains
  // choose; the many hidden units prefer down, in second order, and win at beta = 1 by twenty nats. Annealing
  // never finds the deep mode, the way back never the one that is wide at small beta: each side is wrong by
  // far more than its error says, AIS too small, reverse AIS too large; together they hold the truth. (For
  // about one seed in a hundred a single chain does find the way back, and the error of the reverse estimate
  // says so; for this one not.)
  Rbm rbm = random_rbm(lattice::Lattice::chain(8), 64, 0, 1);
  for (auto& w : rbm.weights) w = 0.25f;
  for (auto& c : rbm.hidden_bias) c = -2;
  for (auto& b : rbm.visible_bias) b = 12;
  const double exact = exact_log_partition(rbm);
  const auto forward = ais_log_partition(rbm, {.chains = 50, .steps = 100}, 2);
  const auto reverse = reverse_ais_log_partition(
      rbm, exact_samples(rbm, 50, base::RandomStream(1, "test.samples")), {.steps = 100}, 2);
  EXPECT_LT(forward.value, exact - testing::z_limit() * forward.error);
  EXPECT_GT(reverse.value, exact + testing::z_limit() * reverse.error);
}

TEST(RbmLikelihood, WithoutWeightsBothSidesAreExact) {
  Rbm rbm = random_rbm(lattice::Lattice::square(6, 6), 30, 0, 1);
  const auto log_z = log_partition(rbm, {.chains = 3, .steps = 2, .replicas = 1, .rounds = 1}, 1);
  EXPECT_NEAR(log_z.value, 66 * std::log(2), 1e-9);
  EXPECT_NEAR(log_z.reverse->value, 66 * std::log(2), 1e-9);
  EXPECT_NEAR(log_z.effective_sample_size, 3, 1e-9);
  EXPECT_NEAR(log_z.error, 0, 1e-9);
}

TEST(RbmLikelihood, ManyStepsDoNotGatherRounding) {
  // Hidden biases alone: every chain has the same weight, and what differs from the exact value is rounding.
  Rbm rbm = random_rbm(lattice::Lattice::square(6, 6), 400, 0, 1);
  double exact = 36 * std::log(2);
  for (std::size_t a = 0; a < rbm.n_hidden; ++a) {
    rbm.hidden_bias[a] = 5 * std::sin(static_cast<float>(a));
    exact += std::log(2 * std::cosh(double{rbm.hidden_bias[a]}));
  }
  const auto log_z = ais_log_partition(rbm, {.chains = 2, .steps = 5000}, 1);
  EXPECT_NEAR(log_z.value, exact, 1e-3);  // of 1400
  EXPECT_NEAR(log_z.error, 0, 1e-9);
}

TEST(RbmLikelihood, SameBitsForAnyThreadsAndSimdLevel) {
  const Rbm rbm = rbm_with_biases(lattice::Lattice::square(9, 8), 37, 0.1);
  const AisOptions options{.chains = 150, .steps = 20, .replicas = 3, .rounds = 4};
  const auto first = log_partition(rbm, options, 6);
  testing::for_any_threads_and_simd_level([&] {
    const auto other = log_partition(rbm, options, 6);
    EXPECT_EQ(other.value, first.value);
    EXPECT_EQ(other.error, first.error);
    EXPECT_EQ(other.effective_sample_size, first.effective_sample_size);
    EXPECT_EQ(other.reverse->value, first.reverse->value);
    EXPECT_EQ(other.reverse->error, first.reverse->error);
  });
  EXPECT_NE(log_partition(rbm, options, 7).value, first.value);
}

TEST(RbmLikelihood, ObserverHearsAllWorkAndMayStopIt) {
  struct Counting : base::Observer {
    void begin(std::string_view, std::uint64_t total, std::string_view) override { expected += total; }
    void advance(std::uint64_t n) override {
      if (done += n; done >= limit) throw Error(Fault::interrupted, "enough");
    }
    std::uint64_t expected = 0;
    std::atomic<std::uint64_t> done = 0;
    std::uint64_t limit = ~std::uint64_t{0};
  };
  const Rbm rbm = random_rbm(lattice::Lattice::square(6, 6), 30, 0.1, 1);
  const AisOptions options{.chains = 70, .steps = 9, .replicas = 3, .rounds = 4};
  Counting all;
  (void)log_partition(rbm, options, 6, all);
  EXPECT_EQ(all.expected, 70u * 9 * 2 + 4);
  EXPECT_EQ(all.done, all.expected);
  for (const std::uint64_t limit : {1u, 70u * 9 + 2, 70u * 9 + 5}) {
    Counting stops;
    stops.limit = limit;
    EXPECT_THROW((void)log_partition(rbm, options, 6, stops), Error);
  }
}

TEST(RbmLikelihood, FieldsThatOverflowAreAFailure) {
  Rbm rbm = random_rbm(lattice::Lattice::square(6, 6), 30, 0, 1);
  for (auto& w : rbm.weights) w = 1e38f;
  try {
    (void)ais_log_partition(rbm, {.chains = 3, .steps = 3}, 1);
    FAIL() << "nothing was noticed";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::failure);
  }
}

TEST(RbmLikelihood, Refusals) {
  const Rbm rbm = random_rbm(lattice::Lattice::square(6, 6), 30, 0.1, 1);
  EXPECT_THROW((void)ais_log_partition(rbm, {.chains = 1}, 1), Error);
  EXPECT_THROW((void)ais_log_partition(rbm, {.steps = 0}, 1), Error);
  EXPECT_THROW((void)log_partition(rbm, {.replicas = 0}, 1), Error);
  EXPECT_THROW((void)log_partition(rbm, {.rounds = 0}, 1), Error);
  EXPECT_THROW((void)reverse_ais_log_partition(rbm, kernels::PackedSpins(1, 36), {}, 1), Error);
  EXPECT_THROW((void)reverse_ais_log_partition(rbm, kernels::PackedSpins(4, 35), {}, 1), Error);
  EXPECT_THROW((void)reverse_ais_log_partition(rbm, kernels::PackedSpins(4, 36), {.steps = 0}, 1), Error);
  EXPECT_THROW((void)log_likelihood(rbm, kernels::PackedSpins(0, 36), {}, 1), Error);
  EXPECT_THROW((void)log_likelihood(rbm, kernels::PackedSpins(2, 35), {}, 1), Error);
}

TEST(RbmLikelihood, SaysWhetherItConverged) {
  LogLikelihood l{.value = -40, .error = 0.1, .effective_sample_size = 50};
  EXPECT_FALSE(converged(l)) << "nothing from the other side";
  l.reverse = stats::Estimate{-40.4, 0.1};
  EXPECT_TRUE(converged(l));
  l.reverse = stats::Estimate{-41, 0.1};
  EXPECT_FALSE(converged(l));
  l.reverse = stats::Estimate{-41, 1};
  EXPECT_TRUE(converged(l)) << "within the errors";
  l.effective_sample_size = 1;
  EXPECT_FALSE(converged(l));
  EXPECT_TRUE(converged({.value = -40, .method = "exact"}));
}

}  // namespace
}  // namespace spinflow::networks
