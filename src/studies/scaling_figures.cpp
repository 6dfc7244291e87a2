// SPDX-License-Identifier: Apache-2.0
// The figures and tables of scaling studies.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ranges>

#include "spinflow/results/record.hpp"
#include "spinflow/results/series_by.hpp"
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

/// What a fit reads: a column, a panel, its points and its fit.
struct Quantity {
  const char* column;
  const char* panel;
  const char* dimension;
  stats::Estimate ScalingPoint::*value;
  PowerFit ScalingDimensions::*fit;
};
constexpr std::array<Quantity, 3> quantities = {
    Quantity{"abs_m", "<|m|>", "Delta_sigma from <|m|>", &ScalingPoint::abs_m,
             &ScalingDimensions::sigma_abs_m},
    Quantity{observables::mode_2, "|m_k|^2", "Delta_sigma from |m_k|^2", &ScalingPoint::mode_2,
             &ScalingDimensions::sigma_mode},
    Quantity{"Y", "Y", "Delta_epsilon from Y", &ScalingPoint::response, &ScalingDimensions::epsilon}};

/// The fit between two x, as a line in the colour of its points; none if there is no fit.
void add_line(results::LineFigure& figure, const PowerFit& fit, double from, double to,
              const results::Series& points) {
  if (std::isnan(fit.dimension.value)) return;
  figure.series.push_back(results::series_over({.name = points.name + ", fit",
                                                .mark = results::Mark::curve,
                                                .panel = points.panel,
                                                .colour = points.colour},
                                               results::spaced(0, 1, 21), [&](double share) {
                                                 const double x = from * std::pow(to / from, share);
                                                 return results::Point{
                                                     .x = x, .y = std::exp(fit.line.at(std::log(x)).value)};
                                               }));
}

/// A row of the table of fits.
struct FitRow {
  std::string quantity;
  std::string source;
  PowerFit fit;
  double theory = results::none;
};

results::Table fit_table(const std::vector<FitRow>& fits) {
  const auto of_line = [](auto number) {
    return [number](const FitRow& row) {
      return std::isnan(row.fit.dimension.value) ? results::none : number(row.fit.line.fit);
    };
  };
  return results::Record<FitRow>()
      .add("quantity", &FitRow::quantity)
      .add("source", &FitRow::source)
      .show("value", [](const FitRow& row) { return row.fit.dimension; })
      .add("theory", &FitRow::theory)
      .show("chi2", of_line([](const auto& fit) { return static_cast<double>(fit.chi2); }))
      .show("degrees", of_line([](const auto& fit) { return static_cast<double>(fit.degrees); }))
      .show("p_value", of_line([](const auto& fit) { return static_cast<double>(fit.probability); }))
      .table(fits);
}

/// One size of the data, or of the flow.
struct SizeRow {
  const SizeScalingPoint* size = nullptr;
  bool data = false;
  std::size_t index = 0;  ///< of the size
  const ScalingDimensions* found = nullptr;

  [[nodiscard]] const ScalingPoint& point() const { return data ? size->data : size->flow; }
};

std::vector<SizeRow> size_rows(const SizeScaling& scaling) {
  std::vector<SizeRow> rows;
  for (const bool data : {true, false})
    for (std::size_t i = 0; i < scaling.points.size(); ++i)
      rows.push_back({&scaling.points[i], data, i, data ? &scaling.data : &scaling.flow});
  return rows;
}

const char* source_of(const SizeRow& row) { return row.data ? data_name : flow_name; }

results::Table size_table(const SizeScaling& scaling) {
  auto record =
      results::Record<SizeRow>()
          .show("file", [](const SizeRow& row) { return row.size->name; })
          .show("L", [](const SizeRow& row) { return row.point().size; })
          .show("source", [](const SizeRow& row) { return std::string(source_of(row)); })
          .show("first_step", [](const SizeRow& row) { return row.data ? 0 : row.size->first_step; })
          .show("last_step", [](const SizeRow& row) { return row.data ? 0 : row.size->last_step; })
          .show("n", [](const SizeRow& row) { return row.size->n; });
  for (const auto& quantity : quantities)
    record.show(quantity.column, [value = quantity.value](const SizeRow& row) { return row.point().*value; })
        .show(fmt::format("{}_residual", quantity.column), [fit = quantity.fit](const SizeRow& row) {
          const auto& residuals = (row.found->*fit).residuals;
          return residuals.empty() ? results::none : residuals[row.index];
        });
  return record.table(size_rows(scaling));
}

