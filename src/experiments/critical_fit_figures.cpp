// SPDX-License-Identifier: Apache-2.0
// Each chosen fit of a critical run: data, curve, and what is left between them.
#include <fmt/format.h>

#include <cctype>

#include "experiments/critical_results.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::experiments::critical {

namespace {

using results::Mark;
using results::Scale;
using results::Series;

/// "dQ/dK at K_c" -> "dq-dk-at-k-c": letters and digits, the rest as hyphens.
std::string slug(const std::string& name) {
  std::string id;
  for (const unsigned char c : name)
    if (std::isalnum(c) != 0)
      id += static_cast<char>(std::tolower(c));
    else if (!id.empty() && id.back() != '-')
      id += '-';
  while (id.ends_with('-')) id.pop_back();
  return id;
}

results::Figure fit_figure(const analysis::ScalingFit& fit) {
  results::LineFigure figure;
  figure.id = "fit-" + slug(fit.name);
  figure.title = fmt::format("{} against size, with its fit", fit.name);
  figure.caption = fmt::format(
      "Fitted: {}, sizes from {} on; chi^2 = {:.2f} with {} degrees of freedom, p = {:.2g}. Below: "
      "measured minus fitted in units of the measured error.",
      fit.formula, fit.least_size, fit.goodness.chi2, fit.goodness.degrees, fit.goodness.probability);
  figure.x = {.title = "size L", .scale = Scale::log};
  figure.y = {.title = ""};
  figure.own_y_axes = true;
  figure.columns = 1;
  Series data;
  data.name = "measured";
  data.mark = Mark::points;
  data.panel = fit.name;
  Series curve;
  curve.name = "fit";
  curve.mark = Mark::exact;
  curve.panel = data.panel;
  Series residuals;
  residuals.name = "measured";
  residuals.mark = Mark::points;
  residuals.panel = "residual / error";
  for (std::size_t i = 0; i < fit.x.size(); ++i) {
    data.points.push_back({.x = fit.x[i], .y = fit.y[i].value, .error = fit.y[i].error});
    curve.points.push_back({.x = fit.x[i], .y = fit.fitted[i]});
    residuals.points.push_back(
        {.x = fit.x[i], .y = (fit.y[i].value - fit.fitted[i]) / fit.y[i].error, .error = 1});
  }
  figure.series = {data, curve, residuals};
  figure.rules.push_back({0, "", false, residuals.panel});
  return results::line_figure(figure);
}

}  // namespace

std::vector<results::Figure> fit_figures(const Study& study) {
  std::vector<results::Figure> all;
  for (const auto& fit : study.point.fits)
    if (fit.chosen && !fit.x.empty()) all.push_back(fit_figure(fit));
  return all;
}

}  // namespace spinflow::experiments::critical
