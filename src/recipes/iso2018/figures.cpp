// SPDX-License-Identifier: Apache-2.0
// The figures of iso2018, in reading order.
#include "recipes/iso2018/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "recipes/iso2018/evidence.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/flow/step_map.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

using results::Mark;
using results::Series;

/// Readings near infinity would flatten everything else: beyond the axis a line ends.
double drawn(double t) { return t <= highest_drawn ? t : results::none; }

std::string start_name(const Measurements& m, std::size_t start) {
  return fmt::format("from T = {}", m.settings.flow.starts[start]);
}

results::Figure flow_figure(const Measurements& m) {
  results::LineFigure figure{
      .id = evidence::flow_temperature,
      .title = "The flow of type V from both starts, by every thermometer",
      .caption =
          "Temperature of the ensemble after each reconstruction v -> h -> v. Energy and magnetization "
          "are read on exact curves of the same lattice; where they part, the configurations are not "
          "Ising-like. The classifiers' mean reading saturates at both ends (see the calibration). Bands: "
          "one standard error over training seeds.",
      .x = {.title = "step", .scale = results::Scale::symlog, .whole = true},
      .y = {.title = temperature_title, .least = 0, .most = highest_drawn},
      .rules = {tc_rule()}};
  const std::vector<std::pair<std::string, std::string>> gauges = {
      {"energy", "energy"},
      {"magnetization", "magnetization"},
      {"pseudo-likelihood", "pseudo-likelihood"},
      {"classifier-small", "classifier, mean (paper's size)"},
      {"classifier-large", "classifier, mean (large)"}};
  for (std::size_t start = 0; start < m.settings.flow.starts.size(); ++start)
    for (std::size_t g = 0; g < gauges.size(); ++g)
      figure.series.push_back({.name = gauges[g].second,
                               .points = along_flow(*m.find("V"), start, gauges[g].first),
                               .mark = Mark::curve,
                               .panel = start_name(m, start),
                               .colour = static_cast<int>(g)});
  return results::line_figure(figure);
}

results::Figure rg_figure(const Measurements& m) {
  results::LineFigure figure{.id = evidence::rg_flow,
                             .title = "Temperatures under block spins",
                             .caption =
                                 "Energy temperature of ensembles under 2 x 2 majority blocks, each step "
                                 "read at its own lattice size; every line is one starting temperature.",
                             .x = {.title = "block-spin step", .whole = true},
                             .y = {.title = temperature_title, .least = 0, .most = highest_drawn},
                             .rules = {tc_rule()},
                             .sequential = true};
  for (const auto& [size, flows] : m.blocked)
    for (const auto& start : flows) {
      Series series{.name = fmt::format("T = {:.3g}", start.temperature),
                    .mark = Mark::line_and_points,
                    .panel = fmt::format("L = {}", size)};
      for (const auto& step : start.steps)
        if (const auto found = step.readings.find("energy"); found != step.readings.end())
          series.points.push_back({.x = static_cast<double>(step.step),
                                   .y = drawn(found->second.value),
                                   .error = found->second.error});
      figure.series.push_back(series);
    }
  return results::line_figure(figure);
}

results::Figure rbm_flow_figure(const Measurements& m) {
  results::LineFigure figure{
      .id = evidence::rbm_flow,
      .title = "Temperatures under the flow of the RBM",
      .caption =
          "Energy temperature along the flow of type V (first seed) from true ensembles at the "
          "temperatures of the block spins above. The first step leaves the Ising ensembles, on which T by "
          "energy is defined.",
      .x = {.title = "step v -> h -> v", .scale = results::Scale::symlog, .whole = true},
      .y = {.title = temperature_title, .least = 0, .most = highest_drawn},
      .rules = {tc_rule()},
      .sequential = true};
  for (const auto& start : m.rbm_flows.front()) {
    Series series{.name = fmt::format("T = {:.3g}", start.temperature), .mark = Mark::curve};
    for (const auto& step : start.steps) {
      const auto& reading = step.readings.at("energy");
      series.points.push_back(
          {.x = static_cast<double>(step.step), .y = drawn(reading.value), .error = reading.error});
    }
    figure.series.push_back(series);
  }
  return results::line_figure(figure);
}

