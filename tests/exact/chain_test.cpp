// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/chain.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/catalogue/catalogue.hpp"

namespace spinflow::exact {
namespace {

TEST(Chain, EnumerationWithAndWithoutFieldRingAndOpen) {
  catalogue::register_all();
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
  catalogue::register_all();
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

TEST(Enumeration, GroundStatesAtZeroTemperature) {
  catalogue::register_all();
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
