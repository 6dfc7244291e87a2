// SPDX-License-Identifier: Apache-2.0
// The tables of iso2018 that are read off the flows.
#include <fmt/format.h>

#include <cmath>

#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/measurements.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

using results::none;

std::string outcome_of(const VariantResult& result, const FixedPoint& point, std::int64_t steps) {
  std::string outcome = point.seeds == 0 ? "failed"
                        : point.common() ? "fixed point"
                                         : no_fixed_point(point, steps);
  for (const auto& [name, label, stop] : gauges())
    if (std::isinf(quoted_reading(point, point.*stop).value))
      outcome += fmt::format("; by {} T {} (95 %)", label, text((point.*stop).reading));
  const auto failed =
      std::ranges::find_if(result.seeds, [](const SeedResult& seed) { return !seed.failure.empty(); });
  if (failed != result.seeds.end())
    outcome += fmt::format("; {} of {} seeds failed, the first so: {}", result.seeds.size() - point.seeds,
                           result.seeds.size(), failed->failure);
  return outcome;
}

const std::vector<std::string> variant_columns = {"variant", "type",         "L",        "N_h", "method", "k",
                                                  "epochs",  "weight_decay", "highest_T"};

std::vector<results::Cell> cells_of(const Variant& v) {
  return {v.id,
          v.type,
          static_cast<double>(v.size),
          static_cast<double>(v.hidden),
          v.method,
          static_cast<double>(v.k),
          v.epochs,
          v.weight_decay,
          v.temperatures.back()};
}

void add(std::vector<results::Cell>& row, const stats::Estimate& estimate) {
  row.emplace_back(estimate.value);
  row.emplace_back(estimate.error);
}

}  // namespace

void fixed_point_table(const Measurements& m, results::Results& results) {
  auto& table = results.tables[evidence::fixed_points_table];
  table.columns = variant_columns;
  table.columns.emplace_back("seeds");
  for (const auto& [name, label, stop] : gauges())
    for (const char* column : {"T_{}", "T_{}_error", "T_{}_cold", "T_{}_hot"})
      table.columns.push_back(fmt::format(fmt::runtime(column), name));
  table.columns.emplace_back("classifier_mode");
  for (const char* name : {"energy", "magnetization"})
    for (const char* column : {"{}_difference", "{}_difference_error", "{}_drift", "{}_drift_error"})
      table.columns.push_back(fmt::format(fmt::runtime(column), name));
  table.columns.emplace_back("outcome");
  for (const auto& result : m.variants) {
    const auto& v = result.variant;
    const auto point = fixed_point(result, m);
    auto row = cells_of(v);
    row.emplace_back(static_cast<double>(point.seeds));
    for (const auto& [name, label, member] : gauges()) {
      const Stop& stop = point.*member;
      add(row, quoted_reading(point, stop));
      row.emplace_back(stop.start_readings.empty() ? none : shown(stop.start_readings.front()).value);
      row.emplace_back(stop.start_readings.empty() ? none : shown(stop.start_readings.back()).value);
    }
    row.emplace_back(point.classifier_mode);
    for (const Stop* stop : {&point.energy, &point.magnetization}) {
      add(row, stop->difference);
      add(row, stop->drift());
    }
    row.emplace_back(outcome_of(result, point, m.settings.flow.steps));
    table.rows.push_back(row);
    if (v.id != v.type) continue;  // the variations stand in the table
    const double expected = v.type == "V" ? square_critical_temperature : none;
    for (const auto& [name, stop] :
         {std::pair{"T_energy_", &point.energy}, std::pair{"T_magnetization_", &point.magnetization}}) {
      const auto quoted = quoted_reading(point, *stop);
      results.values[name + v.id] = {quoted.value, quoted.error, none, expected,
                                     std::isinf(quoted.value) ? stop->reading.limit : none};
    }
  }
}

void scan_tables(const Measurements& m, results::Results& results) {
  const auto scan = [&](const Evidence& name, Scan which) {
    results::Table table;
    table.columns = variant_columns;
    for (const auto& [gauge, label, stop] : gauges()) {
      table.columns.push_back("T_" + gauge);
      table.columns.push_back(fmt::format("T_{}_error", gauge));
    }
    table.columns.emplace_back("outcome");
    for (const auto& result : m.variants) {
      const auto& v = result.variant;
      if (!in_scan(v, m.settings, which)) continue;
      const auto point = fixed_point(result, m);
      auto row = cells_of(v);
      for (const auto& [gauge, label, member] : gauges()) add(row, quoted_reading(point, point.*member));
      row.emplace_back(outcome_of(result, point, m.settings.flow.steps));
      table.rows.push_back(row);
    }
    if (table.rows.size() > 1) results.tables[name] = table;
  };
  scan(evidence::scan_hidden_table, Scan::hidden);
  scan(evidence::scan_decay_table, Scan::decay);
  scan(evidence::scan_method_table, Scan::method);
  scan(evidence::scan_range_table, Scan::range);
  scan(evidence::scan_size_table, Scan::size);
}

void step_table(const Measurements& m, results::Results& results) {
  auto& table = results.tables[evidence::rg_steps_table];
  table.columns = {"map",
                   "starting_L",
                   "starting_T",
                   "step",
                   "T_energy",
                   "T_energy_error",
                   "T_energy_lower_limit",
                   "T_pseudo_likelihood",
                   "T_pseudo_likelihood_error",
                   "T_pseudo_likelihood_lower_limit"};
  const auto add_row = [&](const std::string& map, std::int64_t size, const flow::FlowStart& start,
                           std::size_t k) {
    const auto& now = start.steps[k];
    std::vector<results::Cell> row = {map, static_cast<double>(size), start.temperature,
                                      static_cast<double>(now.step)};
    for (const char* gauge : {"energy", "pseudo-likelihood"}) {
      const auto found = now.readings.find(gauge);
      const auto reading = found == now.readings.end() ? thermometers::Reading{} : found->second;
      add(row, shown(reading));
      row.emplace_back(reading.limit);
    }
    table.rows.push_back(row);
  };
  for (const auto& [size, flows] : m.blocked)
    for (const auto& start : flows)
      for (std::size_t k = 0; k < start.steps.size(); ++k) add_row("block majority", size, start, k);
  // The whole flow beside its first step: a temperature read by energy is no closed description of it.
  for (const auto& flows : m.rbm_flows)
    for (const auto& start : flows)
      for (const std::size_t k : {std::size_t{0}, std::size_t{1}, start.steps.size() - 1})
        add_row("RBM", m.settings.ensemble.size, start, k);
}

}  // namespace spinflow::recipes::iso2018
