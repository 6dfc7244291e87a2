// SPDX-License-Identifier: Apache-2.0
#include "studies/pulls.hpp"

#include <gtest/gtest.h>

namespace spinflow::studies {
namespace {

TEST(Pulls, ChiSquareByHand) {
  const auto all = chi_square_of({{"one", {.value = 1.2, .error = 0.1}, 1.0},
                                  {"two", {.value = 0.9, .error = 0.1}, 1.0},
                                  {"none", {.value = 1}, 1.0}});
  EXPECT_NEAR(all.chi2, 5, 1e-9);
  EXPECT_EQ(all.n, 2);
  EXPECT_NEAR(all.p, 0.082085, 1e-6);  // exp(-5/2)
  EXPECT_EQ(all.largest, "+2.0 errors (one: 1.20(10) beside 1.0000)");
  EXPECT_EQ(words(all), "chi^2 5.0 of 2, p = 0.082");
  EXPECT_EQ(words(chi_square_of({})), "chi^2 0.0 of 0, p = 1");
}

}  // namespace
}  // namespace spinflow::studies
