// SPDX-License-Identifier: Apache-2.0
// What iso2018 computes: ensembles, networks, flows. Every finished piece is a file in the run folder.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "iso2018.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/networks/dense_file.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/thermometers/classifier.hpp"
#include "spinflow/thermometers/energy.hpp"
#include "spinflow/thermometers/magnetization.hpp"
#include "spinflow/trainers/supervised.hpp"
#include "spinflow/trainers/trainer.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "spinflow/transformations/rbm_reconstruct.hpp"

namespace spinflow::experiments::iso2018 {

namespace {

namespace fs = std::filesystem;
using Gauges = std::vector<std::unique_ptr<thermometers::Thermometer>>;

std::vector<const thermometers::Thermometer*> pointers(const Gauges& gauges) {
  std::vector<const thermometers::Thermometer*> all;
  for (const auto& gauge : gauges) all.push_back(gauge.get());
  return all;
}

/// A thermometer under another name: two classifiers flow side by side.
class Renamed final : public thermometers::Thermometer {
 public:
  Renamed(std::string name, std::unique_ptr<thermometers::Thermometer> inner)
      : name_(std::move(name)), inner_(std::move(inner)) {}
  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return inner_->lattice(); }
  [[nodiscard]] thermometers::Reading read(const ensemble::Ensemble& e) const override {
    return inner_->read(e);
  }
  [[nodiscard]] std::pair<double, double> range() const override { return inner_->range(); }

 private:
  std::string name_;
  std::unique_ptr<thermometers::Thermometer> inner_;
};

/// Work that runs beside others of its kind says nothing of its own, but hears when the user wants to stop.
class Listening final : public base::Observer {
 public:
  explicit Listening(base::Observer& outer) : outer_(outer) {}
  void advance(std::uint64_t) override { outer_.advance(0); }

 private:
  base::Observer& outer_;
};

class Stages {
 public:
  Stages(const RunContext& context, const Settings& settings)
      : context_(context),
        settings_(settings),
        model_(models::registry().find("ising-square").make(square(settings.ensemble.size), {})) {}

  Measurements run();

 private:
  static lattice::Lattice square(std::int64_t side) {
    return lattice::Lattice::square(static_cast<int>(side), static_cast<int>(side));
  }

  [[nodiscard]] const AtSize& at(std::int64_t size) const { return sizes_.at(size); }

  [[nodiscard]] fs::path file(const std::string& name) const { return context_.folder / (name + ".h5"); }
  [[nodiscard]] std::uint64_t seed(std::string_view purpose, std::uint64_t index = 0) const {
    return base::derived_seed(context_.seed, fmt::format("iso2018.{}", purpose), index);
  }

  ensemble::Ensemble sampled(const std::shared_ptr<const models::Model>& model,
                             const std::vector<double>& temperatures, std::int64_t n,
                             std::uint64_t seed) const {
    return samplers::sample({.model = model,
                             .temperatures = temperatures,
                             .samples_per_temperature = static_cast<std::size_t>(n),
                             .seed = seed},
                            "auto", context_.observer);
  }

  /// The ensemble file of that name, made if it is not there.
  ensemble::Ensemble kept(const std::string& name, const std::function<ensemble::Ensemble()>& make) const {
    if (fs::exists(file(name))) return ensemble::read(file(name));
    ensemble::Ensemble made = make();
    ensemble::write(made, file(name));
    return made;
  }

  std::vector<flow::FlowStart> kept_flows(const std::string& name,
                                          const std::function<std::vector<flow::FlowStart>()>& make) const {
    if (fs::exists(file(name))) return flow::read(file(name)).starts;
    flow::FlowRecord record{.starts = make(),
                            .model = models::to_toml(*model_),
                            .seed = context_.seed,
                            .command = "spinflow run iso2018"};
    flow::write(record, file(name));
    return record.starts;
  }

  /// Configurations for all trainings and starts of a replicate on one lattice.
  ensemble::Ensemble pool(std::int64_t size, std::size_t replicate) const;
  ensemble::Ensemble training_set(const ensemble::Ensemble& pool, const Variant& variant,
                                  std::size_t replicate) const;
  std::unique_ptr<thermometers::Thermometer> classifier(const std::string& name, std::int64_t samples) const;
  networks::Rbm trained(const Variant& variant, std::size_t replicate, const ensemble::Ensemble& pool) const;
  SeedResult flowed(const Variant& variant, std::size_t replicate, const ensemble::Ensemble& pool,
                    const std::vector<const thermometers::Thermometer*>& gauges) const;
  std::vector<flow::FlowStart> blocked(int size) const;
  ensemble::Ensemble first_rows_at(const ensemble::Ensemble& ensemble, double temperature,
                                   std::int64_t n) const;

