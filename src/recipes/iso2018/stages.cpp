// SPDX-License-Identifier: Apache-2.0
// What iso2018 computes: ensembles, networks, flows. Every finished piece is a file in the run folder.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "recipes/iso2018/measurements.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/thermometers/energy.hpp"
#include "spinflow/thermometers/magnetization.hpp"
#include "spinflow/thermometers/make.hpp"
#include "spinflow/trainers/supervised.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "spinflow/transformations/rbm_reconstruct.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

using Gauges = std::vector<std::unique_ptr<thermometers::Thermometer>>;
using Pools = std::map<std::int64_t, std::vector<ensemble::Ensemble>>;  ///< by size, one for each seed

/// The classifier in the file of that name as a thermometer of that name; trained on `samples` configurations
/// per temperature and written if it is not there.
std::unique_ptr<thermometers::Thermometer> classifier(const RunFolder& folder, const Settings& settings,
                                                      const std::shared_ptr<const models::Model>& model,
                                                      const std::string& name, std::int64_t samples) {
  (void)kept_dense(folder, name, [&](const auto& savepoint) {
    Listening listening(folder.observer());
    // Own ensembles, disjoint from those of the RBMs.
    const auto data =
        sampled(model, settings.ensemble.temperatures, samples, folder.seed("data." + name), listening);
    return trainers::train_classifier(data, {}, folder.seed("train." + name), listening, {}, savepoint).net;
  });
  return thermometers::renamed(
      name, thermometers::registry().find("classifier").make(model, folder.file(name), folder.observer()));
}

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

/// They read the single steps of both maps.
const std::vector<std::string> step_gauges = {"energy", "pseudo-likelihood"};

class Stages {
 public:
  Stages(const RunContext& context, const Settings& settings)
      : folder_(run_folder(context)),
        settings_(settings),
        model_(models::registry().find("ising-square").make(square(settings.ensemble.size), {})) {}

  Measurements run() {
    Measurements m{.settings = settings_,
                   .model = model_,
                   .critical = {.lattice = model_->lattice()},
                   .pool = {.lattice = model_->lattice()}};
    const auto all = variants(settings_);
    prepare_sizes(all);
    m.sizes = sizes_;
    const auto seeds = static_cast<std::size_t>(settings_.train.seeds);
    auto pools = sample_pools();
    m.critical = critical();
    for (const auto& variant : all) m.variants.push_back({variant, std::vector<SeedResult>(seeds)});
    const auto gauges = train_all(m.variants, pools);
    flow_all(m.variants, pools, gauges);
    m.blocked = blocked_all();
    m.rbm_flows = temperature_flows(*m.find("V"));
    m.pool = std::move(pools.at(settings_.ensemble.size).front());
    m.critical_correlation = studies::reference_correlations(m.critical).front();
    m.correlations = correlations(m.pool);
    m.calibration = calibration(m.pool, gauges.at(settings_.ensemble.size));
    return m;
  }

 private:
  /// Configurations for all trainings and starts of a replicate on one lattice.
  ensemble::Ensemble pool(std::int64_t size, std::size_t replicate) const {
    const std::string name = size == settings_.ensemble.size ? fmt::format("{}", replicate)
                                                             : fmt::format("size-{}-{}", size, replicate);
    return folder_.kept("ensemble-" + name, [&] {
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
        parts.push_back(folder_.sampled(
            sizes_.at(size).model, temperatures, n,
            folder_.seed(size == settings_.ensemble.size ? fmt::format("pool-{}", n)
                                                         : fmt::format("pool-{}-size-{}", n, size),
                         replicate)));
      return ensemble::concatenated(parts);
    });
  }

  ensemble::Ensemble training_set(const ensemble::Ensemble& pool, const Variant& variant,
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
    base::sample_to_front(
        rows, std::min(rows.size(), total),
        base::RandomStream(folder_.seed("training-set." + variant.type, replicate), "rows"));
    rows.resize(std::min(rows.size(), total));
    return ensemble::select(pool, rows);
  }

