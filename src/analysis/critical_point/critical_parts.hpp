// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analysis/renormalization/scaling_fits.hpp"
#include "spinflow/analysis/critical_point.hpp"

namespace spinflow::analysis {

/// What the parts of the chain share.
struct CriticalInput {
  const CriticalData& data;
  const Universality& theory;
  std::vector<SizeCurves> curves;    ///< (n_sizes)
  std::vector<double> omegas;        ///< correction exponents held fixed, leading first; may be empty
  std::vector<std::string> reasons;  ///< why no conclusion is drawn
};

/// Why a systematic error is not known.
inline constexpr const char* no_known_correction =
    "no correction exponent is known, and what a fit leaves out cannot be told";
inline constexpr const char* no_other_fit = "no other fit stands beside the one reported";

/// The value with its jackknife error and the systematic error that follows from the other fits.
[[nodiscard]] CriticalValue with_systematic(const Sampled& value, std::span<const stats::Estimate> others);
/// The value with its jackknife error alone, and the reason why no systematic error is known.
[[nodiscard]] CriticalValue without_systematic(const Sampled& value, std::string reason);

/// Corrections to scaling by name: the leading one is `omegas[0]`, and in the logarithmic regime powers of
/// ln L stand in for powers of L.
struct Correction {
  std::string text;  ///< "L^-1.75"
  double omega = 0;
  bool logarithmic = false;

  [[nodiscard]] double at(double size) const;
};
[[nodiscard]] std::vector<Correction> corrections_of(const CriticalInput& input);

/// Crossings of neighbouring sizes, then those of ratio 2 which are not neighbours.
[[nodiscard]] std::vector<Crossing> crossings_of(const std::vector<SizeCurves>& curves);

/// K_c, and what comes with it.
struct CouplingFits {
  std::vector<SampledFit> fits;
  Sampled k_c;             ///< NaN without a fit
  CriticalValue coupling;  ///< K_c with its errors
  CriticalValue q_star;
  bool q_known = false;  ///< mean field: K_c belongs to the Q* of theory
  stats::Estimate y_t;   ///< of the chosen fit, if it has one
  /// Q less offset(L) is a function of (K - K_c) L^y_t + shift(L), says the chosen fit.
  std::function<double(double size)> offset;
  std::function<double(double size)> shift;
};

/// From Q at the simulated couplings.
[[nodiscard]] CouplingFits q_fits(CriticalInput& input, const std::vector<Crossing>& crossings);

/// K_c where the constant of K <m^2> = c + a / (ln L + b) is the jump of theory.
[[nodiscard]] CouplingFits kosterlitz_thouless_fits(CriticalInput& input);

/// y_t and Delta_sigma from what the curves say at K_c, sample by sample.
struct ExponentFits {
  std::vector<SampledFit> fits;
  CriticalValue y_t;
  CriticalValue delta_sigma;
};
[[nodiscard]] ExponentFits exponent_fits(CriticalInput& input, const CouplingFits& critical);

[[nodiscard]] Collapse collapse_of(const CriticalInput& input, const CouplingFits& critical);

}  // namespace spinflow::analysis
