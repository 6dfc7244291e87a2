// SPDX-License-Identifier: Apache-2.0
// Tables and figures of gong-xia beside the exact renormalization group.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "recipes/gong_xia/agreement.hpp"
#include "recipes/gong_xia/evidence.hpp"
#include "spinflow/exact/chain.hpp"
#include "spinflow/exact/chain_renormalization.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

using results::Mark;
using results::Point;
using results::Series;

constexpr const char* coupling_title = "K of the outputs";
constexpr const char* block_title = "b, spins of a block";
constexpr const char* residual_title = "(K_out - exact) / error";
constexpr const char* exact_name = "exact";
constexpr const char* arms[] = {"exact", "predecessor"};

Point point(double x, const stats::Estimate& e) { return {.x = x, .y = e.value, .error = e.error}; }

std::string coupling_name(double coupling) { return fmt::format("K = {}", coupling); }

/// Of the palette, the same for one K in all figures.
int colour_of(const Measurements& m, double coupling) {
  const auto& known = m.settings.cells.couplings;
  return static_cast<int>(std::ranges::find(known, coupling) - known.begin()) % 7;
}

/// K' of decimation at any b, whole or not.
double decimated(double coupling, double factor) { return std::atanh(std::pow(std::tanh(coupling), factor)); }

Series decimation_curve(double coupling, double least, double most) {
  constexpr int n_points = 61;
  Series curve{.name = exact_name, .points = {}, .mark = Mark::exact};
  for (int i = 0; i < n_points; ++i) {
    const double b = least * std::pow(most / least, static_cast<double>(i) / (n_points - 1));
    curve.points.push_back({.x = b, .y = decimated(coupling, b)});
  }
  return curve;
}

results::Figure decimation_figure(const Measurements& m) {
  results::LineFigure figure;
  figure.id = evidence::decimation;
  figure.title = "The coupling of outputs trained on decimation";
  figure.caption = fmt::format(
      "K_out against b: means over {} nets per point, N = {}, errors of the test chains or the scatter of "
      "the nets, whichever is larger. Dashed: tanh K' = tanh^b K, no free parameter.",
      m.settings.cells.seeds, m.settings.cells.decimation_size);
  figure.x = {.title = block_title, .scale = results::Scale::log};
  figure.y = {.title = coupling_title};
  const auto& factors = m.settings.cells.decimation_factors;
  for (const double coupling : m.settings.cells.couplings) {
    Series series{.name = coupling_name(coupling),
                  .points = {},
                  .mark = Mark::points,
                  .colour = colour_of(m, coupling)};
    for (const auto& cell : cells_of(m.cells, "cells", "decimation"))
      if (cell.coupling == coupling)
        series.points.push_back(point(static_cast<double>(cell.factor), over_nets(cell.nets, coupling_of)));
    figure.series.push_back(std::move(series));
    figure.series.push_back(decimation_curve(coupling, factors.front(), factors.back()));
  }
  figure.rules = {{0, "K* = 0", false}};
  return results::line_figure(figure);
}

results::Figure majority_figure(const Measurements& m) {
  results::LineFigure figure;
  figure.id = evidence::majority;
  figure.title = "The coupling of outputs trained on block majority";
  figure.caption = fmt::format(
      "b K_out against b, N = {}: means over {} nets per point. Dashed: exact, from <S_0 S_1> of the blocked "
      "ring. Dotted: sinh(2K)/pi, which blocks much longer than the correlation length reach.",
      m.settings.cells.majority_size, m.settings.cells.seeds);
  figure.x = {.title = block_title, .scale = results::Scale::log};
  figure.y = {.title = "b K of the outputs"};
  figure.own_y_axes = true;
  figure.columns = 3;
  for (const double coupling : m.settings.cells.couplings) {
    const std::string panel = coupling_name(coupling);
    Series nets{.name = "trained nets", .points = {}, .mark = Mark::points, .panel = panel, .colour = 0};
    Series exact{.name = exact_name, .points = {}, .mark = Mark::exact, .panel = panel};
    for (const auto& cell : cells_of(m.cells, "cells", "majority")) {
      if (cell.coupling != coupling) continue;
      const auto b = static_cast<double>(cell.factor);
      auto k = over_nets(cell.nets, coupling_of);
      k.value *= b;
      k.error *= b;
      nets.points.push_back(point(b, k));
      exact.points.push_back({.x = b, .y = b * cell.any().expected});
    }
    figure.series.push_back(std::move(nets));
    figure.series.push_back(std::move(exact));
    figure.rules.push_back({std::sinh(2 * coupling) / std::numbers::pi, "sinh(2K)/pi", false, panel});
  }
  return results::line_figure(figure);
}

