// SPDX-License-Identifier: Apache-2.0
// The figures of a critical run.
#include "spinflow/results/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "studies/critical_point/results.hpp"

namespace spinflow::studies::critical {

namespace {

using analysis::Quantity;
using results::Axis;
using results::Mark;
using results::Scale;
using results::LineFigure;
using Line = results::Series;

constexpr int points_of_a_curve = 41;
constexpr std::size_t records_drawn = 400;

LineFigure figure(std::string id, std::string title, std::string caption, Axis x, Axis y) {
  LineFigure result;
  result.id = std::move(id);
  result.title = std::move(title);
  result.caption = std::move(caption);
  result.x = std::move(x);
  result.y = std::move(y);
  return result;
}

std::string size_name(std::int64_t size) { return fmt::format("L = {}", size); }

Axis size_axis(const Study& study) {
  Axis axis{.title = "size L", .scale = Scale::log};
  axis.least = 0.8 * static_cast<double>(study.plan.sizes.front());
  axis.most = 1.25 * static_cast<double>(study.plan.sizes.back());
  return axis;
}

/// The range of K that the figures of curves show: what the runs of the middle size reach.
std::pair<double, double> shown_range(const Study& study) {
  return study.curves[study.curves.size() / 2].reach();
}

std::vector<Line> curves_of(const Study& study, Quantity quantity, const std::string& panel) {
  const auto [low, high] = shown_range(study);
  std::vector<Line> all;
  for (const auto& curves : study.curves) {
    Line series;
    series.name = size_name(curves.size());
    series.mark = Mark::curve;
    series.panel = panel;
    const auto [from, to] = curves.reach();
    for (int i = 0; i < points_of_a_curve; ++i) {
      const double k = low + (high - low) * i / (points_of_a_curve - 1);
      if (k < from || k > to) continue;
      const auto reading = curves.estimate(quantity, k);
      series.points.push_back({.x = k, .y = reading.value, .error = reading.error});
    }
    all.push_back(std::move(series));
  }
  return all;
}

void mark_critical(const Study& study, LineFigure& to) {
  if (std::isfinite(study.point.k_c.value)) to.rules.push_back({study.point.k_c.value, "K_c", true});
}

results::Figure q_figure(const Study& study) {
  auto result = figure("q-curves", "Q against the coupling",
                       "Q = <m^2>^2 / <m^4> by multi-histogram reweighting of all runs of a size, as far as "
                       "they reach; bands: one standard error (jackknife over the batches).",
                       {.title = "K = 1/T"}, {.title = "Q"});
  result.sequential = true;
  result.series = curves_of(study, Quantity::q, "");
  mark_critical(study, result);
  return results::line_figure(result);
}

results::Figure other_curves_figure(const Study& study) {
  auto result = figure("other-curves", "Binder's U and the correlation length against the coupling",
                       "U = 1 - <m^4> / (3 <m^2>^2) and the second-moment correlation length xi / L, by the "
                       "same reweighting as Q.",
                       {.title = "K = 1/T"}, {.title = ""});
  result.sequential = true;
  result.own_y_axes = true;
  result.series = curves_of(study, Quantity::binder, "U");
  for (auto& series : curves_of(study, Quantity::xi_over_size, "xi / L"))
    result.series.push_back(std::move(series));
  mark_critical(study, result);
  return results::line_figure(result);
}

results::Figure drift_figure(const Study& study) {
  auto result = figure("crossings", "Where the curves of two sizes cross, and how that drifts",
                       "Crossings of Q for neighbouring sizes and for sizes about a factor of two apart, "
                       "against the larger size. Their drift is what the corrections to scaling in the fits "
                       "account for; the line is the K_c of the chosen fit.",
                       size_axis(study), {.title = "K of the crossing"});
  Line near;
  near.name = "neighbouring sizes";
  near.mark = Mark::points;
  Line far;
  far.name = "sizes further apart";
  far.mark = Mark::points;
  for (const auto& crossing : study.point.crossings) {
    const auto larger = std::ranges::find(study.plan.sizes, crossing.larger);
    const bool neighbours = larger != study.plan.sizes.begin() && *(larger - 1) == crossing.smaller;
    (neighbours ? near : far)
        .points.push_back({.x = static_cast<double>(crossing.larger),
                           .y = crossing.coupling.value,
                           .error = crossing.coupling.error});
  }
  result.series = {near, far};
  if (std::isfinite(study.point.k_c.value)) result.rules.push_back({study.point.k_c.value, "K_c", false});
  return results::line_figure(result);
}

results::Figure collapse_figure(const Study& study) {
  auto result =
      figure("collapse", "Q of all sizes on one curve",
             fmt::format(
                 "Q, less the corrections to scaling of the chosen fit, against (K - K_c) L^y_t with its K_c "
                 "and y_t, by reweighting. Mean squared distance from a common curve in units of the errors "
                 "(Houdayer and Hartmann 2004): S = {:.2f}, about 1 for a perfect collapse.",
                 study.point.collapse.quality),
             {.title = "(K - K_c) L^y_t"}, {.title = "Q"});
  result.sequential = true;
  const auto& collapse = study.point.collapse;
  for (const auto size : study.plan.sizes) {
    Line series;
    series.name = size_name(size);
    series.mark = Mark::points;
    for (std::size_t i = 0; i < collapse.sizes.size(); ++i)
      if (collapse.sizes[i] == size)
        series.points.push_back(
            {.x = collapse.scaled[i], .y = collapse.q[i].value, .error = collapse.q[i].error});
    result.series.push_back(std::move(series));
  }
  return results::line_figure(result);
}

results::Figure tau_figure(const Study& study) {
  auto result = figure("tau-int", "Autocorrelation times",
                       "Integrated autocorrelation time in full sweeps at the middle coupling of each size, "
                       "from the records (which are some sweeps apart: times below that cannot be seen).",
                       size_axis(study), {.title = "tau_int (sweeps)", .scale = Scale::log});
  const auto add = [&](const char* name, stats::TauInt AutocorrelationTimes::*which) {
    Line series;
    series.name = name;
    for (std::size_t s = 0; s < study.series.size(); ++s) {
      const auto& tau = study.autocorrelations[s][1].*which;
      series.points.push_back(
          {.x = static_cast<double>(study.series[s].size), .y = tau.value, .error = tau.error});
    }
    result.series.push_back(std::move(series));
  };
  add("count of events", &AutocorrelationTimes::count);
  add("m^2, improved", &AutocorrelationTimes::m2);
  add("|m|", &AutocorrelationTimes::abs_m);
  return results::line_figure(result);
}

results::Figure series_figure(const Study& study) {
  auto result =
      figure("raw-series", "Raw series",
             fmt::format("The improved estimator of m^2 in the first {} records of one chain at the "
                         "middle coupling; series.h5 has all of them.",
                         records_drawn),
             {.title = "record", .whole = true}, {.title = "m^2"});
  result.own_y_axes = true;
  result.columns = 1;
  const auto& all = study.series;
  for (const auto* one : {&all.front(), &all[all.size() / 2], &all.back()}) {
    const auto& size = *one;
    Line series;
    series.name = "m^2";
    series.mark = Mark::curve;
    series.panel = size_name(size.size);
    const auto values = size.column(Column::m2, 1, 0);
    for (std::size_t r = 0; r < std::min(records_drawn, values.size()); ++r)
      series.points.push_back({.x = static_cast<double>(r), .y = values[r]});
    result.series.push_back(std::move(series));
  }
  return results::line_figure(result);
}

}  // namespace

std::vector<results::Figure> figures_of(const Study& study) {
  std::vector<results::Figure> all = {q_figure(study), drift_figure(study)};
  if (!study.point.collapse.sizes.empty()) all.push_back(collapse_figure(study));
  for (auto& one : fit_figures(study)) all.push_back(std::move(one));
  all.push_back(other_curves_figure(study));
  all.push_back(tau_figure(study));
  all.push_back(series_figure(study));
  return all;
}

}  // namespace spinflow::studies::critical
