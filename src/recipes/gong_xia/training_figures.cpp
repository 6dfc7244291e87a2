// SPDX-License-Identifier: Apache-2.0
// Tables and figures of gong-xia about the course of training, untrained nets and other tasks.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "recipes/gong_xia/evidence.hpp"
#include "recipes/gong_xia/nets.hpp"
#include "recipes/gong_xia/training.hpp"
#include "spinflow/exact/chain.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

using results::Mark;
using results::Point;
using results::Series;

constexpr const char* coupling_title = "K of the outputs";
constexpr const char* update_title = "updates";

Point point(double x, const stats::Estimate& e) { return {.x = x, .y = e.value, .error = e.error}; }

/// "decimation, N = 64, b = 4, K = 1".
std::string panel_of(const NetReading& r) {
  return fmt::format("{}, N = {}, b = {}, K = {}", r.scheme, r.size, r.factor, r.coupling);
}

std::set<std::int64_t> updates_of(const Measurements& m, const std::string& scheme) {
  std::set<std::int64_t> updates;
  for (const auto& r : m.course)
    if (r.study == "course" && r.scheme == scheme) updates.insert(r.update);
  return updates;
}

/// What independent errors at each net's accuracy would give, a mean over seeds.
stats::Estimate flips_of(const Readings& nets) {
  std::vector<double> flipped;
  for (const auto* r : nets) flipped.push_back(r->flipped);
  return over_seeds(flipped);
}

results::Figure course_figure(const Measurements& m) {
  results::LineFigure figure;
  figure.id = evidence::course_coupling;
  figure.title = "The output's coupling in the course of training";
  figure.caption =
      "K_out by inverting <S_0 S_1> of the ring, a mean over seeds with the error of the test chains or the "
      "scatter of the nets, "
      "whichever is larger. Dashed: the exact coupling K' of the map the net is asked for; dotted: K* = 0. "
      "Independent errors: K' with every output flipped independently at the net's accuracy. Before the "
      "first update the outputs are no chain of nearest neighbours, and what is read off them is an accident "
      "of the weights.";
  figure.x = {.title = update_title, .scale = results::Scale::symlog};
  figure.y = {.title = coupling_title};
  for (const char* scheme : schemes) {
    Series net{.name = "trained net", .points = {}, .colour = 0};
    Series flips{.name = "independent errors at its accuracy", .points = {}, .colour = 1};
    Series exact{.name = "exact K'", .points = {}, .mark = Mark::exact};
    std::string panel;
    for (const auto update : updates_of(m, scheme)) {
      const auto nets = at_update(m, scheme, update);
      panel = panel_of(*nets.front());
      const auto x = static_cast<double>(update);
      net.points.push_back(point(x, over_nets(nets, coupling_of)));
      flips.points.push_back(point(x, flips_of(nets)));
      exact.points.push_back({.x = x, .y = nets.front()->expected});
    }
    if (panel.empty()) continue;
    for (auto* series : {&net, &flips, &exact}) {
      series->panel = panel;
      figure.series.push_back(std::move(*series));
    }
    figure.rules.push_back({0, "K* = 0", false, panel});
  }
  return results::line_figure(figure);
}

results::Figure loss_figure(const Measurements& m) {
  results::LineFigure figure;
  figure.id = evidence::course_loss;
  figure.title = "Loss and wrong outputs in the course of training";
  figure.caption =
      "Mean squared error, and the fraction of outputs with the wrong sign, on test chains; means and errors "
      "over seeds. What has become zero is not drawn.";
  figure.x = {.title = update_title, .scale = results::Scale::symlog};
  figure.y = {.title = "on test chains", .scale = results::Scale::log};
  for (const char* scheme : schemes) {
    Series loss{.name = "mean squared error", .points = {}, .colour = 0};
    Series wrong{.name = "fraction of wrong outputs", .points = {}, .colour = 1};
    for (const auto update : updates_of(m, scheme)) {
      std::vector<double> losses;
      std::vector<double> errors;
      const auto nets = at_update(m, scheme, update);
      for (const auto* r : nets) {
        losses.push_back(r->loss);
        errors.push_back(1 - r->accuracy);
      }
      loss.panel = wrong.panel = panel_of(*nets.front());
      loss.points.push_back(point(static_cast<double>(update), over_seeds(losses)));
      wrong.points.push_back(point(static_cast<double>(update), over_seeds(errors)));
    }
    if (loss.points.empty()) continue;
    figure.series.push_back(std::move(loss));
    figure.series.push_back(std::move(wrong));
  }
  return results::line_figure(figure);
}