results::Figure cell_residual_figure(const Measurements& m) {
  results::LineFigure figure;
  figure.id = evidence::cell_residuals;
  figure.title = "Residuals of the cells, in standard errors";
  figure.caption =
      "K_out of every net less the exact value, over the error of its own test chains. Nets that reproduce "
      "their map without error scatter about 0 with unit width.";
  figure.x = {.title = block_title, .scale = results::Scale::log};
  figure.y = {.title = residual_title};
  figure.own_y_axes = true;
  for (const char* scheme : schemes)
    for (const double coupling : m.settings.cells.couplings) {
      Series series{.name = coupling_name(coupling),
                    .points = {},
                    .mark = Mark::points,
                    .panel = scheme,
                    .colour = colour_of(m, coupling)};
      for (const auto& r : m.cells)
        if (r.study == "cells" && r.scheme == scheme && r.coupling == coupling)
          series.points.push_back(
              {.x = static_cast<double>(r.factor), .y = pull_of(r.output.coupling, r.expected)});
      figure.series.push_back(std::move(series));
    }
  figure.rules = {{0, "", false}};
  return results::line_figure(figure);
}

results::Figure ratio_figure(const Measurements& m) {
  results::LineFigure figure;
  figure.id = evidence::correlation_ratio;
  figure.title = "Is the output a nearest-neighbour chain?";
  figure.caption =
      "c_2 of the outputs less that of the nearest-neighbour ring with the same K_out (0: such a chain), "
      "means over nets, in cells of four or more outputs whose K_out exceeds 5 of its errors. Dashed: exact, "
      "for block majority.";
  figure.x = {.title = block_title, .scale = results::Scale::log};
  figure.y = {.title = "c_2 less that of the ring"};
  figure.columns = 3;
  for (const char* scheme : schemes)
    for (const double coupling : m.settings.cells.couplings) {
      const std::string panel = fmt::format("{}, {}", scheme, coupling_name(coupling));
      Series nets{.name = "trained nets", .points = {}, .mark = Mark::points, .panel = panel, .colour = 0};
      Series exact{.name = exact_name, .points = {}, .mark = Mark::exact, .panel = panel};
      for (const auto& cell : cells_of(m.cells, "cells", scheme)) {
        const auto n = static_cast<int>(cell.size / cell.factor);
        if (cell.coupling != coupling || !stands_out(cell, m.settings.criteria)) continue;
        const auto b = static_cast<double>(cell.factor);
        nets.points.push_back(point(b, over_nets(cell.nets, beyond_nearest)));
        if (std::string(scheme) != "majority") continue;
        const auto block = exact::majority_ring_correlation(static_cast<int>(cell.size), coupling,
                                                            static_cast<int>(cell.factor));
        const auto ring = exact::ring_correlation(n, cell.any().expected, 0, 1);
        exact.points.push_back({.x = b, .y = block[1] - ring[1]});
      }
      figure.series.push_back(std::move(nets));
      if (!exact.points.empty()) figure.series.push_back(std::move(exact));
    }
  figure.rules = {{0, "", false}};
  return results::line_figure(figure);
}

std::string arm_name(const std::string& arm) {
  return arm == "exact" ? "trained on exact chains" : "trained on the nets below";
}

