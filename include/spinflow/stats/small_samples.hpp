// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <span>

namespace spinflow::stats {

/// Whether the numbers differ by no more than rounding leaves of equal ones: by 1e-12 of the largest
/// magnitude. Such numbers show no scatter, and tell no error. True for fewer than two numbers.
[[nodiscard]] bool constant(std::span<const double> values);

/// The standard error of a mean and what makes the interval of few numbers wider than a normal one.
struct Scatter {
  double standard_error = std::numeric_limits<double>::quiet_NaN();  ///< NaN where none can be had
  double degrees = std::numeric_limits<double>::infinity();      ///< of freedom of the squared standard error
  double independent = std::numeric_limits<double>::infinity();  ///< independent numbers in the mean
  double skewness = 0;                                           ///< of these numbers
};

/// Of equally many rows each, independent. Degrees n - 1. NaN for fewer than two numbers, or constant ones.
[[nodiscard]] Scatter scatter_of(std::span<const double> values);

/// Half the width of Student's central 68.27 % interval in standard errors: 1.837 for one degree of freedom,
/// 1 for many. To 1.4 % for one degree, 1e-3 for two, better for more.
[[nodiscard]] double student_width(double degrees);

/// Half the width of the interval around a mean that holds the truth in 68.27 % of all cases, whether numbers
/// are many or few: the standard error times Student's width times sqrt(1 + (7/4) skewness^2 / n + 7
/// r^2). The second term is the variance that a skew distribution adds to Student's t (Johnson, J. Am. Stat.
/// Assoc. 73, 536 (1978)). The third is the same of chi^2, for numbers whose error grows with them, as that
/// of a variance does: r = `relative`, their standard error over their distance from 0.
[[nodiscard]] double interval(const Scatter& scatter, double relative = 0);

/// Numbers that are not at the end of their range where most of them pile up: rows that are no ground state,
/// say. What is known of a fluctuation comes from them.
[[nodiscard]] std::size_t away_from_the_end(std::span<const double> values);

}  // namespace spinflow::stats
