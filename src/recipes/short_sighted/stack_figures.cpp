// SPDX-License-Identifier: Apache-2.0
// Tables and figures of the stacks of short-sighted.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "recipes/short_sighted/evidence.hpp"
#include "recipes/short_sighted/stack_pieces.hpp"
#include "spinflow/networks/stack_file.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::short_sighted {

namespace {

using results::Mark;
using results::none;
using results::Series;

constexpr const char* ratio_title = "T/T_c";
constexpr double hottest_drawn = 3;

/// T/T_c of a reading of T_c/T over many configurations.
stats::Estimate ratio(const stats::Estimate& inverse) {
  return shown(thermometers::reading_of_inverse(inverse));
}

results::Point point(double x, const Excess& e) {
  const auto r = shown(e.ratio());
  if (!(r.value > 0 && r.value < hottest_drawn)) return {.x = x};
  return {.x = x, .y = r.value, .error = r.error};
}

std::string lambda_label(double shrinkage) { return fmt::format("stack, lambda = {}", shrinkage); }

/// Temperature against layer on one lattice, a panel per model.
results::LineFigure layer_figure(const Measurements& m, const StackSettings& s, std::string id,
                                 std::string title) {
  results::LineFigure figure;
  figure.id = std::move(id);
  figure.title = std::move(title);
  figure.caption = fmt::format(
      "T/T_c by bond energy of each layer, read at its own size, from {0} x {0} at T_c. Stack: sampled h, "
      "means and errors "
      "over training seeds; block majority (random ties) and decimation of the same configurations, errors "
      "over "
      "configurations. Readings above {1} T_c are not drawn.",
      s.size, hottest_drawn);
  figure.x = {.title = "layer", .whole = true};
  figure.y = {.title = ratio_title};
  figure.columns = 3;
  for (const auto& subject : m.models) {
    const auto add = [&](std::string name, const std::string& map, double shrinkage, int colour) {
      Series series{.name = std::move(name), .points = {}, .panel = subject.label, .colour = colour};
      for (int layer = 0; layer <= static_cast<int>(s.hidden.size()); ++layer)
        series.points.push_back(point(layer, excess_of(m, subject.id, s.size, 1, map, shrinkage, layer)));
      figure.series.push_back(std::move(series));
    };
    add("block majority", "block-majority", none, 0);
    add("decimation", "decimation", none, 1);
    for (std::size_t i = 0; i < s.shrinkages.size(); ++i)
      add(lambda_label(s.shrinkages[i]), "stack-sampled", s.shrinkages[i], static_cast<int>(2 + i) % 7);
  }
  figure.rules = {{1, "T_c", false}};
  return figure;
}

results::Figure scan_figure(const Measurements& m) {
  const auto& s = m.settings.stack;
  results::LineFigure figure;
  figure.id = evidence::shrinkage_scan;
  figure.title = "What the shrinkage does to the temperature of the layers";
  figure.caption =
      "T/T_c by bond energy against lambda, for the hidden layers of stacks trained at T_c, with sampled h "
      "and with "
      "sign(h); means and errors over training seeds. Dotted: the last layer of block majority.";
  figure.x = {.title = "shrinkage lambda"};
  figure.y = {.title = ratio_title};
  figure.columns = 3;
  const int last = static_cast<int>(s.hidden.size());
  for (const auto& subject : m.models) {
    int colour = 0;
    for (int layer = 1; layer <= last; ++layer)
      for (const auto& [map, label] :
           {std::pair{"stack-sampled", "sampled h"}, std::pair{"stack-sign", "sign(h)"}}) {
        Series series{.name = fmt::format("layer {}, {}", layer, label),
                      .points = {},
                      .panel = subject.label,
                      .colour = colour++ % 7};
        for (const double shrinkage : s.shrinkages)
          series.points.push_back(
              point(shrinkage, excess_of(m, subject.id, s.size, 1, map, shrinkage, layer)));
        figure.series.push_back(std::move(series));
      }
    const auto majority = point(0, excess_of(m, subject.id, s.size, 1, "block-majority", none, last));
    if (std::isfinite(majority.y)) figure.rules.push_back({majority.y, "majority", false, subject.label});
  }
  return results::line_figure(figure);
}

/// Every reading of the layers of one model, at the middle shrinkage.
results::Figure readings_figure(const Measurements& m, const Subject& subject) {
  const auto& s = m.settings.stack;
  const double middle = s.shrinkages[s.shrinkages.size() / 2];
  results::LineFigure figure;
  figure.id = evidence::layer_readings.of(subject.figure_id());
  figure.title = fmt::format("Three thermometers on the layers, {}", subject.label);
  figure.caption = fmt::format(
      "T/T_c of each layer by bond energy, by <|m|> and by the energy of the full Hamiltonian, from {0} x "
      "{0} at T_c; "
      "lambda = {1}. Where they disagree the layer is no equilibrium ensemble of the model.",
      s.size, middle);
  figure.x = {.title = "layer", .whole = true};
  figure.y = {.title = ratio_title};
  figure.columns = 3;
  for (const auto& [gauge, panel] :
       {std::pair{LayerGauge::bonds, "bond energy"}, std::pair{LayerGauge::magnetization, "<|m|>"},
        std::pair{LayerGauge::hamiltonian, "full energy"}}) {
    const auto add = [&](const char* name, const char* map, double shrinkage, int colour) {
      Series series{.name = name, .points = {}, .panel = panel, .colour = colour};
      for (int layer = 0; layer <= static_cast<int>(s.hidden.size()); ++layer)
        series.points.push_back(
            point(layer, excess_of(m, subject.id, s.size, 1, map, shrinkage, layer, gauge)));
      figure.series.push_back(std::move(series));
    };
    add("stack, sampled h", "stack-sampled", middle, 2);
    add("stack, sign(h)", "stack-sign", middle, 3);
    add("block majority", "block-majority", none, 0);
    add("decimation", "decimation", none, 1);
  }
  figure.rules = {{1, "T_c", false}};
  return results::line_figure(figure);
}

results::Figure off_critical_figure(const Measurements& m) {
  const auto& s = m.settings.stack;
  const double middle = s.shrinkages[s.shrinkages.size() / 2];
  results::LineFigure figure;
  figure.id = evidence::off_critical;
  figure.title = "Configurations off the critical point, up the stacks trained at T_c";
  figure.caption = fmt::format(
      "T/T_c by bond energy against layer from several temperatures, lambda = {}, sampled h, beside block "
      "majority of the "
      "same configurations. Renormalization moves away from T_c on both sides.",
      middle);
  figure.x = {.title = "layer", .whole = true};
  figure.y = {.title = ratio_title};
  figure.columns = 3;
  std::vector<double> starts = s.starts;
  starts.push_back(1);
  std::ranges::sort(starts);
  for (const auto& subject : m.models) {
    int colour = 0;
    for (const double start : starts) {
      for (const auto& [map, label, shrinkage] :
           {std::tuple{"stack-sampled", "stack", middle}, std::tuple{"block-majority", "majority", none}}) {
        Series series{.name = fmt::format("{} from {} T_c", label, start),
                      .points = {},
                      .panel = subject.label,
                      .colour = colour++ % 7};
        for (int layer = 0; layer <= static_cast<int>(s.hidden.size()); ++layer)
          series.points.push_back(
              point(layer, excess_of(m, subject.id, s.size, start, map, shrinkage, layer)));
        figure.series.push_back(std::move(series));
      }
    }
  }
  figure.rules = {{1, "T_c", false}};
  return results::line_figure(figure);
}

results::Figure profile_figure(const Measurements& m) {
  results::LineFigure figure;
  figure.id = evidence::correlator_profiles;
  figure.title = "Correlations of spins with hidden units and with block spins, layer 1";
  figure.caption =
      "<v_i h_a> (sampled h at its assigned position, sign such that its weights sum to more than 0) and "
      "<v_i S_a> of "
      "block majority, against the distance of spin i from the centre of the block; same configurations at "
      "T_c, means and "
      "errors over training seeds.";
  figure.x = {.title = "distance to the block's centre"};
  figure.y = {.title = "correlation"};
  figure.columns = 3;
  for (const auto& subject : m.models) {
    const auto add = [&](std::string name, const std::string& map, double shrinkage, int colour) {
      std::map<std::size_t, std::pair<std::vector<double>, std::vector<stats::Estimate>>> by_bin;
      for (const auto& p : m.stacks.profiles)
        if (p.model == subject.id && p.size == m.settings.stack.size && p.layer == 1 && p.map == map &&
            (p.shrinkage == shrinkage || std::isnan(shrinkage))) {
          by_bin[p.bin].first.push_back(p.distance);
          by_bin[p.bin].second.push_back(p.correlation);
        }
      Series series{.name = std::move(name), .points = {}, .panel = subject.label, .colour = colour};
      for (const auto& [bin, values] : by_bin) {
        const auto mean = over_seeds(values.second);
        series.points.push_back({.x = over_seeds(values.first).value, .y = mean.value, .error = mean.error});
      }
      figure.series.push_back(std::move(series));
    };
    add("block majority", "block-majority", none, 0);
    for (std::size_t i = 0; i < m.settings.stack.shrinkages.size(); ++i)
      add(lambda_label(m.settings.stack.shrinkages[i]), "stack-sampled", m.settings.stack.shrinkages[i],
          static_cast<int>(2 + i) % 7);
  }
  return results::line_figure(figure);
}

results::Figure layer_correlation_figure(const Measurements& m) {
  results::LineFigure figure;
  figure.id = evidence::layer_correlations;
  figure.title = "Correlations within layer 1: hidden units and block spins";
  figure.caption =
      "<h_a h_b> of sampled hidden units and <S_a S_b> of block majority against the distance on the coarse "
      "lattice, at T_c; means and errors over training seeds. Dead units are left out.";
  figure.x = {.title = "distance, in blocks"};
  figure.y = {.title = "correlation"};
  figure.columns = 3;
  for (const auto& subject : m.models) {
    const auto add = [&](std::string name, const std::string& map, double shrinkage, int colour) {
      // Dead units move the mean distance of a bin a little, from seed to seed.
      std::map<std::ptrdiff_t, std::pair<std::vector<double>, std::vector<stats::Estimate>>> by_bin;
      for (const auto& c : m.stacks.correlations)
        if (c.model == subject.id && c.size == m.settings.stack.size && c.layer == 1 && c.map == map &&
            (c.shrinkage == shrinkage || std::isnan(shrinkage))) {
          auto& bin = by_bin[std::ranges::upper_bound(pair_edges, c.distance) - pair_edges.begin()];
          bin.first.push_back(c.distance);
          bin.second.push_back(c.correlation);
        }
      Series series{.name = std::move(name), .points = {}, .panel = subject.label, .colour = colour};
      for (const auto& [bin, values] : by_bin) {
        const auto mean = over_seeds(values.second);
        series.points.push_back({.x = over_seeds(values.first).value, .y = mean.value, .error = mean.error});
      }
      if (!series.points.empty()) figure.series.push_back(std::move(series));
    };
    add("block majority", "block-majority", none, 0);
    for (std::size_t i = 0; i < m.settings.stack.shrinkages.size(); ++i)
      add(lambda_label(m.settings.stack.shrinkages[i]), "stack-sampled", m.settings.stack.shrinkages[i],
          static_cast<int>(2 + i) % 7);
  }
  return results::line_figure(figure);
}

/// The rows of W of the hidden units that stand in one row of the coarse lattice.
results::ImageRow field_row(const networks::Stack& stack, int y, std::string label) {
  const auto& rbm = stack.layers.front();
  const auto coarse = stack.lattice(1);
  results::ImageRow row{.label = std::move(label), .images = {}};
  for (int x = 0; x < coarse.lx(); ++x) {
    const auto unit = static_cast<std::size_t>(coarse.site(x, y));
    const auto begin = rbm.weights.begin() + static_cast<std::ptrdiff_t>(unit * rbm.n_visible());
    row.images.push_back(
        {.values = {begin, begin + static_cast<std::ptrdiff_t>(rbm.n_visible())}, .width = rbm.visible.lx()});
  }
  return row;
}

void add_receptive_fields(const RunFolder& folder, const Measurements& m, std::vector<results::Figure>& all) {
  const auto& s = m.settings.stack;
  for (const auto& subject : m.models) {
    results::ImageGrid scan;
    scan.id = evidence::receptive_fields_shrinkage.of(subject.figure_id());
    scan.title = fmt::format("Receptive fields and shrinkage, {}", subject.label);
    scan.caption =
        "Weights of the hidden units that stand in one row of the coarse lattice (layer 1, first seed), by "
        "lambda; red below "
        "0, blue above, each image on its own range.";
    scan.signed_values = true;
    for (std::size_t i = 0; i < s.shrinkages.size(); ++i) {
      const auto path = folder.file(stack_name(subject.id, s.size, s.shrinkages[i], 0));
      if (!std::filesystem::exists(path)) continue;
      const auto stack = networks::read_stack(path);
      scan.rows.push_back(
          field_row(stack, stack.lattice(1).ly() / 2, fmt::format("lambda = {}", s.shrinkages[i])));
      if (i != s.shrinkages.size() / 2) continue;
      results::ImageGrid grid;
      grid.id = evidence::receptive_fields.of(subject.figure_id());
      grid.title = fmt::format("Receptive fields in their places, {}", subject.label);
      grid.caption = fmt::format(
          "Weights of the hidden units of layer 1, lambda = {}, first seed, each drawn where the assignment "
          "puts it: the "
          "image in column x and row y belongs to the block there. Red below 0, blue above, each on its own "
          "range.",
          s.shrinkages[i]);
      grid.signed_values = true;
      for (int y = stack.lattice(1).ly() - 1; y >= 0; --y) grid.rows.push_back(field_row(stack, y, ""));
      all.push_back(results::image_grid(grid));
    }
    if (!scan.rows.empty()) all.push_back(results::image_grid(scan));
  }
}

}  // namespace

