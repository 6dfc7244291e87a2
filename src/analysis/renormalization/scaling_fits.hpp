// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "spinflow/analysis/critical_point.hpp"
#include "spinflow/stats/nonlinear_fit.hpp"

namespace spinflow::analysis {

/// A number of all data and of the data without each batch.
struct Sampled {
  double all = Universality::unknown;
  std::vector<double> without;  ///< (n_batches)

  [[nodiscard]] stats::Estimate estimate() const;
};

/// f(a) or f(a, b), sample by sample.
[[nodiscard]] Sampled transformed(const Sampled& a, const std::function<double(double)>& f);
[[nodiscard]] Sampled difference(const Sampled& a, const Sampled& b);

/// What is fitted: one number per (size, K).
struct ScalingPoints {
  std::vector<double> sizes;
  std::vector<double> couplings;
  std::vector<Sampled> y;
  /// What weighs y in a fit: its errors at fixed K, which are independent between sizes where those of y also
  /// hold that of a common K_c. Empty: the errors of y.
  std::vector<double> errors = {};
};

using ScalingFunction =
    std::function<double(double size, double coupling, std::span<const double> parameters)>;

/// What to fit, and what to call it.
struct ScalingForm {
  std::string name;
  std::string formula;
  std::vector<stats::FitParameter> parameters;
  ScalingFunction function;
  /// Whether a minimum means what the formula says: an omega within a range, a correction smaller at the
  /// least size than what it corrects. Otherwise the fit is not acceptable.
  std::function<bool(double least_size, std::span<const double> parameters)> sensible = {};
};

struct SampledFit {
  ScalingFit fit;
  std::vector<Sampled> values;  ///< (n_parameters)
  bool sensible = true;

  /// Whether p tells anything: converged to sensible values with an error, at least one degree of freedom.
  [[nodiscard]] bool judged() const { return fit.converged && sensible && fit.goodness.degrees >= 1; }
};

/// Below this, no value is drawn from a fit.
inline constexpr double hopeless_probability = 0.001;

/// Fits the points of sizes >= `least_size`, then again without each batch, with the weights of all data.
/// chi^2 is lowered by (n - 3)/(n - 1), n the number of batches, which is the mean of 1/t^2-distributed
/// weights: the errors are themselves estimated.
[[nodiscard]] SampledFit fit_sizes(const ScalingForm& form, const ScalingPoints& points, int least_size);

/// The fit with all sizes, that without the smallest, ...: as long as three sizes remain.
[[nodiscard]] std::vector<SampledFit> ladder(const ScalingForm& form, const ScalingPoints& points);

/// Of ladders in the order they are preferred in, the first acceptable fit (p >= .05); if there is none, the
/// one of largest p. (ladder, rung); {npos, npos} if none converged.
struct Choice {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  std::size_t ladder = none;
  std::size_t rung = none;
};
[[nodiscard]] Choice choose(const std::vector<std::vector<SampledFit>>& ladders);

/// The first acceptable fit where more sizes count before a ladder's place: all forms are tried before a size
/// is left out. none if there is no acceptable one.
[[nodiscard]] Choice choose_by_size(const std::vector<std::vector<SampledFit>>& ladders);

/// Whether a fit makes part of the systematic error of the chosen one: one that is acceptable, or, where the
/// chosen one is not, any that could have been chosen instead.
[[nodiscard]] bool counts_beside(const SampledFit& chosen, const SampledFit& other);

/// Of a ladder, the fit of this least size and those with one and two sizes fewer, as far as there are such.
[[nodiscard]] std::span<const SampledFit> rungs_from(const std::vector<SampledFit>& ladder, int least_size);

/// Systematic error of the chosen fit's value v +- e, to be added in quadrature, if each of the other fits
/// v_i +- e_i is equally likely to be right: sqrt(mean of (v_i - v)^2 + max(0, e_i^2 - e^2)). Fits with fewer
/// fixed parameters thus contribute their larger errors. Unknown if there are no other fits.
[[nodiscard]] double systematic_error(const stats::Estimate& chosen, std::span<const stats::Estimate> others);

}  // namespace spinflow::analysis
