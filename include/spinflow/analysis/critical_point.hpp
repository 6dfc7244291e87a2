// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "spinflow/analysis/universality.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/stats/fit.hpp"
#include "spinflow/stats/reweighting.hpp"

namespace spinflow::analysis {

/// Runs of one size at several couplings, cut into batches: batch b of every size is a piece independent of
/// all other batches. Observables of the histograms, in this order: m2, m4, mk2 (samplers::GraphMeasurement).
struct SizeData {
  int size = 0;                                          ///< L
  double n_sites = 0;                                    ///< N = L^d
  std::vector<double> couplings;                         ///< (n_points), K
  std::vector<std::vector<stats::CountHistogram>> runs;  ///< (n_batches)(n_points)
};

struct CriticalData {
  std::vector<SizeData> sizes;  ///< in ascending order, of equal numbers of batches
  /// ln x(K) of the graphs and its derivative with respect to K.
  std::function<double(double)> log_fugacity;
  std::function<double(double)> log_fugacity_slope;
};

/// What finite-size scaling looks at, for one size at one K.
enum class Quantity {
  q,             ///< Q = <m^2>^2 / <m^4>
  binder,        ///< U = 1 - <m^4> / (3 <m^2>^2)
  chi,           ///< N <m^2>
  xi_over_size,  ///< sqrt(<m^2> / <|m_k|^2> - 1) / (2 L sin(pi / L))
  mk2,           ///< <|m_k|^2> at the smallest k
  q_slope,       ///< dQ/dK
  log_m2_slope,  ///< d ln <m^2> / dK
};
inline constexpr std::size_t n_quantities = 7;

/// Reads quantities of one size at any K within reach of its runs, all batches together or all but one. May
/// be read from several threads.
class SizeCurves {
 public:
  /// Error(input) for shapes that do not fit; failure if runs do not overlap (stats::Reweighting).
  SizeCurves(const SizeData& data, const CriticalData& all);

  static constexpr std::size_t all_batches = static_cast<std::size_t>(-1);
  /// (n_quantities), in the order of Quantity; xi_over_size is NaN where <|m_k|^2> is 0 or above <m^2>.
  /// `left_out`: a batch, or all_batches.
  [[nodiscard]] std::vector<double> at(double coupling, std::size_t left_out = all_batches) const;
  /// With the jackknife error over batches.
  [[nodiscard]] stats::Estimate estimate(Quantity quantity, double coupling) const;
  /// The lowest and the highest K around the runs' middle coupling between which reweighting is trusted
  /// everywhere (overlap at least 5 %).
  [[nodiscard]] std::pair<double, double> reach() const;
  [[nodiscard]] int size() const;
  [[nodiscard]] std::size_t n_batches() const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

/// Where two sizes have the same Q.
struct Crossing {
  int smaller = 0;
  int larger = 0;
  stats::Estimate coupling;  ///< NaN if the curves do not cross within reach
  stats::Estimate q;
  /// `coupling` less that of the crossing before it (of the same ratio of sizes, neighbours or 2), with the
  /// error of the difference; NaN for the first.
  stats::Estimate drift;
};

/// One least-squares fit of the chain.
struct ScalingFit {
  std::string name;     ///< "Q, omega fixed", "dQ/dK", ...
  std::string formula;  ///< what was fitted, readable
  int least_size = 0;   ///< sizes below were left out
  std::vector<std::string> parameters;
  std::vector<stats::Estimate> values;  ///< errors by the jackknife through the whole chain
  stats::GoodnessOfFit goodness;
  bool converged = true;
  bool acceptable = false;  ///< converged to sensible values with a degree of freedom left and p >= .05
  bool chosen =
      false;  ///< the value reported comes from this fit; acceptable others make its systematic error
  std::vector<double> x;          ///< sizes L of the points
  std::vector<double> couplings;  ///< K of the points
  std::vector<stats::Estimate> y;
  std::vector<double> fitted;  ///< the curve at x
};

/// A number with its statistical error and the systematic error that follows from other fits.
struct CriticalValue {
  double value = Universality::unknown;
  double error = Universality::unknown;
  double systematic = Universality::unknown;
  std::string unknown = {};  ///< why the systematic error is not known; empty if it is
};

/// How well Q of all sizes falls on one curve of (K - K_c) L^y_t.
struct Collapse {
  double quality = Universality::unknown;  ///< S, mean squared distance in units of its error (Houdayer and
                                           ///< Hartmann 2004): about 1 for a perfect collapse
  std::vector<int> sizes;                  ///< (n_points)
  std::vector<double> scaled;  ///< (n_points), (K - K_c) L^y_t; mean field: plus the shift b L^-omega of it
  std::vector<stats::Estimate> q;  ///< (n_points), less the corrections b L^-omega of the chosen fit
};

struct CriticalPoint {
  CriticalValue k_c, t_c, nu, y_t, delta_sigma, delta_epsilon, q_star;
  std::vector<Crossing> crossings;
  std::vector<ScalingFit> fits;
  Collapse collapse;
  /// Empty if the data allow a conclusion; otherwise why not ("the curves of Q do not cross", ...).
  std::string inconclusive;
};

struct CriticalOptions {
  double omega = Universality::unknown;  ///< leading correction exponent; unknown: the regime's own
};

/// The whole chain: crossings, fits, exponents, errors (docs/critical-points.md). Errors by a jackknife that
/// leaves out batch b of all sizes together and goes through everything; the weights of the fits stay those
/// of all data.
///
/// Which fit is reported is fixed beforehand. K_c, Q*: Q of each run by itself against Q* + a1 u + a2 u^2 + b
/// L^-omega, u = (K - K_c) L^y_t, of the smallest least size with p >= .05; if there is none, the same with
/// a3 u^3; if there is still none, the fit of largest p. Exponents: L^p (A + B L^-omega), then the next
/// omega, all forms before a size is left out; then a pure power. The systematic error is added in
/// quadrature; it is computed as if each of the other fits with p >= .05 were equally likely to be right: one
/// or two sizes fewer, cubic, two omegas, omega free, halved and doubled, correction to the slope; for
/// exponents the other forms and quantities, and K_c moved by its own systematic error. It is unknown, with
/// the reason, where no correction exponent is known. Mean field: Q* and y_t* = d/2 are held fixed and the
/// leading correction shifts t.
///
/// Couplings should keep Q within about .1 of Q*, where the polynomial holds.
///
/// Error(input) for fewer than three sizes, four batches or two couplings of a size, and for Regime::none;
/// failure if runs of a size do not overlap. Everything else that goes wrong is told in `inconclusive`.
[[nodiscard]] CriticalPoint critical_point(const CriticalData& data, const Universality& theory,
                                           const CriticalOptions& options);

}  // namespace spinflow::analysis
