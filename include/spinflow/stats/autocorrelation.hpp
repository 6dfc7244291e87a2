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
  /// One standard error; NaN where the series does not determine its correlations.
  double error = std::numeric_limits<double>::quiet_NaN();
  std::size_t window = 0;  ///< W
};

/// Integrated autocorrelation time of all chains together (common mean), with the automatic window
/// W = min{W: W >= 6 max(tau_int(W), 1/2)} (Madras and Sokal 1988), its error tau sqrt(4 (W + 1/2 - tau) / N)
/// and the O(1/N) bias of the common mean removed (Wolff 2004). 1/2 with error NaN for a constant series and
/// for one of fewer than 4 numbers; error NaN where the chains end before the window does.
///
/// tau_int is below 1/2 only if the anticorrelation is significant: the series has at least 20 numbers, and
/// the sum lies more than 3 sqrt(W/N) below 1/2. This is three standard deviations of independent numbers; at
/// most one of 1000 series of independent normal numbers does so. The value is then at least sqrt(W/N).
[[nodiscard]] TauInt tau_int(const Chains& chains);
[[nodiscard]] TauInt tau_int(std::span<const double> series);

/// Length of a series, in tau_int, below which tau_int is not well known; there its error is about 40 %.
inline constexpr double resolved_length = 50;

/// Mean of all numbers of a few long chains, and its error sqrt(2 tau_int variance / N) with N / (2 W + 1)
/// degrees of freedom, as uncertain as tau_int is. If the chains are shorter than the window W, the error
/// comes from the scatter of the chains' means; a single chain then has no error (NaN).
struct MeanOfChains {
  double value = std::numeric_limits<double>::quiet_NaN();
  Scatter scatter;
  double tau_int = 0.5;
};
[[nodiscard]] MeanOfChains mean_with_scatter(const Chains& chains);

/// The same with the error `interval(scatter)`.
[[nodiscard]] Estimate mean_of_chains(const Chains& chains);

}  // namespace spinflow::stats