  /// A training that diverges is a row that says so.
  runs::Trained<networks::Rbm> trained(const Variant& variant, std::size_t replicate,
                                       const ensemble::Ensemble& pool) const {
    return kept_rbm(folder_, fmt::format("rbm-{}-{}", variant.id, replicate), [&](const auto& savepoint) {
      Listening listening(folder_.observer());
      // The same seed for every variant: differences between variants are not those of initial weights.
      return trainers::registry()
          .find(variant.method)
          .train(training_set(pool, variant, replicate),
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
                 folder_.seed("training", replicate), listening, savepoint);
    });
  }

  std::vector<flow::Trajectory> flowed(const Variant& variant, std::size_t replicate,
                                       const networks::Rbm& rbm, const ensemble::Ensemble& pool,
                                       const Gauges& gauges) const {
    const transformations::RbmReconstruct map(rbm);
    const auto last = static_cast<int>(settings_.flow.steps);
    Listening listening(folder_.observer());
    return folder_.kept_flows(fmt::format("flow-{}-{}", variant.id, replicate), *pool.model, [&] {
      std::vector<flow::Trajectory> starts;
      for (std::size_t i = 0; i < settings_.flow.starts.size(); ++i) {
        const double t = settings_.flow.starts[i];
        // Each type's ensembles are studied; those of V are shown along the flow too.
        const auto keep = variant.id == "V"            ? std::vector<int>{0, 1, 2, 5, 10, last}
                          : variant.id == variant.type ? std::vector<int>{last}
                                                       : std::vector<int>{};
        starts.push_back(flow::iterate(
            {map}, first_rows_at(pool, t, settings_.flow.chains), fmt::format("T = {}", t), t, gauges,
            {.steps = last,
             .seed = flow_seed(folder_, variant, replicate, i),
             .keep = keep,
             .observables = {observables::energy, observables::sd_energy, observables::abs_magnetization,
                             observables::correlation}},
            listening));
      }
      return starts;
    });
  }

  void prepare_sizes(const std::vector<Variant>& all) {
    // At least one step of one seed is in every mean: an upper limit at T = 0 counts on no more.
    const auto n = static_cast<std::size_t>(settings_.flow.chains);
    for (const auto& variant : all) {
      AtSize& here = sizes_[variant.size];
      if (here.model != nullptr) continue;
      here.model = model_->on(square(variant.size));
      const auto energy = std::make_shared<thermometers::EnergyThermometer>(here.model, folder_.observer());
      const auto magnetization =
          std::make_shared<thermometers::MagnetizationThermometer>(here.model, folder_.observer());
      here.from_energy = [energy, n](const stats::Estimate& e) { return energy->from_mean(e, n); };
      here.from_magnetization = [magnetization, n](const stats::Estimate& m) {
        return magnetization->from_mean(m, n);
      };
    }
  }

  std::vector<flow::Trajectory> blocked(int size) const {
    return folder_.kept_flows(fmt::format("flow-blocks-{}", size), *model_, [&] {
      const auto model = model_->on(square(size));
      const int smallest = static_cast<int>(settings_.ensemble.size);
      Gauges gauges;
      int steps = 0;
      for (int side = size;; side /= 2) {
        const auto at_side = model_->on(square(side));
        for (auto& gauge : thermometers::made(step_gauges, at_side, folder_.observer()))
          gauges.push_back(std::move(gauge));
        if (side / 2 < 2 || side % 2 != 0 || side == std::min(smallest, size - 1)) break;
        ++steps;
      }
      const transformations::BlockMajority map({.factor = 2});
      const auto data = folder_.sampled(model, settings_.rg.temperatures, settings_.rg.samples,
                                        folder_.seed("blocks", static_cast<std::uint64_t>(size)));
      auto starts = flows_from_each(
          {map}, data, settings_.rg.temperatures, settings_.rg.samples, gauges,
          [&](double t) { return fmt::format("L = {}, T = {:.4g}", size, t); },
          [&](std::size_t i) {
            return flow::FlowOptions{.steps = steps, .seed = folder_.seed("ties", i), .observables = {}};
          },
          folder_.observer());
      folder_.observer().note(fmt::format("blocked ensembles of L = {}", size));
      return starts;
    });
  }