void add_stack_tables(const Measurements& m, results::Results& results) {
  auto& temperatures = results.tables[evidence::layer_temperatures_table];
  temperatures.columns = {"model", "map", "lambda", "seed", "layer", "T_energy_over_Tc", "error"};
  auto& readings = results.tables[evidence::layer_readings_table];
  readings.columns = {"model",
                      "L",
                      "start_over_Tc",
                      "map",
                      "lambda",
                      "seed",
                      "layer",
                      "dead_units",
                      "T_energy_over_Tc",
                      "T_energy_error",
                      "T_magnetization_over_Tc",
                      "T_magnetization_error",
                      "T_hamiltonian_over_Tc",
                      "T_hamiltonian_error"};
  for (const auto& r : m.stacks.readings) {
    const auto bonds = ratio(r.bonds);
    const auto magnetization = ratio(r.magnetization);
    const auto hamiltonian = ratio(r.hamiltonian);
    const auto seed = static_cast<double>(r.seed);
    if (r.start == 1)
      temperatures.rows.push_back(
          {r.model, r.size == m.settings.stack.size ? r.map : fmt::format("{} from L = {}", r.map, r.size),
           r.shrinkage, seed, static_cast<double>(r.layer), bonds.value, bonds.error});
    readings.rows.push_back({r.model, static_cast<double>(r.size), r.start, r.map, r.shrinkage, seed,
                             static_cast<double>(r.layer), r.dead, bonds.value, bonds.error,
                             magnetization.value, magnetization.error, hamiltonian.value, hamiltonian.error});
  }
  auto& profiles = results.tables[evidence::correlator_profiles_table];
  profiles.columns = {"model", "L", "map", "lambda", "seed", "layer", "distance", "correlation", "error"};
  for (const auto& p : m.stacks.profiles)
    profiles.rows.push_back({p.model, static_cast<double>(p.size), p.map, p.shrinkage,
                             static_cast<double>(p.seed), static_cast<double>(p.layer), p.distance,
                             p.correlation.value, p.correlation.error});
  auto& studies = results.tables[evidence::correlators_table];
  studies.columns = {"model",         "L",         "lambda",  "seed",    "layer",         "pearson",
                     "pearson_error", "null_mean", "null_sd", "p_value", "participation", "coherence",
                     "dead_units"};
  for (const auto& s : m.stacks.studies)
    studies.rows.push_back({s.model, static_cast<double>(s.size), s.shrinkage, static_cast<double>(s.seed),
                            static_cast<double>(s.layer), s.pearson.value, s.pearson.error, s.null_mean,
                            s.null_sd, s.p_value, s.participation, s.coherence, s.dead});
  if (!m.stacks.failures.empty()) {
    auto& failures = results.tables[evidence::failed_stacks_table];
    failures.columns = {"failure"};
    for (const auto& failure : m.stacks.failures) failures.rows.push_back({failure});
  }
  const auto& s = m.settings.stack;
  const int last = static_cast<int>(s.hidden.size());
  const auto add_value = [&](const std::string& name, const Excess& e) {
    const auto r = shown(e.ratio());
    results.values[name] = {r.value, r.error, none, none, e.ratio().limit};
  };
  for (const auto& subject : m.models) {
    for (const char* map : {"block-majority", "decimation"})
      add_value(fmt::format("T_over_Tc_{}_{}", map, subject.id),
                excess_of(m, subject.id, s.size, 1, map, none, last));
    for (const double shrinkage : s.shrinkages)
      add_value(fmt::format("T_over_Tc_stack_lambda_{}_{}", shrinkage, subject.id),
                excess_of(m, subject.id, s.size, 1, "stack-sampled", shrinkage, last));
  }
}

std::vector<results::Figure> stack_figures(const RunFolder& folder, const Measurements& m) {
  std::vector<results::Figure> all = {
      results::line_figure(layer_figure(m, m.settings.stack, evidence::layer_temperatures,
                                        "Temperature against layer: stacks and the renormalization group"))};
  if (!m.settings.large.shrinkages.empty())
    all.push_back(results::line_figure(
        layer_figure(m, m.settings.large, evidence::layer_temperatures_large,
                     fmt::format("Temperature against layer from {0} x {0}", m.settings.large.size))));
  all.push_back(scan_figure(m));
  for (const auto& subject : m.models) all.push_back(readings_figure(m, subject));
  all.push_back(off_critical_figure(m));
  add_receptive_fields(folder, m, all);
  all.push_back(profile_figure(m));
  all.push_back(layer_correlation_figure(m));
  return all;
}

}  // namespace spinflow::recipes::short_sighted
