// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/scaling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/flow/fixed_point.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::studies {

namespace {

constexpr int few_steps = 3;

std::shared_ptr<const models::Model> model_of(const NamedFlow& flow) {
  if (flow.record.model.empty())
    throw input_error(flow.name, "its starts do not say which Hamiltonian they belong to",
                      "use a flow from configurations of `spinflow sample`");
  auto model = models::from_toml(flow.record.model, flow.name);
  const auto& lattice = model->lattice();
  if (lattice.dimension() == 2 && lattice.lx() != lattice.ly())
    throw input_error(flow.name, fmt::format("a lattice of {} has no one size L", lattice.text()),
                      "use lattices of equal sides");
  return model;
}

void check_start(const NamedFlow& flow, const flow::Trajectory& start, std::vector<std::string> needed) {
  if (start.steps.size() < 2)
    throw input_error(flow.name, "it has no step beyond the start", "let the flow make steps");
  needed.emplace_back(observables::correlation);  // as long as half of the side
  for (const auto& name : needed)
    if (!start.steps.front().observed.contains(name))
      throw input_error(flow.name, fmt::format("its steps were read without {}", name),
                        "run `spinflow flow` again without --observables");
  const auto reach = [](const flow::FlowStep& row) {
    return row.observed.list(observables::correlation).size();
  };
  for (const auto& row : start.steps)
    if (reach(row) != reach(start.steps.front()))
      throw input_error(flow.name, "its steps change the lattice: a size stands for no step",
                        "use flows of reconstructions");
}

const flow::FlowStep& step_of(const NamedFlow& flow, const flow::Trajectory& start, int step) {
  const auto found = std::ranges::find(start.steps, step, &flow::FlowStep::step);
  if (found != start.steps.end()) return *found;
  throw input_error(flow.name, fmt::format("it has no step {}", step),
                    fmt::format("its steps are 0 to {}", start.steps.back().step));
}

}  // namespace

analysis::ScalingPoint scaling_point(const flow::FlowStep& step, double size) {
  return {.size = size,
          .abs_m = step[observables::abs_magnetization],
          .mode_2 = step[observables::mode_2],
          .response = step[observables::response]};
}

std::vector<std::string> scaling_observables() {
  return {observables::abs_magnetization, observables::mode_2, observables::response};
}

SizeScaling size_scaling(std::span<const NamedFlow> flows, std::optional<int> step) {
  if (flows.empty()) throw input_error("scaling", "there is no flow", "give two at least");
  SizeScaling result;
  const auto first = model_of(flows.front());
  result.theory = analysis::universality_of(*first);
  const int dimension = first->lattice().dimension();
  for (const auto& flow : flows) {
    const auto model = model_of(flow);
    if (model->lattice().dimension() != dimension ||
        model->lattice().boundary() != first->lattice().boundary() ||
        models::to_toml(*model->on(first->lattice())) != models::to_toml(*first))
      throw input_error(flow.name, fmt::format("its Hamiltonian is not that of {}", flows.front().name),
                        "give flows of one model on several sizes");
    if (flow.record.starts.size() != 1)
      throw input_error(flow.name,
                        fmt::format("it has {} starts where one belongs", flow.record.starts.size()),
                        "make flows with one --start-temperature, or give this file alone");
    const auto& start = flow.record.starts.front();
    check_start(flow, start, scaling_observables());
    const double size = model->lattice().lx();
    SizeScalingPoint point{.name = flow.name, .n = start.steps.front().n, .data = {}, .flow = {}};
    point.data = scaling_point(start.steps.front(), size);
    if (step) {
      point.first_step = point.last_step = *step;
      point.flow = scaling_point(step_of(flow, start, *step), size);
    } else {
      const auto last = flow::last_quarter(start);
      point.first_step = last.front().step;
      point.last_step = last.back().step;
      point.flow = scaling_point(flow::averaged(last), size);
    }
    result.points.push_back(std::move(point));
  }
  std::ranges::stable_sort(result.points, {}, [](const SizeScalingPoint& point) { return point.data.size; });
  std::vector<analysis::ScalingPoint> data;
  std::vector<analysis::ScalingPoint> ends;
  for (const auto& point : result.points) {
    data.push_back(point.data);
    ends.push_back(point.flow);
  }
  result.data = analysis::scaling_dimensions(data, dimension);
  result.flow = analysis::scaling_dimensions(ends, dimension);
  return result;
}

