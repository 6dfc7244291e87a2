// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/nonlinear_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/stats/distributions.hpp"
#include "stats/cholesky.hpp"

namespace spinflow::stats {

namespace {

constexpr auto fit_name = "nonlinear fit";
constexpr double promised_gain = 1e-9;
constexpr int most_steps = 200;
/// What may be left of a diagonal element of the scaled normal matrix (all ones): below, two parameters do
/// the same to all points, to the accuracy of the derivatives.
constexpr double least_pivot = 1e-13;

class Minimiser {
 public:
  Minimiser(const FitFunction& f, std::span<const Estimate> y, std::span<const FitParameter> parameters)
      : f_(f), y_(y), residuals_(y.size()), trial_residuals_(y.size()) {
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      values_.push_back(parameters[p].start);
      if (parameters[p].fixed) continue;
      free_.push_back(p);
      unit_.push_back(parameters[p].scale);
    }
  }

  NonlinearFit run() {
    const std::size_t n = free_.size();
    NonlinearFit fit;
    chi2_ = chi2_of(values_, residuals_);
    if (!std::isfinite(chi2_))
      throw input_error(fit_name, "the function is not finite at the start",
                        "start the parameters elsewhere");
    double damping = 1e-3;
    for (int step = 0; step < most_steps && fit.problem.empty() && !fit.converged; ++step) {
      differentiate();
      if (!std::isfinite(promise())) {
        fit.problem = "the points cannot tell its parameters apart";
      } else if (promise_ < promised_gain) {
        fit.converged = true;
      } else if (!improve(damping)) {
        fit.problem = "no step lowers chi^2 any more";
      }
    }
    if (!fit.converged && fit.problem.empty())
      fit.problem = fmt::format("no minimum within {} steps", most_steps);
    fit.values = values_;
    fit.covariance.assign(values_.size() * values_.size(), 0.0);
    if (fit.converged)
      for (std::size_t a = 0; a < n; ++a) {
        std::vector<double> column(n, 0.0);
        column[a] = 1;
        cholesky_solve(factor_, column);
        for (std::size_t b = 0; b < n; ++b)
          fit.covariance[free_[a] * values_.size() + free_[b]] = column[b] / (scale_[a] * scale_[b]);
      }
    fit.goodness = {chi2_, static_cast<int>(y_.size() - n), 1.0};
    if (fit.goodness.degrees > 0) fit.goodness.probability = chi2_survival(chi2_, fit.goodness.degrees);
    return fit;
  }

 private:
  double chi2_of(std::span<const double> values, std::vector<double>& residuals) const {
    double chi2 = 0;
    for (std::size_t i = 0; i < y_.size(); ++i) {
      residuals[i] = (y_[i].value - f_(i, values)) / y_[i].error;
      chi2 += residuals[i] * residuals[i];
    }
    return chi2;
  }

  /// The normal matrix J^T J and gradient J^T r, J = df/dp / e, scaled so that the diagonal is 1.
  void differentiate() {
    const std::size_t n = free_.size();
    jacobian_.resize(y_.size() * n);
    auto moved = values_;
    for (std::size_t a = 0; a < n; ++a) {
      const double at = values_[free_[a]];
      const double h = 6e-6 * (at == 0 ? unit_[a] : std::abs(at));  // (machine epsilon)^(1/3)
      for (std::size_t i = 0; i < y_.size(); ++i) {
        moved[free_[a]] = at + h;
        const double above = f_(i, moved);
        moved[free_[a]] = at - h;
        jacobian_[i * n + a] = (above - f_(i, moved)) / (2 * h) / y_[i].error;
      }
      moved[free_[a]] = at;
    }
    scale_.assign(n, 0.0);
    for (std::size_t i = 0; i < y_.size(); ++i)
      for (std::size_t a = 0; a < n; ++a) scale_[a] += jacobian_[i * n + a] * jacobian_[i * n + a];
    for (auto& scale : scale_) scale = std::sqrt(scale);
    normal_.assign(n * n, 0.0);
    gradient_.assign(n, 0.0);
    for (std::size_t i = 0; i < y_.size(); ++i)
      for (std::size_t a = 0; a < n; ++a) {
        gradient_[a] += jacobian_[i * n + a] / scale_[a] * residuals_[i];
        for (std::size_t b = 0; b < n; ++b)
          normal_[a * n + b] += jacobian_[i * n + a] / scale_[a] * jacobian_[i * n + b] / scale_[b];
      }
  }

  /// By how much a Gauss-Newton step lowers chi^2 of the linearised function, g^T (J^T J)^-1 g; NaN for a
  /// singular matrix.
  double promise() {
    factor_ = normal_;
    promise_ = std::nan("");
    if (!cholesky(factor_, free_.size(), least_pivot)) return promise_;
    auto step = gradient_;
    cholesky_solve(factor_, step);
    promise_ = 0;
    for (std::size_t a = 0; a < step.size(); ++a) promise_ += step[a] * gradient_[a];
    return promise_;
  }

  /// The first step of growing damping that lowers chi^2; false if none does.
  bool improve(double& damping) {
    const std::size_t n = free_.size();
    for (; damping < 1e12; damping *= 10) {
      auto damped = normal_;
      for (std::size_t a = 0; a < n; ++a) damped[a * n + a] += damping;
      auto step = gradient_;
      if (!cholesky(damped, n, 0)) continue;
      cholesky_solve(damped, step);
      auto trial = values_;
      for (std::size_t a = 0; a < n; ++a) trial[free_[a]] += step[a] / scale_[a];
      const double chi2 = chi2_of(trial, trial_residuals_);
      if (!(chi2 < chi2_)) continue;
      values_ = trial;
      residuals_.swap(trial_residuals_);
      chi2_ = chi2;
      damping = std::max(1e-12, 0.1 * damping);
      return true;
    }
    return false;
  }

  const FitFunction& f_;
  std::span<const Estimate> y_;
  std::vector<std::size_t> free_;
  std::vector<double> unit_;  // of the free parameters
  std::vector<double> values_;
  std::vector<double> residuals_;  // (n_points), (y - f) / e
  std::vector<double> trial_residuals_;
  std::vector<double> jacobian_;  // (n_points, n_free)
  std::vector<double> scale_;     // (n_free)
  std::vector<double> normal_;    // (n_free, n_free)
  std::vector<double> factor_;
  std::vector<double> gradient_;  // (n_free)
  double chi2_ = 0;
  double promise_ = 0;
};

}  // namespace

double NonlinearFit::error(std::size_t parameter) const {
  return std::sqrt(covariance[parameter * values.size() + parameter]);
}

NonlinearFit nonlinear_fit(const FitFunction& f, std::span<const Estimate> y,
                           std::span<const FitParameter> parameters) {
  std::size_t n_free = 0;
  for (const auto& parameter : parameters) n_free += parameter.fixed ? 0 : 1;
  if (y.size() < n_free)
    throw input_error(fit_name, fmt::format("{} points for {} free parameters", y.size(), n_free),
                      "give as many points as parameters at least");
  for (std::size_t i = 0; i < y.size(); ++i)
    if (!std::isfinite(y[i].value) || !std::isfinite(y[i].error) || !(y[i].error > 0))
      throw input_error(fit_name, fmt::format("point {} is {} +- {}", i, y[i].value, y[i].error),
                        "every point needs a finite value and an error above 0");
  return Minimiser(f, y, parameters).run();
}

}  // namespace spinflow::stats
