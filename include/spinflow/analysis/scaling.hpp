// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "spinflow/stats/estimate.hpp"
#include "spinflow/stats/fit.hpp"

namespace spinflow::analysis {

/// What an ensemble on a lattice of side L tells about scaling dimensions: the observables
/// abs_magnetization, mode_2 and response.
struct ScalingPoint {
  double size = 0;           ///< L
  stats::Estimate abs_m;     ///< <|m|> ~ L^-Delta_sigma
  stats::Estimate mode_2;    ///< <|m_kmin|^2> ~ L^-2 Delta_sigma
  stats::Estimate response;  ///< Y = Cov(|m|, E_b) / <|m|> ~ L^(d - Delta_epsilon)
};

/// A power law through points: ln y = a + slope ln x, by least squares with the errors of ln y.
struct PowerFit {
  stats::Estimate dimension;      ///< Delta, with the error of the fit; NaN: there is no fit
  stats::Line line;               ///< ln y against ln L (or 1 - T/T_c); meaningless where there is no fit
  std::vector<double> residuals;  ///< (points), in errors of ln y; empty where there is no fit
};
struct ScalingDimensions {
  PowerFit sigma_abs_m;  ///< Delta_sigma from <|m|>
  PowerFit sigma_mode;   ///< Delta_sigma from |m_kmin|^2
  PowerFit epsilon;      ///< Delta_epsilon from Y
};
/// `dimension`: d of the lattices. Error(input) unless there are two different sizes. A number that is not
/// positive, or has no error above 0, at any size (Y of an ordered ensemble, say) has no power law: its fit
/// is NaN, the others are made.
[[nodiscard]] ScalingDimensions scaling_dimensions(std::span<const ScalingPoint> points, int dimension);

/// |m| = c (1 - T/T_c)^beta through points below T_c; beta is Universality::beta.
struct OrderPoint {
  double reduced = 0;  ///< 1 - T/T_c > 0
  stats::Estimate abs_m;
  /// Of `reduced`: it widens the error of ln|m| by beta times its share. |m| and a T read from the same rows
  /// fluctuate against each other, so that this overestimates the error.
  double reduced_error = 0;
};
/// `dimension` of the fit is beta. Error(input) for fewer than two different temperatures, or for points that
/// are not positive with errors above 0.
[[nodiscard]] PowerFit order_exponent(std::span<const OrderPoint> points);

}  // namespace spinflow::analysis
