// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/strip.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/exact/chain.hpp"
#include "spinflow/exact/infinite.hpp"
#include "spinflow/exact/kaufman.hpp"
#include "spinflow/exact/magnetization.hpp"

namespace spinflow::exact {
namespace {

using lattice::Boundary;
using lattice::Lattice;

void expect_same(const ExactMeans& seen, const ExactMeans& truth, const std::string& what) {
  EXPECT_NEAR(seen.log_partition, truth.log_partition, 1e-11 * (1 + std::abs(truth.log_partition))) << what;
  EXPECT_NEAR(seen.energy, truth.energy, 1e-11) << what;
  EXPECT_NEAR(seen.specific_heat, truth.specific_heat, 1e-9) << what;
  EXPECT_NEAR(seen.magnetization, truth.magnetization, 1e-11) << what;
  EXPECT_NEAR(seen.abs_magnetization, truth.abs_magnetization, 1e-11) << what;
  EXPECT_NEAR(seen.magnetization_2, truth.magnetization_2, 1e-11) << what;
  EXPECT_NEAR(seen.magnetization_4, truth.magnetization_4, 1e-11) << what;
}

TEST(NarrowLattice, EnumerationOfSmallAndOddLattices) {
  for (const auto& lattice : {Lattice::square(2, 2), Lattice::square(3, 5), Lattice::square(6, 2),
                              Lattice::square(4, 3, Boundary::open), Lattice::square(2, 7, Boundary::open)}) {
    const NarrowLattice narrow(lattice);
    for (const double coupling : {1.0, -0.7})
      for (const double field : {0.0, 0.4}) {
        const auto model =
            models::registry().find("ising-square").make(lattice, {{"coupling", coupling}, {"field", field}});
        const Enumeration sums(model);
        for (const double temperature : {0.6, 2.3, 9.0})
          expect_same(narrow.at(temperature, coupling, field), sums.at(temperature),
                      lattice.text() + " " + models::to_toml(*model) + std::to_string(temperature));
      }
  }
}

TEST(NarrowLattice, KaufmanAndTheChainOfLargeOnes) {
  const NarrowLattice strip(Lattice::square(40, 3));
  const auto means = strip.at(1.3, 1, 0);
  const auto exact = kaufman(40, 3, 1 / 1.3);
  EXPECT_NEAR(means.log_partition, exact.log_partition, 1e-10 * exact.log_partition);
  EXPECT_NEAR(means.energy, exact.energy, 1e-11);
  EXPECT_NEAR(means.specific_heat, exact.specific_heat, 1e-9);
  const auto moments = magnetization_moments(40, 3, 1 / 1.3);
  EXPECT_NEAR(means.magnetization_2, moments.second, 1e-11);
  EXPECT_NEAR(means.magnetization_4, moments.fourth, 1e-11);
  for (const auto boundary : {Boundary::open, Boundary::periodic})
    expect_same(NarrowLattice(Lattice::chain(50, boundary)).at(0.8, -1, 0.3),
                chain(50, -1, 0.3, 0.8, boundary), std::string(to_string(boundary)));
}

TEST(NarrowLattice, TooLargeOnesAreRefused) {
  EXPECT_THROW(NarrowLattice(Lattice::square(9, 9)), Error);
  EXPECT_THROW(NarrowLattice(Lattice::square(512, 2)), Error);
  EXPECT_THROW(NarrowLattice(Lattice::square(128, 6)), Error);
  EXPECT_THROW((void)NarrowLattice(Lattice::square(3, 3)).at(0, 1, 0), Error);
}

// From partition functions: Z of n rows is Lambda_0^n + Lambda_1^n + ..., so that ln Z of a very long strip
// gives Lambda_0, and what a length of some xi has beyond it Lambda_1.
TEST(StripCorrelationLength, FollowsFromPartitionFunctions) {
  for (const int width : {2, 3, 4, 5})
    for (const double temperature : {1.2, 1.7, square_critical_temperature, 2.6, 5.0}) {
      const double xi = strip_correlation_length(width, 1 / temperature);
      const auto log_z = [&](int length) { return kaufman(length, width, 1 / temperature).log_partition; };
      const int far = 40 * static_cast<int>(std::ceil(xi)) + 400;
      const int near = 2 * static_cast<int>(std::ceil(xi)) + 12;
      const double beyond = log_z(near) - near * (log_z(far) / far);
      EXPECT_NEAR(beyond / std::log1p(std::exp(-near / xi)), 1, 0.02) << width << " at T = " << temperature;
    }
}

TEST(StripCorrelationLength, LimitsAreTheChainTheSquareAndOrder) {
  // Around a width of one the bond to itself is constant: the chain.
  EXPECT_NEAR(strip_correlation_length(1, 0.8), -1 / std::log(std::tanh(0.8)), 1e-12);
  EXPECT_NEAR(strip_correlation_length(400, 1 / 2.6), square_correlation_length(1 / 2.6), 1e-9);
  // At T_c xi = 4/pi times the width (Cardy 1984).
  EXPECT_NEAR(strip_correlation_length(200, 1 / square_critical_temperature), 800 / M_PI, 0.01);
  // A straight wall across 4 sites: Lambda_1/Lambda_0 = 1 - 2 exp(-8K) + ...
  EXPECT_NEAR(strip_correlation_length(4, 2.0) * 2 * std::exp(-16.0), 1, 0.01);
  EXPECT_TRUE(std::isinf(strip_correlation_length(20, 10)));
  EXPECT_TRUE(std::isinf(strip_correlation_length(4, INFINITY)));
  EXPECT_LT(strip_correlation_length(4, 1e-6), 0.1);
}

}  // namespace
}  // namespace spinflow::exact
