// SPDX-License-Identifier: Apache-2.0
// The flow diagram of short-sighted: nearest-neighbour ensembles under all maps, as curves in coupling space.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "recipes/short_sighted/evidence.hpp"
#include "recipes/short_sighted/measurements.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/exact/migdal_kadanoff.hpp"
#include "spinflow/inference/pseudo_likelihood.hpp"
#include "spinflow/networks/stack_file.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "spinflow/transformations/decimation.hpp"
#include "spinflow/transformations/stack_maps.hpp"

namespace spinflow::recipes::short_sighted {

namespace {

using ensemble::Ensemble;
using results::none;
using results::Table;

// On smaller lattices a third neighbour is its own image.
constexpr int smallest_side = 8;

std::vector<lattice::Interaction> basis() {
  std::vector<lattice::Interaction> all;
  for (const auto& name : coupling_names())
    all.push_back(lattice::interaction_from(name, 2, "short-sighted"));
  return all;
}

void add_row(Table& table, const std::string& map, double start, double step, const Ensemble& e) {
  std::vector<results::Cell> row = {map, start, step};
  for (const auto& k : inference::pseudo_likelihood_couplings(e, basis())) {
    row.emplace_back(k.value);
    row.emplace_back(k.error);
  }
  table.rows.push_back(std::move(row));
}

Table empty_table() {
  Table table{.columns = {"map", "start", "step"}, .rows = {}};
  for (const auto& name : coupling_names()) {
    table.columns.push_back(name);
    table.columns.push_back(name + "_error");
  }
  return table;
}

/// Layers of a map again and again while the lattice is large enough, in rows of their own.
Table iterated(const RunFolder& folder, const std::string& name, const transformations::Transformation& map,
               Ensemble data, double ratio, std::size_t most_steps) {
  Listening listening(folder.observer());
  Table table = empty_table();
  for (std::size_t step = 0;; ++step) {
    listening.advance(0);
    add_row(table, name, ratio, static_cast<double>(step), data);
    const int side = data.lattice.lx();
    if (step == most_steps || side % 2 != 0 || side / 2 < smallest_side) break;
    data = map.apply(data, folder.seed(fmt::format("couplings.{}.{}", name, ratio), step));
  }
  return table;
}

}  // namespace

const std::vector<std::string>& coupling_names() {
  static const std::vector<std::string> names = {"nearest", "next-nearest", "third", "plaquette", "field"};
  return names;
}

std::vector<CouplingPoint> run_couplings(const RunFolder& folder, const Settings& s,
                                         const std::vector<Subject>& models) {
  const auto subject = std::ranges::find(models, "nearest", &Subject::id);
  if (subject == models.end()) return {};
  const double t_c = subject->critical_temperature();
  const auto tables = folder.kept_tables("couplings", [&] {
    const transformations::BlockMajority majority({.factor = 2});
    const transformations::Decimation decimation({.factor = 2});
    // The stack of the middle shrinkage, first seed.
    const double shrinkage = s.stack.shrinkages[s.stack.shrinkages.size() / 2];
    const auto path = folder.file(stack_name(subject->id, s.stack.size, shrinkage, 0));
    std::optional<transformations::StackUp> stack;
    if (std::filesystem::exists(path))
      stack.emplace(networks::read_stack(path), networks::HiddenMode::sampled);
    std::vector<double> temperatures;
    for (const double ratio : s.couplings.temperatures) temperatures.push_back(ratio * t_c);
    folder.observer().begin("couplings", 0, "sweeps");
    const auto large = folder.sampled(subject->on(s.couplings.size), temperatures, s.couplings.configurations,
                                      folder.seed("couplings"));
    const auto small = folder.sampled(subject->on(s.stack.size), temperatures, s.couplings.configurations,
                                      folder.seed("couplings-small"));
    const std::size_t n = temperatures.size();
    std::vector<Table> parts(3 * n);
    folder.observer().begin("couplings", parts.size(), "flows");
    base::parallel_for(parts.size(), [&](std::size_t i) {
      const double ratio = s.couplings.temperatures[i % n];
      const auto rows = [&](const Ensemble& from) {
        return first_rows_at(from, temperatures[i % n], s.couplings.configurations);
      };
      if (i / n == 0)
        parts[i] = iterated(folder, "block-majority", majority, rows(large), ratio, n + 64);
      else if (i / n == 1)
        parts[i] = iterated(folder, "decimation", decimation, rows(large), ratio, n + 64);
      else
        parts[i] = stack ? iterated(folder, "stack", *stack, rows(small), ratio, s.stack.hidden.size())
                         : empty_table();
      folder.observer().advance(1);
    });
    // The reconstruction flow of the narrow range kept its configurations.
    const auto flows =
        folder.kept_flows(fmt::format("flow-narrow-{}-0", subject->id), *subject->on(s.range.size),
                          [] { return std::vector<flow::FlowStart>{}; });
    struct Kept {
      double ratio;
      int step;
      const Ensemble* ensemble;
    };
    std::vector<Kept> kept;
    for (const auto& start : flows)
      for (const double ratio : s.couplings.temperatures)
        if (std::abs(start.temperature / t_c - ratio) < 1e-9)
          for (const auto& [step, e] : start.kept) kept.push_back({ratio, step, &e});
    std::vector<Table> of_flow(kept.size(), empty_table());
    base::parallel_for(kept.size(), [&](std::size_t i) {
      folder.observer().advance(0);
      if (kept[i].ensemble->lattice.lx() >= smallest_side)
        add_row(of_flow[i], "rbm", kept[i].ratio, kept[i].step, *kept[i].ensemble);
    });
    Table all = empty_table();
    for (const auto* group : {&parts, &of_flow})
      for (const auto& part : *group) all.rows.insert(all.rows.end(), part.rows.begin(), part.rows.end());
    return RunFolder::Tables{{"couplings", all}};
  });
  std::vector<CouplingPoint> points;
  for (const auto& row : tables.at("couplings").rows) {
    CouplingPoint point{
        std::get<std::string>(row[0]), std::get<double>(row[1]), std::get<double>(row[2]), {}};
    for (std::size_t k = 3; k + 1 < row.size(); k += 2)
      point.couplings.push_back({.value = std::get<double>(row[k]), .error = std::get<double>(row[k + 1])});
    points.push_back(std::move(point));
  }
  return points;
}

void add_coupling_tables(const Measurements& m, results::Results& results) {
  if (m.couplings.empty()) return;
  auto& table = results.tables[evidence::couplings_table];
  table = empty_table();
  for (const auto& point : m.couplings) {
    std::vector<results::Cell> row = {point.map, point.start, point.step};
    for (const auto& k : point.couplings) {
      row.emplace_back(k.value);
      row.emplace_back(k.error);
    }
    table.rows.push_back(std::move(row));
  }
}

std::vector<results::Figure> coupling_figures(const Measurements& m) {
  if (m.couplings.empty()) return {};
  const Subject& subject = m.subject("nearest");
  results::LineFigure figure;
  figure.id = evidence::flow_diagram;
  figure.title = "Flows in coupling space, nearest-neighbour model";
  figure.caption =
      "Pseudo-likelihood couplings of the ensembles (basis nearest, next-nearest, third, plaquette, field): "
      "each line "
      "begins at one temperature on the axis K_nnn = 0 and follows a map, under the blocks and the "
      "stack with a "
      "lattice of half the side at each step.";
  figure.x = {.title = "K_nn, nearest neighbours"};
  figure.y = {.title = "K_nnn, next nearest"};
  const std::vector<std::pair<std::string, std::string>> maps = {{"block-majority", "block majority"},
                                                                 {"decimation", "decimation"},
                                                                 {"rbm", "RBM reconstruction"},
                                                                 {"stack", "stack, sampled h"}};
  for (const auto& [map, label] : maps) {
    std::vector<double> starts;
    for (const auto& point : m.couplings)
      if (point.map == map && std::ranges::find(starts, point.start) == starts.end())
        starts.push_back(point.start);
    for (const double start : starts) {
      // One colour for one start in all panels.
      const auto& known = m.settings.couplings.temperatures;
      const auto place = std::ranges::find(known, start) - known.begin();
      results::Series series{.name = fmt::format("T = {:.4g} T_c", start),
                             .points = {},
                             .panel = label,
                             .colour = static_cast<int>(place) % 7};
      for (const auto& point : m.couplings)
        if (point.map == map && point.start == start)
          series.points.push_back({.x = point.couplings[0].value,
                                   .y = point.couplings[1].value,
                                   .error = point.couplings[1].error});
      figure.series.push_back(std::move(series));
    }
    figure.rules.push_back({subject.critical_coupling, "K_c", true, label});
  }
  std::vector<results::Figure> all = {results::line_figure(figure)};

  results::LineFigure steps;
  steps.id = evidence::coupling_steps;
  steps.title = "One step in the nearest-neighbour coupling";
  steps.caption = fmt::format(
      "K_nn after a step against K_nn before it, from every temperature and step. Above the "
      "diagonal "
      "the map orders, below it disorders. Dashed: Migdal and Kadanoff's recursion with its fixed point at "
      "K = {:.4f}; it keeps nearest neighbours only.",
      exact::migdal_kadanoff_fixed_point(2));
  steps.x = {.title = "K_nn before the step"};
  steps.y = {.title = "K_nn after it"};
  double least = 0.2;
  double most = 0.6;
  for (const auto& [map, label] : maps) {
    results::Series series{.name = label, .points = {}, .mark = results::Mark::points};
    for (std::size_t i = 0; i + 1 < m.couplings.size(); ++i) {
      const auto& now = m.couplings[i];
      const auto& next = m.couplings[i + 1];
      if (now.map != map || next.map != map || now.start != next.start || next.step <= now.step) continue;
      if (map == "rbm" && next.step != now.step + 1) continue;
      series.points.push_back(
          {.x = now.couplings[0].value, .y = next.couplings[0].value, .error = next.couplings[0].error});
      if (std::isfinite(now.couplings[0].value)) {
        least = std::min(least, now.couplings[0].value);
        most = std::max(most, now.couplings[0].value);
      }
    }
    steps.series.push_back(std::move(series));
  }
  results::Series recursion{.name = "Migdal-Kadanoff", .points = {}, .mark = results::Mark::exact};
  results::Series diagonal{.name = "K' = K", .points = {}, .mark = results::Mark::curve, .colour = 6};
  constexpr int n_points = 41;
  for (int i = 0; i < n_points; ++i) {
    const double k = std::max(0.0, least + (most - least) * i / (n_points - 1));
    recursion.points.push_back({.x = k, .y = exact::migdal_kadanoff(k, 2, 2)});
    diagonal.points.push_back({.x = k, .y = k});
  }
  steps.series.push_back(std::move(recursion));
  steps.series.push_back(std::move(diagonal));
  steps.rules = {{subject.critical_coupling, "K_c", true}};
  all.push_back(results::line_figure(steps));
  return all;
}

}  // namespace spinflow::recipes::short_sighted
