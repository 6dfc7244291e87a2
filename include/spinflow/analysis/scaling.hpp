// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "spinflow/flow/flow.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/stats/fit.hpp"

namespace spinflow::analysis {

/// What an ensemble on a lattice of side L tells about scaling dimensions.
struct ScalingPoint {
  double size = 0;           ///< L
  stats::Estimate abs_m;     ///< <|m|> ~ L^-Delta_sigma
  stats::Estimate mode_2;    ///< <|m_kmin|^2> ~ L^-2 Delta_sigma
  stats::Estimate response;  ///< Y = Cov(|m|, E_b) / <|m|> ~ L^(d - Delta_epsilon)
};
[[nodiscard]] ScalingPoint scaling_point(const flow::FlowStep& step, double size);

/// A power law through points: ln y = a + slope ln L.
struct PowerFit {
  stats::Estimate dimension;      ///< Delta, with the error of the fit
  stats::Line line;               ///< ln y against ln L
  std::vector<double> residuals;  ///< (points), in errors of ln y
};
struct ScalingDimensions {
  PowerFit sigma_abs_m;  ///< Delta_sigma from <|m|>
  PowerFit sigma_mode;   ///< Delta_sigma from |m_kmin|^2
  PowerFit epsilon;      ///< Delta_epsilon from Y
};
/// Two sizes or more, errors > 0: Error(input) otherwise. `dimension`: d of the lattices.
[[nodiscard]] ScalingDimensions scaling_dimensions(std::span<const ScalingPoint> points, int dimension);

/// |m| = c (1 - T/T_c)^beta through points below T_c; beta = Delta_sigma nu.
struct OrderPoint {
  double reduced = 0;  ///< 1 - T/T_c > 0
  stats::Estimate abs_m;
};
[[nodiscard]] PowerFit order_exponent(std::span<const OrderPoint> points);

}  // namespace spinflow::analysis
