// SPDX-License-Identifier: Apache-2.0
// Couplings along the flow of iso2018: a curve in coupling space beside that of block spins.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/figures.hpp"
#include "recipes/iso2018/folder.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/inference/pseudo_likelihood.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "spinflow/transformations/rbm_reconstruct.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

using results::Series;
using results::Table;

constexpr std::array<const char*, 4> names = {"K_nn", "K_nnn", "K_plaquette", "h"};

const std::vector<lattice::Interaction>& basis() {
  static const std::vector<lattice::Interaction> interactions = [] {
    std::vector<lattice::Interaction> all;
    for (const char* name : {"nearest", "next-nearest", "plaquette", "field"})
      all.push_back(lattice::interaction_from(name, 2, "iso2018"));
    return all;
  }();
  return interactions;
}

/// Steps of the flow whose couplings are read: all early ones, then ever fewer.
std::vector<int> steps_read(std::int64_t last) {
  std::vector<int> steps;
  for (int step = 0; step <= last; step += std::max(1, step / 10)) steps.push_back(step);
  if (steps.back() != last) steps.push_back(static_cast<int>(last));
  return steps;
}

void add_row(Table& table, const std::string& map, double start, double seed, double step,
             const std::vector<stats::Estimate>& couplings) {
  std::vector<results::Cell> row = {map, start, seed, step};
  for (const auto& k : couplings) {
    row.emplace_back(k.value);
    row.emplace_back(k.error);
  }
  table.rows.push_back(row);
}

Table empty_table() {
  Table table{.columns = {"map", "starting_T", "seed", "step"}, .rows = {}};
  for (const char* name : names) {
    table.columns.emplace_back(name);
    table.columns.push_back(fmt::format("{}_error", name));
  }
  return table;
}

/// The same flows as those of type V, seed by seed, now with their ensembles.
RunFolder::Tables rbm_couplings(const RunFolder& folder, const Measurements& m, const VariantResult& v,
                                std::size_t seed) {
  Table table = empty_table();
  const transformations::RbmReconstruct map(*v.seeds[seed].rbm);
  const auto steps = steps_read(m.settings.study.flow_steps);
  Listening listening(folder.observer());
  for (std::size_t i = 0; i < m.settings.flow.starts.size(); ++i) {
    const double t = m.settings.flow.starts[i];
    const auto flow = flow::iterate(
        {map}, v.seeds[seed].starts[i].kept.at(0), "", t, {},
        {.steps = steps.back(), .seed = flow_seed(folder, v.variant, seed, i), .keep = steps}, listening);
    for (const int step : steps) {
      listening.advance(0);
      add_row(table, "RBM of type V", t, static_cast<double>(seed), step,
              inference::pseudo_likelihood_couplings(flow.kept.at(step), basis()));
    }
  }
  return {{"couplings", table}};
}

RunFolder::Tables block_couplings(const RunFolder& folder, const Measurements& m, int size) {
  Table table = empty_table();
  const transformations::BlockMajority map({.factor = 2});
  const auto& temperatures = m.settings.rg.temperatures;
  const auto data = folder.sampled(m.model->on(square(size)), temperatures, m.settings.rg.samples,
                                   folder.seed("blocks", static_cast<std::uint64_t>(size)));
  std::vector<int> steps = {0};
  for (std::int64_t side = size; side > m.settings.ensemble.size; side /= 2)
    steps.push_back(static_cast<int>(steps.size()));
  Listening listening(folder.observer());
  std::vector<std::vector<std::vector<stats::Estimate>>> found(temperatures.size());
  base::parallel_for(temperatures.size(), [&](std::size_t i) {
    const auto flow =
        flow::iterate({map}, first_rows_at(data, temperatures[i], m.settings.rg.samples), "", temperatures[i],
                      {}, {.steps = steps.back(), .seed = folder.seed("ties", i), .keep = steps}, listening);
    for (const int step : steps) {
      listening.advance(0);
      found[i].push_back(inference::pseudo_likelihood_couplings(flow.kept.at(step), basis()));
    }
  });
  for (std::size_t i = 0; i < temperatures.size(); ++i)
    for (std::size_t k = 0; k < found[i].size(); ++k)
      add_row(table, fmt::format("block majority from L = {}", size), temperatures[i], 0,
              static_cast<double>(k), found[i][k]);
  return {{"couplings", table}};
}

/// A line in coupling space: one start of a map.
struct Curve {
  std::string map;
  double start = 0;
  std::vector<double> steps;
  std::vector<std::vector<stats::Estimate>> couplings;  ///< (steps, operators)
};

/// Means over seeds, with their scatter where there are several.
std::vector<Curve> curves_of(const Table& table) {
  std::vector<Curve> curves;
  std::vector<std::vector<std::vector<double>>> values;  // (curve * step, operator, seed)
  for (const auto& row : table.rows) {
    const auto& map = std::get<std::string>(row[0]);
    const double start = std::get<double>(row[1]);
    const double step = std::get<double>(row[3]);
    auto curve =
        std::ranges::find_if(curves, [&](const Curve& c) { return c.map == map && c.start == start; });
    if (curve == curves.end()) curve = curves.insert(curves.end(), Curve{.map = map, .start = start});
    if (std::ranges::find(curve->steps, step) == curve->steps.end()) curve->steps.push_back(step);
  }
  for (auto& curve : curves)
    for (const double step : curve.steps) {
      std::vector<stats::Estimate> couplings;
      for (std::size_t a = 0; a < names.size(); ++a) {
        std::vector<stats::Estimate> of_seeds;
        for (const auto& row : table.rows)
          if (std::get<std::string>(row[0]) == curve.map && std::get<double>(row[1]) == curve.start &&
              std::get<double>(row[3]) == step)
            of_seeds.push_back(
                {.value = std::get<double>(row[4 + 2 * a]), .error = std::get<double>(row[5 + 2 * a])});
        couplings.push_back(over_seeds(of_seeds));
      }
      curve.couplings.push_back(std::move(couplings));
    }
  return curves;
}