results::Figure step_map_figure(const Measurements& m) {
  results::LineFigure figure{.id = evidence::step_map,
                             .title = "One step of each map: T' against T",
                             .caption =
                                 "A crossing with the diagonal is a fixed point: unstable where the curve "
                                 "is steeper than the diagonal, stable where it is flatter. RBM: first "
                                 "training seed.",
                             .x = {.title = "T before the step (J/k_B)"},
                             .y = {.title = "T' after the step (J/k_B)", .most = highest_drawn},
                             .rules = {tc_rule(), tc_rule(true)}};
  const auto add = [&](const std::string& name, const std::vector<flow::FlowStart>& flows) {
    Series series{.name = name};
    for (const auto& [before, after] : flow::step_map(flows).pairs)
      series.points.push_back({.x = before, .y = after.value, .error = after.error});
    figure.series.push_back(series);
  };
  for (const auto& [size, flows] : m.blocked)
    if (size % 2 == 0) add(fmt::format("blocks, {} to {}", size, size / 2), flows);
  add("RBM of type V", m.rbm_flows.front());
  Series diagonal{.name = "T' = T", .mark = Mark::exact};
  for (const double t : m.settings.rg.temperatures) diagonal.points.push_back({.x = t, .y = t});
  figure.series.push_back(diagonal);
  return results::line_figure(figure);
}

results::Figure classifier_figure(const Measurements& m) {
  results::HeatMap map{.id = evidence::classifier_flow,
                       .title = "What the classifier sees along the flow",
                       .caption =
                           "Softmax of the large classifier, averaged over configurations and seeds, at "
                           "every step. The paper reads the temperature from such distributions.",
                       .x = {.title = "step"},
                       .y = {.title = temperature_title},
                       .value_title = "probability",
                       .y_values = m.settings.ensemble.temperatures,
                       .rules = {tc_rule()}};
  const auto n = static_cast<std::size_t>(m.settings.flow.steps) + 1;
  for (std::size_t step = 0; step < n; ++step) map.x_values.push_back(static_cast<double>(step));
  for (std::size_t start = 0; start < m.settings.flow.starts.size(); ++start) {
    results::HeatMapPanel panel{start_name(m, start), std::vector<double>(map.y_values.size() * n)};
    for (std::size_t step = 0; step < n; ++step) {
      const auto p = mean_distribution(*m.find("V"), "classifier-large", start, step);
      for (std::size_t c = 0; c < p.size(); ++c) panel.values[c * n + step] = p[c];
    }
    map.panels.push_back(panel);
  }
  return results::heat_map(map);
}

results::Image image_of(const ensemble::Ensemble& ensemble, std::size_t row) {
  results::Image image{.width = ensemble.lattice.lx()};
  for (std::size_t site = 0; site < ensemble.spins.n_columns(); ++site)
    image.values.push_back(ensemble.spins.spin(row, site));
  return image;
}

