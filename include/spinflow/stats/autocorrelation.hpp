// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "spinflow/stats/estimate.hpp"
#include "spinflow/stats/small_samples.hpp"

namespace spinflow::stats {

/// One or several time series of the same quantity, of any lengths.
using Chains = std::vector<std::span<const double>>;

struct TauInt {
  double value = 0.5;  ///< 1/2 + sum_{t=1}^{W} rho(t), in steps of the series
  /// One standard error; NaN where the series tells nothing of its correlations.
  double error = std::numeric_limits<double>::quiet_NaN();
  std::size_t window = 0;  ///< W
};

/// Integrated autocorrelation time of all chains together (common mean), with the automatic window
/// W = min{W: W >= 6 max(tau_int(W), 1/2)} (Madras and Sokal 1988), its error tau sqrt(4 (W + 1/2 - tau) / N)
/// and the O(1/N) bias of the common mean removed (Wolff 2004). 1/2 with error NaN for a constant series and
/// for one of fewer than 4 numbers; error NaN where the chains end before the window does.
///
/// Never below 1/2 unless the anticorrelation is significant: the sum must lie more than 3 sqrt(W/N), three
/// of its standard deviations for independent numbers, below 1/2 in a series of at least 20. Independent
/// normal numbers do so once in a thousand times or less. What is then reported is not below sqrt(W/N).
[[nodiscard]] TauInt tau_int(const Chains& chains);
[[nodiscard]] TauInt tau_int(std::span<const double> series);

/// Series of fewer than this many tau_int do not know their tau_int: about 40 % of its value at that length.
inline constexpr double resolved_length = 50;

/// Mean of all numbers of a few long chains with what its error sqrt(2 tau_int variance / N) is made of.
/// Degrees N / (2 W + 1), from the noise of tau_int. Where the chains end before the window does, the scatter
/// of the chains' means gives the error instead, and a single chain has none.
struct MeanOfChains {
  double value = std::numeric_limits<double>::quiet_NaN();
  Scatter scatter;
  double tau_int = 0.5;
};
[[nodiscard]] MeanOfChains mean_with_scatter(const Chains& chains);

/// The same with the error `interval(scatter)`.
[[nodiscard]] Estimate mean_of_chains(const Chains& chains);

}  // namespace spinflow::stats
