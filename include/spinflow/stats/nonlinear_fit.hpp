// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "spinflow/stats/estimate.hpp"
#include "spinflow/stats/fit.hpp"

namespace spinflow::stats {

struct FitParameter {
  std::string name;
  double start = 0;
  bool fixed = false;  ///< stays at `start`
  double scale = 1;    ///< > 0: typical size, in the unit of the parameter; used while the parameter is 0
};

/// What the parameters, (n_parameters), say point i is.
using FitFunction = std::function<double(std::size_t i, std::span<const double> parameters)>;

struct NonlinearFit {
  std::vector<double> values;      ///< (n_parameters)
  std::vector<double> covariance;  ///< (n_parameters, n_parameters), row-major; 0 for fixed ones
  GoodnessOfFit goodness;
  bool converged = false;
  std::string problem;  ///< why it did not converge, in words; `values` are then the best found

  [[nodiscard]] double error(std::size_t parameter) const;
};

/// Minimises chi^2 = sum_i ((y_i - f(i)) / e_i)^2 of independent points by Levenberg's and Marquardt's method
/// (Marquardt 1963) with derivatives from central differences. Converged: a further Gauss-Newton step
/// promises to lower chi^2 by less than 1e-9. Not converged: no such minimum in 200 steps, or parameters that
/// the points cannot tell apart. Error(input) for fewer points than free parameters, errors that are not > 0,
/// a start at which f is not finite.
[[nodiscard]] NonlinearFit nonlinear_fit(const FitFunction& f, std::span<const Estimate> y,
                                         std::span<const FitParameter> parameters);

}  // namespace spinflow::stats