results::Figure montage(const Measurements& m) {
  results::ImageGrid grid{
      .id = evidence::montage,
      .title = "Configurations along the flow, and true ones at T_c",
      .caption =
          "The same chains of type V after some steps of the flow, from both starts (black: spin up). The "
          "last row shows independent Ising configurations at T_c on the same lattice."};
  const auto& seeds = m.find("V")->seeds;
  const auto good = std::ranges::find_if(seeds, [](const SeedResult& s) { return s.failure.empty(); });
  constexpr std::size_t columns = 6;
  if (good != seeds.end())
    for (std::size_t start = 0; start < good->starts.size(); ++start) {
      // Two chains per start: one row each.
      for (const std::size_t chain : {std::size_t{0}, std::size_t{1}}) {
        results::ImageRow row{.label = fmt::format("{}, chain {}", start_name(m, start), chain + 1)};
        for (const auto& [step, ensemble] : good->starts[start].kept)
          if (row.images.size() < columns && chain < ensemble.size()) {
            row.images.push_back(image_of(ensemble, chain));
            row.images.back().label = fmt::format("step {}", step);
          }
        grid.rows.push_back(row);
      }
    }
  results::ImageRow truth{.label = "Ising at T_c"};
  for (std::size_t i = 0; i < columns && i < m.critical.size(); ++i)
    truth.images.push_back(image_of(m.critical, i));
  grid.rows.push_back(truth);
  return results::image_grid(grid);
}

results::Figure correlation_figure(const Measurements& m) {
  results::LineFigure figure{
      .id = evidence::correlation,
      .title = "Two-point function where the flow stops",
      .caption =
          "G(r) = <s_0 s_r> along the axes, not connected. True critical configurations decay; a product "
          "measure is flat. Both product measures are matched to the flowed ensemble, one in e, one in "
          "<|m|>.",
      .x = {.title = "distance r (sites)", .whole = true},
      .y = {.title = "G(r)"}};
  const auto flow = flowed(*m.find("V"));
  const auto truth = ensemble::correlation(m.critical);
  const int n = m.model->lattice().n_sites();
  const auto add = [&](const std::string& name, const std::vector<stats::Estimate>& g, Mark mark) {
    Series series{.name = name, .mark = mark};
    for (std::size_t r = 0; r < g.size(); ++r)
      series.points.push_back({.x = static_cast<double>(r + 1), .y = g[r].value, .error = g[r].error});
    figure.series.push_back(series);
  };
  const auto flat = [&](const ProductMeasure& p) {
    return std::vector<stats::Estimate>(truth.size(), {.value = p.m * p.m});
  };
  add("type V, flowed", flow.correlation, Mark::line_and_points);
  add("Ising at T_c", truth, Mark::line_and_points);
  add("product measure, same e", flat(product_of_energy(flow.energy.value, n)), Mark::curve);
  add("product measure, same <|m|>", flat(product_of_magnetization(flow.abs_magnetization.value, n)),
      Mark::curve);
  return results::line_figure(figure);
}

results::Figure energy_figure(const Measurements& m) {
  results::LineFigure figure{.id = evidence::training_data,
                             .title = "The training data against exact values",
                             .caption =
                                 "Energy per site and <|m|> of the sampled ensembles (points; errors "
                                 "smaller than the symbols) on the exact curves of the same periodic "
                                 "lattice.",
                             .x = {.title = temperature_title},
                             .y = {.title = "per site"},
                             .rules = {tc_rule(true)}};
  Series energy{.name = "energy", .mark = Mark::points, .panel = "energy e", .colour = 0};
  Series magnet{.name = "<|m|>", .mark = Mark::points, .panel = "magnetization <|m|>", .colour = 1};
  for (const auto& row : ensemble::observe(m.pool)) {
    energy.points.push_back({.x = row.temperature, .y = row.energy.value, .error = row.energy.error});
    magnet.points.push_back(
        {.x = row.temperature, .y = row.abs_magnetization.value, .error = row.abs_magnetization.error});
  }
  // The exact curves by inversion: T of evenly spaced means.
  Series exact_energy{.name = "exact", .mark = Mark::exact, .panel = "energy e"};
  Series exact_magnet{.name = "exact", .mark = Mark::exact, .panel = "magnetization <|m|>"};
  const double highest = *std::ranges::max_element(m.pool.temperature);
  const auto trace = [&](Series& series, const Inversion& invert, double from, double to) {
    for (int i = 0; i <= 200; ++i) {
      const double y = from + (to - from) * i / 200.0;
      const auto t = invert({.value = y, .error = 0});
      if (!t.censored && t.value > 0 && t.value <= highest) series.points.push_back({.x = t.value, .y = y});
    }
  };
  trace(exact_energy, m.base().from_energy, -2, 0);
  trace(exact_magnet, m.base().from_magnetization, 1, 0);
  figure.series = {energy, magnet, exact_energy, exact_magnet};
  figure.own_y_axes = true;
  return results::line_figure(figure);
}

