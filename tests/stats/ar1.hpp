// SPDX-License-Identifier: Apache-2.0
// Series of known autocorrelation, for tests that repeat a procedure on many of them.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "spinflow/base/random.hpp"

namespace spinflow::stats {

inline constexpr std::size_t repetitions = 4000;

/// Stationary AR(1) with mean 0: x_t = phi x_{t-1} + noise; tau_int = (1 + phi) / (2 (1 - phi)).
inline std::vector<double> ar1(double phi, std::size_t n, base::RandomStream& random) {
  std::vector<double> x(n);
  double value = random.normal() / std::sqrt(1 - phi * phi);
  for (auto& element : x) {
    element = value;
    value = phi * value + random.normal();
  }
  return x;
}

}  // namespace spinflow::stats