  std::vector<flow::Trajectory> rbm_flows(const networks::Rbm& rbm, std::size_t replicate) const {
    return folder_.kept_flows(fmt::format("flow-temperatures-{}", replicate), *model_, [&] {
      const transformations::RbmReconstruct map(rbm);
      const Gauges gauges = thermometers::made(step_gauges, model_, folder_.observer());
      const auto data = folder_.sampled(model_, settings_.rg.temperatures, settings_.rg.samples,
                                        folder_.seed("temperatures", replicate));
      return flows_from_each(
          {map}, data, settings_.rg.temperatures, settings_.rg.samples, gauges,
          [](double t) { return fmt::format("T = {:.4g}", t); },
          [&](std::size_t i) {
            return flow::FlowOptions{
                .steps = static_cast<int>(settings_.flow.steps),
                .seed = base::derived_seed(folder_.seed("temperatures.flow", replicate), "start", i),
                .observables = {}};
          },
          folder_.observer());
    });
  }

  /// Of each seed whose training gave a result.
  std::vector<std::vector<flow::Trajectory>> temperature_flows(const VariantResult& type) const {
    std::vector<std::size_t> seeds;
    for (std::size_t s = 0; s < type.seeds.size(); ++s)
      if (type.seeds[s].rbm) seeds.push_back(s);
    std::vector<std::vector<flow::Trajectory>> flows(seeds.size());
    folder_.in_turn(seeds.size(),
                    [&](std::size_t i) { flows[i] = rbm_flows(*type.seeds[seeds[i]].rbm, seeds[i]); });
    return flows;
  }

  Pools sample_pools() const {
    folder_.observer().begin("sampling", 0, "sweeps");
    Pools pools;
    std::vector<std::function<void()>> works;
    for (const auto& [size, here] : sizes_) {
      auto& of_size = pools[size];
      for (std::size_t s = 0; s < static_cast<std::size_t>(settings_.train.seeds); ++s)
        of_size.push_back({.lattice = model_->lattice()});
      for (std::size_t s = 0; s < of_size.size(); ++s)
        works.push_back([this, s, side = size, &of_size] { of_size[s] = pool(side, s); });
    }
    folder_.in_turn(works);
    return pools;
  }

  ensemble::Ensemble critical() const {
    return folder_.kept("ensemble-critical", [&] {
      const auto starts = static_cast<std::int64_t>(settings_.flow.starts.size());
      return folder_.sampled(model_, {square_critical_temperature},
                             starts * settings_.flow.chains * (settings_.train.seeds + 1),
                             folder_.seed("critical"));
    });
  }

  /// The thermometers by size, the classifiers among them.
  std::map<std::int64_t, Gauges> train_all(std::vector<VariantResult>& variants, const Pools& pools) {
    auto& observer = folder_.observer();
    std::map<std::int64_t, Gauges> gauges;
    for (const auto& [size, here] : sizes_)
      gauges[size] =
          thermometers::made({"energy", "magnetization", "pseudo-likelihood"}, here.model, observer);
    // The classifiers beside the RBMs: the large one alone takes as long as many of those.
    std::array<std::unique_ptr<thermometers::Thermometer>, 2> nets;
    const std::size_t n_jobs = nets.size() + n_trainings(variants);
    observer.begin("training classifiers and RBMs", n_jobs, "networks");
    folder_.on_all_threads(n_jobs, [&](std::size_t job) {
      if (job == 0) {
        nets[0] =
            classifier(folder_, settings_, model_, "classifier-large", settings_.classifier.samples_large);
      } else if (job == 1) {
        nets[1] =
            classifier(folder_, settings_, model_, "classifier-small", settings_.classifier.samples_small);
      } else {
        auto [variant, s] = training(variants, job - nets.size());
        SeedResult& result = variant->seeds[s];
        auto [rbm, failure] = trained(variant->variant, s, pools.at(variant->variant.size)[s]);
        result.rbm = std::move(rbm);
        result.failure = std::move(failure);
      }
      observer.advance(1);
    });
    for (auto& net : nets) gauges[settings_.ensemble.size].push_back(std::move(net));
    return gauges;
  }

