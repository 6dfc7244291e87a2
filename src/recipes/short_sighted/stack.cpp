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
#include "spinflow/ensemble/rows.hpp"
#include "spinflow/networks/receptive_fields.hpp"
#include "spinflow/networks/stack_file.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/thermometers/bond_energy.hpp"
#include "spinflow/thermometers/energy.hpp"
#include "spinflow/thermometers/magnetization.hpp"
#include "spinflow/trainers/stack_trainer.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "spinflow/transformations/decimation.hpp"
#include "spinflow/transformations/stack_maps.hpp"

namespace spinflow::recipes::short_sighted {

namespace {

namespace fs = std::filesystem;
using ensemble::Ensemble;
using results::none;

/// What reads the layers of one lattice.
struct LayerGauges {
  std::unique_ptr<thermometers::BondEnergyThermometer> bonds;
  std::unique_ptr<thermometers::MagnetizationThermometer> magnetization;
  std::unique_ptr<thermometers::EnergyThermometer> hamiltonian;
};
using GaugesBySide = std::map<int, LayerGauges>;

/// T_c/T: T = infinity is 0.
stats::Estimate inverse(const thermometers::Reading& reading, double t_c) {
  const auto k = thermometers::inverse_of(reading);
  return {.value = t_c * k.value, .error = t_c * k.error};
}

/// Mean over the bonds between live sites, times two: <E_b>/N of a square lattice.
stats::Estimate live_bonds(const Ensemble& e, const std::vector<bool>& live) {
  std::vector<double> sums(e.size(), 0.0);
  double n = 0;
  for (const auto& [i, j] : e.lattice.bonds()) {
    if (!live[static_cast<std::size_t>(i)] || !live[static_cast<std::size_t>(j)]) continue;
    n += 1;
    for (std::size_t row = 0; row < e.size(); ++row)
      sums[row] +=
          e.spins.spin(row, static_cast<std::size_t>(i)) * e.spins.spin(row, static_cast<std::size_t>(j));
  }
  if (n == 0) return {};
  for (double& sum : sums) sum *= 2 / n;
  return ensemble::Rows(e).mean(sums);
}

stats::Estimate live_magnetization(const Ensemble& e, const std::vector<bool>& live) {
  std::vector<double> sums(e.size(), 0.0);
  const auto n = static_cast<double>(std::ranges::count(live, true));
  if (n == 0) return {};
  for (std::size_t row = 0; row < e.size(); ++row) {
    for (std::size_t site = 0; site < live.size(); ++site)
      if (live[site]) sums[row] += e.spins.spin(row, site);
    sums[row] = std::abs(sums[row]) / n;
  }
  return ensemble::Rows(e).mean(sums);
}

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
      const GaugesBySide& gauges, std::size_t seed)
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

  /// Configurations that go up, independent of those the stacks are trained on.
  const Ensemble& start(double ratio) {
    auto& made = starts_[ratio];
    if (!made)
      made =
          sampled(subject_.on(stack_.size), {ratio * subject_.critical_temperature()}, stack_.configurations,
                  folder_.seed(fmt::format("rows.{}.{}", place(), ratio), seed_), listening_);
    return *made;
  }
  Ensemble correlated_rows() {
    return first_rows(start(1), static_cast<std::size_t>(settings_.correlators.configurations));
  }

  std::vector<std::unique_ptr<transformations::Transformation>> maps(const std::string& kind) const {
    std::vector<std::unique_ptr<transformations::Transformation>> all;
    std::int64_t sites = stack_.size * stack_.size;
    for (const auto units : stack_.hidden) {
      const std::int64_t factor =
          std::llround(std::sqrt(static_cast<double>(sites) / static_cast<double>(units)));
      if (kind == "decimation")
        all.push_back(std::make_unique<transformations::Decimation>(
            transformations::DecimationOptions{.factor = factor}));
      else
        all.push_back(std::make_unique<transformations::BlockMajority>(
            transformations::BlockMajorityOptions{.factor = factor}));
      sites = units;
    }
    return all;
  }

