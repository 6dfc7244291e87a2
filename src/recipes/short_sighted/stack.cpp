// SPDX-License-Identifier: Apache-2.0
// Parts (c) and (d) of short-sighted: stacks, and block spins and decimation of the same configurations.
#include <fmt/format.h>

#include <functional>

#include "recipes/short_sighted/measurements.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::short_sighted {

namespace {

using studies::LayerGauges;

/// One model, lattice and seed.
struct Job {
  const StackSettings* stack;
  std::size_t model;
  std::size_t seed;
};

/// The renormalization group and the stacks of all shrinkages.
StackLayers layers_of(const RunFolder& folder, const Settings& settings, const Job& job,
                      const Subject& subject, const LayerGauges& gauges, base::Observer& observer) {
  const auto& s = *job.stack;
  const auto kept = [&](const std::string& name, const std::function<StackLayers()>& make) {
    return folder.kept_records<StackLayers>(name, studies::stack_layer_records(), make);
  };
  studies::LayerComparison layers(
      {.id = subject.id,
       .model = subject.on(s.size),
       .critical_temperature = subject.critical_temperature(),
       .hidden = s.hidden,
       .starts = s.starts,
       .configurations = s.configurations,
       .correlated = settings.correlators.configurations,
       .permutations = static_cast<std::size_t>(settings.correlators.permutations),
       .seed = job.seed,
       .stream = [&](std::string_view stream) { return folder.seed(stream, job.seed); }},
      gauges, observer);
  StackLayers all =
      kept(fmt::format("blocks-{}-{}-{}", subject.id, s.size, job.seed), [&] { return layers.of_blocks(); });
  for (const double shrinkage : s.shrinkages) {
    const auto name = stack_name(subject.id, s.size, shrinkage, job.seed);
    all.append(kept("layers-" + name, [&] {
      // The same seed for every shrinkage: differences are not those of initial weights.
      const auto [stack, failure] = kept_stack(folder, name, [&](const auto& savepoint) {
        return trainers::train_stack(
            layers.training_set(),
            {.hidden = s.hidden,
             .learning_rate = s.learning_rate,
             .final_learning_rate = s.final_learning_rate,
             .momentum = s.momentum,
             .shrinkage = shrinkage,
             .batch_size = s.batch_size,
             .epochs = static_cast<double>(s.updates) / static_cast<double>(s.configurations / s.batch_size),
             .initial_sigma = s.initial_sigma},
            folder.seed(fmt::format("stack.{}.{}", subject.id, s.size), job.seed), observer, {}, savepoint);
      });
      if (stack) return layers.of_stack(*stack, shrinkage);
      StackLayers failed;
      failed.failures = {fmt::format("{}, L = {}, seed {}: {}", subject.label, s.size, job.seed, failure)};
      return failed;
    }));
  }
  return all;
}

}  // namespace

std::string stack_name(const std::string& model, std::int64_t size, double shrinkage, std::size_t seed) {
  return fmt::format("stack-{}-{}-lambda-{}-{}", model, size, shrinkage, seed);
}

StackLayers run_stacks(const RunFolder& folder, const Settings& s, const std::vector<Subject>& models) {
  std::vector<const StackSettings*> kinds;
  if (!s.large.shrinkages.empty()) kinds.push_back(&s.large);
  kinds.push_back(&s.stack);
  folder.observer().begin("calibrating thermometers", 0, "sweeps");
  std::vector<LayerGauges> gauges;
  for (const auto& subject : models) {
    gauges.emplace_back(subject.model);
    for (const auto* kind : kinds) gauges.back().prepare(kind->size, kind->hidden, folder.observer());
  }
  std::vector<Job> jobs;
  for (const auto* kind : kinds)
    for (std::size_t i = 0; i < models.size(); ++i)
      for (std::int64_t seed = 0; seed < kind->seeds; ++seed)
        jobs.push_back({kind, i, static_cast<std::size_t>(seed)});
  StackLayers all;
  for (auto& part :
       folder.each("stacks and block spins", "lattices", jobs, [&](const Job&job, base::Observer&observer) {
         return std::vector{layers_of(folder, s, job, models[job.model], gauges[job.model], observer)};
       }))
    all.append(std::move(part));
  return all;
}

studies::LayerOf layer_of(const Measurements& m, const Subject& subject, const std::string& map,
                          double shrinkage, int layer) {
  return {subject.id, m.settings.stack.size, map, shrinkage, 0, layer};
}

Excess excess_of(const Measurements& m, const studies::LayerOf& of, double start, LayerGauge gauge) {
  const auto& subject = m.subject(of.model);
  const auto& stack = of.size == m.settings.stack.size ? m.settings.stack : m.settings.large;
  return studies::excess_of(m.stacks.readings, of, start, gauge,
                            subject.critical_coupling_error / subject.critical_coupling,
                            stack.configurations);
}

}  // namespace spinflow::recipes::short_sighted
