// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/chain_net.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/samplers/sampler.hpp"
#include "testing/testing.hpp"

namespace spinflow::studies {
namespace {

ensemble::Ensemble rings(std::int64_t size, double coupling, double field, std::uint64_t seed) {
  const auto model =
      models::registry()
          .find("ising-chain")
          .make(lattice::Lattice::chain(static_cast<int>(size)), {{"field", field / coupling}});
  return samplers::sample(
      {.model = model, .temperatures = {1 / coupling}, .samples_per_temperature = 2000, .seed = seed},
      "auto");
}

/// A net that decimates by 2 without an error.
networks::Dense decimating_net(int size) {
  const auto n = static_cast<std::size_t>(size);
  networks::Dense net{.visible = lattice::Lattice::chain(size)};
  net.output = lattice::Lattice::chain(size / 2);
  net.layers = {{.n_in = n,
                 .n_out = n / 2,
                 .weights = std::vector<float>(n * n / 2, 0),
                 .bias = std::vector<float>(n / 2, 0)}};
  for (std::size_t a = 0; a < n / 2; ++a) net.layers[0].weights[n * a + 2 * a] = 1;
  return net;
}

TEST(ChainNet, NetsWithoutErrorsFollowTheExactFlow) {
  for (const bool exact : {true, false}) {
    std::vector<std::int64_t> trained_on;
    const auto steps =
        compose_nets({.size = 16,
                      .coupling = 1,
                      .factor = 2,
                      .steps = 2,
                      .exact_chains = exact,
                      .chains =
                          [](std::int64_t size, double coupling, int step, bool training) {
                            return rings(size, coupling, 0, static_cast<std::uint64_t>(2 * step + training));
                          },
                      .trained =
                          [&](const ensemble::Ensemble& data, int) {
                            trained_on.push_back(data.lattice.n_sites());
                            return decimating_net(data.lattice.n_sites());
                          }});
    EXPECT_EQ(trained_on, (std::vector<std::int64_t>{16, 8}));
    ASSERT_EQ(steps.size(), 2u);
    double coupling = 1;
    for (const auto& step : steps) {
      coupling = std::atanh(std::pow(std::tanh(coupling), 2));
      EXPECT_NEAR(step.expected, coupling, 1e-12);
      EXPECT_EQ(step.accuracy, 1);
      EXPECT_EQ(step.output.coupling.value, step.target.coupling.value);
      testing::expect_within(step.output.coupling.value, step.output.coupling.error, coupling, "K_n");
    }
    EXPECT_EQ(steps.back().size, 4);
  }
}

TEST(ChainNet, InAFieldBothCouplingsAreReadBesideTheExactOnes) {
  const auto r = field_reading(decimating_net(12), rings(12, 0.8, 0.3, 7), 0.8, 0.3, 2);
  EXPECT_EQ(r.accuracy, 1);
  EXPECT_EQ(r.coupling_out.value, r.coupling_target.value);
  EXPECT_EQ(r.field_out.value, r.field_target.value);
  testing::expect_within(r.coupling_out.value, r.coupling_out.error, r.expected_coupling, "K'");
  testing::expect_within(r.field_out.value, r.field_out.error, r.expected_field, "h'");
}

TEST(ChainNet, ArrowsPointWhereDecimationLeads) {
  const auto arrows = decimation_arrows(2, 1.8, -0.3, 0.6, 6);
  ASSERT_EQ(arrows.size(), 63u);
  // Without a field K falls, and h stays 0: the middle of the last column.
  const auto& arrow = arrows[8 * 7 + 3];
  EXPECT_NEAR(arrow.points[0].x, 1.8, 1e-12);
  EXPECT_NEAR(arrow.points[0].y, 0, 1e-12);
  EXPECT_NEAR(arrow.points[1].x, 1.8 + 0.25 * (std::atanh(std::pow(std::tanh(1.8), 2)) - 1.8), 1e-9);
  EXPECT_NEAR(arrow.points[1].y, 0, 1e-9);
}

}  // namespace
}  // namespace spinflow::studies
