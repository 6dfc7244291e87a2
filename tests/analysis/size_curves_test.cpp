// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "analysis/critical_toy.hpp"
#include "spinflow/base/error.hpp"
#include "testing/testing.hpp"

namespace spinflow::analysis {
namespace {

double value(const std::vector<double>& values, Quantity quantity) {
  return values[static_cast<std::size_t>(quantity)];
}

TEST(SizeCurves, ReadTheExactCurvesWithinTheirErrors) {
  const CriticalToy toy;
  const auto data = toy.data({8}, 40, 500, 1);
  const SizeCurves curves(data.sizes[0], data);
  const auto [lowest, highest] = curves.reach();
  EXPECT_LT(lowest, data.sizes[0].couplings.front());
  EXPECT_GT(highest, data.sizes[0].couplings.back());
  const double scale = std::pow(8, -0.25);
  for (const double coupling : {lowest, 0.38, 0.44, 0.5, highest}) {
    const double q = toy.q(coupling, 8);
    const double m2 = toy.mean(coupling, 8, 2) * scale;
    const double mk2 = 0.2 * scale * (1 + 0.3 / 8);
    const double h = 1e-5;
    const std::vector<std::pair<Quantity, double>> exact = {
        {Quantity::q, q},
        {Quantity::binder, 1 - 1 / (3 * q)},
        {Quantity::chi, 64 * m2},
        {Quantity::mk2, mk2},
        {Quantity::xi_over_size, std::sqrt(m2 / mk2 - 1) / (16 * std::sin(std::numbers::pi / 8))},
        {Quantity::q_slope, (toy.q(coupling + h, 8) - toy.q(coupling - h, 8)) / (2 * h)},
        {Quantity::log_m2_slope,
         std::log(toy.mean(coupling + h, 8, 2) / toy.mean(coupling - h, 8, 2)) / (2 * h)}};
    for (const auto& [quantity, truth] : exact) {
      const auto estimate = curves.estimate(quantity, coupling);
      testing::expect_within(estimate.value, estimate.error, truth, "a quantity of the toy");
      if (coupling > 0.35 && coupling < 0.55) {
        EXPECT_LT(estimate.error, 0.1 * std::abs(truth));
      }
    }
  }
}

TEST(SizeCurves, SlopesAreDerivativesAndBatchesAreLeftOut) {
  const CriticalToy toy;
  auto data = toy.data({6}, 5, 200, 2);
  const SizeCurves curves(data.sizes[0], data);
  const double h = 1e-5;
  for (const std::size_t left_out : {SizeCurves::all_batches, std::size_t{3}}) {
    const auto at = curves.at(0.45, left_out);
    const auto above = curves.at(0.45 + h, left_out);
    const auto below = curves.at(0.45 - h, left_out);
    EXPECT_NEAR(value(at, Quantity::q_slope),
                (value(above, Quantity::q) - value(below, Quantity::q)) / (2 * h), 1e-7);
    EXPECT_NEAR(value(at, Quantity::log_m2_slope),
                std::log(value(above, Quantity::chi) / value(below, Quantity::chi)) / (2 * h), 1e-7);
  }
  // Leaving batch 3 out is as never having had it.
  const auto left = curves.at(0.45, 3);
  data.sizes[0].runs.erase(data.sizes[0].runs.begin() + 3);
  const auto never = SizeCurves(data.sizes[0], data).at(0.45);
  for (std::size_t i = 0; i < n_quantities; ++i) EXPECT_NEAR(left[i], never[i], 1e-9 * std::abs(never[i]));
}

TEST(SizeCurves, RefuseWhatDoesNotFit) {
  const CriticalToy toy;
  const auto data = toy.data({6}, 3, 20, 3);
  auto broken = data.sizes[0];
  broken.couplings.pop_back();
  EXPECT_THROW(SizeCurves(broken, data), Error);
  broken = data.sizes[0];
  broken.runs.resize(1);
  EXPECT_THROW(SizeCurves(broken, data), Error);
  broken = data.sizes[0];
  broken.runs[1][1] = {};
  EXPECT_THROW(SizeCurves(broken, data), Error);
}

}  // namespace
}  // namespace spinflow::analysis