results::Figure depth_figure(const Measurements& m) {
  results::LineFigure figure;
  figure.id = evidence::depth;
  figure.title = "Nets as steps of the renormalization group";
  figure.caption = fmt::format(
      "K_out after each of {} nets on top of each other (b = {}, from N = {}), means over seeds, each step "
      "on start chains of its own; the two arms side by side. Dashed: the exact flow K_n from K = {}.",
      m.settings.depth.steps, m.settings.depth.factor, m.settings.depth.size, m.settings.depth.coupling);
  figure.x = {.title = "nets", .whole = true};
  figure.y = {.title = coupling_title};
  Series exact{.name = exact_name, .points = {}, .mark = Mark::exact};
  const auto flow =
      exact::chain_flow({.coupling = m.settings.depth.coupling, .field = 0},
                        static_cast<int>(m.settings.depth.factor), static_cast<int>(m.settings.depth.steps));
  for (std::size_t n = 0; n < flow.size(); ++n)
    exact.points.push_back({.x = static_cast<double>(n), .y = flow[n].couplings.coupling});
  int colour = 0;
  for (const char* arm : arms) {
    const double aside = colour == 0 ? -0.04 : 0.04;
    Series series{.name = arm_name(arm), .points = {}, .mark = Mark::points, .colour = colour++};
    for (int step = 1; step <= static_cast<int>(m.settings.depth.steps); ++step)
      series.points.push_back(point(step + aside, over_seeds(depth_readings(m, arm, step))));
    figure.series.push_back(std::move(series));
  }
  figure.series.push_back(std::move(exact));
  figure.rules = {{0, "K* = 0", false}};
  return results::line_figure(figure);
}

results::Figure depth_residual_figure(const Measurements& m) {
  results::LineFigure figure;
  figure.id = evidence::depth_residuals;
  figure.title = "Residuals of the steps, in standard errors";
  figure.caption = "K_out of every stack less the exact K_n, over the error of the step's own start chains.";
  figure.x = {.title = "nets", .whole = true};
  figure.y = {.title = residual_title};
  int colour = 0;
  for (const char* arm : arms) {
    const double aside = colour == 0 ? -0.04 : 0.04;
    Series series{.name = arm_name(arm), .points = {}, .mark = Mark::points, .colour = colour++};
    for (const auto& r : m.depth)
      if (r.arm == arm)
        series.points.push_back({.x = r.step + aside, .y = pull_of(r.output.coupling, r.expected)});
    figure.series.push_back(std::move(series));
  }
  figure.rules = {{0, "", false}};
  return results::line_figure(figure);
}

results::Figure block_limit_figure(const Measurements& m) {
  const auto& s = m.settings.limits;
  results::LineFigure figure;
  figure.id = evidence::limit_of_blocks;
  figure.title = "Large blocks: K* = 0 is reached";
  figure.caption = fmt::format(
      "K_out of nets trained on decimation against b, N = {}, K = {}, means over seeds. Dashed: exact, "
      "a straight line for large b. Means that are not positive are not drawn.",
      s.size, s.coupling);
  figure.x = {.title = block_title};
  figure.y = {.title = coupling_title, .scale = results::Scale::log};
  Series nets{.name = "trained nets", .points = {}, .mark = Mark::points};
  for (const auto& cell : cells_of(m.limits, "factor", "decimation"))
    nets.points.push_back(point(static_cast<double>(cell.factor), over_nets(cell.nets, coupling_of)));
  figure.series = {std::move(nets), decimation_curve(s.coupling, s.factors.front(), s.factors.back())};
  return results::line_figure(figure);
}

results::Figure chain_limit_figure(const Measurements& m) {
  const auto& s = m.settings.limits;
  results::LineFigure figure;
  figure.id = evidence::limit_of_chains;
  figure.title = "Long chains at fixed b: the coupling stays";
  figure.caption = fmt::format(
      "K_out of nets trained on decimation by b = {} against N, K = {}, means over seeds. Dotted: the exact "
      "K', the same for every N.",
      s.factor, s.coupling);
  figure.x = {.title = "N, spins of the chain", .scale = results::Scale::log};
  figure.y = {.title = coupling_title};
  Series nets{.name = "trained nets", .points = {}, .mark = Mark::points};
  for (const auto& cell : cells_of(m.limits, "size", "decimation"))
    nets.points.push_back(point(static_cast<double>(cell.size), over_nets(cell.nets, coupling_of)));
  figure.series = {std::move(nets)};
  figure.rules = {{decimated(s.coupling, static_cast<double>(s.factor)), "K'", false}, {0, "K* = 0", false}};
  return results::line_figure(figure);
}

