// SPDX-License-Identifier: Apache-2.0
// Parts (c) and (d) of short-sighted: stacks, and block spins and decimation of the same configurations.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "recipes/short_sighted/records.hpp"
#include "spinflow/analysis/correlators.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/networks/receptive_fields.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "spinflow/transformations/decimation.hpp"
#include "studies/layer_temperatures.hpp"

namespace spinflow::recipes::short_sighted {

namespace {

using ensemble::Ensemble;
using results::none;
using studies::all_live;
using studies::LayerGauges;
using studies::layers_of;
using studies::LiveUnits;

/// Bins of the distance within a coarse lattice: 1, sqrt 2, 2 and sqrt 5, about 3, 4, 5.
constexpr std::array<double, 7> pair_edges = {0.5, 1.2, 1.7, 2.5, 3.5, 4.5, 5.7};

void join(StackMeasurements& all, StackMeasurements more) {
  const auto move = [](auto& to, auto& from) { std::ranges::move(from, std::back_inserter(to)); };
  move(all.readings, more.readings);
  move(all.profiles, more.profiles);
  move(all.studies, more.studies);
  move(all.correlations, more.correlations);
  move(all.failures, more.failures);
}

/// One model, lattice and seed: the stacks of all shrinkages and the renormalization group.
class Job {
 public:
  Job(const RunFolder& folder, const Settings& settings, const StackSettings& stack, const Subject& subject,
      const LayerGauges& gauges, std::size_t seed)
      : folder_(folder),
        settings_(settings),
        stack_(stack),
        subject_(subject),
        gauges_(gauges),
        seed_(seed),
        listening_(folder.observer()) {
    ratios_ = {1.0};
    for (const double ratio : stack.starts)
      if (ratio != 1) ratios_.push_back(ratio);
  }

  StackMeasurements run() {
    StackMeasurements all;
    const std::string name = fmt::format("blocks-{}-{}-{}", subject_.id, stack_.size, seed_);
    join(all, folder_.kept_records<StackMeasurements>(name, stack_records(), [&] { return blocks(); }));
    for (const double shrinkage : stack_.shrinkages)
      join(all, folder_.kept_records<StackMeasurements>(
                    "layers-" + stack_name(subject_.id, stack_.size, shrinkage, seed_), stack_records(),
                    [&] { return layers(shrinkage); }));
    return all;
  }

 private:
  std::string place() const { return fmt::format("{}.{}", subject_.id, stack_.size); }
  LayerOf layer_of(const std::string& map, double shrinkage, std::size_t layer) const {
    return {subject_.id, stack_.size, map, shrinkage, seed_, static_cast<int>(layer)};
  }

  Ensemble drawn(double ratio, const std::string& stream) const {
    return sampled(subject_.on(stack_.size), {ratio * subject_.critical_temperature()}, stack_.configurations,
                   folder_.seed(stream, seed_), listening_);
  }
  /// Configurations that go up, independent of those the stacks are trained on.
  const Ensemble& start(double ratio) {
    auto& made = starts_[ratio];
    if (!made) made = drawn(ratio, fmt::format("rows.{}.{}", place(), ratio));
    return *made;
  }
  Ensemble correlated_rows() {
    return first_rows(start(1), static_cast<std::size_t>(settings_.correlators.configurations));
  }

  /// Layers 0, 1, ... of the renormalization group.
  std::vector<Ensemble> blocked(const std::string& kind, const Ensemble& data) const {
    studies::MapList maps;
    std::int64_t sites = stack_.size * stack_.size;
    for (const auto units : stack_.hidden) {
      const std::int64_t factor =
          std::llround(std::sqrt(static_cast<double>(sites) / static_cast<double>(units)));
      if (kind == "decimation")
        maps.push_back(std::make_unique<transformations::Decimation>(
            transformations::DecimationOptions{.factor = factor}));
      else
        maps.push_back(std::make_unique<transformations::BlockMajority>(
            transformations::BlockMajorityOptions{.factor = factor}));
      sites = units;
    }
    return layers_of(
        maps, data,
        [&](std::size_t l) { return folder_.seed(fmt::format("{}.{}.{}", kind, place(), l), seed_); },
        listening_);
  }

