// SPDX-License-Identifier: Apache-2.0
// Tables and figures of gong-xia about the course of training, untrained nets and other tasks.
#include <map>

#include "recipes/figures.hpp"
#include "recipes/gong_xia/evidence.hpp"
#include "recipes/gong_xia/nets.hpp"
#include "recipes/gong_xia/readings.hpp"
#include "spinflow/exact/chain.hpp"

namespace spinflow::recipes::gong_xia {

namespace {

const FigureTexts& texts() { return FigureTexts::of("gong-xia"); }

/// "decimation, N = 64, b = 4, K = 1".
std::string panel_of(const NetReading& r) {
  return fmt::format("{}, N = {}, b = {}, K = {}", r.scheme, r.size, r.factor, r.coupling);
}

stats::Estimate mean(const std::vector<stats::Estimate>& readings) { return over_seeds(readings); }
/// Of numbers without an error of their own.
stats::Estimate exact(double value) { return {.value = value}; }

/// What nets at x have, beside what independent errors at their accuracy would give, and the exact K'.
/// `panel`, `x`: of a reading.
template <class Panel, class X>
void add_net_flips_exact(LineFigure& figure, const Readings& nets, const Panel& panel, const X& x) {
  const std::vector<std::string> names = {"trained net", "independent errors at its accuracy"};
  add(figure, series_by(nets, panel, names[0], x, coupling_of, {.names = names, .mean = mean}));
  add(figure, series_by(nets, panel, names[1], x, [](const NetReading& r) { return exact(r.flipped); },
                        {.names = names, .mean = mean}));
  add(figure,
      series_by(nets, panel, "exact K'", x, &NetReading::expected,
                {.mark = Mark::exact, .mean = [](const auto& same) { return exact(same[0].value); }}));
}

results::Figure course_figure(const Measurements& m) {
  auto figure = texts().begin<LineFigure>(evidence.course_coupling);
  for (const char* scheme : schemes) {
    const auto course = nets_of(m.course, "course", scheme);
    if (course.empty()) continue;
    add_net_flips_exact(figure, course, panel_of, &NetReading::update);
    figure.rules.push_back({0, "K* = 0", false, panel_of(*course.front())});
  }
  return results::line_figure(figure);
}

results::Figure loss_figure(const Measurements& m) {
  auto figure = texts().begin<LineFigure>(evidence.course_loss);
  const std::vector<std::string> names = {"mean squared error", "fraction of wrong outputs"};
  for (const char* scheme : schemes) {
    const auto course = nets_of(m.course, "course", scheme);
    add(figure, series_by(course, panel_of, names[0], &NetReading::update, &NetReading::loss,
                          {.names = names, .mean = mean}));
    add(figure,
        series_by(course, panel_of, names[1], &NetReading::update,
                  [](const NetReading& r) { return 1 - r.accuracy; }, {.names = names, .mean = mean}));
  }
  return results::line_figure(figure);
}

/// K of a net with that map after independent errors of its outputs, against accuracy.
Series flip_curve(const NetReading& r, double least_accuracy) {
  const auto n_outputs = static_cast<int>(r.size / r.factor);
  const double bond = exact::ring_correlation(n_outputs, r.expected, 0, 1).front();
  return series_over({.name = "independent errors", .mark = Mark::exact, .panel = panel_of(r)},
                     results::spaced(least_accuracy, 1, 101), [&](double accuracy) {
                       const double kept = 2 * accuracy - 1;
                       return inference::ring_coupling(bond * kept * kept, n_outputs);
                     });
}

results::Figure flip_figure(const Measurements& m) {
  auto figure = texts().begin<LineFigure>(evidence.flips);
  const auto group = [](const NetReading& r) { return r.update == 0 ? std::string("untrained") : r.study; };
  for (const char* scheme : schemes) {
    const auto course = nets_of(m.course, "course", scheme);
    if (course.empty()) continue;
    const NetReading& any = *course.back();
    double least = 0.5;
    for (const char* name : {"untrained", "course", "architecture", "data"}) {
      Readings readings;
      for (const auto& r : m.course)
        if (r.scheme == scheme && group(r) == name) readings.push_back(&r);
      for (const auto* r : readings) least = std::min(least, r->accuracy);
      add(figure,
          series_by(readings, panel_of(any), group, &NetReading::accuracy, coupling_of,
                    {.mark = Mark::points, .names = {"course", "architecture", "data", "untrained"}}));
    }
    figure.series.push_back(flip_curve(any, least));
    figure.rules.push_back({any.expected, "exact K'", false, panel_of(any)});
  }
  return results::line_figure(figure);
}

results::Figure architecture_figure(const Measurements& m, const std::vector<Scan>& scans) {
  auto figure = texts().begin<CategoryFigure>(evidence.architectures, {{"K", m.settings.course.coupling}});
  for (const auto& scan : scans) {
    if (scan.study != "architecture" && !scan.standard) continue;
    const auto off = over_nets(scan.nets, off_expected_of);
    figure.points.push_back({scan.name, scan.scheme, off.value, off.error});
  }
  return results::category_figure(figure);
}

results::Figure data_figure(const Measurements& m, const std::vector<Scan>& scans) {
  auto figure = texts().begin<LineFigure>(evidence.data, {{"updates", m.settings.network.updates}});
  for (const char* scheme : schemes) {
    std::map<std::int64_t, const Scan*> by_rows;
    for (const auto& scan : scans) {
      if (scan.scheme != scheme) continue;
      if (scan.standard) by_rows[m.settings.cells.training] = &scan;
      for (const auto rows : m.settings.course.rows)
        if (scan.study == "data" && scan.name == rows_name(rows)) by_rows[rows] = &scan;
    }
    Readings nets;
    std::map<const NetReading*, double> rows_of;
    for (const auto& [rows, scan] : by_rows)
      for (const auto* net : scan->nets) {
        nets.push_back(net);
        rows_of[net] = static_cast<double>(rows);
      }
    if (!nets.empty())
      add_net_flips_exact(figure, nets, panel_of(*nets.front()),
                          [&](const NetReading& r) { return rows_of.at(&r); });
  }
  return results::line_figure(figure);
}

results::Figure generic_figure(const Measurements& m) {
  const auto& s = m.settings.generic;
  auto figure = texts().begin<LineFigure>(evidence.generic_readings,
                                          {{"couplings", fmt::format("{}", fmt::join(s.couplings, ", "))}});
  for (const auto& [panel, member] :
       {std::pair{"unconditional", &analysis::FeatureCouplings::unconditional},
        std::pair{"covariance given the label", &analysis::FeatureCouplings::conditional_covariance},
        std::pair{"correlation given the label", &analysis::FeatureCouplings::normalised}}) {
    const auto reading = [member = member](const GenericReading& r) { return r.features.*member; };
    add(figure, series_by(m.generic, panel, &GenericReading::target, &GenericReading::update, reading,
                          {.names = s.targets, .mean = mean}));
    figure.rules.push_back({0, "0", false, panel});
  }
  return results::line_figure(figure);
}

}  // namespace

void add_training_tables(const Measurements& m, results::Results& results) {
  Readings course;
  Readings scans;
  for (const auto& r : m.course) (r.study == "course" ? course : scans).push_back(&r);
  if (!course.empty()) results.tables[evidence.course] = net_record().table(course);
  if (!scans.empty()) results.tables[evidence.scans] = net_record().table(scans);
  if (const auto untrained = untrained_of(m); !untrained.empty())
    results.tables[evidence.untrained] = net_record().table(untrained);
  if (!m.generic.empty()) results.tables[evidence.generic] = generic_record().table(m.generic);
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
  std::vector<CorrelationMatrix> outputs;
  std::vector<CorrelationMatrix> hidden;
  for (const auto& matrix : m.matrices)
    (matrix.net.starts_with("decimation") ? outputs : hidden).push_back(matrix);
  const auto& c = m.settings.course;
  const double noise = 1 / std::sqrt(static_cast<double>(m.settings.cells.test));
  if (!outputs.empty())
    all.push_back(studies::correlation_map(
        texts().begin<HeatMap>(
            evidence.output_correlations,
            {{"size", c.size}, {"b", c.factor}, {"K", c.coupling}, {"noise", fmt::format("{:.2g}", noise)}}),
        outputs));
  if (!m.generic.empty()) all.push_back(generic_figure(m));
  if (!hidden.empty())
    all.push_back(studies::correlation_map(
        texts().begin<HeatMap>(evidence.hidden_correlations, {{"units", hidden.front().units}}), hidden));
  return all;
}

}  // namespace spinflow::recipes::gong_xia
