// SPDX-License-Identifier: Apache-2.0
// Scaling dimensions of the flows of short-sighted, and where flows of a range stop: readings, tables,
// values.
#include "spinflow/studies/scaling.hpp"

#include <fmt/format.h>

#include "recipes/short_sighted/evidence.hpp"
#include "recipes/short_sighted/measurements.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::short_sighted {

std::vector<std::string> arms_of(const Measurements& m) {
  std::vector<std::string> arms = {"data"};
  arms.insert(arms.end(), m.settings.rbm.arms.begin(), m.settings.rbm.arms.end());
  return arms;
}

stats::Estimate ratio_of(const Subject& subject, const flow::FlowStep& step, const std::string& gauge) {
  const auto t = shown(step.by(gauge));
  const double t_c = subject.critical_temperature();
  return {.value = t.value / t_c, .error = t.error / t_c};
}

studies::SeedScaling scaling_of(const Measurements& m, const Subject& subject, const std::string& arm) {
  return {m.sizes, subject.id, arm, m.settings.rbm.sizes, m.settings.rbm.seeds, subject.theory.dimension};
}

studies::Stop range_stop(const Measurements& m, const std::string& model, const std::string& range,
                         const std::string& gauge) {
  std::vector<std::vector<const flow::Trajectory*>> seeds;
  for (const auto& flow : m.ranges)
    if (flow.model == model && flow.range == range && !flow.starts.empty())
      seeds.push_back({&flow.starts.front(), &flow.starts.back()});
  auto stop = studies::stop_of(
      seeds, [&](const flow::FlowStep& step) { return ratio_of(m.subject(model), step, gauge); },
      [](const stats::Estimate& t) { return thermometers::Reading{.value = t.value, .error = t.error}; }, {});
  // Nothing of both starts where every training failed.
  for (auto* by_start : {&stop.start_seeds, &stop.drift_seeds}) by_start->resize(2);
  stop.starts.resize(2);
  return stop;
}

std::vector<stats::Estimate> order_exponents(const Measurements& m, const std::string& model,
                                             const std::string& range, int step) {
  std::vector<stats::Estimate> all;
  for (const auto& flow : m.ranges) {
    if (flow.model != model || flow.range != range) continue;
    std::vector<analysis::OrderPoint> points;
    for (const auto& start : flow.starts) {
      const auto& row = start.steps[static_cast<std::size_t>(step)];
      if (const auto point = studies::order_point(row.by("bond-energy"), row[observables::abs_magnetization],
                                                  m.subject(model).critical_temperature()))
        points.push_back(*point);
    }
    all.push_back(studies::order_fit(points).dimension);
  }
  return all;
}

namespace {

using results::none;
using results::Record;

/// A scaling dimension of one arm.
struct Dimension {
  std::string model;
  std::string arm;
  const studies::ScalingQuantity* scaled = nullptr;
  stats::Estimate mean;
  stats::Estimate minus_data;  ///< seed by seed
  double theory = none;
};

std::vector<Dimension> dimensions(const Measurements& m) {
  std::vector<Dimension> all;
  for (const auto& subject : m.models) {
    const auto data = scaling_of(m, subject, "data");
    for (const auto& arm : arms_of(m)) {
      const auto of_arm = scaling_of(m, subject, arm);
      for (const auto& q : studies::scaling_quantities())
        all.push_back({subject.id, arm, &q, over_seeds(of_arm.dimensions(q)),
                       arm == "data" ? stats::Estimate{} : paired(of_arm.dimensions(q), data.dimensions(q)),
                       q.dimension(subject.theory)});
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
  results.tables[evidence.scaling_table] = studies::size_reading_record().table(m.sizes);
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