results::Figure flip_figure(const Measurements& m) {
  results::LineFigure figure;
  figure.id = evidence::flips;
  figure.title = "The output's coupling against accuracy";
  figure.caption =
      "Every net and look of the course, the ends of the scans over architecture and data, and untrained "
      "nets; error bars from test chains. Dashed, with no free parameter: the exact coupling after "
      "independent errors of every output at that accuracy. Points on it say that the approach to K' is the "
      "labels' doing; above it the outputs take after their surroundings more than the labels do. Untrained "
      "nets scatter about 0 as their weights fell.";
  figure.x = {.title = "fraction of outputs with the target's sign"};
  figure.y = {.title = coupling_title};
  constexpr int n_points = 101;
  for (const char* scheme : schemes) {
    std::vector<Series> groups = {{.name = "untrained", .points = {}, .mark = Mark::points, .colour = 3},
                                  {.name = "course", .points = {}, .mark = Mark::points, .colour = 0},
                                  {.name = "architecture", .points = {}, .mark = Mark::points, .colour = 1},
                                  {.name = "data", .points = {}, .mark = Mark::points, .colour = 2}};
    const NetReading* any = nullptr;
    double least = 0.5;
    for (const auto& r : m.course) {
      if (r.scheme != scheme) continue;
      const std::string group = r.update == 0 ? "untrained" : r.study;
      const auto found = std::ranges::find(groups, group, &Series::name);
      if (found == groups.end()) continue;
      if (r.study == "course") any = &r;
      found->points.push_back(point(r.accuracy, r.output.coupling));
      least = std::min(least, r.accuracy);
    }
    if (any == nullptr) continue;
    Series curve{.name = "independent errors", .points = {}, .mark = Mark::exact};
    const auto n_outputs = static_cast<int>(any->size / any->factor);
    const double bond = exact::ring_correlation(n_outputs, any->expected, 0, 1).front();
    for (int i = 0; i < n_points; ++i) {
      const double accuracy = least + (1 - least) * i / (n_points - 1);
      const double kept = 2 * accuracy - 1;
      curve.points.push_back({.x = accuracy, .y = inference::ring_coupling(bond * kept * kept, n_outputs)});
    }
    groups.push_back(std::move(curve));
    for (auto& series : groups) {
      series.panel = panel_of(*any);
      if (!series.points.empty()) figure.series.push_back(std::move(series));
    }
    figure.rules.push_back({any->expected, "exact K'", false, panel_of(*any)});
  }
  return results::line_figure(figure);
}

results::Figure architecture_figure(const Measurements& m, const std::vector<Scan>& scans) {
  results::CategoryFigure figure;
  figure.id = evidence::architectures;
  figure.title = "The output's coupling by architecture and optimiser";
  figure.caption = fmt::format(
      "K_out less the exact K' at K = {}, after the last update, for decimation and majority; all else as in "
      "the first line. Means over seeds, errors of the test chains or the scatter of the nets, whichever is "
      "larger.",
      m.settings.course.coupling);
  figure.value = {.title = "K of the outputs less exact K'"};
  figure.category_title = "net";
  for (const auto& scan : scans) {
    if (scan.study != "architecture" && !scan.standard) continue;
    const auto off = over_nets(scan.nets, off_expected_of);
    figure.points.push_back({scan.name, scan.scheme, off.value, off.error});
  }
  figure.rules = {{0, "exact K'"}};
  return results::category_figure(figure);
}

results::Figure data_figure(const Measurements& m, const std::vector<Scan>& scans) {
  results::LineFigure figure;
  figure.id = evidence::data;
  figure.title = "The output's coupling by the number of training chains";
  figure.caption = fmt::format(
      "After {} updates, whatever the number of chains. Means over seeds, errors of the test chains or the "
      "scatter of the nets, whichever is larger. Dashed: the exact coupling of the map the net is asked for.",
      m.settings.network.updates);
  figure.x = {.title = "training chains", .scale = results::Scale::log};
  figure.y = {.title = coupling_title};
  figure.own_y_axes = true;
  for (const char* scheme : schemes) {
    std::map<double, const Scan*> by_rows;
    for (const auto& scan : scans) {
      if (scan.scheme != scheme) continue;
      if (scan.standard) by_rows[static_cast<double>(m.settings.cells.training)] = &scan;
      for (const double rows : m.settings.course.rows)
        if (scan.study == "data" && scan.name == rows_name(rows)) by_rows[rows] = &scan;
    }
    Series net{.name = "trained net", .points = {}, .colour = 0};
    Series flips{.name = "independent errors at its accuracy", .points = {}, .colour = 1};
    Series exact{.name = "exact K'", .points = {}, .mark = Mark::exact};
    for (const auto& [rows, scan] : by_rows) {
      net.points.push_back(point(rows, over_nets(scan->nets, coupling_of)));
      flips.points.push_back(point(rows, flips_of(scan->nets)));
      exact.points.push_back({.x = rows, .y = scan->nets.front()->expected});
    }
    if (by_rows.empty()) continue;
    for (auto* series : {&net, &flips, &exact}) {
      series->panel = panel_of(*by_rows.begin()->second->nets.front());
      figure.series.push_back(std::move(*series));
    }
  }
  return results::line_figure(figure);
}

