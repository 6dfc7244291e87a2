// SPDX-License-Identifier: Apache-2.0
#include "analysis/roots.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace spinflow::analysis {
namespace {

double of_line(double below, double above, double f_below, double f_above) {
  return below - (above - below) * f_below / (f_above - f_below);
}

TEST(Roots, TheRiseNearestTheMiddleIsFound) {
  // Rises at 0.3, 1.1, 1.9; falls at 0.7, 1.5.
  const auto f = [](double x) { return std::sin(2.5 * std::acos(-1.0) * (x - 0.3)); };
  EXPECT_NEAR(rise_nearest_middle(f, 0, 2, of_line), 1.1, 0.01);
  EXPECT_NEAR(rise_nearest_middle(f, 0, 1, of_line), 0.3, 0.01);
  EXPECT_TRUE(std::isnan(rise_nearest_middle(f, 0.4, 1, of_line)));
  EXPECT_TRUE(std::isnan(rise_nearest_middle(f, 1, 0, of_line)));
  // A rise that turns out to be none leaves the others.
  const auto none_at_the_middle = [](double below, double above, double f_below, double f_above) {
    return above > 1 && below < 1.2 ? std::nan("") : of_line(below, above, f_below, f_above);
  };
  EXPECT_NEAR(rise_nearest_middle(f, 0, 2, none_at_the_middle), 0.3, 0.01);
}

TEST(Roots, SecantsArriveOrSayThatTheyDoNot) {
  const auto f = [](double x) { return x * x - 2; };
  EXPECT_NEAR(root_by_secants(f, 1.4, 1e-6, 1e-13, 1, 2), std::sqrt(2.0), 1e-12);
  EXPECT_TRUE(std::isnan(root_by_secants(f, 1.1, 1e-6, 1e-13, 1, 1.2)));
  EXPECT_TRUE(std::isnan(root_by_secants([](double x) { return x * x + 1; }, 1, 1e-4, 1e-13, -100, 100)));
  EXPECT_TRUE(std::isnan(root_by_secants([](double) { return std::nan(""); }, 1, 1e-4, 1e-9, 0, 2)));
}

}  // namespace
}  // namespace spinflow::analysis
