// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/rbm.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "networks/small_rbm.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/networks/rbm_likelihood.hpp"
#include "testing/testing.hpp"

namespace spinflow::networks {
namespace {

TEST(Rbm, FreeEnergyPartitionAndLikelihoodByEnumeration) {
  for (const std::size_t n_hidden : {2u, 5u}) {  // the smaller layer is the hidden one, then the visible one
    const Rbm rbm = rbm_with_biases(lattice::Lattice::chain(3), n_hidden, 0.8);
    double z = 0;
    std::vector<double> weight(8);
    for (unsigned v = 0; v < 8; ++v) {
      for (unsigned h = 0; h < (1u << n_hidden); ++h) weight[v] += std::exp(minus_energy(rbm, v, h));
      z += weight[v];
    }
    const auto spins = rows_of({0, 1, 2, 3, 4, 5, 6, 7}, 3);
    const auto f = free_energy(rbm, spins);
    for (unsigned v = 0; v < 8; ++v) EXPECT_NEAR(f[v], -std::log(weight[v]), 1e-12);
    EXPECT_NEAR(exact_log_partition(rbm), std::log(z), 1e-12);
    EXPECT_NEAR(log_likelihood(rbm, rows_of({5, 2, 5}, 3), {}, 1).value,
                (2 * std::log(weight[5] / z) + std::log(weight[2] / z)) / 3, 1e-12);
  }
}

TEST(Rbm, PartitionFunctionOverSeveralPieces) {
  // 2^15 hidden states are eight pieces; the larger layer has 16 units: both sums are the same number.
  Rbm rbm = rbm_with_biases(lattice::Lattice::square(4, 4), 15, 0.3);
  const double over_hidden = exact_log_partition(rbm);
  double largest = -1e300;
  std::vector<double> f;
  kernels::PackedSpins v(1 << 16, 16);
  for (std::size_t r = 0; r < v.n_rows(); ++r) v.row(r)[0] = r;
  f = free_energy(rbm, v);
  for (const double x : f) largest = std::max(largest, -x);
  double sum = 0;
  for (const double x : f) sum += std::exp(-x - largest);
  EXPECT_NEAR(over_hidden, largest + std::log(sum), 1e-10);
}

// ln P(v_i | rest) from the joint probabilities of all 8 states.
TEST(Rbm, PseudoLikelihoodByEnumeration) {
  const Rbm rbm = rbm_with_biases(lattice::Lattice::chain(3), 4, 0.8);
  const auto f = free_energy(rbm, rows_of({0, 1, 2, 3, 4, 5, 6, 7}, 3));
  const auto pseudo = pseudo_log_likelihood(rbm, rows_of({0, 1, 2, 3, 4, 5, 6, 7}, 3));
  for (unsigned v = 0; v < 8; ++v) {
    double expected = 0;
    for (unsigned i = 0; i < 3; ++i)
      expected += std::log(std::exp(-f[v]) / (std::exp(-f[v]) + std::exp(-f[v ^ (1u << i)])));
    EXPECT_NEAR(pseudo[v], expected, 1e-12);
  }
}

// The sum over all h of h_a P(h | v); more rows than one piece has, 19 units are no whole vector.
TEST(Rbm, HiddenMeansByEnumeration) {
  const Rbm small = rbm_with_biases(lattice::Lattice::chain(3), 4, 0.8);
  const auto means = hidden_means(small, all_rows(3));
  for (unsigned v = 0; v < 8; ++v) {
    double z = 0;
    std::vector<double> sum(4);
    for (unsigned h = 0; h < 16; ++h) {
      const double weight = std::exp(minus_energy(small, v, h));
      z += weight;
      for (unsigned a = 0; a < 4; ++a) sum[a] += ((h >> a) & 1u) != 0 ? weight : -weight;
    }
    for (unsigned a = 0; a < 4; ++a) EXPECT_NEAR(means.row(v)[a], sum[a] / z, 1e-6) << v << " " << a;
  }
  const Rbm wide = rbm_with_biases(lattice::Lattice::chain(10), 19, 0.8);
  const auto all = hidden_means(wide, all_rows(10));
  EXPECT_EQ(all.n_rows(), 1024u);
  EXPECT_EQ(all.n_columns(), 19u);
  for (const std::size_t v : {0u, 511u, 512u, 1023u})
    for (std::size_t a = 0; a < 19; ++a) {
      double field = wide.hidden_bias[a];
      for (std::size_t i = 0; i < 10; ++i)
        field += wide.weights[a * 10 + i] * (((v >> i) & 1u) != 0 ? 1 : -1);
      EXPECT_NEAR(all.row(v)[a], std::tanh(field), 1e-6) << v << " " << a;
    }
  EXPECT_THROW((void)hidden_means(wide, kernels::PackedSpins(2, 9)), Error);
}

TEST(Rbm, WithoutWeightsEveryStateIsEquallyLikely) {
  const Rbm rbm = random_rbm(lattice::Lattice::square(10, 10), 16, 0, 1);
  EXPECT_NEAR(exact_log_partition(rbm), 116 * std::log(2), 1e-9);
  EXPECT_NEAR(log_likelihood(rbm, kernels::PackedSpins(3, 100), {}, 1).value, -69.3147180559945, 1e-9);
}

TEST(Rbm, Refusals) {
  const auto lattice = lattice::Lattice::square(5, 5);
  EXPECT_THROW((void)exact_log_partition(random_rbm(lattice, 25, 0.1, 1)), Error);
  EXPECT_NO_THROW((void)exact_log_partition(random_rbm(lattice, 2, 0.1, 1)));
  EXPECT_THROW((void)random_rbm(lattice, 0, 0.1, 1), Error);
  EXPECT_THROW((void)random_rbm(lattice, 3, -1, 1), Error);
  EXPECT_THROW((void)random_rbm(lattice, 3, std::nan(""), 1), Error);
  EXPECT_THROW((void)sample_hidden(random_rbm(lattice, 3, 0.1, 1), kernels::PackedSpins(2, 24), 1), Error);
}

TEST(Rbm, InitialWeightsAreNormal) {
  const Rbm rbm = random_rbm(lattice::Lattice::square(10, 10), 100, 0.5, 1);
  const auto n = static_cast<double>(rbm.weights.size());
  double sum = 0;
  double squares = 0;
  for (const double w : rbm.weights) {
    sum += w;
    squares += w * w;
  }
  testing::expect_within(sum / n, 0.5 / std::sqrt(n), 0, "mean weight");
  testing::expect_within(squares / n, 0.25 * std::sqrt(2 / n), 0.25, "variance of the weights");
}

TEST(Rbm, ConditionalsAreThoseOfTheEnergy) {
  const Rbm rbm = rbm_with_biases(lattice::Lattice::chain(3), 2, 0.8);
  constexpr std::size_t n = 20000;
  for (const unsigned v : {0u, 5u}) {
    const auto h = sample_hidden(rbm, rows_of(std::vector<unsigned>(n, v), 3), 7 + v);
    std::map<std::uint64_t, double> counts;
    for (std::size_t r = 0; r < n; ++r) ++counts[h.row(r)[0]];
    double z = 0;
    for (unsigned s = 0; s < 4; ++s) z += std::exp(minus_energy(rbm, v, s));
    double chi2 = 0;
    for (unsigned s = 0; s < 4; ++s) {
      const double expected = n * std::exp(minus_energy(rbm, v, s)) / z;
      chi2 += (counts[s] - expected) * (counts[s] - expected) / expected;
    }
    EXPECT_LT(chi2, testing::chi2_limit(3)) << "h given v = " << v;
  }
  const auto v = sample_visible(rbm, rows_of(std::vector<unsigned>(n, 2), 2), 9);
  std::map<std::uint64_t, double> counts;
  for (std::size_t r = 0; r < n; ++r) ++counts[v.row(r)[0]];
  double z = 0;
  for (unsigned s = 0; s < 8; ++s) z += std::exp(minus_energy(rbm, s, 2));
  double chi2 = 0;
  for (unsigned s = 0; s < 8; ++s) {
    const double expected = n * std::exp(minus_energy(rbm, s, 2)) / z;
    chi2 += (counts[s] - expected) * (counts[s] - expected) / expected;
  }
  EXPECT_LT(chi2, testing::chi2_limit(7)) << "v given h";
}

TEST(Rbm, SamplesAreTheSameForAnyThreadsAndSimdLevel) {
  const Rbm rbm = rbm_with_biases(lattice::Lattice::square(7, 5), 19, 0.4);
  const kernels::PackedSpins v(1200, 35);
  const auto h = sample_hidden(rbm, v, 5);
  const auto back = sample_visible(rbm, h, 6);
  testing::for_any_threads_and_simd_level([&] {
    EXPECT_EQ(sample_hidden(rbm, v, 5), h);
    EXPECT_EQ(sample_visible(rbm, h, 6), back);
  });
}

}  // namespace
}  // namespace spinflow::networks
