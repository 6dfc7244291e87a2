// SPDX-License-Identifier: Apache-2.0
#include "studies/mean_field_flow.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/exact/product_measure.hpp"

namespace spinflow::studies {
namespace {

TEST(MeanFieldFlow, NetworksWithoutWeightsHaveTheMagnetizationOfTheirLattice) {
  const auto lattice = lattice::Lattice::square(4, 4);
  const std::vector<networks::Rbm> networks(2, networks::random_rbm(lattice, 3, 0, 1));
  Stop stop;
  stop.mean = {.value = 0.25, .error = 0.01};
  stop.reading = {.value = 7, .error = 1};
  const Inversion twice = [](const stats::Estimate& x) {
    return thermometers::Reading{.value = 2 * x.value};
  };
  const auto p = mean_field_prediction("V", "type V", networks, {stop, twice}, {stop, twice});
  const double abs_m = exact::product_measure(0, 16).abs_magnetization;
  EXPECT_TRUE(p.any_seed);
  EXPECT_EQ(p.unconverged, 0);
  EXPECT_NEAR(p.abs_m.value, abs_m, 1e-9);
  EXPECT_NEAR(p.t_magnetization, 2 * abs_m, 1e-9);
  EXPECT_NEAR(p.t_energy, 0, 1e-9);
  EXPECT_EQ(p.measured_t_energy, 7);
  EXPECT_NEAR(p.off(), abs_m - 0.25, 1e-9);

  auto nearer = p;
  nearer.name = "near";
  nearer.measured_abs_m = nearer.abs_m;
  auto without = p;
  without.any_seed = false;
  without.measured_abs_m.value = 1;
  EXPECT_EQ(farthest_off({nearer, p, without})->name, "V");
  EXPECT_EQ(farthest_off({without}), nullptr);
  const auto series = mean_field_series({nearer, p, without});
  ASSERT_EQ(series.size(), 2u);  // those that converged, and the diagonal
  EXPECT_EQ(series[0].points.size(), 2u);
  EXPECT_EQ(series[1].points.back().y, 1);
}

}  // namespace
}  // namespace spinflow::studies
