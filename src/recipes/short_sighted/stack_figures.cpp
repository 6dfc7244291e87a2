// SPDX-License-Identifier: Apache-2.0
// Tables and figures of the stacks of short-sighted.
#include "recipes/figures.hpp"
#include "recipes/short_sighted/evidence.hpp"
#include "recipes/short_sighted/measurements.hpp"
#include "spinflow/networks/stack_file.hpp"

namespace spinflow::recipes::short_sighted {

namespace {

constexpr double hottest_drawn = 3;

Point point(double x, const Excess& e) {
  const auto r = shown(e.ratio());
  if (!(r.value > 0 && r.value < hottest_drawn)) return {.x = x};
  return point_at(x, r);
}

std::string lambda_label(double shrinkage) { return fmt::format("stack, lambda = {}", shrinkage); }

double middle_of(const StackSettings& s) { return s.shrinkages[s.shrinkages.size() / 2]; }

/// What goes up, and how it is drawn.
struct Way {
  std::string name;
  std::string map;
  double shrinkage = none;
  int colour = 0;
  double start = 1;  ///< T/T_c
};

/// The renormalization group, and a stack for each shrinkage.
std::vector<Way> ways_of(const StackSettings& s) {
  std::vector<Way> ways = {{"block majority", "block-majority"}, {"decimation", "decimation", none, 1}};
  for (std::size_t i = 0; i < s.shrinkages.size(); ++i)
    ways.push_back(
        {lambda_label(s.shrinkages[i]), "stack-sampled", s.shrinkages[i], static_cast<int>(2 + i) % 7});
  return ways;
}

/// T/T_c of layers 0, 1, ...
Series layers_of(const Measurements& m, const Subject& subject, const StackSettings& s, const Way& way,
                 std::string panel, LayerGauge gauge = &LayerReading::bonds) {
  return series_over(
      {.name = way.name, .panel = std::move(panel), .colour = way.colour},
      counted(0, static_cast<int>(s.hidden.size())), [&](int layer) {
        return point(layer,
                     excess_of(m, {subject.id, s.size, way.map, way.shrinkage, 0, layer}, way.start, gauge));
      });
}

/// Temperature against layer on one lattice, a panel per model.
results::Figure layer_figure(const Measurements& m, const StackSettings& s, const std::string& id) {
  auto figure = texts().begin<LineFigure>(id, {{"size", s.size}, {"hottest", hottest_drawn}});
  for (const auto& subject : m.models)
    for (const auto& way : ways_of(s)) figure.series.push_back(layers_of(m, subject, s, way, subject.label));
  return results::line_figure(figure);
}

results::Figure scan_figure(const Measurements& m) {
  const auto& s = m.settings.stack;
  auto figure = texts().begin<LineFigure>(evidence.shrinkage_scan);
  const int last = static_cast<int>(s.hidden.size());
  for (const auto& subject : m.models) {
    int colour = 0;
    for (int layer = 1; layer <= last; ++layer)
      for (const auto& [map, label] :
           {std::pair{"stack-sampled", "sampled h"}, std::pair{"stack-sign", "sign(h)"}})
        figure.series.push_back(
            series_over({.name = fmt::format("layer {}, {}", layer, label),
                         .panel = subject.label,
                         .colour = colour++ % 7},
                        s.shrinkages, [&, map = map](double shrinkage) {
                          return point(shrinkage, excess_of(m, layer_of(m, subject, map, shrinkage, layer)));
                        }));
    const auto majority = point(0, excess_of(m, layer_of(m, subject, "block-majority", none, last)));
    if (std::isfinite(majority.y)) figure.rules.push_back({majority.y, "majority", false, subject.label});
  }
  return results::line_figure(figure);
}

/// Every reading of the layers of one model, at the middle shrinkage.
results::Figure readings_figure(const Measurements& m, const Subject& subject) {
  const auto& s = m.settings.stack;
  const double middle = middle_of(s);
  auto figure = texts().begin<LineFigure>(evidence.layer_readings,
                                          {{"label", subject.label}, {"size", s.size}, {"lambda", middle}},
                                          subject.figure_id());
  const std::vector<Way> ways = {{"stack, sampled h", "stack-sampled", middle, 2},
                                 {"stack, sign(h)", "stack-sign", middle, 3},
                                 {"block majority", "block-majority"},
                                 {"decimation", "decimation", none, 1}};
  for (const auto& [gauge, panel] :
       {std::pair{&LayerReading::bonds, "bond energy"}, std::pair{&LayerReading::magnetization, "<|m|>"},
        std::pair{&LayerReading::hamiltonian, "full energy"}})
    for (const auto& way : ways) figure.series.push_back(layers_of(m, subject, s, way, panel, gauge));
  return results::line_figure(figure);
}

results::Figure off_critical_figure(const Measurements& m) {
  const auto& s = m.settings.stack;
  const double middle = middle_of(s);
  auto figure = texts().begin<LineFigure>(evidence.off_critical, {{"lambda", middle}});
  std::vector<double> starts = s.starts;
  starts.push_back(1);
  std::ranges::sort(starts);
  std::vector<Way> ways;
  for (const double start : starts)
    for (const auto& [map, label, shrinkage] :
         {std::tuple{"stack-sampled", "stack", middle}, std::tuple{"block-majority", "majority", none}})
      ways.push_back({fmt::format("{} from {} T_c", label, start), map, shrinkage,
                      static_cast<int>(ways.size()) % 7, start});
  for (const auto& subject : m.models)
    for (const auto& way : ways) figure.series.push_back(layers_of(m, subject, s, way, subject.label));
  return results::line_figure(figure);
}

/// Correlations by distance in layer 1.
results::Figure correlation_figure(const Measurements& m, const std::string& id,
                                   const std::vector<LayerBin>& bins) {
  auto figure = texts().begin<LineFigure>(id);
  for (const auto& subject : m.models)
    for (const auto& way : ways_of(m.settings.stack))
      if (auto points = studies::mean_bins(bins, layer_of(m, subject, way.map, way.shrinkage, 1));
          !points.empty())
        figure.series.push_back(
            {.name = way.name, .points = std::move(points), .panel = subject.label, .colour = way.colour});
  return results::line_figure(figure);
}

/// The rows of W of the hidden units that stand in one row of the coarse lattice.
results::ImageRow field_row(const networks::Stack& stack, int y, std::string label) {
  const auto& rbm = stack.layers.front();
  const auto coarse = stack.lattice(1);
  results::ImageRow row{.label = std::move(label)};
  for (int x = 0; x < coarse.lx(); ++x) {
    const auto unit = static_cast<std::size_t>(coarse.site(x, y));
    const auto begin = rbm.weights.begin() + static_cast<std::ptrdiff_t>(unit * rbm.n_visible());
    row.images.push_back(
        {.values = {begin, begin + static_cast<std::ptrdiff_t>(rbm.n_visible())}, .width = rbm.visible.lx()});
  }
  return row;
}

/// The fields of one stack in their places.
results::Figure field_figure(const networks::Stack& stack, const Subject& subject, double shrinkage) {
  auto grid = texts().begin<ImageGrid>(
      evidence.receptive_fields, {{"label", subject.label}, {"lambda", shrinkage}}, subject.figure_id());
  grid.signed_values = true;
  for (int y = stack.lattice(1).ly() - 1; y >= 0; --y) grid.rows.push_back(field_row(stack, y, ""));
  return results::image_grid(grid);
}

void add_receptive_fields(const RunFolder& folder, const Measurements& m, std::vector<results::Figure>& all) {
  const auto& s = m.settings.stack;
  for (const auto& subject : m.models) {
    auto scan = texts().begin<ImageGrid>(evidence.receptive_fields_shrinkage, {{"label", subject.label}},
                                         subject.figure_id());
    scan.signed_values = true;
    for (const double shrinkage : s.shrinkages) {
      const auto path = folder.file(stack_name(subject.id, s.size, shrinkage, 0));
      if (!std::filesystem::exists(path)) continue;
      const auto stack = networks::read_stack(path);
      scan.rows.push_back(field_row(stack, stack.lattice(1).ly() / 2, fmt::format("lambda = {}", shrinkage)));
      if (shrinkage == middle_of(s)) all.push_back(field_figure(stack, subject, shrinkage));
    }
    if (!scan.rows.empty()) all.push_back(results::image_grid(scan));
  }
}

}  // namespace

void add_stack_tables(const Measurements& m, results::Results& results) {
  results.tables[evidence.layer_temperatures_table] =
      studies::layer_temperature_record(m.settings.stack.size)
          .table(m.stacks.readings | std::views::filter([](const LayerReading& r) { return r.start == 1; }));
  results.tables[evidence.layer_readings_table] = studies::layer_reading_record().table(m.stacks.readings);
  results.tables[evidence.correlator_profiles_table] = studies::layer_bin_record().table(m.stacks.profiles);
  results.tables[evidence.correlators_table] = studies::layer_study_record().table(m.stacks.studies);
  if (!m.stacks.failures.empty())
    results.tables[evidence.failed_stacks_table] = studies::failure_record().table(m.stacks.failures);
  const auto& s = m.settings.stack;
  const int last = static_cast<int>(s.hidden.size());
  const auto add_value = [&](const std::string& name, const Excess& e) {
    const auto r = shown(e.ratio());
    results.values[name] = {r.value, r.error, none, none, e.ratio().limit};
  };
  for (const auto& subject : m.models) {
    for (const char* map : {"block-majority", "decimation"})
      add_value(fmt::format("T_over_Tc_{}_{}", map, subject.id),
                excess_of(m, layer_of(m, subject, map, none, last)));
    for (const double shrinkage : s.shrinkages)
      add_value(fmt::format("T_over_Tc_stack_lambda_{}_{}", shrinkage, subject.id),
                excess_of(m, layer_of(m, subject, "stack-sampled", shrinkage, last)));
  }
}

std::vector<results::Figure> stack_figures(const RunFolder& folder, const Measurements& m) {
  std::vector<results::Figure> all = {layer_figure(m, m.settings.stack, evidence.layer_temperatures)};
  if (!m.settings.large.shrinkages.empty())
    all.push_back(layer_figure(m, m.settings.large, evidence.layer_temperatures_large));
  all.push_back(scan_figure(m));
  for (const auto& subject : m.models) all.push_back(readings_figure(m, subject));
  all.push_back(off_critical_figure(m));
  add_receptive_fields(folder, m, all);
  all.push_back(correlation_figure(m, evidence.correlator_profiles, m.stacks.profiles));
  all.push_back(correlation_figure(m, evidence.layer_correlations, m.stacks.correlations));
  return all;
}

}  // namespace spinflow::recipes::short_sighted
