// SPDX-License-Identifier: Apache-2.0
#include "spinflow/samplers/product_measure.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/ensemble/observables.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "spinflow/exact/product_measure.hpp"
#include "testing/testing.hpp"

namespace spinflow::samplers {
namespace {

TEST(ProductMeasure, HasTheMomentsOfIndependentSpins) {
  const auto model = models::registry().find("ising-square").make(lattice::Lattice::square(4, 4), {});
  const auto rows = product_measure(model, 0.6, 5000, 1);
  const auto exact = exact::product_measure(0.6, 16);
  const auto e = ensemble::mean_energy(rows);
  testing::expect_within(e.value, e.error, exact.energy, "e");
  const auto m = ensemble::mean_abs_magnetization(rows);
  testing::expect_within(m.value, m.error, exact.abs_magnetization, "<|m|>");
  double sum = 0;
  for (const double one : rows.magnetization) sum += one;
  EXPECT_LT(std::abs(sum / 5000), 0.6 * testing::z_limit() / std::sqrt(5000.0) + 0.02);  // both signs
  EXPECT_EQ(product_measure(model, 0.6, 5000, 1).spins, rows.spins);
  // P(|m|) bin by bin beside the exact one.
  const auto histogram = ensemble::abs_magnetization_histogram(rows);
  const auto p = exact::abs_magnetization_distribution(exact::independent_up_spins(0.6, 16));
  ASSERT_EQ(histogram.size(), p.size());
  double whole = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    whole += histogram[i].value;
    if (p[i] > 0.01) testing::expect_within(histogram[i].value, histogram[i].error, p[i], "P(|m|)");
  }
  EXPECT_NEAR(whole, 1, 1e-12);
}

TEST(ProductMeasure, DistributionsOfMagnetizationsByHand) {
  // |m| = 0, 1/2, 1 of 4 spins; 1/3, 1 of 3.
  EXPECT_EQ(exact::abs_magnetization_distribution({1, 2, 3, 4, 5}), (std::vector<double>{3, 6, 6}));
  EXPECT_EQ(exact::abs_magnetization_distribution({1, 2, 3, 4}), (std::vector<double>{5, 5}));
}

}  // namespace
}  // namespace spinflow::samplers
