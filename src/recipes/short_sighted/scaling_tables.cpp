// SPDX-License-Identifier: Apache-2.0
// Tables and values of the flows of short-sighted.
#include <fmt/format.h>

#include "recipes/short_sighted/evidence.hpp"
#include "recipes/short_sighted/records.hpp"
#include "recipes/short_sighted/scaling.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::short_sighted {

namespace {

using results::none;
using results::Record;

/// A scaling dimension of one arm.
struct Dimension {
  std::string model;
  std::string arm;
  const Scaled* scaled = nullptr;
  stats::Estimate mean;
  stats::Estimate minus_data;  ///< seed by seed
  double theory = none;
};

std::vector<Dimension> dimensions(const Measurements& m) {
  std::vector<Dimension> all;
  for (const auto& subject : m.models) {
    const auto data = dimensions_of(m, subject.id, "data");
    for (const auto& arm : arms_of(m)) {
      const auto of_arm = dimensions_of(m, subject.id, arm);
      for (const auto& s : quantities())
        all.push_back({subject.id, arm, &s, over_seeds(of_arm.*s.seeds),
                       arm == "data" ? stats::Estimate{} : paired(of_arm.*s.seeds, data.*s.seeds),
                       s.theory(subject)});
    }
  }
  return all;
}

/// A step of the flow of a range.
struct RangeStep {
  const RangeFlow* flow = nullptr;
  const flow::Trajectory* start = nullptr;
  const flow::FlowStep* step = nullptr;
};

std::vector<RangeStep> range_steps(const Measurements& m) {
  std::vector<RangeStep> all;
  for (const auto& flow : m.ranges)
    for (const auto& start : flow.starts)
      for (const auto& step : start.steps) all.push_back({&flow, &start, &step});
  return all;
}

Record<RangeStep> range_record(const Measurements& m) {
  const auto ratio = [&m](const char* gauge) {
    return [&m, gauge](const RangeStep& r) { return ratio_of(m.subject(r.flow->model), *r.step, gauge); };
  };
  return Record<RangeStep>()
      .show("model", [](const RangeStep& r) { return r.flow->model; })
      .show("range", [](const RangeStep& r) { return r.flow->range; })
      .show("seed", [](const RangeStep& r) { return r.flow->seed; })
      .show("start",
            [&m](const RangeStep& r) {
              return r.start->temperature / m.subject(r.flow->model).critical_temperature();
            })
      .show("step", [](const RangeStep& r) { return r.step->step; })
      .show("T_energy_over_Tc", ratio("bond-energy"), "T_energy_error")
      .show("T_magnetization_over_Tc", ratio("magnetization"), "T_magnetization_error")
      .show("T_hamiltonian_over_Tc", ratio("energy"), "T_hamiltonian_error")
      .show("abs_m", [](const RangeStep& r) { return (*r.step)[observables::abs_magnetization]; });
}

/// The exponent of |m| after some reconstructions.
struct Exponent {
  std::string model;
  std::string range;
  int step = 0;
  stats::Estimate beta;
  stats::Estimate minus_start;  ///< seed by seed
  double theory = none;
};

std::vector<Exponent> exponents(const Measurements& m) {
  std::vector<Exponent> all;
  for (const auto& subject : m.models)
    for (const char* range : ranges) {
      const auto start = order_exponents(m, subject.id, range, 0);
      for (int step = 0; step <= static_cast<int>(m.settings.range.early_steps); ++step) {
        const auto of_step = order_exponents(m, subject.id, range, step);
        all.push_back({subject.id, range, step, over_seeds(of_step),
                       step == 0 ? stats::Estimate{} : paired(of_step, start), subject.theory.beta()});
      }
    }
  return all;
}

}  // namespace

void add_scaling_tables(const Measurements& m, results::Results& results) {
  results.tables[evidence.scaling_table] = size_record().table(m.sizes);
  const auto found = dimensions(m);
  results.tables[evidence.scaling_dimensions_table] =
      Record<Dimension>()
          .add("model", &Dimension::model)
          .add("arm", &Dimension::arm)
          .show("exponent", [](const Dimension& d) { return std::string(d.scaled->exponent); })
          .add("value", &Dimension::mean, "error")
          .add("minus_data", &Dimension::minus_data)
          .add("theory", &Dimension::theory)
          .table(found);
  for (const auto& d : found)
    results.values[fmt::format("{}_{}_{}_{}", d.scaled->is_response() ? "Delta_epsilon" : "Delta_sigma",
                               d.scaled->column, d.arm, d.model)] = {d.mean.value, d.mean.error, none,
                                                                     d.theory};
  results.tables[evidence.range_flows_table] = range_record(m).table(range_steps(m));
  results.tables[evidence.order_exponents_table] = Record<Exponent>()
                                                       .add("model", &Exponent::model)
                                                       .add("range", &Exponent::range)
                                                       .add("step", &Exponent::step)
                                                       .add("beta", &Exponent::beta, "error")
                                                       .add("minus_start", &Exponent::minus_start)
                                                       .add("theory", &Exponent::theory)
                                                       .table(exponents(m));
}

}  // namespace spinflow::recipes::short_sighted