results::Figure generic_figure(const Measurements& m) {
  results::LineFigure figure;
  figure.id = evidence::generic_readings;
  figure.title = "Hidden units of nets with another task, read in three ways";
  figure.caption = fmt::format(
      "Over all pairs of units of the highest hidden layer on test chains at K = {} in equal parts, against "
      "updates; means and errors over seeds. Unconditional: atanh of the rms of <sgn f_a sgn f_b>. "
      "Covariance and correlation are given the label: the class of a classifier, the sign of M for the "
      "regression of M and for the autoencoder. Units may be permuted and have no sign of their own: no "
      "coupling of a chain. What is infinite (all signs agree) is not drawn.",
      fmt::join(m.settings.generic.couplings, ", "));
  figure.x = {.title = update_title, .scale = results::Scale::symlog};
  figure.y = {.title = "reading"};
  figure.own_y_axes = true;
  figure.columns = 3;
  const auto& targets = m.settings.generic.targets;
  for (const auto& [panel, member] :
       {std::pair{"unconditional", &analysis::FeatureCouplings::unconditional},
        std::pair{"covariance given the label", &analysis::FeatureCouplings::conditional_covariance},
        std::pair{"correlation given the label", &analysis::FeatureCouplings::normalised}}) {
    for (std::size_t i = 0; i < targets.size(); ++i) {
      Series series{.name = targets[i], .points = {}, .panel = panel, .colour = static_cast<int>(i % 7)};
      std::map<std::int64_t, std::vector<stats::Estimate>> by_update;
      for (const auto& r : m.generic)
        if (r.target == targets[i]) by_update[r.update].push_back(r.features.*member);
      for (const auto& [update, values] : by_update)
        series.points.push_back(point(static_cast<double>(update), over_seeds(values)));
      if (!series.points.empty()) figure.series.push_back(std::move(series));
    }
    figure.rules.push_back({0, "0", false, panel});
  }
  return results::line_figure(figure);
}

/// Matrices of one size beside each other.
results::Figure matrix_figure(const std::vector<const CorrelationMatrix*>& matrices, std::string id,
                              std::string title, std::string caption) {
  results::HeatMap figure;
  figure.id = std::move(id);
  figure.title = std::move(title);
  figure.caption = std::move(caption);
  figure.x = {.title = "unit", .whole = true};
  figure.y = {.title = "unit", .whole = true};
  figure.value_title = "correlation";
  figure.diverging = true;
  figure.least = -1;
  figure.most = 1;
  for (std::size_t a = 0; a < matrices.front()->units; ++a) figure.x_values.push_back(static_cast<double>(a));
  figure.y_values = figure.x_values;
  for (const auto* matrix : matrices) figure.panels.push_back({matrix->net, matrix->values});
  return results::heat_map(figure);
}

}  // namespace

void add_training_tables(const Measurements& m, results::Results& results) {
  Readings course;
  Readings scans;
  for (const auto& r : m.course) (r.study == "course" ? course : scans).push_back(&r);
  if (!course.empty()) results.tables[evidence::course] = net_table(course);
  if (!scans.empty()) results.tables[evidence::scans] = net_table(scans);
  if (const auto untrained = untrained_of(m); !untrained.empty())
    results.tables[evidence::untrained] = net_table(untrained);
  if (!m.generic.empty()) results.tables[evidence::generic] = generic_table(m.generic);
}

std::vector<results::Figure> training_figures(const Measurements& m) {
  std::vector<results::Figure> all;
  if (!m.course.empty()) {
    all = {course_figure(m), loss_figure(m), flip_figure(m)};
    if (const auto scans = scans_of(m); !scans.empty()) {
      all.push_back(architecture_figure(m, scans));
      all.push_back(data_figure(m, scans));
    }
  }
  std::vector<const CorrelationMatrix*> outputs;
  std::vector<const CorrelationMatrix*> hidden;
  for (const auto& matrix : m.matrices)
    (matrix.net.starts_with("decimation") ? outputs : hidden).push_back(&matrix);
  if (!outputs.empty())
    all.push_back(matrix_figure(
        outputs, evidence::output_correlations, "Correlations of the outputs, trained and untrained",
        fmt::format("Pearson correlations of the signs of the outputs on test chains, decimation at N = {}, "
                    "b = {}, K = {}; noise of an entry {:.2g}. A trained net's fall off along the ring; an "
                    "untrained net's have random signs and are as strong between all pairs.",
                    m.settings.course.size, m.settings.course.factor, m.settings.course.coupling,
                    1 / std::sqrt(static_cast<double>(m.settings.cells.test)))));
  if (!m.generic.empty()) all.push_back(generic_figure(m));
  if (!hidden.empty())
    all.push_back(matrix_figure(
        hidden, evidence::hidden_correlations, "Correlations of hidden units with another task",
        fmt::format("Pearson correlations of the first {} units of the highest hidden layer, on test chains. "
                    "Their order and their signs mean nothing.",
                    hidden.front()->units)));
  return all;
}

}  // namespace spinflow::recipes::gong_xia
