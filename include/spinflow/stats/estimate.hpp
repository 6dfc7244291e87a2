// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <string>

namespace spinflow::stats {

/// What every reading returns.
struct Estimate {
  double value = std::numeric_limits<double>::quiet_NaN();
  /// One standard error, or half a 68 % interval; NaN if not known (no scatter), 0 for exact values.
  double error = std::numeric_limits<double>::quiet_NaN();
  /// Integrated autocorrelation time, 1/2 + sum_{t>=1} rho(t), in rows of one chain; 1/2 for independent
  /// samples.
  double tau_int = 0.5;
};

/// "2.295(13)": the error in units of the last digit, two digits of it up to 35, else one; the value is
/// rounded to the same place. `value` finite, `error` finite and > 0.
[[nodiscard]] std::string concise(double value, double error);

}  // namespace spinflow::stats