/// From `a` towards `b`, with a head. `width`, `height`: of the plot in the units of the axes.
Series arrow(Point a, Point b, double width, double height) {
  constexpr double head = 0.012;
  const double dx = (b.x - a.x) / width;
  const double dy = (b.y - a.y) / height;
  const double length = std::hypot(dx, dy);
  const auto side = [&](double sign) {
    const double back_x = -dx / length - sign * 0.5 * dy / length;
    const double back_y = -dy / length + sign * 0.5 * dx / length;
    return Point{.x = b.x + head * width * back_x, .y = b.y + head * height * back_y};
  };
  Series series{.name = "exact flow", .points = {a, b}, .mark = Mark::curve, .colour = 6};
  if (length > 0) series.points = {a, b, side(1), b, side(-1)};
  return series;
}

results::Figure field_figure(const Measurements& m) {
  const auto& s = m.settings.field;
  const int b = static_cast<int>(s.factor);
  results::LineFigure figure;
  figure.id = evidence::field_flow;
  figure.title = "The flow of coupling and field";
  figure.caption = fmt::format(
      "Arrows: the exact decimation by b = {}, a quarter of each step. Lines: from the (K, h) of the chains "
      "to that of the outputs of nets trained on them, by maximum pseudo-likelihood, means over seeds; "
      "without a field K_out of the nets with that b. Circles: the exact image; where nets agree with it "
      "their squares lie on top.",
      b);
  figure.x = {.title = "K"};
  figure.y = {.title = "h / (k_B T)"};
  double most_k = s.couplings.back();
  double least_h = std::min(0.0, s.fields.front());
  double most_h = std::max(0.0, s.fields.back());
  Series images{.name = "exact image", .points = {}, .mark = Mark::points, .colour = 3};
  std::vector<Series> lines;
  const auto add = [&](double k, double h, const stats::Estimate& k_out, const stats::Estimate& h_out) {
    lines.push_back({.name = "trained nets",
                     .points = {{.x = k, .y = h}, {.x = k_out.value, .y = h_out.value, .error = h_out.error}},
                     .colour = 0});
    const auto image = exact::decimated_chain({.coupling = k, .field = h}, b).couplings;
    images.points.push_back({.x = image.coupling, .y = image.field});
    most_k = std::max(most_k, k);
    least_h = std::min(least_h, image.field);
    most_h = std::max(most_h, image.field);
  };
  for (const double k : s.couplings)
    for (const double h : s.fields) {
      std::vector<stats::Estimate> couplings;
      std::vector<stats::Estimate> fields;
      for (const auto& r : m.fields)
        if (r.coupling == k && r.field == h) {
          couplings.push_back(r.coupling_out);
          fields.push_back(r.field_out);
        }
      if (!couplings.empty()) add(k, h, over_seeds(couplings), over_seeds(fields));
    }
  for (const auto& cell : cells_of(m.cells, "cells", "decimation"))
    if (cell.factor == s.factor)
      add(cell.coupling, 0, over_nets(cell.nets, coupling_of), {.value = 0, .error = 0});
  constexpr int n_columns = 9;
  constexpr int n_rows = 7;
  const double width = 1.05 * most_k;
  const double height = std::max(1.1 * (most_h - least_h), 0.1);
  for (int i = 0; i < n_columns; ++i)
    for (int j = 0; j < n_rows; ++j) {
      const Point from{.x = width * (i + 1) / n_columns, .y = least_h + height * j / (n_rows - 1)};
      const auto to = exact::decimated_chain({.coupling = from.x, .field = from.y}, b).couplings;
      constexpr double part = 0.25;
      figure.series.push_back(
          arrow(from, {.x = from.x + part * (to.coupling - from.x), .y = from.y + part * (to.field - from.y)},
                width, 2 * height));
    }
  figure.series.push_back(std::move(images));
  std::ranges::move(lines, std::back_inserter(figure.series));
  return results::line_figure(figure);
}

}  // namespace

std::vector<results::Figure> rg_figures(const Measurements& m) {
  return {decimation_figure(m),  majority_figure(m),    cell_residual_figure(m),
          ratio_figure(m),       depth_figure(m),       depth_residual_figure(m),
          block_limit_figure(m), chain_limit_figure(m), field_figure(m)};
}

}  // namespace spinflow::recipes::gong_xia
