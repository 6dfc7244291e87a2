// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/curie_weiss.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "spinflow/base/error.hpp"

namespace spinflow::exact {
namespace {

TEST(CurieWeiss, AgreesWithEnumeration) {
  for (const int n : {2, 7, 12})
    for (const double coupling : {1.3, -0.8})
      for (const double field : {0.0, 0.25, -3.0}) {
        const Enumeration all(
            models::registry()
                .find("ising-infinite-range")
                .make(lattice::Lattice::chain(n), {{"coupling", coupling}, {"field", field}}));
        for (const double temperature : {0.0, 0.3, 1.3, 20.0, std::numeric_limits<double>::infinity()}) {
          const auto is = curie_weiss(n, coupling, field, temperature);
          const auto expected = all.at(temperature);
          SCOPED_TRACE(::testing::Message() << n << " " << coupling << " " << field << " " << temperature);
          EXPECT_NEAR(is.log_partition, expected.log_partition, 1e-10);
          EXPECT_NEAR(is.energy, expected.energy, 1e-12);
          EXPECT_NEAR(is.specific_heat, expected.specific_heat, 1e-10);
          EXPECT_NEAR(is.magnetization, expected.magnetization, 1e-12);
          EXPECT_NEAR(is.abs_magnetization, expected.abs_magnetization, 1e-12);
          EXPECT_NEAR(is.magnetization_2, expected.magnetization_2, 1e-12);
          EXPECT_NEAR(is.magnetization_4, expected.magnetization_4, 1e-12);
        }
      }
}

// m = tanh((J m + h)/T) for N -> infinity.
TEST(CurieWeiss, LargeSystemsObeyTheMeanFieldEquation) {
  double m = 1;
  for (int i = 0; i < 200; ++i) m = std::tanh((m + 0.1) / 0.9);
  const auto means = curie_weiss(1'000'000, 1, 0.1, 0.9);
  EXPECT_NEAR(means.magnetization, m, 2e-6);
  EXPECT_NEAR(means.energy, -0.5 * m * m - 0.1 * m, 5e-6);
}

// Q -> 8 pi^2 / Gamma(1/4)^4 with corrections N^(-1/2) at T_c = J.
TEST(CurieWeiss, CriticalMomentsHaveTheirUniversalRatio) {
  const auto q = [](int n) {
    const auto means = curie_weiss(n, 2, 0, 2);
    return means.magnetization_2 * means.magnetization_2 / means.magnetization_4;
  };
  const double limit = 8 * std::pow(std::acos(-1.0), 2) / std::pow(std::tgamma(0.25), 4);
  EXPECT_NEAR(limit, 0.456946581044, 1e-12);
  const double near = q(10'000) - limit;
  const double far = q(1'000'000) - limit;
  EXPECT_NEAR(far, 0, 1e-3);
  EXPECT_NEAR(near / far, 10, 0.1);
}

TEST(CurieWeiss, RefusesWhatCannotBe) {
  EXPECT_THROW((void)curie_weiss(0, 1, 0, 1), Error);
  EXPECT_THROW((void)curie_weiss(10, 1, 0, -1), Error);
  EXPECT_THROW((void)curie_weiss(10, std::nan(""), 0, 1), Error);
}

}  // namespace
}  // namespace spinflow::exact