results::Figure size_figure(const SizeScaling& scaling, const std::string& prefix) {
  const double from = scaling.points.front().data.size;
  const double to = scaling.points.back().data.size;
  results::LineFigure figure{
      .id = prefix + "-sizes",
      .title = "Scaling with the size of the lattice",
      .caption =
          "<|m|>, the longest wave |m_k|^2 and Y = Cov(|m|, E_b) / <|m|> against L, "
          "at the end of the flow and for the "
          "configurations it started from, with the power laws fitted to each: "
          "straight lines on these axes. Errors of the flow are those of a single "
          "step.",
      .x = {.title = "L (sites)", .scale = results::Scale::log, .least = 0.9 * from, .most = 1.1 * to},
      .y = {.title = "mean", .scale = results::Scale::log},
      .series = {},
      .own_y_axes = true};
  for (const bool data : {true, false})
    for (const auto& quantity : quantities) {
      add(figure, results::series_by(
                      size_rows(scaling) |
                          std::views::filter([data](const SizeRow& row) { return row.data == data; }),
                      quantity.panel, source_of, [](const SizeRow& row) { return row.point().size; },
                      [&](const SizeRow& row) { return row.point().*quantity.value; },
                      {.mark = results::Mark::points, .names = {data_name, flow_name}}));
      add_line(figure, (data ? scaling.data : scaling.flow).*quantity.fit, from, to,
               results::Series(figure.series.back()));
    }
  return results::line_figure(figure);
}

}  // namespace

void add_scaling(const SizeScaling& scaling, results::Results& out, const std::string& prefix) {
  std::vector<FitRow> fits;
  for (const bool data : {true, false})
    for (const auto& quantity : quantities)
      fits.push_back({quantity.dimension, data ? data_name : flow_name,
                      (data ? scaling.data : scaling.flow).*quantity.fit,
                      quantity.fit == &ScalingDimensions::epsilon ? scaling.theory.delta_epsilon
                                                                  : scaling.theory.delta_sigma});
  out.tables[underscored(prefix) + "_points"] = size_table(scaling);
  out.tables[underscored(prefix) + "_fits"] = fit_table(fits);
  out.figures.push_back(size_figure(scaling, prefix));
}

namespace {

/// A start of the data, of the flow after some steps, or of its end.
struct OrderRow {
  std::string start;
  std::string source;
  double step = results::none;
  stats::Estimate t;
  double reduced = results::none;  ///< 1 - T/T_c as shown
  double x = results::none;        ///< 1 - T/T_c as read
  stats::Estimate abs_m;
  bool drawn = false;
  bool fitted = false;
};

std::vector<OrderRow> order_rows(const OrderScaling& scaling, bool data) {
  const double t_c = scaling.critical_temperature;
  std::vector<OrderRow> rows;
  for (const auto& point : scaling.points) {
    const auto& t = data ? point.data_t : point.flow_t;
    const auto told = shown(t);
    auto& row = rows.emplace_back();
    row.start = point.name;
    row.source = data ? data_name : fmt::format("{}, step {}", flow_name, scaling.step);
    row.step = data ? 0.0 : static_cast<double>(scaling.step);
    row.t = told;
    row.reduced = 1 - told.value / t_c;
    row.abs_m = data ? point.data_m : point.flow_m;
    row.x = 1 - t.value / t_c;
    row.drawn = !t.censored && row.x > 0;
    row.fitted = row.drawn && row.x < 0.5 && t.value + 2 * t.error < t_c;
  }
  return rows;
}

}  // namespace

void add_scaling(const OrderScaling& scaling, results::Results& out, const std::string& prefix) {
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
  std::vector<OrderRow> all;
  std::vector<FitRow> fits;
  for (const bool data : {true, false}) {
    const auto rows = order_rows(scaling, data);
    const auto& fit = data ? scaling.data : scaling.flow;
    const results::Series begin{
        .name = rows.front().source, .mark = results::Mark::points, .colour = data ? 0 : 1};
    auto series =
        results::series_over(begin, rows | std::views::filter(&OrderRow::drawn),
                             [](const OrderRow& row) { return results::point_at(row.x, row.abs_m); });
    if (!series.points.empty()) figure.series.push_back(std::move(series));
    double from = 0.5;
    double to = 0;
    for (const auto& row : rows | std::views::filter(&OrderRow::fitted)) {
      from = std::min(from, row.x);
      to = std::max(to, row.x);
    }
    add_line(figure, fit, from, to, begin);
    fits.push_back({"beta", begin.name, fit, scaling.theory.beta()});
    all.insert(all.end(), rows.begin(), rows.end());
  }
  for (const auto& point : scaling.points)
    all.push_back({.start = point.name, .source = "flow, end", .t = {}, .abs_m = point.settled_m});
  out.tables[underscored(prefix) + "_points"] = results::Record<OrderRow>()
                                                    .add("start", &OrderRow::start)
                                                    .add("source", &OrderRow::source)
                                                    .add("step", &OrderRow::step)
                                                    .add("T", &OrderRow::t)
                                                    .add("1 - T/T_c", &OrderRow::reduced)
                                                    .add("abs_m", &OrderRow::abs_m)
                                                    .table(all);
  out.tables[underscored(prefix) + "_fits"] = fit_table(fits);
  if (!figure.series.empty()) out.figures.push_back(results::line_figure(figure));
}

}  // namespace spinflow::studies
