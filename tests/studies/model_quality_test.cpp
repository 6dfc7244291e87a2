// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/model_quality.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/samplers/sampler.hpp"
#include "testing/testing.hpp"

namespace spinflow::studies {
namespace {

// Without weights the network is 2^16 equal configurations: all is known.
TEST(ModelQuality, OfANetworkWithoutWeights) {
  const auto lattice = lattice::Lattice::square(4, 4);
  const auto model = models::registry().find("ising-square").make(lattice, {});
  const exact::IsingMixture mixture(lattice, {2.0, 4.0});
  const auto draw = [&](std::uint64_t seed) {
    return samplers::sample(
        {.model = model, .temperatures = {2.0, 4.0}, .samples_per_temperature = 100, .seed = seed}, "auto");
  };
  const auto fresh = draw(1);
  const auto rbm = networks::random_rbm(lattice, 3, 0, 1);
  const ModelQualityOptions options{
      .ais_chains = 20, .ais_steps = 50, .tempering_chains = 50, .tempering_sweeps = 200, .replicas = 3};
  const auto quality = model_quality(rbm, mixture, fresh, draw(2), options);
  EXPECT_TRUE(has_exact_likelihood(16, 3));
  EXPECT_NEAR(quality.log_likelihood.value, -16 * std::log(2), 1e-9);
  EXPECT_NEAR(quality.log_likelihood_ais.value, -16 * std::log(2), 1e-9);
  EXPECT_NEAR(quality.log_likelihood_reverse.value, -16 * std::log(2), 1e-9);
  const auto ceiling = likelihood_ceiling(mixture, fresh);
  EXPECT_NEAR(quality.kl_divergence.value, ceiling.value + 16 * std::log(2), 1e-9);
  EXPECT_GT(quality.kl_divergence.value, 1);
  testing::expect_within(quality.energy.value, quality.energy.error, 0, "e of independent spins");
  // Var(e) of independent spins: 2 bonds per site.
  testing::expect_within(quality.sd_energy.value, quality.sd_energy.error, std::sqrt(2.0 / 16), "sd(e)");
  EXPECT_EQ(quality.ais_effective_sample_size.value, 20);
}

TEST(ModelQuality, SeedsThatFailAreCountedAndLeftOutOfTheMean) {
  SeedQuality good;
  good.found.log_likelihood = {.value = -3, .error = 0.1};
  StudiedModel model{.id = "V", .method = "cd", .k = 1, .hidden = 16};
  model.average({good, {.failure = "ln Z is not finite"}, good});
  EXPECT_EQ(model.failures, 1);
  EXPECT_EQ(model.mean.log_likelihood.value, -3);
  const auto table = studied_model_record().table(std::vector{model});
  EXPECT_EQ(table.columns[4], "failed_seeds");
  EXPECT_EQ(table.columns[5], "log_likelihood");
  const auto kept = seed_quality_record();
  const auto again = kept.read(kept.table(std::vector{good}), "kept");
  EXPECT_EQ(again.front().found.log_likelihood.value, -3);
  EXPECT_EQ(likelihood_points("cd-1", model.mean, true).size(), 3u);
  EXPECT_EQ(likelihood_points("cd-1", model.mean, false).front().series, "AIS");
}

TEST(ModelQuality, TheMeanKeepsTheErrorOfTheRowsThatAllShare) {
  const ModelQuality a{.kl_divergence = {.value = 1, .error = 0.5}, .round_trips = {.value = 3}};
  const ModelQuality b{.kl_divergence = {.value = 3, .error = 0.5}, .round_trips = {.value = 5}};
  const auto mean = mean_quality({a, b});
  EXPECT_EQ(mean.kl_divergence.value, 2);
  EXPECT_NEAR(mean.kl_divergence.error, std::hypot(1, 0.5), 1e-12);
  EXPECT_EQ(mean.round_trips.value, 4);
  EXPECT_EQ(mean.round_trips.error, 1);
}

}  // namespace
}  // namespace spinflow::studies
