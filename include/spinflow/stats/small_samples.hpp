// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <span>

namespace spinflow::stats {

/// Whether the numbers are equal to rounding: they differ by at most 1e-12 of the largest magnitude. Such
/// numbers have no scatter and determine no error. True for fewer than two numbers.
[[nodiscard]] bool constant(std::span<const double> values);

/// The standard error of a mean, and what makes the interval of few numbers wider than a normal one.
struct Scatter {
  double standard_error = std::numeric_limits<double>::quiet_NaN();  ///< NaN where the data determine none
  double degrees = std::numeric_limits<double>::infinity();      ///< of freedom of the squared standard error
  double independent = std::numeric_limits<double>::infinity();  ///< independent numbers in the mean
  double skewness = 0;                                           ///< of these numbers
};

/// Of n independent numbers: n - 1 degrees of freedom. NaN for fewer than two numbers, or constant ones.
[[nodiscard]] Scatter scatter_of(std::span<const double> values);

/// Half the width of Student's central 68.27 % interval, in standard errors: 1.837 for one degree of freedom,
/// 1 for many. Relative accuracy 1.4 % for one degree, 1e-3 for two, better for more. `degrees` > 0.
[[nodiscard]] double student_width(double degrees);

/// Half the width of the interval around a mean that contains the true value in 68.27 % of all cases, for
/// many numbers and for few: the standard error times Student's width times sqrt(1 + (7/4) skewness^2 / n + 7
/// r^2). The second term is the variance that a skew distribution adds to Student's t (Johnson, J. Am. Stat.
/// Assoc. 73, 536 (1978)). The third is the same term for a chi^2 distribution. It is for values such as a
/// variance, whose error grows with them: r = `relative` is the error divided by the value.
[[nodiscard]] double interval(const Scatter& scatter, double relative = 0);

/// How many of the numbers are not at the end of their range where most of them are (for energies: rows that
/// are not ground states). These rows determine a fluctuation.
[[nodiscard]] std::size_t away_from_the_end(std::span<const double> values);

}  // namespace spinflow::stats
