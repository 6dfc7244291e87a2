// SPDX-License-Identifier: Apache-2.0
// The figures of iso2018, in reading order.
#include "recipes/iso2018/figures.hpp"

#include "recipes/iso2018/evidence.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/flow/step_map.hpp"
#include "studies/ensemble_numbers.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

using studies::seen_by;
using studies::SeenStep;

std::string temperature_name(const SeenStep& seen) { return fmt::format("T = {:.3g}", seen.start); }

results::Figure flow_figure(const Measurements& m) {
  auto figure = texts().begin<LineFigure>(evidence.flow_temperature);
  const std::vector<std::pair<std::string, std::string>> gauges = {
      {"energy", "energy"},
      {"magnetization", "magnetization"},
      {"pseudo-likelihood", "pseudo-likelihood"},
      {"classifier-small", "classifier, mean (paper's size)"},
      {"classifier-large", "classifier, mean (large)"}};
  for (std::size_t start = 0; start < m.settings.flow.starts.size(); ++start)
    for (std::size_t g = 0; g < gauges.size(); ++g)
      figure.series.push_back({.name = gauges[g].second,
                               .points = along_flow(*m.find("V"), start, gauges[g].first, figure.y.most),
                               .mark = Mark::curve,
                               .panel = start_name(m, start),
                               .colour = static_cast<int>(g)});
  return results::line_figure(figure);
}

results::Figure rg_figure(const Measurements& m) {
  auto figure = texts().begin<LineFigure>(evidence.rg_flow);
  for (const auto& [size, flows] : m.blocked)
    add(figure, series_by(seen_by("energy", flows, figure.y.most), fmt::format("L = {}", size),
                          temperature_name, &SeenStep::step, &SeenStep::reading));
  return results::line_figure(figure);
}

results::Figure rbm_flow_figure(const Measurements& m) {
  auto figure = texts().begin<LineFigure>(evidence.rbm_flow);
  figure.series = series_by(seen_by("energy", m.rbm_flows.front(), figure.y.most), "", temperature_name,
                            &SeenStep::step, &SeenStep::reading, {.mark = Mark::curve});
  return results::line_figure(figure);
}

/// y = x at some temperatures.
Series diagonal(std::string name, const std::vector<double>& temperatures) {
  return series_over({.name = std::move(name), .mark = Mark::exact}, temperatures,
                     [](double t) { return t; });
}

results::Figure step_map_figure(const Measurements& m) {
  auto figure = texts().begin<LineFigure>(evidence.step_map);
  figure.rules.push_back(tc_rule(true));
  const auto add_map = [&](const std::string& name, const std::vector<flow::Trajectory>& flows) {
    add(figure, series_by(flow::step_map(flows).pairs, "", name, &flow::StepPair::before,
                          [](const flow::StepPair& pair) {
                            return stats::Estimate{.value = pair.after.value, .error = pair.after.error};
                          }));
  };
  for (const auto& [size, flows] : m.blocked)
    if (size % 2 == 0) add_map(fmt::format("blocks, {} to {}", size, size / 2), flows);
  add_map("RBM of type V", m.rbm_flows.front());
  figure.series.push_back(diagonal("T' = T", m.settings.rg.temperatures));
  return results::line_figure(figure);
}

results::Figure classifier_figure(const Measurements& m) {
  auto map = texts().begin<HeatMap>(evidence.classifier_flow);
  map.y_values = m.settings.ensemble.temperatures;
  for (const int step : counted(0, static_cast<int>(m.settings.flow.steps))) map.x_values.push_back(step);
  const std::size_t n = map.x_values.size();
  for (std::size_t start = 0; start < m.settings.flow.starts.size(); ++start) {
    results::HeatMapPanel panel{start_name(m, start), std::vector<double>(map.y_values.size() * n)};
    for (std::size_t step = 0; step < n; ++step) {
      const auto p = studies::mean_distribution(m.find("V")->flows_from(start), "classifier-large", step);
      for (std::size_t c = 0; c < p.size(); ++c) panel.values[c * n + step] = p[c];
    }
    map.panels.push_back(panel);
  }
  return results::heat_map(map);
}

results::Figure montage(const Measurements& m) {
  auto grid = texts().begin<ImageGrid>(evidence.montage);
  constexpr std::size_t columns = 6;
  const auto& v = *m.find("V");
  const auto& starts = v.seeds[*v.first_good()].starts;
  for (std::size_t start = 0; start < starts.size(); ++start)
    // Two chains per start: one row each.
    for (const std::size_t chain : {std::size_t{0}, std::size_t{1}}) {
      auto& row = grid.rows.emplace_back(
          results::ImageRow{.label = fmt::format("{}, chain {}", start_name(m, start), chain + 1)});
      for (const auto& [step, ensemble] : starts[start].kept)
        if (row.images.size() < columns && chain < ensemble.size())
          row.images.push_back(studies::image_of(ensemble, chain, fmt::format("step {}", step)));
    }
  auto& truth = grid.rows.emplace_back(results::ImageRow{.label = "Ising at T_c"});
  for (std::size_t i = 0; i < columns && i < m.critical.size(); ++i)
    truth.images.push_back(studies::image_of(m.critical, i));
  return results::image_grid(grid);
}

