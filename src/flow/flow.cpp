// SPDX-License-Identifier: Apache-2.0
#include "spinflow/flow/flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/ensemble/identity.hpp"

namespace spinflow::flow {

namespace {

FlowStep read_step(int step, const ensemble::Ensemble& ensemble, const Gauges& gauges,
                   const std::vector<std::string>& observables) {
  FlowStep row{.step = step, .n = ensemble.size(), .observed = observables::read(ensemble, observables)};
  for (const auto* gauge : gauges)
    if (gauge->lattice() == ensemble.lattice)
      row.readings[std::string(gauge->name())] = gauge->read(ensemble);
  return row;
}

/// Of one number at all steps. The error is the mean of those that are known.
stats::Estimate mean_of(std::span<const stats::Estimate> numbers) {
  stats::Estimate mean{.value = 0};
  double errors = 0;
  double known = 0;
  for (const auto& number : numbers) {
    mean.value += number.value / static_cast<double>(numbers.size());
    if (std::isnan(number.error)) continue;
    errors += number.error;
    known += 1;
  }
  if (known > 0) mean.error = errors / known;
  return mean;
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
  FlowStep mean{.step = steps.back().step, .n = steps.back().n};
  for (const observables::Reading& first : steps.front().observed) {
    const std::size_t length = first.values.size();
    const bool everywhere = std::ranges::all_of(steps, [&](const FlowStep& step) {
      return step.observed.contains(first.name) && step.observed.list(first.name).size() == length;
    });
    if (!everywhere) continue;
    std::vector<stats::Estimate> means;
    std::vector<stats::Estimate> numbers(steps.size());
    for (std::size_t i = 0; i < length; ++i) {
      for (std::size_t k = 0; k < steps.size(); ++k) numbers[k] = steps[k].observed.list(first.name)[i];
      means.push_back(mean_of(numbers));
    }
    if (first.is_list)
      mean.observed.set_list(first.name, std::move(means));
    else
      mean.observed.set(first.name, means.front());
  }
  return mean;
}

const FlowStep& Trajectory::at(int step) const {
  const auto found = std::ranges::find(steps, step, &FlowStep::step);
  if (found != steps.end()) return *found;
  throw input_error("flow " + name, fmt::format("it has no step {}", step),
                    steps.empty()
                        ? "let it make steps"
                        : fmt::format("its steps are {} to {}", steps.front().step, steps.back().step));
}

Trajectory iterate(const Maps& maps, const ensemble::Ensemble& start, std::string name, double temperature,
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
  Trajectory result;
  result.name = std::move(name);
  result.temperature = temperature;
  ensemble::Ensemble current = start;
  result.steps.push_back(read_step(0, current, gauges, options.observables));
  if (kept(0)) result.kept.emplace(0, current);
  const std::uint64_t words = stream_seed(options.seed, maps, start);
  std::uint64_t applied = 0;
  for (int step = 1; step <= options.steps; ++step) {
    for (const auto* map : maps)
      current = map->apply(current, base::derived_seed(words, "flow.step", applied++));
    result.steps.push_back(read_step(step, current, gauges, options.observables));
    if (kept(step)) result.kept.emplace(step, current);
    observer.advance(1);
  }
  return result;
}

}  // namespace spinflow::flow