  const RunContext& context_;
  const Settings& settings_;
  std::shared_ptr<const models::Model> model_;
  std::map<std::int64_t, AtSize> sizes_;
};

/// Beside the training rows, as many again times this share are held out for the history.
constexpr double held_out_share = 0.1;

/// Rows of a training set, held-out ones included.
std::int64_t total_rows(const Settings& s) {
  const auto trained = static_cast<double>(s.ensemble.temperatures.size()) *
                       static_cast<double>(s.ensemble.samples_per_temperature);
  return static_cast<std::int64_t>(std::llround((1 + held_out_share) * trained));
}

/// How many configurations of each temperature a training set draws from.
std::int64_t share_of(const Settings& s, const Variant& variant) {
  const auto n = static_cast<std::int64_t>(variant.temperatures.size());
  return (total_rows(s) + n - 1) / n;
}

ensemble::Ensemble Stages::pool(std::int64_t size, std::size_t replicate) const {
  const std::string name = size == settings_.ensemble.size ? fmt::format("{}", replicate)
                                                           : fmt::format("size-{}-{}", size, replicate);
  return kept("ensemble-" + name, [&] {
    std::map<double, std::int64_t> wanted;
    for (const auto& variant : variants(settings_))
      if (variant.size == size)
        for (const double t : variant.temperatures)
          wanted[t] = std::max(wanted[t], share_of(settings_, variant));
    for (const double t : settings_.flow.starts) wanted[t] = std::max(wanted[t], settings_.flow.chains);
    // One request per number of configurations, joined in order of temperature.
    std::map<std::int64_t, std::vector<double>> by_number;
    for (const auto& [t, n] : wanted) by_number[n].push_back(t);
    std::vector<ensemble::Ensemble> parts;
    for (const auto& [n, temperatures] : by_number)
      parts.push_back(sampled(at(size).model, temperatures, n,
                              seed(size == settings_.ensemble.size ? fmt::format("pool-{}", n)
                                                                   : fmt::format("pool-{}-size-{}", n, size),
                                   replicate)));
    return ensemble::concatenated(parts);
  });
}

ensemble::Ensemble Stages::training_set(const ensemble::Ensemble& pool, const Variant& variant,
                                        std::size_t replicate) const {
  const auto share = static_cast<std::size_t>(share_of(settings_, variant));
  std::vector<std::size_t> rows;
  for (const auto& group : ensemble::by_temperature(pool)) {
    if (std::ranges::find(variant.temperatures, group.temperature) == variant.temperatures.end()) continue;
    rows.insert(rows.end(), group.rows.begin(),
                group.rows.begin() + static_cast<std::ptrdiff_t>(std::min(share, group.rows.size())));
  }
  // Every type gets the same number in all: a random part of what rounding up left over.
  const auto total = static_cast<std::size_t>(total_rows(settings_));
  base::RandomStream stream(seed("training-set." + variant.type, replicate), "rows");
  for (std::size_t i = 0; i + 1 < rows.size() && i < total; ++i)
    std::swap(rows[i], rows[i + stream.below(rows.size() - i)]);
  rows.resize(std::min(rows.size(), total));
  return ensemble::select(pool, rows);
}

ensemble::Ensemble Stages::first_rows_at(const ensemble::Ensemble& ensemble, double temperature,
                                         std::int64_t n) const {
  for (const auto& group : ensemble::by_temperature(ensemble))
    if (group.temperature == temperature)
      return ensemble::select(
          ensemble, std::span(group.rows).first(std::min(group.rows.size(), static_cast<std::size_t>(n))));
  return ensemble::select(ensemble, {});
}

std::unique_ptr<thermometers::Thermometer> Stages::classifier(const std::string& name,
                                                              std::int64_t samples) const {
  const fs::path path = file(name);
  if (!fs::exists(path)) {
    // Own ensembles, disjoint from those of the RBMs.
    const auto data = sampled(model_, settings_.ensemble.temperatures, samples, seed("data." + name));
    auto result = trainers::train_classifier(data, {}, seed("train." + name), context_.observer);
    networks::write_dense(result.net, path);
    context_.observer.note(fmt::format("{} trained", name));
  }
  return std::make_unique<Renamed>(
      name, thermometers::registry().find("classifier").make(model_, path, context_.observer));
}

networks::Rbm Stages::trained(const Variant& variant, std::size_t replicate,
                              const ensemble::Ensemble& pool) const {
  const fs::path path = file(fmt::format("rbm-{}-{}", variant.id, replicate));
  if (fs::exists(path)) return networks::read_rbm(path);
  const auto data = training_set(pool, variant, replicate);
  Listening listening(context_.observer);
  // The same seed for every variant: differences between variants are not those of initial weights.
  auto result = trainers::registry()
                    .find(variant.method)
                    .train(data,
                           {{"hidden", variant.hidden},
                            {"k", variant.k},
                            {"learning_rate", variant.learning_rate},
                            {"momentum", settings_.train.momentum},
                            {"weight_decay", variant.weight_decay},
                            {"batch_size", settings_.train.batch_size},
                            {"epochs", variant.epochs},
                            {"biases", settings_.rbm.biases},
                            {"initial_sigma", settings_.rbm.initial_sigma},
                            {"held_out", held_out_share / (1 + held_out_share)}},
                           seed("training", replicate), listening);
  networks::write_rbm(result.rbm, path);
  context_.observer.note(fmt::format("RBM {} seed {}: {} updates", variant.id, replicate, result.updates));
  return result.rbm;
}

SeedResult Stages::flowed(const Variant& variant, std::size_t replicate, const ensemble::Ensemble& pool,
                          const std::vector<const thermometers::Thermometer*>& gauges) const {
  SeedResult result;
  try {
    const networks::Rbm rbm = trained(variant, replicate, pool);
    result.history = rbm.history;
    const transformations::RbmReconstruct map(rbm);
    const auto last = static_cast<int>(settings_.flow.steps);
    Listening listening(context_.observer);
    result.starts = kept_flows(fmt::format("flow-{}-{}", variant.id, replicate), [&] {
      std::vector<flow::FlowStart> starts;
      for (std::size_t i = 0; i < settings_.flow.starts.size(); ++i) {
        const double t = settings_.flow.starts[i];
        // Each type's ensembles are studied; those of V, first seed, are shown along the flow too.
        const auto keep = variant.id == "V" && replicate == 0 ? std::vector<int>{0, 1, 2, 5, 10, last}
                          : variant.id == variant.type        ? std::vector<int>{last}
                                                              : std::vector<int>{};
        starts.push_back(flow::iterate({&map}, first_rows_at(pool, t, settings_.flow.chains),
                                       fmt::format("T = {}", t), t, gauges,
                                       {.steps = last,
                                        .seed = base::derived_seed(seed("flow", replicate), variant.type, i),
                                        .keep = keep},
                                       listening));
      }
      return starts;
    });
  } catch (const Error& error) {
    // A training that diverges is a row that says so; anything else ends the run.
    if (error.fault() != Fault::failure) throw;
    result = {};
    result.failure = error.what();
  }
  return result;
}

std::vector<flow::FlowStart> Stages::blocked(int size) const {
  return kept_flows(fmt::format("flow-blocks-{}", size), [&] {
    const auto model = model_->on(square(size));
    const int smallest = static_cast<int>(settings_.ensemble.size);
    Gauges gauges;
    int steps = 0;
    for (int side = size;; side /= 2) {
      const auto at_side = model_->on(square(side));
      for (const char* name : {"energy", "pseudo-likelihood"})
        gauges.push_back(thermometers::registry().find(name).make(at_side, {}, context_.observer));
      if (side / 2 < 2 || side % 2 != 0 || side == std::min(smallest, size - 1)) break;
      ++steps;
    }
    const transformations::BlockMajority map({.factor = 2});
    const auto data = sampled(model, settings_.rg.temperatures, settings_.rg.samples,
                              seed("blocks", static_cast<std::uint64_t>(size)));
    std::vector<flow::FlowStart> starts;
    for (std::size_t i = 0; i < settings_.rg.temperatures.size(); ++i) {
      const double t = settings_.rg.temperatures[i];
      starts.push_back(flow::iterate({&map}, first_rows_at(data, t, settings_.rg.samples),
                                     fmt::format("L = {}, T = {:.4g}", size, t), t, pointers(gauges),
                                     {.steps = steps, .seed = seed("ties", i)}, context_.observer));
    }
    context_.observer.note(fmt::format("blocked ensembles of L = {}", size));
    return starts;
  });
}

Measurements Stages::run() {
  auto& observer = context_.observer;
  Measurements m{.settings = settings_,
                 .model = model_,
                 .example = {.visible = model_->lattice()},
                 .critical = {.lattice = model_->lattice()},
                 .pool = {.lattice = model_->lattice()}};
  const auto all = variants(settings_);
  for (const auto& variant : all) {
    AtSize& here = sizes_[variant.size];
    if (here.model != nullptr) continue;
    here.model = model_->on(square(variant.size));
    const auto energy = std::make_shared<thermometers::EnergyThermometer>(here.model, observer);
    const auto magnetization = std::make_shared<thermometers::MagnetizationThermometer>(here.model, observer);
    // At least one step of one seed is in every mean: the upper limit at T = 0 counts on no more.
    const auto chains = static_cast<std::size_t>(settings_.flow.chains);
    here.from_energy = [energy, chains](const stats::Estimate& e) { return energy->from_mean(e, chains); };
    here.from_magnetization = [magnetization, chains](const stats::Estimate& e) {
      return magnetization->from_mean(e, chains);
    };
  }
  m.sizes = sizes_;
  m.from_energy = at(settings_.ensemble.size).from_energy;
  m.from_magnetization = at(settings_.ensemble.size).from_magnetization;
  m.classifier_temperatures = settings_.ensemble.temperatures;

  const auto seeds = static_cast<std::size_t>(settings_.train.seeds);
  observer.begin("sampling", 0, "sweeps");
  std::map<std::int64_t, std::vector<ensemble::Ensemble>> pools;
  for (const auto& [size, here] : sizes_)
    for (std::size_t s = 0; s < seeds; ++s) pools[size].push_back(pool(size, s));
  m.critical = kept("ensemble-critical", [&] {
    return sampled(model_, {critical_temperature}, settings_.flow.chains, seed("critical"));
  });

  std::map<std::int64_t, Gauges> gauges;
  for (const auto& [size, here] : sizes_)
    for (const char* name : {"energy", "magnetization", "pseudo-likelihood"})
      gauges[size].push_back(thermometers::registry().find(name).make(here.model, {}, observer));
  std::vector<std::unique_ptr<thermometers::Thermometer>> nets(2);
  observer.begin("training two classifiers", 0, "epochs");
  base::parallel_for(2, [&](std::size_t i) {
    nets[i] = i == 0 ? classifier("classifier-large", settings_.classifier.samples_large)
                     : classifier("classifier-small", settings_.classifier.samples_small);
  });
  for (auto& net : nets) gauges[settings_.ensemble.size].push_back(std::move(net));
  const auto full = pointers(gauges.at(settings_.ensemble.size));

  for (const auto& variant : all) m.variants.push_back({variant, std::vector<SeedResult>(seeds)});
  observer.begin("training and flowing RBMs", all.size() * seeds, "networks");
  base::parallel_for(all.size() * seeds, [&](std::size_t job) {
    // From the last, which are the largest lattices, so that no thread is left alone with one at the end.
    const std::size_t v = all.size() - 1 - job / seeds;
    const std::size_t s = job % seeds;
    m.variants[v].seeds[s] = flowed(all[v], s, pools.at(all[v].size)[s], pointers(gauges.at(all[v].size)));
    observer.advance(1);
  });

  observer.begin("block spins", 0, "sweeps");
  for (const double size : settings_.rg.sizes)
    m.blocked[static_cast<int>(size)] = blocked(static_cast<int>(size));
  const int side = static_cast<int>(settings_.ensemble.size);
  if (side % 2 == 0 && side >= 4) m.blocked[side] = blocked(side);

  const VariantResult& type_v = *m.find("V");
  if (type_v.seeds.front().failure.empty()) {
    m.example = trained(type_v.variant, 0, pools.at(settings_.ensemble.size).front());
    m.rbm_flows = kept_flows("flow-temperatures", [&] {
      const transformations::RbmReconstruct map(m.example);
      const auto data =
          sampled(model_, settings_.rg.temperatures, settings_.rg.samples, seed("temperatures"));
      std::vector<flow::FlowStart> starts;
      for (const double t : settings_.rg.temperatures)
        starts.push_back(flow::iterate({&map}, first_rows_at(data, t, settings_.rg.samples),
                                       fmt::format("T = {:.4g}", t), t, full,
                                       {.steps = static_cast<int>(settings_.flow.steps),
                                        .seed = seed("temperatures.flow", starts.size())},
                                       observer));
      return starts;
    });
  }
  m.pool = std::move(pools.at(settings_.ensemble.size).front());
  m.calibration = kept_flows("flow-calibration", [&] {
    std::vector<flow::FlowStart> readings;
    for (const double t : settings_.ensemble.temperatures)
      readings.push_back(flow::iterate({},
                                       first_rows_at(m.pool, t, settings_.ensemble.samples_per_temperature),
                                       fmt::format("T = {}", t), t, full, {.steps = 0}, observer));
    return readings;
  });
  return m;
}

}  // namespace

Measurements measure(const RunContext& context, const Settings& settings) {
  return Stages(context, settings).run();
}

}  // namespace spinflow::experiments::iso2018
