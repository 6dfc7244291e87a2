// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/migdal_kadanoff.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinflow::exact {
namespace {

TEST(MigdalKadanoff, IsExactDecimationOfTheChain) {
  for (const int b : {2, 3, 5})
    for (const double k : {0.0, 1e-3, 0.3, 1.0, 3.0})
      EXPECT_NEAR(migdal_kadanoff(k, b, 1), std::atanh(std::pow(std::tanh(k), b)), 1e-14) << b << " " << k;
  // Far down the low-temperature side K' = K - ln(b)/2.
  EXPECT_NEAR(migdal_kadanoff(300, 2, 1), 300 - std::log(2) / 2, 1e-10);
}

TEST(MigdalKadanoff, TwoDimensions) {
  // Bonds moved first: K' = artanh(tanh^2(2 K)) = ln cosh(4 K) / 2 for b = 2.
  for (const double k : {0.1, 0.3, 0.7})
    EXPECT_NEAR(migdal_kadanoff(k, 2, 2), 0.5 * std::log(std::cosh(4 * k)), 1e-14);
  const double fixed = migdal_kadanoff_fixed_point(2);
  EXPECT_NEAR(fixed, 0.304689, 1e-6);
  EXPECT_NEAR(migdal_kadanoff(fixed, 2, 2), fixed, 1e-14);
  const double slope = 2 * std::tanh(4 * fixed);  // dK'/dK
  EXPECT_NEAR((migdal_kadanoff(fixed + 1e-5, 2, 2) - migdal_kadanoff(fixed - 1e-5, 2, 2)) / 2e-5, slope,
              1e-8);
  EXPECT_NEAR(std::log(slope) / std::log(2), 0.747, 5e-4);
  for (const int b : {3, 4, 7}) {
    const double k = migdal_kadanoff_fixed_point(b);
    EXPECT_NEAR(migdal_kadanoff(k, b, 2), k, 1e-13) << b;
    EXPECT_GT(k, 0.05);
  }
}

}  // namespace
}  // namespace spinflow::exact
