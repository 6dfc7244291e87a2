// SPDX-License-Identifier: Apache-2.0
#include "studies/seed_scaling.hpp"

#include <algorithm>
#include <cmath>

#include "spinflow/observables/names.hpp"
#include "spinflow/results/series_by.hpp"
#include "studies/judging.hpp"

namespace spinflow::studies {

using analysis::ScalingDimensions;
using analysis::ScalingPoint;
using results::Point;

results::Record<SizeReading> size_reading_record() {
  return results::Record<SizeReading>()
      .add("model", &SizeReading::model)
      .add("arm", &SizeReading::arm)
      .add("L", &SizeReading::size)
      .add("seed", &SizeReading::seed)
      .add("abs_m", &SizeReading::point, &ScalingPoint::abs_m)
      .add(observables::mode_2, &SizeReading::point, &ScalingPoint::mode_2)
      .add(observables::response, &SizeReading::point, &ScalingPoint::response);
}

const std::vector<ScalingQuantity>& scaling_quantities() {
  static const std::vector<ScalingQuantity> all = {
      {"abs_m", "<|m|>", "Delta_sigma from <|m|>", &ScalingPoint::abs_m, &ScalingDimensions::sigma_abs_m},
      {observables::mode_2, "<|m_k|^2>", "Delta_sigma from |m_k|^2", &ScalingPoint::mode_2,
       &ScalingDimensions::sigma_mode},
      {observables::response, "Y", "Delta_epsilon from Y", &ScalingPoint::response,
       &ScalingDimensions::epsilon}};
  return all;
}

double ScalingQuantity::dimension(const analysis::Universality& theory) const {
  return is_response() ? theory.shown_epsilon() : theory.delta_sigma;
}

double ScalingQuantity::power(const analysis::Universality& theory) const {
  if (is_response()) return theory.dimension - theory.shown_epsilon();
  if (member == &ScalingPoint::mode_2) return -2 * theory.delta_sigma;
  return theory.mean_field() ? -0.25 * theory.dimension : -theory.delta_sigma;
}

SeedScaling::SeedScaling(std::span<const SizeReading> readings, const std::string& model,
                         const std::string& arm, const std::vector<std::int64_t>& sizes, std::int64_t n_seeds,
                         int dimension)
    : dimension_(dimension) {
  const auto here = [&](const SizeReading& r) { return r.model == model && r.arm == arm; };
  for (std::size_t seed = 0; seed < static_cast<std::size_t>(n_seeds); ++seed) {
    std::vector<ScalingPoint> points;
    for (const auto& r : readings)
      if (here(r) && r.seed == seed) points.push_back(r.point);
    std::ranges::sort(points, {}, &ScalingPoint::size);
    auto& found = seeds_.emplace_back();
    if (points.size() == sizes.size()) found = analysis::scaling_dimensions(points, dimension);
  }
  for (const auto size : sizes) {
    ScalingPoint point{.size = static_cast<double>(size), .abs_m = {}, .mode_2 = {}, .response = {}};
    bool any = false;
    for (const auto& quantity : scaling_quantities()) {
      std::vector<stats::Estimate> values;
      for (const auto& r : readings)
        if (here(r) && r.size == size) values.push_back(r.point.*quantity.member);
      point.*quantity.member = over_seeds(values);
      any = any || !values.empty();
    }
    if (any) means_.push_back(point);
  }
}

std::vector<stats::Estimate> SeedScaling::dimensions(const ScalingQuantity& quantity) const {
  std::vector<stats::Estimate> all;
  for (const auto& found : seeds_)
    all.push_back(found ? ((*found).*quantity.fit).dimension : stats::Estimate{});
  return all;
}

analysis::PowerFit SeedScaling::fit(const ScalingQuantity& quantity) const {
  if (means_.size() < 2) return {};
  return analysis::scaling_dimensions(means_, dimension_).*quantity.fit;
}

std::vector<results::Series> log_series(const SeedScaling& scaling, const ScalingQuantity& quantity,
                                        const results::Series& begin) {
  const auto look = [&](results::Mark mark) {
    auto series = begin;
    series.mark = mark;
    return series;
  };
  std::vector<results::Series> all = {
      results::series_over(look(results::Mark::points), scaling.means(), [&](const ScalingPoint& p) {
        const auto& value = p.*quantity.member;
        return Point{.x = std::log(p.size), .y = std::log(value.value), .error = value.error / value.value};
      })};
  const auto fit = scaling.fit(quantity);
  if (!std::isfinite(fit.dimension.value)) return all;
  all.push_back(results::series_over(look(results::Mark::curve), scaling.means(), [&](const ScalingPoint& p) {
    const double x = std::log(p.size);
    return Point{.x = x, .y = fit.line.intercept.value + fit.line.slope.value * x};
  }));
  return all;
}

std::vector<results::Series> theory_series(const std::vector<ScalingPoint>& points,
                                           const ScalingQuantity& quantity,
                                           const analysis::Universality& theory) {
  const double power = quantity.power(theory);
  if (points.empty() || !std::isfinite(power)) return {};
  const auto& first = points.front();
  return {results::series_over({.name = "theory", .mark = results::Mark::exact, .panel = quantity.axis},
                               points, [&](const ScalingPoint& p) {
                                 return Point{.x = std::log(p.size),
                                              .y = std::log((first.*quantity.member).value) +
                                                   power * std::log(p.size / first.size)};
                               })};
}

}  // namespace spinflow::studies
