// SPDX-License-Identifier: Apache-2.0
// When a measured critical quantity counts as that of theory.
#pragma once

#include <string>

#include "studies/judging.hpp"

namespace spinflow::studies::critical {

/// How far from theory a value may lie and still agree with it: a test of equivalence needs such margins, or
/// a wide error would agree with everything. Fixed before any run; `k_c` is relative.
struct Margins {
  double k_c;
  double y_t;
  double delta_sigma;
  double q_star;
};
[[nodiscard]] Margins margins_of(int dimension);

/// How many of its errors a value must be off to disagree, and all of how many must agree.
struct AgreementErrors {
  double agree = 2;
  double contradict = 3;
};

/// Statistical and systematic error together; NaN where the systematic one is not known.
[[nodiscard]] double combined_error(double statistical, double systematic);

/// Met if all values within `errors.agree` errors of `value` lie within `margin` of `expected`; violated if
/// `value` lies further off than the margin and than `errors.contradict` errors; open otherwise: the error is
/// too wide to tell, or not known (NaN).
[[nodiscard]] Status agreement(double value, double error, double expected, double margin,
                               const AgreementErrors& errors = {});

/// The two rules of `agreement` in words, for criteria.
[[nodiscard]] std::string agreement_rule();

}  // namespace spinflow::studies::critical