  /// Layers 0, 1, ... of the renormalization group.
  std::vector<Ensemble> blocked(const std::string& kind, const Ensemble& data) const {
    std::vector<Ensemble> all = {data};
    for (const auto& map : maps(kind)) {
      listening_.advance(0);
      all.push_back(
          map->apply(all.back(), folder_.seed(fmt::format("{}.{}.{}", kind, place(), all.size()), seed_)));
    }
    return all;
  }

  std::vector<Ensemble> up(const networks::Stack& stack, networks::HiddenMode mode, const Ensemble& data,
                           double shrinkage) const {
    const transformations::StackUp map(stack, mode);
    std::vector<Ensemble> all = {data};
    while (all.size() <= stack.layers.size()) {
      listening_.advance(0);
      all.push_back(map.apply(
          all.back(), folder_.seed(fmt::format("up.{}.{}.{}", place(), shrinkage, all.size()), seed_)));
    }
    return all;
  }

  LayerReading read(const Ensemble& e, const std::vector<bool>& live) const {
    LayerReading r{.model = subject_.id, .size = stack_.size, .map = {}, .seed = seed_};
    const auto& gauges = gauges_.at(e.lattice.lx());
    const double t_c = subject_.critical_temperature();
    r.dead = static_cast<double>(std::ranges::count(live, false));
    if (r.dead == 0) {
      r.bonds = inverse(gauges.bonds->read(e), t_c);
      r.magnetization = inverse(gauges.magnetization->read(e), t_c);
      r.hamiltonian = inverse(gauges.hamiltonian->read(e), t_c);
    } else {
      r.bonds = inverse(gauges.bonds->from_mean(live_bonds(e, live), e.size()), t_c);
      r.magnetization = inverse(gauges.magnetization->from_mean(live_magnetization(e, live), e.size()), t_c);
    }
    return r;
  }

  void keep_layers(StackMeasurements& found, const std::vector<Ensemble>& layers, const std::string& map,
                   double shrinkage, double ratio, const std::vector<std::vector<bool>>& live) const {
    for (std::size_t l = 0; l < layers.size(); ++l) {
      listening_.advance(0);
      auto r = read(layers[l], live[l]);
      r.start = ratio;
      r.map = map;
      r.shrinkage = shrinkage;
      r.layer = static_cast<int>(l);
      found.readings.push_back(std::move(r));
    }
  }

  void keep_correlations(StackMeasurements& found, const std::vector<Ensemble>& layers,
                         const std::string& map, double shrinkage,
                         const std::vector<std::vector<bool>>& live) const {
    for (std::size_t l = 1; l < layers.size(); ++l) {
      listening_.advance(0);
      const auto profile =
          analysis::distance_profile(layers[0], layers[l], analysis::profile_edges(), live[l]);
      for (std::size_t b = 0; b < profile.mean.size(); ++b)
        if (profile.pairs[b] > 0)
          found.profiles.push_back({subject_.id, stack_.size, map, shrinkage, seed_, static_cast<int>(l), b,
                                    profile.distance[b], profile.mean[b]});
      const auto pairs = analysis::pair_profile(layers[l], pair_edges, live[l]);
      for (std::size_t b = 0; b < pairs.mean.size(); ++b)
        if (pairs.pairs[b] > 0)
          found.correlations.push_back({subject_.id, stack_.size, map, shrinkage, seed_, static_cast<int>(l),
                                        b, pairs.distance[b], pairs.mean[b]});
    }
  }

