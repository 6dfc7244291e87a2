// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "spinflow/stats/estimate.hpp"

namespace spinflow::stats {

/// One or several time series of the same quantity, of any lengths.
using Chains = std::vector<std::span<const double>>;

struct TauInt {
  double value = 0.5;      ///< 1/2 + sum_{t=1}^{W} rho(t), in steps of the series
  double error = 0;        ///< one standard error
  std::size_t window = 0;  ///< W
};

/// Integrated autocorrelation time of all chains together (common mean), with the automatic window
/// W = min{W: W >= 6 tau_int(W)} (Madras and Sokal 1988), its error tau sqrt(4 (W + 1/2 - tau) / N) and the
/// O(1/N) bias of the common mean removed (Wolff 2004). 1/2 for a constant series and for one of fewer than 4
/// numbers; never below 1/(2N).
[[nodiscard]] TauInt tau_int(const Chains& chains);
[[nodiscard]] TauInt tau_int(std::span<const double> series);

/// Mean of all numbers with error sqrt(2 tau_int variance / N): for chains that are few and long.
/// Error NaN for fewer than two numbers.
[[nodiscard]] Estimate mean_of_chains(const Chains& chains);

}  // namespace spinflow::stats
