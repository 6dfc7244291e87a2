// SPDX-License-Identifier: Apache-2.0
#include "studies/layer_temperatures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "spinflow/samplers/sampler.hpp"
#include "spinflow/transformations/decimation.hpp"

namespace spinflow::studies {
namespace {

TEST(LayerTemperatures, ReadTheTemperatureOfTheData) {
  const auto model = models::registry().find("ising-square").make(lattice::Lattice::square(8, 8), {});
  const auto data = samplers::sample(
      {.model = model, .temperatures = {3.0}, .samples_per_temperature = 400, .seed = 1}, "auto");
  MapList maps;
  maps.push_back(
      std::make_unique<transformations::Decimation>(transformations::DecimationOptions{.factor = 2}));
  const auto layers = layers_of(
      maps, data, [](std::size_t l) { return l; }, base::silent());
  ASSERT_EQ(layers.size(), 2u);
  EXPECT_EQ(layers[1].lattice.lx(), 4);
  LayerGauges gauges(model);
  for (const int side : {8, 4}) gauges.prepare(side, base::silent());
  const auto live = all_live(layers);
  const auto read = gauges.read(layers[0], live[0]);
  for (const auto& k : {read.bonds, read.magnetization, read.hamiltonian})
    EXPECT_NEAR(k.value, 1 / 3.0, 5 * k.error);
  // A decimated layer is hotter.
  EXPECT_LT(gauges.read(layers[1], live[1]).bonds.value, read.bonds.value - 3 * read.bonds.error);
  // Without a dead row the bonds of the rest say the same; the full energy does not exist.
  auto some = live[0];
  std::fill(some.begin(), some.begin() + 8, false);
  const auto part = gauges.read(layers[0], some);
  EXPECT_NEAR(part.bonds.value, 1 / 3.0, 5 * part.bonds.error);
  EXPECT_TRUE(std::isnan(part.hamiltonian.value));
}

}  // namespace
}  // namespace spinflow::studies
