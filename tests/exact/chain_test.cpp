// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/chain.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace spinflow::exact {
namespace {

TEST(Chain, EnumerationWithAndWithoutFieldRingAndOpen) {
  for (const auto boundary : {lattice::Boundary::periodic, lattice::Boundary::open})
    for (const int n : {2, 3, 7, 12})
      for (const double j : {1.0, -0.7})
        for (const double h : {0.0, 0.3, -1.2})
          for (const double t : {0.4, 1.0, 5.0}) {
            const auto model =
                models::registry()
                    .find("ising-chain")
                    .make(lattice::Lattice::chain(n, boundary), {{"coupling", j}, {"field", h}});
            const auto exact = Enumeration(model).at(t);
            const auto means = chain(n, j, h, t, boundary);
            const auto what = ::testing::Message() << n << " " << j << " " << h << " " << t;
            EXPECT_NEAR(means.log_partition, exact.log_partition,
                        1e-11 * std::abs(exact.log_partition) + 1e-12)
                << what;
            EXPECT_NEAR(means.energy, exact.energy, 1e-12) << what;
            EXPECT_NEAR(means.specific_heat, exact.specific_heat, 1e-7) << what;
            EXPECT_NEAR(means.magnetization, exact.magnetization, 1e-12) << what;
            EXPECT_NEAR(means.abs_magnetization, exact.abs_magnetization, 1e-12) << what;
            EXPECT_NEAR(means.magnetization_4, exact.magnetization_4, 1e-12) << what;
          }
}

TEST(Chain, RingCorrelation) {
  const auto model =
      models::registry().find("ising-chain").make(lattice::Lattice::chain(9), {{"field", 0.2}});
  const auto exact = Enumeration(model).correlation(1.3);
  const auto g = ring_correlation(9, 1, 0.2, 1.3);
  ASSERT_EQ(g.size(), exact.size());
  for (std::size_t r = 0; r < g.size(); ++r) EXPECT_NEAR(g[r], exact[r], 1e-12);
}

TEST(Chain, LongAndCold) {
  EXPECT_NEAR(chain(2000, 1, 0, 0.01, lattice::Boundary::open).energy, -1999.0 / 2000, 1e-12);
  EXPECT_NEAR(chain_energy(100000, 1, 0, 1, lattice::Boundary::periodic), -std::tanh(1.0), 1e-12);
}

// Sums over all configurations in logarithms: a slow twin that no field or cold overflows.
struct DirectSums {
  double energy = 0;
  double log_partition = 0;
  std::vector<double> up;
};

DirectSums direct_sums(int n, double j, double h, double t, lattice::Boundary boundary) {
  const bool ring = boundary == lattice::Boundary::periodic;
  const auto energy_of = [&](unsigned s) {
    double energy = 0;
    for (int i = 0; i < n; ++i) {
      const int spin = (s >> i & 1) != 0 ? 1 : -1;
      energy -= h * spin;
      if (ring || i + 1 < n) energy -= j * spin * ((s >> ((i + 1) % n) & 1) != 0 ? 1 : -1);
    }
    return energy;
  };
  double ground = energy_of(0);
  for (unsigned s = 0; s < 1u << n; ++s) ground = std::min(ground, energy_of(s));
  DirectSums sums;
  sums.up.resize(static_cast<std::size_t>(n) + 1);
  double z = 0;
  for (unsigned s = 0; s < 1u << n; ++s) {
    const double weight = std::exp(-(energy_of(s) - ground) / t);
    z += weight;
    sums.energy += weight * energy_of(s) / n;
    sums.up[static_cast<std::size_t>(std::popcount(s))] += weight;
  }
  sums.energy /= z;
  for (double& p : sums.up) p /= z;
  sums.log_partition = std::log(z) - ground / t;
  return sums;
}

TEST(Chain, AnyFieldAndAnyColdAgreeWithDirectSums) {
  for (const auto boundary : {lattice::Boundary::periodic, lattice::Boundary::open})
    for (const int n : {3, 4, 5, 8})
      for (const double j : {1.0, -1.0})
        // Fields of a plain chain, of degenerate ground states (|h| = |J| and 2 |J|), and extreme ones.
        for (const double h : {0.0, 0.4, 1.0, 1.05, 2.0, -2.0, 20.0, -800.0})
          for (const double t : {2.0, 0.05, 0.01, 1.0 / 400, 1.0 / 2000, 1e-7}) {
            const auto direct = direct_sums(n, j, h, t, boundary);
            const auto found = chain_distribution(n, j / t, h / t, boundary);
            const auto what = ::testing::Message()
                              << lattice::to_string(boundary) << " " << n << " " << j << " " << h << " " << t;
            EXPECT_NEAR(found.log_partition, direct.log_partition,
                        1e-12 * std::abs(direct.log_partition) + 1e-12)
                << what;
            // Rounding of an energy counts as often as it is larger than T.
            const double allowed = 1e-12 + 1e-14 * (1 + std::abs(h)) / t;
            for (std::size_t up = 0; up < direct.up.size(); ++up)
              EXPECT_NEAR(found.up[up], direct.up[up], allowed) << what << " up " << up;
            EXPECT_NEAR(chain_energy(n, j, h, t, boundary), direct.energy, allowed * (1 + std::abs(h)))
                << what;
          }
}

TEST(Chain, LimitsOfExtremeFieldsAndTemperatures) {
  const auto ring = lattice::Boundary::periodic;
  const auto open = lattice::Boundary::open;
  EXPECT_DOUBLE_EQ(chain_energy(100, 1, 18, 1.0 / 40, ring), -19);
  EXPECT_DOUBLE_EQ(chain_energy(100, 1, -1e6, 1e-3, ring), -1 - 1e6);
  EXPECT_DOUBLE_EQ(chain_energy(100, 1, 1e6, 1e-3, open), -0.99 - 1e6);
  EXPECT_DOUBLE_EQ(chain_energy(100, 1, 0, 1e-200, ring), -1);
  // A frustrated ring: one bond of n is broken.
  EXPECT_DOUBLE_EQ(chain_energy(5, -1, 0, 1e-9, ring), -0.6);
  EXPECT_DOUBLE_EQ(chain_energy(5, -1, 0, 0.02, ring), -0.6);
  EXPECT_NEAR(ring_correlation(5, -1, 0, 1e-9)[1], 0.2, 1e-15);
  // An independent spin: e = -h tanh(h / T).
  EXPECT_DOUBLE_EQ(chain_energy(7, 0, 3, 0.001, ring), -3);
  EXPECT_DOUBLE_EQ(chain_energy(7, 0, 3, 2, ring), -3 * std::tanh(1.5));
  EXPECT_DOUBLE_EQ(chain_distribution(1000, 500, 900, ring).up.back(), 1);
  EXPECT_THROW((void)chain_energy(7, 1, 0, 0, ring), Error);
  EXPECT_THROW((void)chain_distribution(7, 1, std::nan(""), open), Error);
}

TEST(Enumeration, GroundStatesAtZeroTemperature) {
  const auto model = models::registry().find("ising-square").make(lattice::Lattice::square(3, 4), {});
  const auto cold = Enumeration(model).at(0);
  EXPECT_DOUBLE_EQ(cold.energy, -2);
  EXPECT_DOUBLE_EQ(cold.abs_magnetization, 1);
  EXPECT_NEAR(cold.log_partition, std::log(2.0), 1e-12);
  EXPECT_THROW(Enumeration(models::registry().find("ising-chain").make(lattice::Lattice::chain(25), {})),
               Error);
}

}  // namespace
}  // namespace spinflow::exact
