// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "spinflow/ensemble/ensemble.hpp"

namespace spinflow::ensemble {
namespace {

Ensemble rows(std::vector<double> temperatures, int first_spin) {
  kernels::PackedSpins spins(temperatures.size(), 4);
  for (std::size_t row = 0; row < temperatures.size(); ++row) spins.set(row, row % 4, first_spin);
  Ensemble ensemble = from_spins(std::move(spins), lattice::Lattice::chain(4), nullptr);
  ensemble.temperature = std::move(temperatures);
  return ensemble;
}

TEST(Concatenated, OrdersByTemperatureAndKeepsChainsApart) {
  const std::vector<Ensemble> parts = {rows({1.0, 3.0}, 1), rows({2.0, 1.0}, -1)};
  const Ensemble all = concatenated(parts);
  EXPECT_EQ(all.temperature, (std::vector<double>{1.0, 1.0, 2.0, 3.0}));
  EXPECT_EQ(all.chain, (std::vector<std::int32_t>{0, 3, 2, 1}));
  EXPECT_EQ(all.spins.spin(0, 0), 1);
  EXPECT_EQ(all.magnetization, (std::vector<double>{-0.5, -1.0, -1.0, -0.5}));
}

TEST(Concatenated, RefusesUnlikeParts) {
  const std::vector<Ensemble> parts = {
      rows({1.0}, 1), from_spins(kernels::PackedSpins(1, 5), lattice::Lattice::chain(5), nullptr)};
  EXPECT_THROW((void)concatenated(parts), Error);
  EXPECT_THROW((void)concatenated({}), Error);
}

}  // namespace
}  // namespace spinflow::ensemble
