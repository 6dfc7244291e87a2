// SPDX-License-Identifier: Apache-2.0
// Figures of gong-xia beside the exact renormalization group.
#include <numbers>

#include "recipes/figures.hpp"
#include "recipes/gong_xia/evidence.hpp"
#include "recipes/gong_xia/readings.hpp"
#include "spinflow/exact/chain.hpp"
#include "spinflow/exact/chain_renormalization.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

constexpr const char* exact_name = "exact";
constexpr const char* arms[] = {"exact", "predecessor"};

LineFigure begin(const std::string& id, const Words& words = {}) {
  return FigureTexts::of("gong-xia").begin<LineFigure>(id, words);
}

std::string coupling_name(double coupling) { return fmt::format("K = {}", coupling); }

/// One colour for one K in all figures.
SeriesLook look_of(const Measurements& m) {
  SeriesLook look{.mark = Mark::points};
  for (const double coupling : m.settings.cells.couplings) look.names.push_back(coupling_name(coupling));
  return look;
}

auto of_coupling(double coupling) {
  return std::views::filter([coupling](const auto& r) { return r.coupling == coupling; });
}

stats::Estimate mean_of(const Cell& cell) { return over_nets(cell.nets, coupling_of); }
double pull(const NetReading& r) { return pull_of(r.output.coupling, r.expected); }

/// K' of decimation at any b, whole or not.
double decimated(double coupling, double factor) { return std::atanh(std::pow(std::tanh(coupling), factor)); }

/// Over the range of `factors`, which ascend.
Series decimation_curve(double coupling, const std::vector<std::int64_t>& factors) {
  const auto least = static_cast<double>(factors.front());
  const auto most = static_cast<double>(factors.back());
  return series_over({.name = exact_name, .mark = Mark::exact}, results::spaced(0, 1, 61), [&](double share) {
    const double b = least * std::pow(most / least, share);
    return Point{.x = b, .y = decimated(coupling, b)};
  });
}

results::Figure decimation_figure(const Measurements& m) {
  auto figure = begin(evidence.decimation,
                      {{"nets", m.settings.cells.seeds}, {"size", m.settings.cells.decimation_size}});
  const auto cells = cells_of(m.cells, "cells", "decimation");
  for (const double coupling : m.settings.cells.couplings) {
    add(figure, series_by(cells | of_coupling(coupling), "", coupling_name(coupling), &Cell::factor, mean_of,
                          look_of(m)));
    figure.series.push_back(decimation_curve(coupling, m.settings.cells.decimation_factors));
  }
  return results::line_figure(figure);
}

results::Figure majority_figure(const Measurements& m) {
  auto figure =
      begin(evidence.majority, {{"nets", m.settings.cells.seeds}, {"size", m.settings.cells.majority_size}});
  const auto times_b = [](const Cell& cell, const stats::Estimate& k) {
    return scaled(k, static_cast<double>(cell.factor));
  };
  const auto cells = cells_of(m.cells, "cells", "majority");
  for (const double coupling : m.settings.cells.couplings) {
    const std::string panel = coupling_name(coupling);
    add(figure, series_by(cells | of_coupling(coupling), panel, "trained nets", &Cell::factor,
                          [&](const Cell& cell) { return times_b(cell, mean_of(cell)); },
                          {.mark = Mark::points, .names = {"trained nets"}}));
    add(figure,
        series_by(cells | of_coupling(coupling), panel, exact_name, &Cell::factor,
                  [&](const Cell& cell) { return times_b(cell, {.value = cell.any().expected}).value; },
                  {.mark = Mark::exact}));
    figure.rules.push_back({std::sinh(2 * coupling) / std::numbers::pi, "sinh(2K)/pi", false, panel});
  }
  return results::line_figure(figure);
}

results::Figure cell_residual_figure(const Measurements& m) {
  auto figure = begin(evidence.cell_residuals);
  figure.series = series_by(
      m.cells | std::views::filter([](const NetReading& r) { return r.study == "cells"; }),
      &NetReading::scheme, [](const NetReading& r) { return coupling_name(r.coupling); }, &NetReading::factor,
      pull, look_of(m));
  return results::line_figure(figure);
}

/// c_2 of majority-blocked rings, less that of the nearest-neighbour ring with the exact coupling.
double exact_beyond_nearest(const Cell& cell) {
  const auto block = exact::majority_ring_correlation(static_cast<int>(cell.size), cell.coupling,
                                                      static_cast<int>(cell.factor));
  const auto n = static_cast<int>(cell.size / cell.factor);
  return block[1] - exact::ring_correlation(n, cell.any().expected, 0, 1)[1];
}

results::Figure ratio_figure(const Measurements& m) {
  auto figure = begin(evidence.correlation_ratio, {{"errors", m.settings.criteria.number("a4", "errors")}});
  for (const std::string scheme : schemes)
    for (const double coupling : m.settings.cells.couplings) {
      std::vector<Cell> cells;
      for (const auto& cell : cells_of(m.cells, "cells", scheme) | of_coupling(coupling))
        if (stands_out(cell, m.settings.criteria)) cells.push_back(cell);
      const std::string panel = fmt::format("{}, {}", scheme, coupling_name(coupling));
      figure.series.push_back(series_over(
          {.name = "trained nets", .mark = Mark::points, .panel = panel, .colour = 0}, cells,
          [](const Cell& cell) {
            return point_at(static_cast<double>(cell.factor), over_nets(cell.nets, beyond_nearest));
          }));
      if (scheme == "majority")
        add(figure,
            series_by(cells, panel, exact_name, &Cell::factor, exact_beyond_nearest, {.mark = Mark::exact}));
    }
  return results::line_figure(figure);
}

