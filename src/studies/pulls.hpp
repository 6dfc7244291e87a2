// SPDX-License-Identifier: Apache-2.0
// Measured numbers held against exact ones.
#pragma once

#include <string>
#include <vector>

#include "spinflow/stats/estimate.hpp"

namespace spinflow::studies {

/// A measured number and what it should be.
struct Pull {
  std::string where;
  stats::Estimate measured;
  double expected = 0;
};

/// In errors.
[[nodiscard]] inline double pull_of(const stats::Estimate& e, double expected) {
  return (e.value - expected) / e.error;
}

/// chi^2 of independent numbers without a free parameter.
struct ChiSquare {
  double chi2 = 0;
  int n = 0;
  double p = 1;
  std::string largest = "none";  ///< pull, in words
};
/// Of the pulls that are finite.
[[nodiscard]] ChiSquare chi_square_of(const std::vector<Pull>& pulls);
/// "chi^2 57.0 of 60, p = 0.58".
[[nodiscard]] std::string words(const ChiSquare& a);

}  // namespace spinflow::studies
