// SPDX-License-Identifier: Apache-2.0
// The tables of iso2018.
#include <fmt/format.h>

#include <limits>

#include "iso2018.hpp"
#include "spinflow/ensemble/observables.hpp"

namespace spinflow::experiments::iso2018 {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

}  // namespace

void fixed_point_table(const Measurements& m, results::Results& results) {
  auto& table = results.tables["fixed_points"];
  table.columns = {"variant", "type",         "L",         "N_h",  "method", "k",
                   "epochs",  "weight_decay", "highest_T", "seeds"};
  const std::vector<std::pair<std::string, Stop FixedPoint::*>> gauges = {
      {"energy", &FixedPoint::energy},
      {"magnetization", &FixedPoint::magnetization},
      {"pseudo_likelihood", &FixedPoint::pseudo_likelihood},
      {"classifier", &FixedPoint::classifier}};
  for (const auto& [name, stop] : gauges)
    for (const char* column : {"T_{}", "T_{}_error", "T_{}_cold", "T_{}_hot"})
      table.columns.push_back(fmt::format(fmt::runtime(column), name));
  for (const char* column :
       {"classifier_mode", "start_difference", "start_difference_error", "drift", "drift_error", "outcome"})
    table.columns.emplace_back(column);
  for (const auto& result : m.variants) {
    const auto& v = result.variant;
    const auto point = fixed_point(result, m);
    std::string outcome = point.seeds == 0 ? "failed"
                          : point.common() ? "fixed point"
                                           : no_fixed_point(point, m.settings.flow.steps);
    for (const auto& seed : result.seeds)
      if (!seed.failure.empty()) outcome += "; a seed failed: " + seed.failure;
    std::vector<results::Cell> row = {v.id,
                                      v.type,
                                      static_cast<double>(v.size),
                                      static_cast<double>(v.hidden),
                                      v.method,
                                      static_cast<double>(v.k),
                                      v.epochs,
                                      v.weight_decay,
                                      v.temperatures.back(),
                                      static_cast<double>(point.seeds)};
    for (const auto& [name, member] : gauges) {
      const Stop& stop = point.*member;
      const auto quoted = quoted_reading(stop);
      row.emplace_back(quoted.value);
      row.emplace_back(quoted.error);
      row.emplace_back(stop.start_readings.empty() ? none : stop.start_readings.front().value);
      row.emplace_back(stop.start_readings.empty() ? none : stop.start_readings.back().value);
    }
    row.insert(row.end(),
               {point.classifier_mode, point.energy.difference.value, point.energy.difference.error,
                point.energy.drift.value, point.energy.drift.error, outcome});
    table.rows.push_back(row);
    if (v.id != v.type) continue;  // the variations stand in the table
    const double expected = v.type == "V" ? critical_temperature : none;
    const auto energy = quoted_reading(point.energy);
    const auto magnetization = quoted_reading(point.magnetization);
    results.values["T_energy_" + v.id] = {energy.value, energy.error, none, expected};
    results.values["T_magnetization_" + v.id] = {magnetization.value, magnetization.error, none, expected};
  }
}

void flowed_table(const Measurements& m, const VariantResult& v, results::Results& results) {
  auto& table = results.tables["flowed_ensembles"];
  table.columns = {"ensemble",
                   "energy",
                   "energy_error",
                   "sd_energy",
                   "sd_energy_error",
                   "abs_magnetization",
                   "abs_magnetization_error"};
  const auto truth = ensemble::correlation(m.critical);
  for (std::size_t r = 1; r <= truth.size(); ++r) {
    table.columns.push_back(fmt::format("G({})", r));
    table.columns.push_back(fmt::format("G({})_error", r));
  }
  const auto row = [&](const std::string& name, const stats::Estimate& e, const stats::Estimate& sd,
                       const stats::Estimate& m1, const std::vector<stats::Estimate>& g) {
    std::vector<results::Cell> cells = {name, e.value, e.error, sd.value, sd.error, m1.value, m1.error};
    for (const auto& value : g) {
      cells.emplace_back(value.value);
      cells.emplace_back(value.error);
    }
    table.rows.push_back(cells);
  };
  const auto flow = flowed(v);
  row("type V, flowed", flow.energy, flow.sd_energy, flow.abs_magnetization, flow.correlation);
  row("Ising at T_c", ensemble::mean_energy(m.critical), ensemble::sd_energy(m.critical),
      ensemble::mean_abs_magnetization(m.critical), truth);
  const auto product_row = [&](const std::string& name, const ProductMeasure& p) {
    const std::vector<stats::Estimate> g(truth.size(), {.value = p.m * p.m, .error = 0});
    row(name, {.value = p.energy, .error = 0}, {.value = p.sd_energy, .error = 0},
        {.value = p.abs_magnetization, .error = 0}, g);
  };
  product_row("product measure of the same e",
              product_of_energy(flow.energy.value, m.model->lattice().n_sites()));
  product_row("product measure of the same <|m|>",
              product_of_magnetization(flow.abs_magnetization.value, m.model->lattice().n_sites()));
}

}  // namespace spinflow::experiments::iso2018
