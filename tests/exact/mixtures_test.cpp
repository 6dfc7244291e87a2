// SPDX-License-Identifier: Apache-2.0
// Mixtures of Ising ensembles, and measures without correlations.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "spinflow/exact/mixture.hpp"
#include "spinflow/exact/product_measure.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::exact {
namespace {

TEST(IsingMixture, EqualsItsEnumeration) {
  const auto lattice = lattice::Lattice::square(4, 4);
  const auto model = models::registry().find("ising-square").make(lattice, {});
  const IsingMixture mixture(lattice, {0.0, 1.5, 2.25, 4.0});
  double total = 0;
  double energy = 0;
  double square = 0;
  double magnetization = 0;
  std::vector<std::int8_t> spins(16);
  for (unsigned state = 0; state < (1u << 16); ++state) {
    int sum = 0;
    for (unsigned i = 0; i < 16; ++i) {
      spins[i] = (state >> i) & 1u ? 1 : -1;
      sum += spins[i];
    }
    const double e = model->energy_per_site(spins);
    const double p = std::exp(mixture.log_density(e));
    total += p;
    energy += p * e;
    square += p * e * e;
    magnetization += p * std::abs(sum) / 16;
  }
  EXPECT_NEAR(total, 1, 1e-10);
  EXPECT_NEAR(mixture.energy, energy, 1e-10);
  EXPECT_NEAR(mixture.sd_energy, std::sqrt(square - energy * energy), 1e-9);
  EXPECT_NEAR(mixture.abs_magnetization, magnetization, 1e-9);
  EXPECT_TRUE(std::isinf(IsingMixture(lattice, {0.0}).log_density(-1.5)));
  EXPECT_NEAR(IsingMixture(lattice, {0.0}).log_density(-2), -std::log(2.0), 1e-12);
}

TEST(SlowIsingMixture, OfThePaperHasTheKnownMean) {
  std::vector<double> temperatures;
  for (int i = 0; i <= 24; ++i) temperatures.push_back(0.25 * i);
  EXPECT_NEAR(IsingMixture(lattice::Lattice::square(10, 10), temperatures).energy, -1.11902, 1e-5);
}

TEST(ProductMeasure, EqualsItsEnumeration) {
  constexpr double m = 0.6;
  constexpr int l = 3;
  double energy = 0;
  double square = 0;
  double magnetization = 0;
  for (unsigned state = 0; state < 512; ++state) {
    const auto spin = [&](int x, int y) { return (state >> (l * (y % l) + x % l)) & 1u ? 1 : -1; };
    double weight = 1;
    int sum = 0;
    int bonds = 0;
    for (int x = 0; x < l; ++x)
      for (int y = 0; y < l; ++y) {
        weight *= spin(x, y) > 0 ? 0.5 * (1 + m) : 0.5 * (1 - m);
        sum += spin(x, y);
        bonds += spin(x, y) * (spin(x + 1, y) + spin(x, y + 1));
      }
    energy -= weight * bonds / 9.0;
    square += weight * bonds * bonds / 81.0;
    magnetization += weight * std::abs(sum) / 9.0;
  }
  const auto product = product_measure(m, l * l);
  EXPECT_NEAR(product.energy, energy, 1e-12);
  EXPECT_NEAR(product.sd_energy, std::sqrt(square - energy * energy), 1e-12);
  EXPECT_NEAR(product.abs_magnetization, magnetization, 1e-12);
  EXPECT_NEAR(product_of_energy(energy, l * l).m, m, 1e-9);
  EXPECT_NEAR(product_of_magnetization(magnetization, l * l).m, m, 1e-9);
}

TEST(ProductMeasure, EndsAreThoseOfUniformSpinsAndOfNone) {
  EXPECT_EQ(product_of_energy(-3, 16).m, 1);
  EXPECT_EQ(product_of_energy(0.1, 16).m, 0);
  EXPECT_NEAR(product_of_magnetization(1, 16).m, 1, 1e-9);
  EXPECT_NEAR(product_of_magnetization(0, 16).m, 0, 1e-9);
  EXPECT_EQ(product_measure(1, 16).sd_energy, 0);
  EXPECT_NEAR(product_measure(0, 2).abs_magnetization, 0.5, 1e-14);
}

TEST(ProductMeasure, CountsUpSpinsBinomially) {
  const auto p = independent_up_spins(0.5, 3);  // each up with 3/4
  ASSERT_EQ(p.size(), 4U);
  EXPECT_NEAR(p[0], 1.0 / 64, 1e-14);
  EXPECT_NEAR(p[1], 9.0 / 64, 1e-14);
  EXPECT_NEAR(p[2], 27.0 / 64, 1e-14);
  EXPECT_NEAR(p[3], 27.0 / 64, 1e-14);
  EXPECT_EQ(independent_up_spins(1, 3)[3], 1);
}

}  // namespace
}  // namespace spinflow::exact
