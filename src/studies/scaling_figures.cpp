// SPDX-License-Identifier: Apache-2.0
// The figures and tables of scaling studies.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "spinflow/results/figures.hpp"
#include "spinflow/studies/scaling.hpp"
#include "studies/judging.hpp"

namespace spinflow::studies {

namespace {

using analysis::PowerFit;
using analysis::ScalingDimensions;
using analysis::ScalingPoint;

constexpr const char* data_name = "training data";
constexpr const char* flow_name = "flow";

std::string underscored(std::string prefix) {
  std::ranges::replace(prefix, '-', '_');
  return prefix;
}

/// What a fit reads: a panel, its points and its fit.
struct Quantity {
  const char* panel;
  const char* dimension;
  stats::Estimate ScalingPoint::*value;
  PowerFit ScalingDimensions::*fit;
};
constexpr std::array<Quantity, 3> quantities = {
    Quantity{"<|m|>", "Delta_sigma from <|m|>", &ScalingPoint::abs_m, &ScalingDimensions::sigma_abs_m},
    Quantity{"|m_k|^2", "Delta_sigma from |m_k|^2", &ScalingPoint::mode_2, &ScalingDimensions::sigma_mode},
    Quantity{"Y", "Delta_epsilon from Y", &ScalingPoint::response, &ScalingDimensions::epsilon}};

/// The fit between two x, as a line in the colour of its points.
results::Series fit_line(const PowerFit& fit, double from, double to, const std::string& name,
                         const std::string& panel, int colour) {
  results::Series series{
      .name = name, .points = {}, .mark = results::Mark::curve, .panel = panel, .colour = colour};
  if (std::isnan(fit.dimension.value)) return series;
  constexpr int parts = 20;
  for (int i = 0; i <= parts; ++i) {
    const double x = from * std::pow(to / from, static_cast<double>(i) / parts);
    series.points.push_back({.x = x, .y = std::exp(fit.line.at(std::log(x)).value)});
  }
  return series;
}

void add_fit(results::Table& table, const std::string& what, const std::string& source, const PowerFit& fit,
             double theory) {
  const auto& quality = fit.line.fit;
  const bool made = !std::isnan(fit.dimension.value);
  table.rows.push_back({what, source, fit.dimension.value, fit.dimension.error, theory,
                        made ? quality.chi2 : results::none, made ? quality.degrees : results::none,
                        made ? quality.probability : results::none});
}

const std::vector<std::string> fit_columns = {"quantity", "source", "value",   "value_error",
                                              "theory",   "chi2",   "degrees", "p_value"};

}  // namespace

void add_scaling(const SizeScaling& scaling, results::Results& out, const std::string& prefix) {
  auto& points = out.tables[underscored(prefix) + "_points"];
  points.columns = {"file",  "L",           "source",         "first_step", "last_step",    "n",
                    "abs_m", "abs_m_error", "abs_m_residual", "mode_2",     "mode_2_error", "mode_2_residual",
                    "Y",     "Y_error",     "Y_residual"};
  auto& fits = out.tables[underscored(prefix) + "_fits"];
  fits.columns = fit_columns;
  results::LineFigure figure{.id = prefix + "-sizes",
                             .title = "Scaling with the size of the lattice",
                             .caption =
                                 "<|m|>, the longest wave |m_k|^2 and Y = Cov(|m|, E_b) / <|m|> against L, "
                                 "at the end of the flow and for the "
                                 "configurations it started from, with the power laws fitted to each: "
                                 "straight lines on these axes. Errors of the flow are those of a single "
                                 "step.",
                             .x = {.title = "L (sites)",
                                   .scale = results::Scale::log,
                                   .least = 0.9 * scaling.points.front().data.size,
                                   .most = 1.1 * scaling.points.back().data.size},
                             .y = {.title = "mean", .scale = results::Scale::log},
                             .series = {},
                             .own_y_axes = true};
  const double from = scaling.points.front().data.size;
  const double to = scaling.points.back().data.size;
  for (const bool data : {true, false}) {
    const std::string source = data ? data_name : flow_name;
    const auto& found = data ? scaling.data : scaling.flow;
    for (std::size_t i = 0; i < scaling.points.size(); ++i) {
      const auto& point = scaling.points[i];
      const auto& p = data ? point.data : point.flow;
      std::vector<results::Cell> row = {point.name,
                                        p.size,
                                        source,
                                        data ? 0.0 : static_cast<double>(point.first_step),
                                        data ? 0.0 : static_cast<double>(point.last_step),
                                        static_cast<double>(point.n)};
      for (const auto& quantity : quantities) {
        const auto& residuals = (found.*quantity.fit).residuals;
        row.emplace_back((p.*quantity.value).value);
        row.emplace_back((p.*quantity.value).error);
        row.emplace_back(residuals.empty() ? results::none : residuals[i]);
      }
      points.rows.push_back(std::move(row));
    }
    for (const auto& quantity : quantities) {
      results::Series series{.name = source,
                             .points = {},
                             .mark = results::Mark::points,
                             .panel = quantity.panel,
                             .colour = data ? 0 : 1};
      for (const auto& point : scaling.points) {
        const auto& p = data ? point.data : point.flow;
        series.points.push_back(
            {.x = p.size, .y = (p.*quantity.value).value, .error = (p.*quantity.value).error});
      }
      figure.series.push_back(std::move(series));
      auto line = fit_line(found.*quantity.fit, from, to, source + ", fit", quantity.panel, data ? 0 : 1);
      if (!line.points.empty()) figure.series.push_back(std::move(line));
      add_fit(fits, quantity.dimension, source, found.*quantity.fit,
              quantity.fit == &ScalingDimensions::epsilon ? scaling.theory.delta_epsilon
                                                          : scaling.theory.delta_sigma);
    }
  }
  out.figures.push_back(results::line_figure(figure));
}

void add_scaling(const OrderScaling& scaling, results::Results& out, const std::string& prefix) {
  auto& points = out.tables[underscored(prefix) + "_points"];
  points.columns = {"start", "source", "step", "T", "T_error", "1 - T/T_c", "abs_m", "abs_m_error"};
  auto& fits = out.tables[underscored(prefix) + "_fits"];
  fits.columns = fit_columns;
  results::LineFigure figure{
      .id = prefix + "-order",
      .title = "Order below the critical temperature",
      .caption = fmt::format("<|m|> against 1 - T/T_c, T read from the bond energy, T_c = {:.5g}: of the "
                             "configurations the flow "
                             "started from and after step {}, with the power laws fitted, which reach over "
                             "the points in the fit: above T_c/2, and two errors below T_c.",
                             scaling.critical_temperature, scaling.step),
      .x = {.title = "1 - T/T_c", .scale = results::Scale::log},
      .y = {.title = "<|m|>", .scale = results::Scale::log},
      .series = {}};
  const double beta = scaling.theory.beta();
  for (const bool data : {true, false}) {
    const std::string source = data ? data_name : fmt::format("{}, step {}", flow_name, scaling.step);
    const auto& fit = data ? scaling.data : scaling.flow;
    results::Series series{
        .name = source, .points = {}, .mark = results::Mark::points, .colour = data ? 0 : 1};
    double from = 0.5;
    double to = 0;
    for (const auto& point : scaling.points) {
      const auto& t = data ? point.data_t : point.flow_t;
      const auto& m = data ? point.data_m : point.flow_m;
      const double reduced = 1 - t.value / scaling.critical_temperature;
      const auto told = shown(t);
      points.rows.push_back({point.name, source, data ? 0.0 : static_cast<double>(scaling.step), told.value,
                             told.error, 1 - told.value / scaling.critical_temperature, m.value, m.error});
      if (t.censored || !(reduced > 0)) continue;
      series.points.push_back({.x = reduced, .y = m.value, .error = m.error});
      if (reduced >= 0.5 || !(t.value + 2 * t.error < scaling.critical_temperature)) continue;
      from = std::min(from, reduced);
      to = std::max(to, reduced);
    }
    if (!series.points.empty()) figure.series.push_back(std::move(series));
    auto line = fit_line(fit, from, to, source + ", fit", "", data ? 0 : 1);
    if (!line.points.empty()) figure.series.push_back(std::move(line));
    add_fit(fits, "beta", source, fit, beta);
  }
  for (const auto& point : scaling.points)
    points.rows.push_back({point.name, "flow, end", results::none, results::none, results::none,
                           results::none, point.settled_m.value, point.settled_m.error});
  if (figure.series.empty()) return;
  out.figures.push_back(results::line_figure(figure));
}

}  // namespace spinflow::studies
