// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/rbm_likelihood.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "networks/small_rbm.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/kernels/simd.hpp"
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
    EXPECT_GT(log_z.effective_chains, 1);
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

}  // namespace
}  // namespace spinflow::networks