results::Figure correlation_figure(const Measurements& m) {
  auto figure = texts().begin<LineFigure>(evidence.correlation);
  const auto flow = flowed(*m.find("V"));
  const auto truth = ensemble::correlation(m.critical);
  const int n = m.model->lattice().n_sites();
  const auto add_g = [&](std::string name, const std::vector<stats::Estimate>& g, Mark mark) {
    figure.series.push_back(series_over({.name = std::move(name), .mark = mark},
                                        counted(1, static_cast<int>(g.size())),
                                        [&](int r) { return g[static_cast<std::size_t>(r - 1)]; }));
  };
  const auto flat = [&](const exact::ProductMeasure& p) {
    return std::vector<stats::Estimate>(truth.size(), {.value = p.m * p.m});
  };
  add_g("type V, flowed", flow.correlation, Mark::line_and_points);
  add_g("Ising at T_c", truth, Mark::line_and_points);
  add_g("product measure, same e", flat(exact::product_of_energy(flow.energy.value, n)), Mark::curve);
  add_g("product measure, same <|m|>", flat(exact::product_of_magnetization(flow.abs_magnetization.value, n)),
        Mark::curve);
  return results::line_figure(figure);
}

/// The exact curve by inversion: T of evenly spaced means, up to the highest temperature of the data.
Series inverted_curve(const Inversion& invert, double from, double to, double highest, std::string panel) {
  Series curve{.name = "exact", .mark = Mark::exact, .panel = std::move(panel)};
  for (const double y : results::spaced(from, to, 201)) {
    const auto t = invert({.value = y, .error = 0});
    if (!t.censored && t.value > 0 && t.value <= highest) curve.points.push_back({.x = t.value, .y = y});
  }
  return curve;
}

results::Figure energy_figure(const Measurements& m) {
  auto figure = texts().begin<LineFigure>(evidence.training_data);
  figure.rules = {tc_rule(true)};
  const std::string energy = "energy e";
  const std::string magnetization = "magnetization <|m|>";
  const auto rows = observables::measure(m.pool, {observables::energy, observables::abs_magnetization});
  using Row = observables::Measured;
  const auto number = [](const char* name) { return [name](const Row& row) { return row[name]; }; };
  const SeriesLook look{.mark = Mark::points, .names = {"energy", "<|m|>"}};
  add(figure, series_by(rows, energy, "energy", &Row::temperature, number(observables::energy), look));
  add(figure, series_by(rows, magnetization, "<|m|>", &Row::temperature,
                        number(observables::abs_magnetization), look));
  const double highest = *std::ranges::max_element(m.pool.temperature);
  figure.series.push_back(inverted_curve(m.base().from_energy, -2, 0, highest, energy));
  figure.series.push_back(inverted_curve(m.base().from_magnetization, 1, 0, highest, magnetization));
  return results::line_figure(figure);
}

results::Figure calibration_figure(const Measurements& m) {
  auto figure = texts().begin<LineFigure>(evidence.classifier_calibration);
  for (const std::string gauge :
       {"energy", "magnetization", "pseudo-likelihood", "classifier-small", "classifier-large"})
    add(figure,
        series_by(seen_by(gauge, m.calibration, figure.y.most) | std::views::filter([](const SeenStep& seen) {
                    return seen.step == 0 && !std::isnan(seen.reading.value);
                  }),
                  "", gauge, &SeenStep::start, &SeenStep::reading, {.mark = Mark::points}));
  figure.series.push_back(diagonal("reading = truth", m.settings.ensemble.temperatures));
  return results::line_figure(figure);
}

results::Figure history_figure(const Measurements& m) {
  auto figure = texts().begin<LineFigure>(evidence.training);
  const auto& v = *m.find("V");
  const auto& history = v.seeds[*v.first_good()].rbm->history;
  using Row = std::remove_cvref_t<decltype(history.front())>;
  const SeriesLook look{.mark = Mark::curve,
                        .names = {"reconstruction error", "training data", "held-out data"}};
  const std::string likelihood = "pseudo-likelihood (nats per configuration)";
  const auto add_course = [&](const std::string& panel, const std::string& name, auto member) {
    add(figure, series_by(history, panel, name, &Row::update, member, look));
  };
  add_course("reconstruction error (fraction of spins)", look.names[0], &Row::reconstruction_error);
  add_course(likelihood, look.names[1], &Row::pseudo_likelihood_train);
  add_course(likelihood, look.names[2], &Row::pseudo_likelihood_held_out);
  return results::line_figure(figure);
}

}  // namespace

std::vector<results::Figure> figures(const Measurements& m) {
  std::vector<results::Figure> all;
  if (m.find("V")->first_good())
    all = {flow_figure(m),       rg_figure(m), rbm_flow_figure(m),    step_map_figure(m),
           classifier_figure(m), montage(m),   correlation_figure(m), history_figure(m)};
  all.push_back(energy_figure(m));
  all.push_back(calibration_figure(m));
  return all;
}

}  // namespace spinflow::recipes::iso2018
