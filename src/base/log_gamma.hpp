// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <math.h>

namespace spinflow::base {

/// ln |Gamma(x)|. std::lgamma writes the sign of Gamma to a global variable, which threads share.
inline double log_gamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

}  // namespace spinflow::base