results::Figure calibration_figure(const Measurements& m) {
  results::LineFigure figure{
      .id = evidence::classifier_calibration,
      .title = "What each thermometer reads on true Ising ensembles",
      .caption =
          "Reading against the true temperature, on ensembles that no classifier was trained on. A "
          "perfect thermometer follows the diagonal; the classifiers saturate at both ends.",
      .x = {.title = "true temperature (J/k_B)"},
      .y = {.title = "reading (J/k_B)", .least = 0, .most = highest_drawn}};
  for (const std::string gauge :
       {"energy", "magnetization", "pseudo-likelihood", "classifier-small", "classifier-large"}) {
    Series series{.name = gauge, .mark = Mark::points};
    for (const auto& start : m.calibration)
      if (const auto found = start.steps.front().readings.find(gauge);
          found != start.steps.front().readings.end() && found->second.value <= highest_drawn)
        series.points.push_back(
            {.x = start.temperature, .y = found->second.value, .error = found->second.error});
    figure.series.push_back(series);
  }
  Series diagonal{.name = "reading = truth", .mark = Mark::exact};
  for (const double t : m.settings.ensemble.temperatures) diagonal.points.push_back({.x = t, .y = t});
  figure.series.push_back(diagonal);
  return results::line_figure(figure);
}

results::Figure history_figure(const Measurements& m) {
  results::LineFigure figure{.id = evidence::training,
                             .title = "Training of type V",
                             .caption =
                                 "Fraction of spins that change in one reconstruction, and "
                                 "pseudo-likelihood of training and held-out configurations, each on up to "
                                 "512 fixed rows and two spins of each: the courses compare, while an offset "
                                 "of a few nats between them is that of the rows. First training seed that "
                                 "gave a result.",
                             .x = {.title = "update"},
                             .y = {.title = ""},
                             .own_y_axes = true};
  const auto& seeds = m.find("V")->seeds;
  const auto seed = std::ranges::find_if(seeds, [](const SeedResult& s) { return s.failure.empty(); });
  const std::string likelihood = "pseudo-likelihood (nats per configuration)";
  Series error{.name = "reconstruction error",
               .mark = Mark::curve,
               .panel = "reconstruction error (fraction of spins)",
               .colour = 0};
  Series train{.name = "training data", .mark = Mark::curve, .panel = likelihood, .colour = 1};
  Series held{.name = "held-out data", .mark = Mark::curve, .panel = likelihood, .colour = 2};
  for (const auto& row : seed->rbm->history) {
    const auto x = static_cast<double>(row.update);
    error.points.push_back({.x = x, .y = row.reconstruction_error});
    train.points.push_back({.x = x, .y = row.pseudo_likelihood_train});
    held.points.push_back({.x = x, .y = row.pseudo_likelihood_held_out});
  }
  figure.series = {error, train, held};
  return results::line_figure(figure);
}

}  // namespace

std::vector<results::Figure> figures(const Measurements& m) {
  std::vector<results::Figure> all;
  if (m.find("V")->first_good()) {
    all.push_back(flow_figure(m));
    all.push_back(rg_figure(m));
    all.push_back(rbm_flow_figure(m));
    all.push_back(step_map_figure(m));
    all.push_back(classifier_figure(m));
    all.push_back(montage(m));
    all.push_back(correlation_figure(m));
    all.push_back(history_figure(m));
  }
  all.push_back(energy_figure(m));
  all.push_back(calibration_figure(m));
  return all;
}

}  // namespace spinflow::recipes::iso2018