  std::vector<Ensemble> up(const networks::Stack& stack, networks::HiddenMode mode, const Ensemble& data,
                           double shrinkage) const {
    return layers_of(
        stack, mode, data,
        [&](std::size_t l) { return folder_.seed(fmt::format("up.{}.{}.{}", place(), shrinkage, l), seed_); },
        listening_);
  }

  void keep_layers(StackMeasurements& found, const std::vector<Ensemble>& layers, const std::string& map,
                   double shrinkage, double ratio, const LiveUnits& live) const {
    const double t_c = subject_.critical_temperature();
    for (std::size_t l = 0; l < layers.size(); ++l) {
      listening_.advance(0);
      const auto by = gauges_.read(layers[l], live[l]);
      found.readings.push_back(
          {layer_of(map, shrinkage, l), ratio, static_cast<double>(std::ranges::count(live[l], false)),
           scaled(by.bonds, t_c), scaled(by.magnetization, t_c), scaled(by.hamiltonian, t_c)});
    }
  }

  void keep_correlations(StackMeasurements& found, const std::vector<Ensemble>& layers,
                         const std::string& map, double shrinkage, const LiveUnits& live) const {
    const auto keep = [&](std::vector<LayerBin>& all, const auto& profile, std::size_t layer) {
      for (std::size_t b = 0; b < profile.mean.size(); ++b)
        if (profile.pairs[b] > 0)
          all.push_back({layer_of(map, shrinkage, layer), b, profile.distance[b], profile.mean[b]});
    };
    for (std::size_t l = 1; l < layers.size(); ++l) {
      listening_.advance(0);
      keep(found.profiles,
           analysis::distance_profile(layers[0], layers[l], analysis::profile_edges(), live[l]), l);
      keep(found.correlations, analysis::pair_profile(layers[l], pair_edges, live[l]), l);
    }
  }

  StackMeasurements blocks() {
    StackMeasurements found;
    for (const double ratio : ratios_)
      for (const char* kind : {"block-majority", "decimation"}) {
        const auto layers = blocked(kind, start(ratio));
        keep_layers(found, layers, kind, none, ratio, all_live(layers));
      }
    const auto layers = blocked("block-majority", correlated_rows());
    keep_correlations(found, layers, "block-majority", none, all_live(layers));
    return found;
  }

  /// Fails if the training diverges or kills a layer.
  runs::Trained<networks::Stack> trained(double shrinkage) {
    return kept_stack(folder_, stack_name(subject_.id, stack_.size, shrinkage, seed_), [&] {
      // The same seed for every shrinkage: differences are not those of initial weights.
      return trainers::train_stack(drawn(1, "stack-data." + place()),
                                   {.hidden = stack_.hidden,
                                    .learning_rate = stack_.learning_rate,
                                    .final_learning_rate = stack_.final_learning_rate,
                                    .momentum = stack_.momentum,
                                    .shrinkage = shrinkage,
                                    .batch_size = stack_.batch_size,
                                    .epochs = static_cast<double>(stack_.updates) /
                                              static_cast<double>(stack_.configurations / stack_.batch_size),
                                    .initial_sigma = stack_.initial_sigma},
                                   folder_.seed("stack." + place(), seed_), listening_);
    });
  }