std::optional<analysis::OrderPoint> order_point(const thermometers::Reading& t, const stats::Estimate& abs_m,
                                                double critical_temperature) {
  if (t.censored || !(t.value + 2 * t.error < critical_temperature) || !(abs_m.error > 0))
    return std::nullopt;
  return analysis::OrderPoint{.reduced = 1 - t.value / critical_temperature,
                              .abs_m = abs_m,
                              .reduced_error = t.error / critical_temperature};
}

analysis::PowerFit order_fit(const std::vector<analysis::OrderPoint>& points) {
  const auto other = [&](const auto& point) { return point.reduced != points.front().reduced; };
  return std::ranges::any_of(points, other) ? analysis::order_exponent(points) : analysis::PowerFit{};
}

namespace {

/// The points in the range of the fit.
std::vector<analysis::OrderPoint> order_points(const OrderScaling& scaling, bool data) {
  const double t_c = scaling.critical_temperature;
  std::vector<analysis::OrderPoint> points;
  for (const auto& point : scaling.points) {
    const auto& t = data ? point.data_t : point.flow_t;
    if (!(t.value > t_c / 2)) continue;
    if (const auto one = order_point(t, data ? point.data_m : point.flow_m, t_c)) points.push_back(*one);
  }
  return points;
}

}  // namespace

OrderScaling order_scaling(const NamedFlow& flow, std::optional<int> step,
                           std::optional<double> critical_temperature) {
  const auto model = model_of(flow);
  OrderScaling result;
  result.theory = analysis::universality_of(*model);
  result.critical_temperature = critical_temperature.value_or(1 / result.theory.critical_coupling);
  if (!(result.critical_temperature > 0))
    throw input_error(flow.name, "the critical temperature of its model is not known",
                      "give it with --critical-temperature");
  if (flow.record.starts.size() < 2)
    throw input_error(flow.name, "one start tells neither sizes nor temperatures apart",
                      "give flows on several sizes, or one with several start temperatures");
  int longest = 0;
  for (const auto& start : flow.record.starts) {
    check_start(flow, start, {observables::abs_magnetization});
    longest = std::max(longest, start.steps.back().step);
  }
  std::vector<stats::Estimate> ends;
  result.step = step.value_or(std::min(few_steps, flow.record.starts.front().steps.back().step));
  for (const auto& start : flow.record.starts) {
    const auto& early = step_of(flow, start, result.step);
    const auto reading = [&](const flow::FlowStep& row) {
      const auto found = row.readings.find("bond-energy");
      if (found != row.readings.end()) return found->second;
      throw input_error(flow.name, "it has no temperatures by bond energy",
                        "run `spinflow flow` with --thermometer bond-energy");
    };
    // A start that made fewer steps than others has not come as far.
    const auto settled = start.steps.back().step == longest
                             ? flow::averaged(flow::last_quarter(start))[observables::abs_magnetization]
                             : stats::Estimate{};
    result.points.push_back({.name = start.name,
                             .temperature = start.temperature,
                             .data_t = reading(start.steps.front()),
                             .flow_t = reading(early),
                             .data_m = start.steps.front()[observables::abs_magnetization],
                             .flow_m = early[observables::abs_magnetization],
                             .settled_m = settled});
    if (settled.error > 0) ends.push_back(settled);
  }
  const auto of_data = order_points(result, true);
  const auto of_flow = order_points(result, false);
  result.data = order_fit(of_data);
  result.flow = order_fit(of_flow);
  result.data_points = of_data.size();
  result.flow_points = of_flow.size();
  if (ends.size() > 1) result.settled = stats::weighted_mean(ends);
  return result;
}

}  // namespace spinflow::studies
