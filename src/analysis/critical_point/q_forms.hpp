// SPDX-License-Identifier: Apache-2.0
// The functions that are fitted to Q of the runs.
#pragma once

#include <string>
#include <vector>

#include "analysis/critical_point/critical_parts.hpp"

namespace spinflow::analysis {

/// Positions of the parameters that every form of Q has.
enum QParameter : std::size_t { k_c, y_t, q_star, first_coefficient };

/// The terms of a fit of Q.
struct QVariant {
  std::string name;
  /// Mean field: Q* and y_t are known, and the first correction is a shift of t, within u.
  bool mean_field = false;
  bool q_fixed = false;
  bool y_t_fixed = false;
  int order = 2;                        // of the polynomial in u
  std::vector<Correction> corrections;  // amplitudes free, exponents fixed
  bool free_omega = false;              // instead of these, one correction whose exponent is free
  bool mixed = false;                   // c u times mixed_correction
  Correction mixed_correction = {};
};

/// Start values of a fit; fixed parameters stay there.
struct QStart {
  double k_c;
  double y_t;
  double q_star;
  double slope;  // a1
};

/// Q = Q* + a1 u + a2 u^2 (+ a3 u^3) + sum_i b_i L^-omega_i (+ c u L^-omega_1), u = (K - K_c) L^y_t (Binder
/// 1981; corrections as in Luijten and Bloete 1995). Mean field: b_1 L^-omega_1 stands in u (Luijten and
/// Bloete 1997).
struct QForm {
  QVariant variant;
  std::size_t first_correction = 0;  // where the parameters are
  std::size_t mixed = 0;

  /// The corrections of a size to u, and to Q at u.
  [[nodiscard]] double shift(double size, std::span<const double> p) const;
  [[nodiscard]] double offset(double size, std::span<const double> p) const;
  [[nodiscard]] double q(double size, double coupling, std::span<const double> p) const;

 private:
  [[nodiscard]] double correction(std::size_t i, double size, std::span<const double> p) const;
  [[nodiscard]] std::size_t n_corrections() const;
};

struct NamedQForm {
  QForm q;
  ScalingForm scaling;
};
[[nodiscard]] NamedQForm form_of(const QVariant& variant, const QStart& start);

}  // namespace spinflow::analysis
