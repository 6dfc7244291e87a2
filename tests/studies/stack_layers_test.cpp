// SPDX-License-Identifier: Apache-2.0
#include "studies/stack_layers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "spinflow/base/random.hpp"

namespace spinflow::studies {
namespace {

using results::none;

LayerOf layer(const std::string& map, double shrinkage, std::size_t seed = 0) {
  return {"nearest", 8, map, shrinkage, seed, 1};
}

TEST(StackLayers, ALayerIsTheSameForAllSeeds) {
  EXPECT_TRUE(layer("stack-sign", 0.006, 3).is(layer("stack-sign", 0.006)));
  EXPECT_TRUE(layer("decimation", none).is(layer("decimation", none)));
  EXPECT_FALSE(layer("stack-sign", 0).is(layer("stack-sign", none)));
  EXPECT_FALSE(layer("stack-sign", 0).is(layer("stack-sampled", 0)));
}

TEST(StackLayers, ErrorsOfStacksAreOverSeedsAndThoseOfBlocksOverConfigurations) {
  std::vector<LayerReading> readings;
  for (std::size_t seed = 0; seed < 3; ++seed) {
    readings.push_back({layer("stack-sign", 0, seed)});
    readings.back().bonds = {.value = 1.1 + 0.1 * static_cast<double>(seed), .error = 0.03};
    readings.push_back({layer("decimation", none, seed)});
    readings.back().bonds = {.value = 0.9, .error = 0.03};
    // From elsewhere: has no say.
    readings.push_back({layer("stack-sign", 0, seed), 0.8});
    readings.back().bonds = {.value = 5, .error = 1};
  }
  const auto stack = excess_of(readings, layer("stack-sign", 0), 1, &LayerReading::bonds, 0.04, 1000);
  EXPECT_NEAR(stack.value.value, 0.2, 1e-12);
  EXPECT_NEAR(stack.value.error, std::hypot(0.1 / std::sqrt(3.0), 0.03, 0.04), 1e-12);
  EXPECT_EQ(stack.n, 3u);
  EXPECT_NEAR(stack.ratio().value, 1 / 1.2, 1e-12);
  const auto blocks = excess_of(readings, layer("decimation", none), 1, &LayerReading::bonds, 0.04, 1000);
  EXPECT_NEAR(blocks.value.value, -0.1, 1e-12);
  EXPECT_NEAR(blocks.value.error, 0.05, 1e-12);
  EXPECT_EQ(blocks.n, 1000u);
}

TEST(StackLayers, BinsAreComparedSeedBySeed) {
  std::vector<LayerBin> bins;
  for (std::size_t seed = 0; seed < 2; ++seed) {
    const auto shift = 0.1 * static_cast<double>(seed);
    bins.push_back({layer("stack-sampled", 0, seed), 4, 1.0 + shift, {.value = 0.5 + shift, .error = 0.01}});
    bins.push_back({layer("block-majority", none, seed), 4, 1.0, {.value = 0.3, .error = 0.01}});
  }
  bins.push_back({layer("stack-sampled", 0, 2), 4, 1.0, {.value = 0.9, .error = 0.01}});  // without a partner
  const auto differences = bin_differences(bins, layer("stack-sampled", 0), layer("block-majority", none));
  ASSERT_EQ(differences.size(), 1u);
  ASSERT_EQ(differences.at(4).size(), 2u);
  EXPECT_NEAR(differences.at(4)[0], 0.2, 1e-12);
  EXPECT_NEAR(differences.at(4)[1], 0.3, 1e-12);
  const auto points = mean_bins(bins, layer("block-majority", none));
  ASSERT_EQ(points.size(), 1u);
  EXPECT_EQ(points[0].x, 1.0);
  EXPECT_NEAR(points[0].y, 0.3, 1e-12);
}

/// Hidden units that say which way the corner of their block points: decimation.
networks::Stack decimating_stack(const lattice::Lattice& fine) {
  const auto coarse = networks::hidden_lattice(fine, 16);
  networks::Rbm rbm{.visible = fine, .n_hidden = 16};
  rbm.weights.resize(16 * rbm.n_visible());
  for (int y = 0; y < coarse.ly(); ++y)
    for (int x = 0; x < coarse.lx(); ++x)
      rbm.weights[static_cast<std::size_t>(coarse.site(x, y)) * rbm.n_visible() +
                  static_cast<std::size_t>(fine.site(2 * x, 2 * y))] = 40;
  rbm.visible_bias.resize(rbm.n_visible());
  rbm.hidden_bias.resize(16);
  return {.layers = {rbm}};
}

TEST(StackLayers, AStackThatDecimatesReadsAsDecimation) {
  const auto model = models::registry().find("ising-square").make(lattice::Lattice::square(8, 8), {});
  LayerGauges gauges(model);
  gauges.prepare(8, {16}, base::silent());
  LayerComparison layers({.id = "nearest",
                          .model = model,
                          .critical_temperature = 2.5,
                          .hidden = {16},
                          .starts = {0.9, 1},
                          .configurations = 300,
                          .correlated = 100,
                          .permutations = 19,
                          .stream = [](std::string_view stream) { return base::derived_seed(1, stream); }},
                         gauges, base::silent());
  auto found = layers.of_blocks();
  found.append(layers.of_stack(decimating_stack(model->lattice()), 0.5));
  const auto read = [&](const std::string& map, double shrinkage, int l, double start) {
    const auto it = std::ranges::find_if(found.readings, [&](const LayerReading& r) {
      return r.is({"nearest", 8, map, shrinkage, 0, l}) && r.start == start;
    });
    return it == found.readings.end() ? stats::Estimate{} : it->bonds;
  };
  for (const double start : {1.0, 0.9}) {
    const auto data = read("decimation", none, 0, start);
    EXPECT_NEAR(data.value, 1 / start, 5 * data.error);  // T_c/T of what went in
    const auto decimated = read("decimation", none, 1, start);
    EXPECT_TRUE(std::isfinite(decimated.value));
    EXPECT_EQ(read("stack-sign", 0.5, 1, start).value, decimated.value);
    EXPECT_EQ(read("stack-sampled", 0.5, 1, start).value, decimated.value);
  }
  EXPECT_EQ(found.studies.size(), 1u);
  EXPECT_FALSE(mean_bins(found.profiles, {"nearest", 8, "stack-sampled", 0.5, 0, 1}).empty());
  EXPECT_FALSE(mean_bins(found.correlations, {"nearest", 8, "block-majority", none, 0, 1}).empty());
  EXPECT_EQ(layers.training_set().size(), 300u);
  // All but the map of the studies, of which there is one only, is read back.
  const auto records = stack_layer_records();
  const auto again = records.read(records.tables(found), "kept");
  ASSERT_EQ(again.readings.size(), found.readings.size());
  EXPECT_EQ(again.readings.back().map, "stack-sign");
  EXPECT_EQ(again.readings.back().bonds.value, found.readings.back().bonds.value);
  EXPECT_EQ(again.profiles.back().bin, found.profiles.back().bin);
}

}  // namespace
}  // namespace spinflow::studies
