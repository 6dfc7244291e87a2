// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "spinflow/stats/estimate.hpp"

namespace spinflow::stats {

/// How well the data agree with what was fitted.
struct GoodnessOfFit {
  double chi2 = 0;
  int degrees = 0;         ///< of freedom
  double probability = 1;  ///< of a chi^2 at least as large; 1 without a degree of freedom
};

struct WeightedMean {
  Estimate mean;
  GoodnessOfFit fit;
};

/// sum(x_i / e_i^2) / sum(1 / e_i^2) with error 1 / sqrt(sum 1 / e_i^2). Errors must be > 0 and finite, at
/// least one value: Error(input) otherwise.
[[nodiscard]] WeightedMean weighted_mean(std::span<const Estimate> values);

struct Line {
  Estimate intercept;
  Estimate slope;
  double covariance = 0;  ///< of intercept and slope
  GoodnessOfFit fit;

  [[nodiscard]] Estimate at(double x) const;
};

/// Least squares y = intercept + slope x with the errors of y. At least two different x; errors > 0 and
/// finite: Error(input) otherwise.
[[nodiscard]] Line fit_line(std::span<const double> x, std::span<const Estimate> y);

}  // namespace spinflow::stats
