// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::analysis {

/// Correlations between the features (hidden units, outputs) of a net, over ALL pairs of units: hidden units
/// have no order and no sign of their own, so that nothing here is a coupling of neighbours on a chain.
/// Rows are independent. Jackknife over them (in at most 50 blocks of every 50th row) takes off what their
/// noise adds to a mean square, so that independent features read 0 within errors, and gives the errors; an
/// error reaches from the root of a mean square to that of one standard error more.
struct FeatureCouplings {
  /// atanh of the root mean square over pairs of <sgn f_a sgn f_b>; infinity (error NaN) where
  /// all signs agree. The sign of 0 is +1.
  stats::Estimate unconditional;
  /// Root mean square over pairs of the covariance of f_a, f_b given the label, averaged over labels by their
  /// frequency.
  stats::Estimate conditional_covariance;
  /// The same covariances divided by the standard deviations given the label (Pearson); pairs with a unit
  /// that does not vary are left out; NaN without any pair.
  stats::Estimate normalised;
};
/// `features`: (n, units), n >= 2, units >= 2; `labels`: (n), any small integers. Error(input) otherwise.
[[nodiscard]] FeatureCouplings feature_couplings(const kernels::FloatMatrix& features,
                                                 std::span<const std::uint32_t> labels);

/// Pearson correlations of the columns, (units, units) row-major; 0 where a column does not vary, 1 on the
/// diagonal.
[[nodiscard]] std::vector<double> correlation_matrix(const kernels::FloatMatrix& features);

}  // namespace spinflow::analysis
