// SPDX-License-Identifier: Apache-2.0
#include "spinflow/flow/flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/ensemble/identity.hpp"
#include "spinflow/flow/iteration.hpp"

namespace spinflow::flow {

namespace {

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

Iteration::Iteration(const Maps& maps, ensemble::Ensemble start, const Gauges& gauges, FlowOptions options)
    : maps_(maps),
      gauges_(gauges),
      options_(std::move(options)),
      current_(std::move(start)),
      words_(stream_seed(options_.seed, maps_, current_)) {
  lattice::Lattice lattice = current_.lattice;
  for (int step = 0; step < options_.steps; ++step) {
    const lattice::Lattice before = lattice;
    for (const auto* map : maps_) lattice = map->output_lattice(lattice);
    if (lattice == before) break;  // all further steps are alike
  }
  read(0);
}

void Iteration::read(int step) {
  step_ = {.step = step, .n = current_.size(), .observed = observables::read(current_, options_.observables)};
  for (const auto* gauge : gauges_)
    if (gauge->lattice() == current_.lattice)
      step_.readings[std::string(gauge->name())] = gauge->read(current_);
}

void Iteration::advance() {
  for (const auto* map : maps_)
    current_ = map->apply(current_, base::derived_seed(words_, "flow.step", applied_++));
  read(step_.step + 1);
}

Trajectory iterate(const Maps& maps, const ensemble::Ensemble& start, std::string name, double temperature,
                   const Gauges& gauges, const FlowOptions& options, base::Observer& observer) {
  const base::StopScope scope(observer);
  Trajectory result;
  result.name = std::move(name);
  result.temperature = temperature;
  Iteration flow(maps, start, gauges, options);
  while (true) {
    const int step = flow.step().step;
    result.steps.push_back(flow.step());
    if (std::ranges::find(options.keep, step) != options.keep.end())
      result.kept.emplace(step, flow.ensemble());
    if (step >= options.steps) return result;
    flow.advance();
    observer.advance(1);
  }
}

}  // namespace spinflow::flow
