// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/mean_field.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/analysis/configuration_test.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::analysis {
namespace {

TEST(MeanField, OfUniformWeightsIsAScalarEquation) {
  // m = tanh(N_h w tanh(N_v w m)).
  networks::Rbm rbm{.visible = lattice::Lattice::square(4, 4), .n_hidden = 3};
  rbm.visible_bias.resize(16);
  rbm.hidden_bias.resize(3);
  for (const double w : {0.1, 0.25, 0.4}) {
    rbm.weights.assign(48, static_cast<float>(w));
    const auto found = mean_field(rbm);
    ASSERT_TRUE(found.converged);
    const double largest = 48 * w * w;
    if (largest < 1) {
      EXPECT_NEAR(found.abs_magnetization, 0, 1e-8);
      EXPECT_NEAR(found.energy, 0, 1e-8);
      continue;
    }
    const double m = found.abs_magnetization;
    EXPECT_GT(m, 0.3);
    EXPECT_NEAR(m, std::tanh(3 * w * std::tanh(16 * w * m)), 1e-7);
    EXPECT_NEAR(found.energy, -2 * m * m, 1e-7);
  }
}

TEST(MeanField, BiasesActWithoutWeights) {
  networks::Rbm rbm{.visible = lattice::Lattice::chain(4), .n_hidden = 1};
  rbm.weights.assign(4, 0.0F);
  rbm.visible_bias = {0.5F, -0.5F, 1.0F, 0.0F};
  rbm.hidden_bias = {3.0F};
  const auto found = mean_field(rbm);
  EXPECT_NEAR(found.v[0], std::tanh(0.5), 1e-7);
  EXPECT_NEAR(found.v[1], -std::tanh(0.5), 1e-7);
  EXPECT_NEAR(found.abs_magnetization, std::tanh(1.0) / 4, 1e-7);
}

TEST(ConfigurationTest, TellsOrderedFromMixedRows) {
  const auto lattice = lattice::Lattice::chain(70);
  kernels::PackedSpins up(40, 70);
  kernels::PackedSpins mixed(40, 70);
  for (std::size_t r = 0; r < 40; ++r) {
    if (r % 2 == 0) up.flip(r);
    for (std::size_t c = 0; c < 70; ++c) mixed.set(r, c, (r * 7 + c * c * (r + 3)) % 5 < 2 ? 1 : -1);
  }
  const auto a = ensemble::from_spins(up, lattice, nullptr);
  const auto b = ensemble::from_spins(mixed, lattice, nullptr);
  const auto different = configuration_test(a, b, 99, 1);
  EXPECT_EQ(different.p_value, 0.01);
  EXPECT_GT(different.effect, 0.05);
  EXPECT_GT(configuration_test(a, a, 99, 1).p_value, 0.5);
  EXPECT_THROW((void)configuration_test(
                   a, ensemble::from_spins(mixed, lattice::Lattice::square(7, 10), nullptr), 9, 1),
               Error);
}

}  // namespace
}  // namespace spinflow::analysis
