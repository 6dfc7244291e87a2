// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/flows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"

namespace spinflow::studies {

std::vector<FlowStart> flow_starts(const ensemble::Ensemble& ensemble, std::span<const double> temperatures,
                                   std::optional<std::int64_t> chains, std::string_view source,
                                   std::string_view where) {
  std::vector<FlowStart> starts;
  for (auto& group : ensemble::by_temperature(ensemble)) {
    if (!temperatures.empty() && std::ranges::find(temperatures, group.temperature) == temperatures.end())
      continue;
    FlowStart start{std::isfinite(group.temperature) ? fmt::format("T = {:.6g}", group.temperature + 0.0)
                                                     : "no temperature",
                    group.temperature, std::move(group.rows)};
    if (chains) {
      const auto n = static_cast<std::size_t>(*chains);
      const auto all = std::move(start.rows);
      if (n > all.size())
        throw input_error(
            where, fmt::format("{} has {} configurations at {}, not {}", source, all.size(), start.name, n),
            fmt::format("ask for at most {}", all.size()));
      start.rows.clear();
      for (std::size_t i = 0; i < n; ++i) start.rows.push_back(all[i * all.size() / n]);
    }
    starts.push_back(std::move(start));
  }
  return starts;
}

std::uint64_t flow_seed(std::uint64_t seed, std::size_t start) {
  return base::derived_seed(seed, "flow.start", start);
}

std::vector<lattice::Lattice> flow_lattices(const flow::Maps& maps, const lattice::Lattice& start,
                                            std::int64_t steps, bool asked_for) {
  std::vector<lattice::Lattice> all = {start};
  while (static_cast<std::int64_t>(all.size()) <= steps) {
    lattice::Lattice next = all.back();
    try {
      for (const auto* map : maps) next = map->output_lattice(next);
    } catch (const Error&) {
      if (asked_for || all.size() == 1) throw;
      break;
    }
    all.push_back(next);
  }
  return all;
}

std::vector<std::unique_ptr<thermometers::Thermometer>> flow_gauges(
    const thermometers::ThermometerEntry& entry, const std::shared_ptr<const models::Model>& model,
    std::span<const lattice::Lattice> lattices, std::string_view where, base::Observer& observer) {
  if (model == nullptr)
    throw input_error(where, "the ensemble does not say which Hamiltonian it belongs to",
                      "use a file made by `spinflow sample`, or no such thermometer");
  std::vector<std::unique_ptr<thermometers::Thermometer>> gauges;
  for (std::size_t i = 0; i < lattices.size(); ++i) {
    const auto before = lattices.first(i);
    if (std::ranges::find(before, lattices[i]) != before.end()) continue;
    gauges.push_back(
        entry.make(lattices[i] == model->lattice() ? model : model->on(lattices[i]), {}, observer));
  }
  return gauges;
}

void expect_read(const thermometers::Thermometer& gauge, std::span<const lattice::Lattice> lattices,
                 std::string_view where) {
  if (std::ranges::find(lattices, gauge.lattice()) != lattices.end()) return;
  throw input_error(where,
                    fmt::format("it reads lattices of {} sites, the flow has {}", gauge.lattice().text(),
                                lattices.front().text()),
                    "train one on configurations of the flow's size");
}

results::LineFigure flow_figure(const flow::FlowRecord& record, std::span<const std::string> observables) {
  results::LineFigure figure{
      .id = "flow",
      .title = "Flow",
      .caption = "What is read at every step, from every start; bands are one standard error.",
      .x = {.title = "step", .whole = true},
      .y = {.title = "reading"},
      .own_y_axes = true};
  for (const auto& start : record.starts) {
    std::map<std::string, results::Series> panels;
    const auto add = [&](const std::string& panel, int step, double value, double error) {
      auto& series = panels[panel];
      series.name = start.name;
      series.panel = panel;
      series.mark = results::Mark::curve;
      series.points.push_back({.x = static_cast<double>(step), .y = value, .error = error});
    };
    for (const auto& step : start.steps) {
      for (const auto& [name, reading] : step.readings)
        add("T by " + name + " (J/k_B)", step.step, reading.value, reading.error);
      for (const auto& name : observables)
        if (step.observed.contains(name)) add(name, step.step, step[name].value, step[name].error);
    }
    for (auto& [name, series] : panels) figure.series.push_back(std::move(series));
  }
  return figure;
}

}  // namespace spinflow::studies
