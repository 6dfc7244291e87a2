// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/universality.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinflow::analysis {
namespace {

using lattice::Lattice;

Universality of(std::string_view name, const base::Values& options, const Lattice& lattice) {
  return universality_of(*models::registry().find(name).make(lattice, options));
}

Universality power_law(int dimension, double sigma, const std::string& images = "sum") {
  return of("ising-power-law", {{"dimension", std::int64_t{dimension}}, {"sigma", sigma}, {"images", images}},
            dimension == 1 ? Lattice::chain(8) : Lattice::square(4, 4));
}

TEST(Universality, NearestNeighboursAreKnownExactly) {
  const auto u = of("ising-square", {{"coupling", 2.0}}, Lattice::square(8, 8));
  EXPECT_EQ(u.regime, Regime::short_range);
  EXPECT_NEAR(u.critical_coupling, 1 / (2 * 2.269185314213022), 1e-14);
  EXPECT_EQ(u.nu, 1);
  EXPECT_EQ(u.delta_sigma, 0.125);
  EXPECT_EQ(u.delta_epsilon, 1);
  EXPECT_EQ(u.q_star, 0.856216);
  EXPECT_EQ(u.corrections, (std::vector<double>{1.75, 2}));
  EXPECT_TRUE(std::isnan(of("ising-square", {}, Lattice::square(8, 6)).q_star));
  EXPECT_TRUE(std::isnan(of("ising-square", {}, Lattice::square(8, 8, lattice::Boundary::open)).q_star));
}

TEST(Universality, RegimesOfThePowerLaw) {
  const struct {
    int dimension;
    double sigma;
    Regime regime;
  } known[] = {{1, 0.25, Regime::mean_field},    {1, 0.5, Regime::logarithmic},
               {1, 0.75, Regime::non_classical}, {1, 1, Regime::kosterlitz_thouless},
               {1, 1.2, Regime::none},           {2, 0.8, Regime::mean_field},
               {2, 1, Regime::logarithmic},      {2, 1.25, Regime::non_classical},
               {2, 1.6, Regime::boundary},       {2, 2, Regime::boundary},
               {2, 2.5, Regime::short_range}};
  for (const auto& [dimension, sigma, regime] : known) {
    const auto u = power_law(dimension, sigma);
    SCOPED_TRACE(::testing::Message() << dimension << " " << sigma);
    EXPECT_EQ(u.regime, regime);
    EXPECT_EQ(u.dimension, dimension);
    EXPECT_FALSE(u.explanation.empty());
    EXPECT_TRUE(std::isnan(u.critical_coupling));
    const bool long_range = regime == Regime::mean_field || regime == Regime::logarithmic ||
                            regime == Regime::non_classical || regime == Regime::kosterlitz_thouless;
    if (long_range) {
      EXPECT_NEAR(u.delta_sigma, (dimension - sigma) / 2, 1e-15);
    }
    for (const double omega : u.corrections) EXPECT_GT(omega, 0);
  }
}

TEST(Universality, MeanFieldShowsAnotherExponentThanItHas) {
  const auto u = power_law(1, 0.25);
  EXPECT_FALSE(u.nu_measurable);
  EXPECT_EQ(u.y_t, 0.5);
  EXPECT_EQ(u.nu, 4);
  EXPECT_EQ(u.delta_epsilon, 0.75);
  EXPECT_NEAR(u.q_star, 0.456947, 1e-6);
  EXPECT_EQ(u.corrections, (std::vector<double>{0.25, 0.5}));
  EXPECT_EQ(power_law(2, 0.8, "minimum").regime, Regime::none);
  // beta too: Delta_sigma nu = 3/4 would be hyperscaling.
  EXPECT_EQ(power_law(2, 0.8).beta(), 0.5);
  EXPECT_EQ(power_law(2, 1).beta(), 0.5);
  EXPECT_EQ(of("ising-square", {}, Lattice::square(8, 8)).beta(), 0.125);
  EXPECT_TRUE(std::isnan(power_law(2, 1.25).beta()));
}

TEST(Universality, CorrectionsAreThoseOfTheNearerEnd) {
  EXPECT_TRUE(power_law(2, 1.25).nu_measurable);
  EXPECT_TRUE(std::isnan(power_law(2, 1.25).nu));
  EXPECT_NEAR(power_law(2, 1.1).corrections.front(), 0.2, 1e-12);
  EXPECT_NEAR(power_law(2, 1.5).corrections.front(), 0.25, 1e-12);
  EXPECT_NEAR(power_law(1, 0.75).corrections.front(), 0.5, 1e-12);
  EXPECT_NEAR(power_law(1, 0.98).corrections.front(), 0.2, 1e-12);
  EXPECT_NEAR(power_law(2, 2.5).corrections.front(), 0.75, 1e-12);
  EXPECT_EQ(power_law(2, 9).corrections, (std::vector<double>{1.75, 2}));
  // Another finite-size scaling.
  EXPECT_TRUE(power_law(2, 1.25, "minimum").corrections.empty());
}

TEST(Universality, TheJumpIsThatOfTheCoupling) {
  const auto of_inverse_squares = [](double coupling) {
    return of("ising-power-law", {{"dimension", std::int64_t{1}}, {"sigma", 1.0}, {"coupling", coupling}},
              Lattice::chain(8));
  };
  EXPECT_EQ(of_inverse_squares(1).jump, 0.5);
  EXPECT_EQ(of_inverse_squares(4).jump, 0.125);
}

TEST(Universality, InfiniteRange) {
  const auto u = of("ising-infinite-range", {{"coupling", 4.0}}, Lattice::chain(16));
  EXPECT_EQ(u.regime, Regime::mean_field);
  EXPECT_EQ(u.critical_coupling, 0.25);
  EXPECT_EQ(u.y_t, 0.5);
  EXPECT_TRUE(std::isnan(u.delta_sigma));
}

TEST(Universality, NoTransition) {
  EXPECT_EQ(of("ising-chain", {}, Lattice::chain(8)).regime, Regime::none);
  for (const auto* name : {"ising-square", "ising-power-law"}) {
    EXPECT_EQ(of(name, {{"coupling", -1.0}}, Lattice::square(4, 4)).regime, Regime::none);
    EXPECT_EQ(of(name, {{"coupling", 0.0}}, Lattice::square(4, 4)).regime, Regime::none);
    const auto u = of(name, {{"field", 0.1}}, Lattice::square(4, 4));
    EXPECT_EQ(u.regime, Regime::none);
    EXPECT_FALSE(u.explanation.empty());
  }
}

}  // namespace
}  // namespace spinflow::analysis