  static std::vector<std::vector<bool>> all_live(const std::vector<Ensemble>& layers) {
    std::vector<std::vector<bool>> live;
    for (const auto& layer : layers)
      live.emplace_back(static_cast<std::size_t>(layer.lattice.n_sites()), true);
    return live;
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

  /// Nothing, and `failure` says why, if the training diverges or kills a layer.
  std::optional<networks::Stack> trained(double shrinkage, std::string& failure) {
    const std::string name = stack_name(subject_.id, stack_.size, shrinkage, seed_);
    const fs::path path = folder_.file(name);
    if (fs::exists(path)) return networks::read_stack(path);
    const auto rows = stack_.configurations;
    const auto data = sampled(subject_.on(stack_.size), {subject_.critical_temperature()}, rows,
                              folder_.seed("stack-data." + place(), seed_), listening_);
    // The same seed for every shrinkage: differences are not those of initial weights.
    const trainers::StackTrainingOptions options{
        .hidden = stack_.hidden,
        .learning_rate = stack_.learning_rate,
        .final_learning_rate = stack_.final_learning_rate,
        .momentum = stack_.momentum,
        .shrinkage = shrinkage,
        .batch_size = stack_.batch_size,
        .epochs = static_cast<double>(stack_.updates) / static_cast<double>(rows / stack_.batch_size),
        .initial_sigma = stack_.initial_sigma};
    std::optional<trainers::StackTraining> result;
    try {
      result = trainers::train_stack(data, options, folder_.seed("stack." + place(), seed_), listening_);
    } catch (const Error& error) {
      if (error.fault() != Fault::failure) throw;
      failure = error.what();
      return std::nullopt;
    }
    result->stack.command = "spinflow run short-sighted";
    networks::write_stack(result->stack, path);
    folder_.observer().note(fmt::format("{}: {} updates", name, result->updates));
    return std::move(result->stack);
  }

  StackMeasurements layers(double shrinkage) {
    StackMeasurements found;
    std::string failure;
    const auto stack = trained(shrinkage, failure);
    if (!stack) {
      // A training that diverges or kills a layer is a line that says so; anything else ends the run.
      found.failures.push_back(
          fmt::format("{}, L = {}, seed {}: {}", subject_.label, stack_.size, seed_, failure));
      return found;
    }
    std::vector<std::vector<bool>> live = {
        std::vector<bool>(static_cast<std::size_t>(stack->lattice(0).n_sites()), true)};
    for (const auto& layer : stack->layers) {
      auto& units = live.emplace_back();
      for (const auto& field : networks::receptive_fields(layer)) units.push_back(!field.dead);
    }
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
      found.studies.push_back({subject_.id, stack_.size, shrinkage, seed_, static_cast<int>(l),
                               likeness.pearson, likeness.null_mean, likeness.null_sd, likeness.p_value,
                               summary.participation, summary.coherence, static_cast<double>(summary.dead)});
    }
    return found;
  }

  const RunFolder& folder_;
  const Settings& settings_;
  const StackSettings& stack_;
  const Subject& subject_;
  const GaugesBySide& gauges_;
  std::size_t seed_;
  mutable Listening listening_;
  std::vector<double> ratios_;
  std::map<double, std::optional<Ensemble>> starts_;
};

void add_gauges(GaugesBySide& gauges, const Subject& subject, const StackSettings& stack,
                base::Observer& observer) {
  std::vector<std::int64_t> sites = {stack.size * stack.size};
  sites.insert(sites.end(), stack.hidden.begin(), stack.hidden.end());
  for (const auto n : sites) {
    const int side = static_cast<int>(std::llround(std::sqrt(static_cast<double>(n))));
    if (gauges.contains(side)) continue;
    const auto model = subject.on(side);
    gauges[side] = {std::make_unique<thermometers::BondEnergyThermometer>(model, observer),
                    std::make_unique<thermometers::MagnetizationThermometer>(model, observer),
                    std::make_unique<thermometers::EnergyThermometer>(model, observer)};
  }
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
  std::vector<GaugesBySide> gauges(models.size());
  for (std::size_t i = 0; i < models.size(); ++i)
    for (const auto* kind : kinds) add_gauges(gauges[i], models[i], *kind, folder.observer());
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
