// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/fit.hpp"

#include <fmt/format.h>

#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/stats/distributions.hpp"

namespace spinflow::stats {

namespace {

void check_errors(std::span<const Estimate> values, std::string_view where) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i].value) || !std::isfinite(values[i].error) || !(values[i].error > 0))
      throw input_error(where, fmt::format("point {} is {} +- {}", i, values[i].value, values[i].error),
                        "every point needs a finite value and an error above 0");
}

GoodnessOfFit goodness(double chi2, std::size_t points, int parameters) {
  GoodnessOfFit fit{chi2, static_cast<int>(points) - parameters, 1.0};
  if (fit.degrees > 0) fit.probability = chi2_survival(chi2, fit.degrees);
  return fit;
}

}  // namespace

WeightedMean weighted_mean(std::span<const Estimate> values) {
  check_errors(values, "weighted mean");
  if (values.empty()) throw input_error("weighted mean", "there is no value", "give at least one");
  double sum = 0;
  double weights = 0;
  for (const auto& v : values) {
    sum += v.value / (v.error * v.error);
    weights += 1.0 / (v.error * v.error);
  }
  WeightedMean result;
  result.mean = {sum / weights, 1.0 / std::sqrt(weights), 0.5};
  double chi2 = 0;
  for (const auto& v : values) chi2 += std::pow((v.value - result.mean.value) / v.error, 2);
  result.fit = goodness(chi2, values.size(), 1);
  return result;
}

Estimate Line::at(double x) const {
  const double variance =
      intercept.error * intercept.error + 2.0 * x * covariance + x * x * slope.error * slope.error;
  return {intercept.value + slope.value * x, std::sqrt(std::max(variance, 0.0)), 0.5};
}

Line fit_line(std::span<const double> x, std::span<const Estimate> y) {
  if (x.size() != y.size())
    throw input_error("line fit", fmt::format("{} x for {} y", x.size(), y.size()),
                      "give as many of one as of the other");
  check_errors(y, "line fit");
  double weights = 0;
  double centre = 0;
  double mean = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double w = 1.0 / (y[i].error * y[i].error);
    weights += w;
    centre += w * x[i];
    mean += w * y[i].value;
  }
  centre /= weights;
  mean /= weights;
  // About the weighted centre the two parameters are uncorrelated.
  double spread = 0;
  double moment = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double w = 1.0 / (y[i].error * y[i].error);
    spread += w * (x[i] - centre) * (x[i] - centre);
    moment += w * (x[i] - centre) * (y[i].value - mean);
  }
  if (!(spread > 0))
    throw input_error("line fit", "all x are the same", "give points at two different x at least");
  Line line;
  line.slope = {moment / spread, 1.0 / std::sqrt(spread), 0.5};
  line.intercept = {mean - line.slope.value * centre, std::sqrt(1.0 / weights + centre * centre / spread),
                    0.5};
  line.covariance = -centre / spread;
  double chi2 = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    chi2 += std::pow((y[i].value - line.intercept.value - line.slope.value * x[i]) / y[i].error, 2);
  line.fit = goodness(chi2, x.size(), 2);
  return line;
}

}  // namespace spinflow::stats
