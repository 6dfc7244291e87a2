// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "spinflow/models/model.hpp"

namespace spinflow::analysis {

/// What kind of critical point a model has.
enum class Regime {
  none,                 ///< no transition at T > 0, or none that sizes show
  short_range,          ///< nearest neighbour, or power law with sigma > 2 in 2D
  boundary,             ///< 2D, 1.6 <= sigma <= 2: which side of the crossover is disputed
  non_classical,        ///< d/2 < sigma below the boundary
  logarithmic,          ///< sigma = d/2: mean field with logarithms
  mean_field,           ///< sigma < d/2, or infinite range
  kosterlitz_thouless,  ///< 1D, sigma = 1
};

[[nodiscard]] std::string to_string(Regime regime);

/// What theory says about a model's critical point; NaN where it says nothing.
struct Universality {
  static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

  Regime regime = Regime::none;
  int dimension = 2;
  double critical_coupling = unknown;  ///< K_c = 1/T_c
  double nu = unknown;
  double y_t = unknown;  ///< mean field: y_t* = d/2, which finite-size scaling shows in place of 1/nu
  double delta_sigma = unknown;
  double delta_epsilon = unknown;
  double jump = unknown;    ///< Kosterlitz-Thouless: K_c <m^2> for L -> infinity
  double q_star = unknown;  ///< <m^2>^2/<m^4> at K_c for L -> infinity on the periodic square (ring)
  /// Exponents omega_i of Q(K_c, L) = Q* + sum_i b_i L^-omega_i that a fit keeps fixed, leading one first.
  std::vector<double> corrections;
  bool nu_measurable = true;  ///< false: nu and Delta_epsilon stay empty, `explanation` says why
  std::string explanation;    ///< one or two sentences for a person

  /// Where <|m|> ~ L^-d/4 shows no Delta_sigma.
  [[nodiscard]] bool mean_field() const { return regime == Regime::mean_field; }
  /// The Delta_epsilon that Y ~ L^(d - Delta_epsilon) shows: in mean field d - y_t*; NaN where theory has
  /// none.
  [[nodiscard]] double shown_epsilon() const { return mean_field() ? dimension - y_t : delta_epsilon; }
  /// Of <|m|> ~ (1 - T/T_c)^beta: Delta_sigma nu, but 1/2 in mean field, where hyperscaling does not hold.
  [[nodiscard]] double beta() const { return mean_field() ? 0.5 : delta_sigma * nu; }
};

/// By the model's name and options; Regime::none with an `explanation` in a field, for J <= 0 and for models
/// it knows nothing of. Sources stand in the explanation or beside the code.
[[nodiscard]] Universality universality_of(const models::Model& model);

}  // namespace spinflow::analysis
