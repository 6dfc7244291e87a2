// SPDX-License-Identifier: Apache-2.0
// The tables of iso2018 that are read off the flows.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/measurements.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

using results::none;
using results::Record;

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

/// A training, and where its flow stops.
struct Stopped {
  Variant variant;
  const VariantResult* result = nullptr;
  FixedPoint point;
};

Stopped stopped(const VariantResult& result, const Measurements& m) {
  return {result.variant, &result, fixed_point(result, m)};
}

Record<Stopped> variant_record() {
  return Record<Stopped>()
      .add("variant", &Stopped::variant, &Variant::id)
      .add("type", &Stopped::variant, &Variant::type)
      .add("L", &Stopped::variant, &Variant::size)
      .add("N_h", &Stopped::variant, &Variant::hidden)
      .add("method", &Stopped::variant, &Variant::method)
      .add("k", &Stopped::variant, &Variant::k)
      .add("epochs", &Stopped::variant, &Variant::epochs)
      .add("weight_decay", &Stopped::variant, &Variant::weight_decay)
      .show("highest_T", [](const Stopped& s) { return s.variant.temperatures.back(); });
}

void show_outcome(Record<Stopped>& record, std::int64_t steps) {
  record.show("outcome", [steps](const Stopped& s) { return outcome_of(*s.result, s.point, steps); });
}

Record<Stopped> fixed_point_record(std::int64_t steps) {
  auto record = variant_record();
  record.add("seeds", &Stopped::point, &FixedPoint::seeds);
  for (const auto& [name, label, stop] : gauges()) {
    const auto start = [stop = stop](bool hot) {
      return [stop, hot](const Stopped& s) {
        const auto& readings = (s.point.*stop).start_readings;
        return readings.empty() ? none : shown(hot ? readings.back() : readings.front()).value;
      };
    };
    record
        .show("T_" + name, [stop = stop](const Stopped& s) { return quoted_reading(s.point, s.point.*stop); })
        .show(fmt::format("T_{}_cold", name), start(false))
        .show(fmt::format("T_{}_hot", name), start(true));
  }
  record.add("classifier_mode", &Stopped::point, &FixedPoint::classifier_mode);
  for (const auto& [name, stop] :
       {std::pair{"energy", &FixedPoint::energy}, std::pair{"magnetization", &FixedPoint::magnetization}})
    record
        .show(fmt::format("{}_difference", name),
              [stop = stop](const Stopped& s) { return (s.point.*stop).difference; })
        .show(fmt::format("{}_drift", name),
              [stop = stop](const Stopped& s) { return (s.point.*stop).drift(); });
  show_outcome(record, steps);
  return record;
}

Record<Stopped> scan_record(std::int64_t steps) {
  auto record = variant_record();
  for (const auto& [name, label, stop] : gauges())
    record.show("T_" + name,
                [stop = stop](const Stopped& s) { return quoted_reading(s.point, s.point.*stop); });
  show_outcome(record, steps);
  return record;
}

/// What a step of a map does to the temperature.
struct StepRow {
  std::string map;
  std::int64_t size = 0;
  double start = 0;
  int step = 0;
  thermometers::Reading energy;
  thermometers::Reading pseudo_likelihood;
};

StepRow step_row(std::string map, std::int64_t size, const flow::Trajectory& start, std::size_t k) {
  const auto& now = start.steps[k];
  return {std::move(map), size, start.temperature, now.step, now.by("energy"), now.by("pseudo-likelihood")};
}

/// `seeds`: most of a row.
results::Schema schema_of(double seeds) {
  results::TableSchema points{.rows = "variant",
                              .by = "thermometer",
                              .noun = "fixed point",
                              .title = "Fixed-point temperatures",
                              .caption = "Where the flow of each variant stops",
                              .quantity = "temperature T* (J/k_B)",
                              .outcome = "outcome",
                              .repetitions = "seeds"};
  for (const auto& gauge : gauges()) {
    std::string label = gauge.column;
    std::ranges::replace(label, '_', '-');
    points.readings.push_back(
        {fmt::format("T_{}", gauge.column), label, fmt::format("T_{}_{{}}", gauge.column)});
  }
  results::Schema schema{.tables = {{evidence.fixed_points_table, points}}};
  if (seeds > 0) schema.repetitions = seeds;
  return schema;
}

}  // namespace

void fixed_point_table(const Measurements& m, results::Results& results) {
  std::vector<Stopped> all;
  for (const auto& result : m.variants) all.push_back(stopped(result, m));
  results.tables[evidence.fixed_points_table] = fixed_point_record(m.settings.flow.steps).table(all);
  std::size_t most = 0;
  for (const auto& stop : all) most = std::max(most, stop.point.seeds);
  results.schema = schema_of(static_cast<double>(most));
  for (const auto& [v, result, point] : all) {
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
  const auto scan = [&](const std::string& name, Scan which) {
    std::vector<Stopped> all;
    for (const auto& result : m.variants)
      if (in_scan(result.variant, m.settings, which)) all.push_back(stopped(result, m));
    if (all.size() > 1) results.tables[name] = scan_record(m.settings.flow.steps).table(all);
  };
  scan(evidence.scan_hidden_table, Scan::hidden);
  scan(evidence.scan_decay_table, Scan::decay);
  scan(evidence.scan_method_table, Scan::method);
  scan(evidence.scan_range_table, Scan::range);
  scan(evidence.scan_size_table, Scan::size);
}

void step_table(const Measurements& m, results::Results& results) {
  std::vector<StepRow> rows;
  for (const auto& [size, flows] : m.blocked)
    for (const auto& start : flows)
      for (std::size_t k = 0; k < start.steps.size(); ++k)
        rows.push_back(step_row("block majority", size, start, k));
  // The whole flow beside its first step: a temperature read by energy is no closed description of it.
  for (const auto& flows : m.rbm_flows)
    for (const auto& start : flows)
      for (const std::size_t k : {std::size_t{0}, std::size_t{1}, start.steps.size() - 1})
        rows.push_back(step_row("RBM", m.settings.ensemble.size, start, k));
  results.tables[evidence.rg_steps_table] = Record<StepRow>()
                                                .add("map", &StepRow::map)
                                                .add("starting_L", &StepRow::size)
                                                .add("starting_T", &StepRow::start)
                                                .add("step", &StepRow::step)
                                                .show("T_energy", &StepRow::energy)
                                                .show("T_pseudo_likelihood", &StepRow::pseudo_likelihood)
                                                .table(rows);
}

}  // namespace spinflow::recipes::iso2018
