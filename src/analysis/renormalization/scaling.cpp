// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/scaling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spinflow/base/error.hpp"

namespace spinflow::analysis {

namespace {

bool has_logarithm(const stats::Estimate& y) {
  return std::isfinite(y.value) && y.value > 0 && std::isfinite(y.error) && y.error > 0;
}

/// ln y against ln x; `more`: errors that are added to those of ln y.
PowerFit power_fit(std::span<const double> x, std::span<const stats::Estimate> y,
                   std::span<const double> more = {}) {
  std::vector<double> log_x;
  std::vector<stats::Estimate> log_y;
  for (std::size_t i = 0; i < x.size(); ++i) {
    log_x.push_back(std::log(x[i]));
    log_y.push_back({.value = std::log(y[i].value),
                     .error = std::hypot(y[i].error / y[i].value, more.empty() ? 0.0 : more[i])});
  }
  PowerFit fit{.dimension = {}, .line = stats::fit_line(log_x, log_y), .residuals = {}};
  for (std::size_t i = 0; i < x.size(); ++i)
    fit.residuals.push_back((log_y[i].value - fit.line.intercept.value - fit.line.slope.value * log_x[i]) /
                            log_y[i].error);
  return fit;
}

/// Delta = constant + factor * slope.
PowerFit dimension_fit(std::span<const double> sizes, const std::vector<stats::Estimate>& y, double constant,
                       double factor) {
  if (!std::ranges::all_of(y, has_logarithm)) return {};
  PowerFit fit = power_fit(sizes, y);
  fit.dimension = {.value = constant + factor * fit.line.slope.value,
                   .error = std::abs(factor) * fit.line.slope.error};
  return fit;
}

}  // namespace

ScalingDimensions scaling_dimensions(std::span<const ScalingPoint> points, int dimension) {
  std::vector<double> sizes;
  std::vector<stats::Estimate> abs_m;
  std::vector<stats::Estimate> mode_2;
  std::vector<stats::Estimate> response;
  for (const auto& point : points) {
    sizes.push_back(point.size);
    abs_m.push_back(point.abs_m);
    mode_2.push_back(point.mode_2);
    response.push_back(point.response);
  }
  if (sizes.empty() || std::ranges::min(sizes) == std::ranges::max(sizes))
    throw input_error("scaling", "one size tells no power law",
                      "give lattices of two different sizes at least");
  return {.sigma_abs_m = dimension_fit(sizes, abs_m, 0, -1),
          .sigma_mode = dimension_fit(sizes, mode_2, 0, -0.5),
          .epsilon = dimension_fit(sizes, response, dimension, -1)};
}

PowerFit order_exponent(std::span<const OrderPoint> points) {
  std::vector<double> reduced;
  std::vector<stats::Estimate> abs_m;
  for (const auto& point : points) {
    if (!(point.reduced > 0) || !has_logarithm(point.abs_m))
      throw input_error("order exponent",
                        fmt::format("|m| = {} +- {} at 1 - T/T_c = {} has no logarithm", point.abs_m.value,
                                    point.abs_m.error, point.reduced),
                        "give points below T_c with errors above 0");
    reduced.push_back(point.reduced);
    abs_m.push_back(point.abs_m);
  }
  if (reduced.empty() || std::ranges::min(reduced) == std::ranges::max(reduced))
    throw input_error("order exponent", "one temperature tells no power law",
                      "give two different temperatures below T_c at least");
  // What an error of T does to ln|m| depends on beta: a few rounds settle it.
  PowerFit fit = power_fit(reduced, abs_m);
  std::vector<double> more(points.size());
  for (int round = 0; round < 10; ++round) {
    for (std::size_t i = 0; i < points.size(); ++i)
      more[i] = fit.line.slope.value * points[i].reduced_error / points[i].reduced;
    fit = power_fit(reduced, abs_m, more);
  }
  fit.dimension = fit.line.slope;
  return fit;
}

}  // namespace spinflow::analysis
