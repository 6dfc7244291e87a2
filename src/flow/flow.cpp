// SPDX-License-Identifier: Apache-2.0
#include "spinflow/flow/flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/ensemble/identity.hpp"
#include "spinflow/ensemble/observables.hpp"

namespace spinflow::flow {

namespace {

FlowStep read_step(int step, const ensemble::Ensemble& ensemble, const Gauges& gauges) {
  FlowStep row;
  row.step = step;
  row.n = ensemble.size();
  if (ensemble.model != nullptr) {
    row.energy = ensemble::mean_energy(ensemble);
    row.sd_energy = ensemble::sd_energy(ensemble);
  }
  row.abs_magnetization = ensemble::mean_abs_magnetization(ensemble);
  row.bonds = ensemble::mean_bonds(ensemble);
  row.mode_2 = ensemble::mean_mode_2(ensemble);
  row.response = ensemble::bond_response(ensemble);
  row.correlation = ensemble::correlation(ensemble);
  row.chain = inference::chain_coupling(ensemble);
  for (const auto* gauge : gauges)
    if (gauge->lattice() == ensemble.lattice)
      row.readings[std::string(gauge->name())] = gauge->read(ensemble);
  return row;
}

// Another start or another map has another stream: two flows with the same random words would come together.
std::uint64_t stream_seed(std::uint64_t seed, const Maps& maps, const ensemble::Ensemble& start) {
  std::string key = "flow of " + ensemble::identity(start.lattice, start.spins);
  for (const auto* map : maps) key += fmt::format(" by {}", map->identity());
  return base::derived_seed(seed, key);
}

}  // namespace

FlowStep averaged(std::span<const FlowStep> steps) {
  if (steps.empty()) throw input_error("flow", "there are no steps to average", "choose one at least");
  FlowStep mean;
  mean.step = steps.back().step;
  mean.n = steps.back().n;
  const auto n = static_cast<double>(steps.size());
  for (const auto member : {&FlowStep::energy, &FlowStep::sd_energy, &FlowStep::abs_magnetization,
                            &FlowStep::bonds, &FlowStep::mode_2, &FlowStep::response}) {
    auto& result = mean.*member;
    result = {.value = 0};
    double errors = 0;
    double known = 0;
    for (const auto& step : steps) {
      result.value += (step.*member).value / n;
      if (std::isnan((step.*member).error)) continue;
      errors += (step.*member).error;
      known += 1;
    }
    if (known > 0) result.error = errors / known;
  }
  return mean;
}

FlowStart iterate(const Maps& maps, const ensemble::Ensemble& start, std::string name, double temperature,
                  const Gauges& gauges, const FlowOptions& options, base::Observer& observer) {
  const base::StopScope scope(observer);
  // Every step must fit before the first is computed.
  lattice::Lattice lattice = start.lattice;
  for (int step = 0; step < options.steps; ++step) {
    const lattice::Lattice before = lattice;
    for (const auto* map : maps) lattice = map->output_lattice(lattice);
    if (lattice == before) break;  // all further steps are alike
  }

  const auto kept = [&](int step) { return std::ranges::find(options.keep, step) != options.keep.end(); };
  FlowStart result;
  result.name = std::move(name);
  result.temperature = temperature;
  ensemble::Ensemble current = start;
  result.steps.push_back(read_step(0, current, gauges));
  if (kept(0)) result.kept.emplace(0, current);
  const std::uint64_t words = stream_seed(options.seed, maps, start);
  std::uint64_t applied = 0;
  for (int step = 1; step <= options.steps; ++step) {
    for (const auto* map : maps)
      current = map->apply(current, base::derived_seed(words, "flow.step", applied++));
    result.steps.push_back(read_step(step, current, gauges));
    if (kept(step)) result.kept.emplace(step, current);
    observer.advance(1);
  }
  return result;
}

}  // namespace spinflow::flow