  void flow_all(std::vector<VariantResult>& variants, const Pools& pools,
                const std::map<std::int64_t, Gauges>& gauges) const {
    folder_.observer().begin("flowing RBMs", n_trainings(variants), "networks");
    folder_.on_all_threads(n_trainings(variants), [&](std::size_t job) {
      auto [variant, s] = training(variants, job);
      SeedResult& result = variant->seeds[s];
      const auto size = variant->variant.size;
      if (result.rbm)
        result.starts = flowed(variant->variant, s, *result.rbm, pools.at(size)[s], gauges.at(size));
      folder_.observer().advance(1);
    });
  }

  std::map<int, std::vector<flow::Trajectory>> blocked_all() const {
    folder_.observer().begin("block spins", 0, "sweeps");
    std::vector<int> sides(settings_.rg.sizes.begin(), settings_.rg.sizes.end());
    const int side = static_cast<int>(settings_.ensemble.size);
    if (side % 2 == 0 && side >= 4) sides.push_back(side);
    std::map<int, std::vector<flow::Trajectory>> all;
    folder_.in_turn(sides.size(), [&](std::size_t i) { all[sides[i]] = blocked(sides[i]); });
    return all;
  }

  std::vector<studies::ReferenceCorrelation> correlations(const ensemble::Ensemble& pool) const {
    const auto n = static_cast<std::size_t>(settings_.ensemble.samples_per_temperature);
    return studies::reference_correlations(runs::first_rows_of_each(pool, n));
  }

  std::vector<flow::Trajectory> calibration(const ensemble::Ensemble& pool, const Gauges& gauges) const {
    return folder_.kept_flows("flow-calibration", *model_, [&] {
      return flows_from_each(
          {}, pool, settings_.ensemble.temperatures, settings_.ensemble.samples_per_temperature, gauges,
          [](double t) { return fmt::format("T = {}", t); },
          [](std::size_t) { return flow::FlowOptions{.steps = 0, .observables = {}}; }, folder_.observer());
    });
  }

  std::size_t n_trainings(const std::vector<VariantResult>& variants) const {
    return variants.size() * static_cast<std::size_t>(settings_.train.seeds);
  }
  /// A variant and its seed, from the last variants, which have the largest lattices, so that no thread is
  /// left alone with one at the end.
  std::pair<VariantResult*, std::size_t> training(std::vector<VariantResult>& variants,
                                                  std::size_t job) const {
    const auto seeds = static_cast<std::size_t>(settings_.train.seeds);
    return {&variants[variants.size() - 1 - job / seeds], job % seeds};
  }

  RunFolder folder_;
  const Settings& settings_;
  std::shared_ptr<const models::Model> model_;
  std::map<std::int64_t, AtSize> sizes_;
};

}  // namespace

std::uint64_t flow_seed(const RunFolder& folder, const Variant& variant, std::size_t replicate,
                        std::size_t start) {
  return base::derived_seed(folder.seed("flow", replicate), variant.type, start);
}

Measurements measure(const RunContext& context, const Settings& settings) {
  return Stages(context, settings).run();
}

}  // namespace spinflow::recipes::iso2018
