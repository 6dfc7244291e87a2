// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>

namespace spinflow::stats {

/// What every reading returns.
struct Estimate {
  double value = std::numeric_limits<double>::quiet_NaN();
  /// One standard error; NaN where it cannot be told (a single piece), 0 for exact values.
  double error = std::numeric_limits<double>::quiet_NaN();
  /// Integrated autocorrelation time, 1/2 + sum_{t>=1} rho(t), in rows of one chain; 1/2 for independent
  /// samples.
  double tau_int = 0.5;
};

}  // namespace spinflow::stats
