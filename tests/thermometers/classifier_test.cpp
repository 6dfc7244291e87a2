// SPDX-License-Identifier: Apache-2.0
#include "spinflow/thermometers/classifier.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/stats/small_samples.hpp"

namespace spinflow::thermometers {
namespace {

// Two spins, three temperatures; the first spin votes for the middle one, the second for the highest.
networks::Dense small_net() {
  networks::Dense net{.visible = lattice::Lattice::chain(2)};
  net.layers.push_back({.n_in = 2, .n_out = 3, .weights = {0, 0, 1, 0, 0, 1}, .bias = {0, 0, 0}});
  net.purpose = "classifier";
  net.temperatures = {1, 2, 4};
  return net;
}

ensemble::Ensemble rows(const std::vector<std::pair<int, int>>& spins) {
  kernels::PackedSpins packed(spins.size(), 2);
  for (std::size_t r = 0; r < spins.size(); ++r) {
    packed.set(r, 0, spins[r].first);
    packed.set(r, 1, spins[r].second);
  }
  return ensemble::from_spins(std::move(packed), lattice::Lattice::chain(2), nullptr);
}

TEST(ClassifierThermometer, ByHand) {
  const ClassifierThermometer thermometer(small_net());
  const auto reading = thermometer.read(rows({{1, -1}, {1, 1}}));
  const double e = std::exp(1.0);
  const double z1 = 1 + e + 1 / e;
  const double z2 = 1 + 2 * e;
  const std::vector<double> expected = {(1 / z1 + 1 / z2) / 2, (e / z1 + e / z2) / 2,
                                        (1 / e / z1 + e / z2) / 2};
  ASSERT_EQ(reading.distribution.size(), 3u);
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(reading.distribution[c], expected[c], 1e-6);
  EXPECT_NEAR(reading.value, expected[0] + 2 * expected[1] + 4 * expected[2], 1e-5);
  const double first = (1 + 2 * e + 4 / e) / z1;
  const double second = (1 + 6 * e) / z2;
  EXPECT_NEAR(reading.error, stats::student_width(1) * std::abs(first - second) / 2, 1e-5)
      << "two independent rows";
  EXPECT_EQ(reading.mode, 2.0);
  EXPECT_FALSE(reading.censored);
  EXPECT_EQ(thermometer.range(), std::make_pair(1.0, 4.0));
}

TEST(ClassifierThermometer, TiesGoToTheLowerTemperature) {
  EXPECT_EQ(ClassifierThermometer(small_net()).read(rows({{1, 1}})).mode, 2.0);
  EXPECT_EQ(ClassifierThermometer(small_net()).read(rows({{-1, -1}})).mode, 1.0);
}

TEST(ClassifierThermometer, Refusals) {
  auto net = small_net();
  net.purpose = "dense";
  EXPECT_THROW(ClassifierThermometer{net}, Error);
  net = small_net();
  net.temperatures = {1, 2};
  EXPECT_THROW(ClassifierThermometer{net}, Error);
  const ClassifierThermometer thermometer(small_net());
  EXPECT_THROW((void)thermometer.read(rows({})), Error);
  EXPECT_THROW((void)thermometer.read(
                   ensemble::from_spins(kernels::PackedSpins(1, 3), lattice::Lattice::chain(3), nullptr)),
               Error);
}

}  // namespace
}  // namespace spinflow::thermometers
