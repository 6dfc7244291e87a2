// SPDX-License-Identifier: Apache-2.0
// Each chosen fit of a critical run: data, curve, and what is left between them.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numbers>

#include "spinflow/results/figures.hpp"
#include "studies/critical_point/results.hpp"

namespace spinflow::studies::critical {

namespace {

using results::Mark;
using results::Scale;
using Line = results::Series;

/// "dQ/dK, L^-1.75" -> "dQ/dK": what was fitted.
std::string law_of(const analysis::ScalingFit& fit) { return fit.name.substr(0, fit.name.find(',')); }

/// Points of one coupling per size lie on one curve; of several, on one curve each.
std::vector<std::vector<std::size_t>> branches(const analysis::ScalingFit& fit) {
  std::vector<std::vector<std::size_t>> all;
  std::size_t branch = 0;
  for (std::size_t i = 0; i < fit.x.size(); ++i) {
    branch = i > 0 && fit.x[i] == fit.x[i - 1] ? branch + 1 : 0;
    if (branch == all.size()) all.emplace_back();
    all[branch].push_back(i);
  }
  return all;
}

results::Figure fit_figure(const analysis::ScalingFit& fit) {
  results::LineFigure figure;
  figure.id = fit_figure_id(fit);
  const std::string form = fit.name.substr(std::min(law_of(fit).size() + 2, fit.name.size()));
  figure.title = fmt::format("{} against size, with its fit{}", law_of(fit),
                             form.empty() ? "" : fmt::format(" ({})", form));
  figure.caption = fmt::format(
      "Fitted: {}, sizes from {} on{}; chi^2 = {:.2f} with {} degrees of freedom, p = {:.2g}. "
      "Below: measured minus fitted in units of the measured error.",
      fit.formula, fit.least_size,
      branches(fit).size() > 1 ? ", at the couplings of the runs (one curve each)" : "", fit.goodness.chi2,
      fit.goodness.degrees, fit.goodness.probability);
  figure.x = {.title = "size L", .scale = Scale::log};
  if (!fit.x.empty()) {
    figure.x.least = 0.8 * fit.x.front();
    figure.x.most = 1.25 * fit.x.back();
  }
  figure.own_y_axes = true;
  figure.columns = 1;
  const auto all = branches(fit);
  // A power law is a straight line in logarithms; Q is none.
  const bool logarithmic = all.size() == 1 &&
                           std::ranges::all_of(fit.y, [](const stats::Estimate& y) { return y.value > 0; }) &&
                           std::ranges::all_of(fit.fitted, [](double y) { return y > 0; });
  const auto drawn = [&](double y) { return logarithmic ? std::log10(y) : y; };
  const std::string panel = logarithmic ? fmt::format("log10 of {}", law_of(fit)) : law_of(fit);
  const std::string below = "residual / error";
  for (std::size_t branch = 0; branch < all.size(); ++branch) {
    const std::string which =
        all.size() == 1 ? "" : fmt::format(", coupling {} of {}", branch + 1, all.size());
    Line data;
    data.name = "measured" + which;
    data.mark = Mark::points;
    data.panel = panel;
    data.colour = static_cast<int>(branch % 7);
    Line curve;
    curve.name = "fit" + which;
    curve.mark = Mark::exact;
    curve.panel = panel;
    Line residuals = data;
    residuals.panel = below;
    for (const std::size_t i : all[branch]) {
      const double error =
          logarithmic ? fit.y[i].error / fit.y[i].value / std::numbers::ln10 : fit.y[i].error;
      data.points.push_back({.x = fit.x[i], .y = drawn(fit.y[i].value), .error = error});
      curve.points.push_back({.x = fit.x[i], .y = drawn(fit.fitted[i])});
      residuals.points.push_back(
          {.x = fit.x[i], .y = (fit.y[i].value - fit.fitted[i]) / fit.y[i].error, .error = 1});
    }
    figure.series.push_back(std::move(data));
    figure.series.push_back(std::move(curve));
    figure.series.push_back(std::move(residuals));
  }
  figure.rules.push_back({0, "", false, below});
  return results::line_figure(figure);
}

}  // namespace

std::string fit_figure_id(const analysis::ScalingFit& fit) {
  std::string id = "fit";
  bool gap = true;
  for (const unsigned char c : fit.name) {
    if (std::isalnum(c) == 0) {
      gap = true;
      continue;
    }
    if (gap) id += '-';
    gap = false;
    id += static_cast<char>(std::tolower(c));
  }
  return id;
}

std::vector<results::Figure> fit_figures(const Study& study) {
  std::vector<results::Figure> all;
  for (const auto& fit : study.point.fits)
    if (fit.chosen && !fit.x.empty()) all.push_back(fit_figure(fit));
  return all;
}

}  // namespace spinflow::studies::critical