  StackMeasurements layers(double shrinkage) {
    StackMeasurements found;
    const auto [stack, failure] = trained(shrinkage);
    if (!stack) {
      found.failures.push_back(
          fmt::format("{}, L = {}, seed {}: {}", subject_.label, stack_.size, seed_, failure));
      return found;
    }
    const auto live = studies::live_units(*stack);
    for (const double ratio : ratios_)
      for (const auto& [mode, map] : {std::pair{networks::HiddenMode::sampled, "stack-sampled"},
                                      std::pair{networks::HiddenMode::sign, "stack-sign"}})
        keep_layers(found, up(*stack, mode, start(ratio), shrinkage), map, shrinkage, ratio, live);

    const auto data = correlated_rows();
    const auto hidden = up(*stack, networks::HiddenMode::sampled, data, shrinkage);
    keep_correlations(found, hidden, "stack-sampled", shrinkage, live);
    const auto spins = blocked("block-majority", data);
    for (std::size_t l = 1; l < hidden.size(); ++l) {
      listening_.advance(0);
      const auto likeness = analysis::correlator_likeness(
          hidden[0], hidden[l], spins[l], live[l],
          static_cast<std::size_t>(settings_.correlators.permutations),
          folder_.seed(fmt::format("null.{}.{}.{}", place(), shrinkage, l), seed_));
      const auto summary = networks::layer_summary(stack->layers[l - 1]);
      found.studies.push_back({layer_of("stack-sampled", shrinkage, l), likeness.pearson, likeness.null_mean,
                               likeness.null_sd, likeness.p_value, summary.participation, summary.coherence,
                               static_cast<double>(summary.dead)});
    }
    return found;
  }

  const RunFolder& folder_;
  const Settings& settings_;
  const StackSettings& stack_;
  const Subject& subject_;
  const LayerGauges& gauges_;
  std::size_t seed_;
  mutable Listening listening_;
  std::vector<double> ratios_;
  std::map<double, std::optional<Ensemble>> starts_;
};

/// The thermometers of a model on all layers of these stacks.
LayerGauges gauges_of(const Subject& subject, const std::vector<const StackSettings*>& kinds,
                      base::Observer& observer) {
  LayerGauges gauges(subject.model);
  const auto prepare = [&](std::int64_t sites) {
    gauges.prepare(static_cast<int>(std::llround(std::sqrt(static_cast<double>(sites)))), observer);
  };
  for (const auto* kind : kinds) {
    prepare(kind->size * kind->size);
    for (const auto units : kind->hidden) prepare(units);
  }
  return gauges;
}

}  // namespace

std::string stack_name(const std::string& model, std::int64_t size, double shrinkage, std::size_t seed) {
  return fmt::format("stack-{}-{}-lambda-{}-{}", model, size, shrinkage, seed);
}

StackMeasurements run_stacks(const RunFolder& folder, const Settings& s, const std::vector<Subject>& models) {
  std::vector<const StackSettings*> kinds;
  if (!s.large.shrinkages.empty()) kinds.push_back(&s.large);
  kinds.push_back(&s.stack);
  folder.observer().begin("calibrating thermometers", 0, "sweeps");
  std::vector<LayerGauges> gauges;
  for (const auto& subject : models) gauges.push_back(gauges_of(subject, kinds, folder.observer()));
  struct Task {
    const StackSettings* kind;
    std::size_t model;
    std::size_t seed;
  };
  std::vector<Task> tasks;
  for (const auto* kind : kinds)
    for (std::size_t i = 0; i < models.size(); ++i)
      for (std::int64_t seed = 0; seed < kind->seeds; ++seed)
        tasks.push_back({kind, i, static_cast<std::size_t>(seed)});
  std::vector<StackMeasurements> found(tasks.size());
  folder.observer().begin("stacks and block spins", tasks.size(), "lattices");
  base::parallel_for(tasks.size(), [&](std::size_t t) {
    const auto& [kind, model, seed] = tasks[t];
    found[t] = Job(folder, s, *kind, models[model], gauges[model], seed).run();
    folder.observer().advance(1);
  });
  StackMeasurements all;
  for (auto& part : found) join(all, std::move(part));
  return all;
}

}  // namespace spinflow::recipes::short_sighted
