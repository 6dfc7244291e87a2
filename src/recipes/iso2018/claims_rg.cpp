// SPDX-License-Identifier: Apache-2.0
// Claim c: the flow of the RBM beside that of the renormalization group.
#include <functional>

#include "recipes/claims.hpp"
#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/measurements.hpp"
#include "spinflow/flow/step_map.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

stats::Estimate times(double sign, stats::Estimate estimate) {
  estimate.value *= sign;
  return estimate;
}

std::string crossing_text(const flow::StepMap& map) {
  if (std::isfinite(map.crossing.value))
    return fmt::format("T'(T) = T at {} with slope {}", text(map.crossing), text(map.slope));
  if (!std::isfinite(map.lowest)) return "T'(T) = T not looked for";
  return fmt::format("T'(T) = T nowhere in [{:.3g}, {:.3g}], so that there is no slope to quote", map.lowest,
                     map.highest);
}

using Range = std::function<bool(double temperature)>;

/// Does every step of block spins lead away from T_c? Whether there was something to ask.
bool ask_of_blocks(const Measurements& m, Trial& trial, const Range& outside) {
  bool blocks = false;
  const auto n_rows = static_cast<std::size_t>(m.settings.rg.samples);
  for (const auto& [size, flows] : m.blocked)
    for (const auto& start : flows) {
      if (!outside(start.temperature)) continue;
      const double away = start.temperature > square_critical_temperature ? 1 : -1;
      for (std::size_t k = 1; k < start.steps.size() && !flow::is_at_an_end(start.steps[k - 1]); ++k) {
        const auto way = times(away, flow::rise(start.steps[k - 1], start.steps[k]));
        const auto label = fmt::format("RG L = {}, T = {:.3g}, step {}", size, start.temperature, k);
        // At the ends there is no error, and no need of one.
        blocks = true;
        if (flow::is_at_an_end(start.steps[k]))
          trial.settle({label + (std::isinf(way.value) ? " to T = 0" : " to T = infinity"),
                        way.value > 0 ? Status::met : Status::violated});
        else
          trial.positive(label, way, n_rows);
      }
    }
  return blocks;
}

/// Does the first step of the RBM lead towards `target`?
bool ask_of_network(const Measurements& m, Trial& trial, const Range& outside, double target) {
  bool network = false;
  for (std::size_t i = 0; !m.rbm_flows.empty() && i < m.rbm_flows.front().size(); ++i) {
    const double t = m.rbm_flows.front()[i].temperature;
    if (!outside(t)) continue;
    network = true;
    std::vector<stats::Estimate> rises;
    for (const auto& flows : m.rbm_flows) rises.push_back(flow::rise(flows[i].steps[0], flows[i].steps[1]));
    trial.positive(fmt::format("RBM T = {:.3g}, first step", t),
                   times(target > t ? 1 : -1, over_seeds(rises)), rises.size());
  }
  return network;
}

/// "5 of the 11 flows" of the RBM end at the fixed point.
std::string arrivals(const Measurements& m, const Trial& trial, const thermometers::Reading& point) {
  std::size_t arrived = 0;
  std::size_t all_flows = 0;
  for (const auto& flows : m.rbm_flows)
    for (const auto& start : flows) {
      const auto& end = start.steps.back().readings.at("energy");
      const double near = std::max(m.settings.criteria.number("a", "common"),
                                   trial.number("arrived") * std::hypot(end.error, point.error));
      arrived += std::abs(end.value - point.value) < near ? 1 : 0;
      ++all_flows;
    }
  return fmt::format("{} of the {} flows", arrived, all_flows);
}

}  // namespace

Claim claim_c(const Measurements& m, const FixedPoint& v) {
  Trial trial(m.settings.criteria, "c",
              {evidence.rg_flow, evidence.rbm_flow, evidence.step_map, evidence.coupling_flow,
               evidence.rg_steps_table});
  if (!trial.enough_seeds(v.seeds) ||
      !trial.needs(v.common(), "the flow of type V has no common fixed point to move towards"))
    return trial.judged();
  // Temperatures of which it is not asked whether they are T_c or another one.
  const double lower = trial.number("lower");
  const double upper = trial.number("upper");
  const auto outside = [&](double t) { return t < lower || t > upper; };

  const bool blocks = ask_of_blocks(m, trial, outside);
  const bool network = ask_of_network(m, trial, outside, v.energy.reading.value);
  if (!blocks || !network)
    trial.settle({"moves of block spins and of the RBM outside the interval", Status::open});

  std::vector<std::string> maps;
  for (const auto& [size, flows] : m.blocked) {
    const auto map = flow::step_map(flows, "energy", lower, upper);
    maps.push_back(fmt::format("blocks {} to {}: {}", size, size / 2, crossing_text(map)));
    if (size == 2 * m.settings.ensemble.size) trial.measured(map.slope);
  }
  trial.say({{"maps", {maps, "; "}},
             {"network", m.rbm_flows.empty()
                             ? "none"
                             : crossing_text(flow::step_map(m.rbm_flows.front(), "energy", lower, upper))},
             {"steps", m.settings.flow.steps},
             {"arrived", arrivals(m, trial, v.energy.reading)},
             {"point", text(v.energy.reading)},
             {"size", 2 * m.settings.ensemble.size}});
  return trial.judged();
}

}  // namespace spinflow::recipes::iso2018