std::string arm_name(const std::string& arm) {
  return arm == "exact" ? "trained on exact chains" : "trained on the nets below";
}

/// The two arms beside each other.
double beside(const std::string& arm, int step) { return step + (arm == "exact" ? -0.04 : 0.04); }

SeriesLook arm_look() { return {.mark = Mark::points, .names = {arm_name(arms[0]), arm_name(arms[1])}}; }

results::Figure depth_figure(const Measurements& m) {
  const auto& s = m.settings.depth;
  auto figure =
      begin(evidence.depth, {{"nets", s.steps}, {"b", s.factor}, {"size", s.size}, {"K", s.coupling}});
  const auto steps = static_cast<int>(s.steps);
  for (const std::string arm : arms)
    figure.series.push_back(series_over(
        {.name = arm_name(arm), .mark = Mark::points, .colour = arm_look().colour_of(arm_name(arm))},
        counted(1, steps), [&](int step) {
          return point_at(beside(arm, step), over_nets(of_step(m, arm, step), coupling_of));
        }));
  const auto flow =
      exact::chain_flow({.coupling = s.coupling, .field = 0}, static_cast<int>(s.factor), steps);
  figure.series.push_back(
      series_over({.name = exact_name, .mark = Mark::exact}, counted(0, steps),
                  [&](int n) { return flow[static_cast<std::size_t>(n)].couplings.coupling; }));
  return results::line_figure(figure);
}

results::Figure depth_residual_figure(const Measurements& m) {
  auto figure = begin(evidence.depth_residuals);
  figure.series = series_by(
      m.depth, "", [](const DepthReading& r) { return arm_name(r.arm); },
      [](const DepthReading& r) { return beside(r.arm, r.step); },
      [](const DepthReading& r) { return pull_of(r.output.coupling, r.expected); }, arm_look());
  return results::line_figure(figure);
}

results::Figure block_limit_figure(const Measurements& m) {
  const auto& s = m.settings.limits;
  auto figure = begin(evidence.limit_of_blocks, {{"size", s.size}, {"K", s.coupling}});
  figure.series = series_by(cells_of(m.limits, "factor", "decimation"), "", "trained nets", &Cell::factor,
                            mean_of, {.mark = Mark::points});
  figure.series.push_back(decimation_curve(s.coupling, s.factors));
  return results::line_figure(figure);
}

results::Figure chain_limit_figure(const Measurements& m) {
  const auto& s = m.settings.limits;
  auto figure = begin(evidence.limit_of_chains, {{"b", s.factor}, {"K", s.coupling}});
  figure.series = series_by(cells_of(m.limits, "size", "decimation"), "", "trained nets", &Cell::size,
                            mean_of, {.mark = Mark::points});
  figure.rules = {{decimated(s.coupling, static_cast<double>(s.factor)), "K'", false}, {0, "K* = 0", false}};
  return results::line_figure(figure);
}

/// Nets on chains at (K, h): a mean over seeds of what their outputs have.
struct FieldMean {
  double coupling = 0;
  double field = 0;
  stats::Estimate coupling_out;
  stats::Estimate field_out;
};

/// Those in a field, and those of the cells with that b, which have none.
std::vector<FieldMean> field_means(const Measurements& m) {
  std::vector<FieldMean> means;
  for (const auto& nets : by_field(m))
    means.push_back({nets[0]->coupling, nets[0]->field, over_nets(nets, &FieldReading::coupling_out),
                     over_nets(nets, &FieldReading::field_out)});
  for (const auto& cell : cells_of(m.cells, "cells", "decimation"))
    if (cell.factor == m.settings.field.factor)
      means.push_back({cell.coupling, 0, mean_of(cell), {.value = 0, .error = 0}});
  return means;
}

results::Figure field_figure(const Measurements& m) {
  const auto& s = m.settings.field;
  const int b = static_cast<int>(s.factor);
  auto figure = begin(evidence.field_flow, {{"b", b}});
  double most_k = s.couplings.back();
  double least_h = std::min(0.0, s.fields.front());
  double most_h = std::max(0.0, s.fields.back());
  Series images{.name = "exact image", .mark = Mark::points, .colour = 3};
  std::vector<Series> lines;
  for (const auto& [k, h, k_out, h_out] : field_means(m)) {
    lines.push_back(
        {.name = "trained nets", .points = {{.x = k, .y = h}, point_at(k_out.value, h_out)}, .colour = 0});
    const auto image = exact::decimated_chain({.coupling = k, .field = h}, b).couplings;
    images.points.push_back({.x = image.coupling, .y = image.field});
    most_k = std::max(most_k, k);
    least_h = std::min(least_h, image.field);
    most_h = std::max(most_h, image.field);
  }
  figure.series =
      studies::decimation_arrows(b, 1.05 * most_k, least_h, std::max(1.1 * (most_h - least_h), 0.1), 6);
  figure.series.push_back(std::move(images));
  add(figure, std::move(lines));
  return results::line_figure(figure);
}

}  // namespace

std::vector<results::Figure> rg_figures(const Measurements& m) {
  return {decimation_figure(m),  majority_figure(m),    cell_residual_figure(m),
          ratio_figure(m),       depth_figure(m),       depth_residual_figure(m),
          block_limit_figure(m), chain_limit_figure(m), field_figure(m)};
}

}  // namespace spinflow::recipes::gong_xia