void add_figures(const Measurements& m, const std::vector<Curve>& curves, results::Results& results) {
  results::LineFigure space;
  space.id = evidence::coupling_flow;
  space.title = "Flows in the space of couplings";
  space.caption =
      "Couplings of maximum pseudo-likelihood in the basis nearest, next-nearest, plaquette, field, along "
      "the flow of type V from both starts and along block spins (2 x 2 majority) from several "
      "temperatures; lines join successive steps. The rule is K_nn of the Ising model at T_c. Ground "
      "states have no finite couplings: the flow from T = 0 enters after its first steps. Errors of the "
      "RBM over training seeds, of block spins over configurations.";
  space.x = {.title = "K_nn"};
  space.y = {.title = "coupling"};
  space.own_y_axes = true;
  space.rules = {{1 / square_critical_temperature, "K_c", true}};
  results::LineFigure course;
  course.id = evidence::coupling_steps;
  course.title = "Couplings along the flow of type V";
  course.caption =
      "The same couplings against the step, means and errors over training seeds. At the fixed point of "
      "an Ising ensemble at T_c K_nn would be 0.4407 and the others 0.";
  course.x = {.title = "step", .scale = results::Scale::symlog, .whole = true};
  course.y = {.title = "coupling"};
  course.own_y_axes = true;
  course.rules = {{1 / square_critical_temperature, "K_c", false, names[0]}};
  // Block spins from a few temperatures only: the table has all.
  const auto drawn = [&](const Curve& curve) {
    if (curve.map.starts_with("RBM")) return true;
    return std::ranges::any_of(std::array{1.75, 2.1, square_critical_temperature, 2.45, 3.0},
                               [&](double t) { return std::abs(curve.start - t) < 1e-6; });
  };
  for (std::size_t a = 1; a < names.size(); ++a) {
    int colour = 0;
    for (const auto& curve : curves) {
      if (!drawn(curve)) continue;
      const bool rbm = curve.map.starts_with("RBM");
      Series series{.name = fmt::format("{}, T = {:.3g}", rbm ? "RBM" : "blocks", curve.start),
                    .points = {},
                    .panel = fmt::format("{} against K_nn", names[a]),
                    .colour = colour++ % 7};
      for (std::size_t k = 0; k < curve.steps.size(); ++k)
        series.points.push_back({.x = curve.couplings[k][0].value,
                                 .y = curve.couplings[k][a].value,
                                 .error = curve.couplings[k][a].error});
      space.series.push_back(std::move(series));
    }
  }
  for (std::size_t a = 0; a < names.size(); ++a)
    for (const auto& curve : curves) {
      if (!curve.map.starts_with("RBM")) continue;
      Series series{.name = fmt::format("from T = {}", curve.start),
                    .points = {},
                    .panel = names[a],
                    .colour = curve.start == m.settings.flow.starts.front() ? 0 : 1};
      for (std::size_t k = 0; k < curve.steps.size(); ++k)
        series.points.push_back(
            {.x = curve.steps[k], .y = curve.couplings[k][a].value, .error = curve.couplings[k][a].error});
      course.series.push_back(std::move(series));
    }
  results.figures.push_back(results::line_figure(space));
  results.figures.push_back(results::line_figure(course));
}

}  // namespace

void study_couplings(const RunContext& context, const Measurements& m, results::Results& results) {
  const RunFolder folder = run_folder(context);
  const VariantResult& v = *m.find("V");
  Table& all = results.tables[evidence::couplings_table];
  all = empty_table();
  const auto append = [&](const RunFolder::Tables& tables) {
    const auto& rows = tables.at("couplings").rows;
    all.rows.insert(all.rows.end(), rows.begin(), rows.end());
  };
  std::vector<RunFolder::Tables> seeds(v.seeds.size());
  folder.observer().begin("couplings along the flow", v.seeds.size(), "training seeds");
  base::parallel_for(v.seeds.size(), [&](std::size_t s) {
    if (v.seeds[s].failure.empty())
      seeds[s] = folder.kept_tables(fmt::format("study-couplings-{}", s),
                                    [&] { return rbm_couplings(folder, m, v, s); });
    folder.observer().advance(1);
  });
  for (const auto& tables : seeds)
    if (!tables.empty()) append(tables);
  if (!m.settings.rg.sizes.empty()) {
    const int size = static_cast<int>(m.settings.rg.sizes.back());
    folder.observer().begin("couplings of block spins", 0, "temperatures");
    append(folder.kept_tables("study-couplings-blocks", [&] { return block_couplings(folder, m, size); }));
  }
  add_figures(m, curves_of(all), results);
}

}  // namespace spinflow::recipes::iso2018
