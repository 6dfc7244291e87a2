// SPDX-License-Identifier: Apache-2.0
// How good the models behind the flow of iso2018 are: likelihood and samples beside the exact mixture.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/iso2018_figures.hpp"
#include "experiments/iso2018_folder.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/exact/kaufman.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "spinflow/networks/rbm_likelihood.hpp"
#include "spinflow/networks/rbm_tempering.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::experiments::iso2018 {

namespace {

using ensemble::Ensemble;
using results::none;
using results::Table;

/// The even mixture of Ising ensembles that type V is trained on.
class Mixture {
 public:
  explicit Mixture(const Measurements& m) : temperatures_(m.settings.ensemble.temperatures) {
    const auto& lattice = m.model->lattice();
    sites_ = lattice.n_sites();
    const auto share = 1 / static_cast<double>(temperatures_.size());
    const bool exact_m = std::min(lattice.lx(), lattice.ly()) <= exact::widest_exact_magnetization;
    double second = 0;
    double magnetization = 0;
    for (const double t : temperatures_) {
      if (t == 0) {
        log_z_.push_back(0);
        energy += share * -2;
        second += share * 4;
        magnetization += share;
        continue;
      }
      const auto ising = exact::kaufman(lattice.lx(), lattice.ly(), 1 / t);
      log_z_.push_back(ising.log_partition);
      energy += share * ising.energy;
      second += share * (ising.energy * ising.energy + ising.specific_heat * t * t / sites_);
      if (exact_m)
        magnetization += share * exact::magnetization_moments(lattice.lx(), lattice.ly(), 1 / t).abs;
    }
    sd_energy = std::sqrt(second - energy * energy);
    if (exact_m) abs_magnetization = magnetization;
  }

  /// ln of the probability of a configuration of energy e per site.
  [[nodiscard]] double log_density(double e) const {
    std::vector<double> terms;
    for (std::size_t i = 0; i < temperatures_.size(); ++i) {
      if (temperatures_[i] > 0)
        terms.push_back(-sites_ * e / temperatures_[i] - log_z_[i]);
      else if (e == -2)
        terms.push_back(-std::log(2.0));
    }
    const double largest = *std::ranges::max_element(terms);
    double sum = 0;
    for (const double term : terms) sum += std::exp(term - largest);
    return largest + std::log(sum / static_cast<double>(temperatures_.size()));
  }

  double energy = 0;
  double sd_energy = 0;
  double abs_magnetization = none;

 private:
  std::vector<double> temperatures_;
  std::vector<double> log_z_;
  double sites_ = 0;
};

/// Mean over temperatures of the means at each: as many rows at each, so the scatter between temperatures is
/// no error.
stats::Estimate stratified(const std::vector<ensemble::TemperatureGroup>& groups,
                           const std::vector<double>& values) {
  stats::Estimate all{.value = 0, .error = 0};
  const double share = 1 / static_cast<double>(groups.size());
  for (const auto& group : groups) {
    std::vector<double> here;
    for (const std::size_t row : group.rows) here.push_back(values[row]);
    const auto mean = stats::mean_of_pieces(here);
    all.value += share * mean.value;
    all.error = std::hypot(all.error, share * mean.error);
  }
  return all;
}

bool in_study(const Variant& v, const Settings& s) {
  const auto& methods = s.study.methods;
  const auto& hidden = s.study.hidden;
  return v.type == "V" && v.size == s.ensemble.size && v.temperatures == s.ensemble.temperatures &&
         v.weight_decay == 0 && v.epochs == s.study.epochs &&
         std::ranges::find(methods, fmt::format("{}-{}", v.method, v.k)) != methods.end() &&
         std::ranges::find(hidden, static_cast<double>(v.hidden)) != hidden.end();
}

/// What a training seed of one model gives: named numbers.
using Numbers = std::vector<std::pair<std::string, double>>;

Numbers sampled_numbers(networks::RbmTempering& chains, const Measurements& m, std::int64_t sweeps,
                        base::Observer& observer) {
  constexpr std::int64_t stride = 10;
  const auto pass = [&](std::int64_t n) {
    for (; n > 0; n -= stride) {
      observer.advance(0);
      chains.sweep(std::min(n, stride));
    }
  };
  pass(sweeps / 4);
  // e, e^2, |m| of each chain: chains are independent of each other, sweeps of one are not.
  stats::Pieces pieces{
      .n_observables = 3, .means = std::vector<double>(3 * chains.n_chains()), .weights = {}};
  const std::int64_t n = std::max<std::int64_t>(1, sweeps / stride);
  for (std::int64_t i = 0; i < n; ++i) {
    pass(stride);
    const auto rows = ensemble::from_spins(chains.visible(), m.model->lattice(), m.model);
    for (std::size_t c = 0; c < rows.size(); ++c) {
      pieces.means[3 * c] += rows.energy[c] / static_cast<double>(n);
      pieces.means[3 * c + 1] += rows.energy[c] * rows.energy[c] / static_cast<double>(n);
      pieces.means[3 * c + 2] += std::abs(rows.magnetization[c]) / static_cast<double>(n);
    }
  }
  const auto energy = stats::mean_of_pieces(pieces, 0);
  const auto sd = stats::jackknife(
      pieces, [](std::span<const double> x) { return std::sqrt(std::max(0.0, x[1] - x[0] * x[0])); });
  const auto magnetization = stats::mean_of_pieces(pieces, 2);
  const auto rates = chains.swap_rates();
  return {{"energy", energy.value},
          {"energy_error", energy.error},
          {"sd_energy", sd.value},
          {"sd_energy_error", sd.error},
          {"abs_m", magnetization.value},
          {"abs_m_error", magnetization.error},
          {"least_swap_rate", rates.empty() ? none : *std::ranges::min_element(rates)},
          {"round_trips", static_cast<double>(chains.round_trips())}};
}

constexpr std::size_t replicas = 20;
constexpr std::size_t most_exact = 24;

Numbers quality(const RunFolder& folder, const Measurements& m, const Mixture& mixture, const Ensemble& test,
                const networks::Rbm& rbm, std::size_t seed_index) {
  const auto& study = m.settings.study;
  Listening listening(folder.observer());
  const auto groups = ensemble::by_temperature(test);
  const auto free = networks::free_energy(rbm, test.spins);

  networks::RbmTempering chains(rbm, networks::even_betas(replicas),
                                static_cast<std::size_t>(study.tempering_chains),
                                folder.seed("tempering", seed_index));
  Numbers numbers = sampled_numbers(chains, m, study.tempering_sweeps, listening);
  const networks::AisOptions ais{.chains = study.ais_chains, .steps = study.ais_steps};
  const auto forward = networks::ais_log_partition(rbm, ais, folder.seed("ais", seed_index), listening);
  const auto back = networks::reverse_ais_log_partition(rbm, chains.visible(), ais,
                                                        folder.seed("ais.reverse", seed_index), listening);
  const bool is_exact = std::min(rbm.n_visible(), rbm.n_hidden) <= most_exact;
  const double log_z = is_exact ? networks::exact_log_partition(rbm) : forward.value;
  const double mean_free = stratified(groups, free).value;
  std::vector<double> behind;  // of the mixture, row by row
  for (std::size_t r = 0; r < test.size(); ++r)
    behind.push_back(mixture.log_density(test.energy[r]) + free[r] + log_z);
  const auto divergence = stratified(groups, behind);

  // The rows it was trained on, the held-out tenth among them.
  const Ensemble pool = ensemble::read(folder.file(fmt::format("ensemble-{}", seed_index)));
  double gap = 0;
  double gap_error = 0;
  for (const auto& group : groups) {
    const auto trained = first_rows_at(pool, group.temperature, m.settings.ensemble.samples_per_temperature);
    std::vector<double> here;
    for (const std::size_t row : group.rows) here.push_back(free[row]);
    const auto fresh = stats::mean_of_pieces(here);
    const auto seen = stats::mean_of_pieces(networks::free_energy(rbm, trained.spins));
    gap += (fresh.value - seen.value) / static_cast<double>(groups.size());
    gap_error =
        std::hypot(gap_error, std::hypot(fresh.error, seen.error) / static_cast<double>(groups.size()));
  }
  const Numbers likelihood = {{"log_likelihood", -mean_free - log_z},
                              {"log_z_error", is_exact ? 0 : forward.error},
                              {"log_likelihood_ais", -mean_free - forward.value},
                              {"ais_error", forward.error},
                              {"effective_chains", forward.effective_chains},
                              {"log_likelihood_reverse", -mean_free - back.value},
                              {"divergence", divergence.value},
                              {"divergence_error", divergence.error},
                              {"free_energy_gap", gap},
                              {"free_energy_gap_error", gap_error}};
  numbers.insert(numbers.begin(), likelihood.begin(), likelihood.end());
  return numbers;
}

/// One model: its numbers by name, over seeds.
struct Model {
  const VariantResult* variant = nullptr;
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;  ///< (names, seeds)

  [[nodiscard]] stats::Estimate mean(const std::string& name) const {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return {};
    return over_seeds(values[static_cast<std::size_t>(found - names.begin())]);
  }
};

std::vector<Model> measured_models(const RunFolder& folder, const Measurements& m, const Mixture& mixture) {
  const auto& temperatures = m.settings.ensemble.temperatures;
  const Ensemble test = folder.kept("ensemble-test", [&] {
    return folder.sampled(m.model, temperatures, m.settings.study.test_samples, folder.seed("test"));
  });
  std::vector<Model> models;
  for (const auto& result : m.variants)
    if (in_study(result.variant, m.settings) && result.first_good()) models.push_back({&result, {}, {}});
  const std::size_t seeds = m.find("V")->seeds.size();
  std::vector<Table> tables(models.size() * seeds);
  folder.observer().begin("likelihoods and samples of the models", tables.size(), "models");
  base::parallel_for(tables.size(), [&](std::size_t job) {
    const VariantResult& variant = *models[job / seeds].variant;
    const std::size_t s = job % seeds;
    if (const auto& rbm = variant.seeds[s].rbm)
      tables[job] =
          folder
              .kept_tables(fmt::format("study-quality-{}-{}", variant.variant.id, s),
                           [&]() -> RunFolder::Tables {
                             Table table;
                             table.rows.emplace_back();
                             for (const auto& [name, value] : quality(folder, m, mixture, test, *rbm, s)) {
                               table.columns.push_back(name);
                               table.rows.front().emplace_back(value);
                             }
                             return {{"quality", table}};
                           })
              .at("quality");
    folder.observer().advance(1);
  });
  for (std::size_t job = 0; job < tables.size(); ++job) {
    if (tables[job].rows.empty()) continue;
    Model& model = models[job / seeds];
    model.names = tables[job].columns;
    model.values.resize(model.names.size());
    for (std::size_t i = 0; i < model.names.size(); ++i)
      model.values[i].push_back(std::get<double>(tables[job].rows.front()[i]));
  }
  return models;
}

std::string name_of(const Variant& v) { return fmt::format("{}-{}, N_h = {}", v.method, v.k, v.hidden); }

void add_quality(const RunFolder& folder, const Measurements& m, results::Results& results) {
  const Mixture mixture(m);
  const auto models = measured_models(folder, m, mixture);
  const Ensemble test = ensemble::read(folder.file("ensemble-test"));
  std::vector<double> densities;
  for (const double e : test.energy) densities.push_back(mixture.log_density(e));
  const auto ceiling = stratified(ensemble::by_temperature(test), densities);
  results.values["log_likelihood_ceiling"] = {ceiling.value, ceiling.error, none, none};
  const double mixture_t = m.base().from_energy({.value = mixture.energy, .error = 0}).value;
  results.values["T_energy_of_the_mixture"] = {mixture_t, 0, none, none};

  // Means over training seeds; what is an error of one seed is averaged.
  auto& table = results.tables["model_quality"];
  table.columns = {"model", "method", "k", "N_h"};
  std::vector<std::string> names;
  for (const auto& name : models.front().names) {
    table.columns.push_back(name.ends_with("_error") ? name + "_of_one_seed" : name);
    names.push_back(name);
    if (!name.ends_with("_error")) table.columns.push_back(name + "_error");
  }
  for (const auto& model : models) {
    const auto& v = model.variant->variant;
    std::vector<results::Cell> row = {v.id, v.method, static_cast<double>(v.k),
                                      static_cast<double>(v.hidden)};
    for (const auto& name : names) {
      const auto mean = model.mean(name);
      row.emplace_back(mean.value);
      if (!name.ends_with("_error")) row.emplace_back(mean.error);
    }
    table.rows.push_back(row);
  }
  std::vector<results::Cell> exact_row(table.columns.size(), none);
  exact_row[0] = "the mixture itself";
  exact_row[1] = "exact";
  const auto set = [&](const std::string& name, double value) {
    exact_row[static_cast<std::size_t>(std::ranges::find(table.columns, name) - table.columns.begin())] =
        value;
  };
  set("log_likelihood", ceiling.value);
  set("log_likelihood_error", ceiling.error);
  set("divergence", 0);
  set("energy", mixture.energy);
  set("sd_energy", mixture.sd_energy);
  set("abs_m", mixture.abs_magnetization);
  table.rows.push_back(exact_row);

  results::CategoryFigure likelihood;
  likelihood.id = "model-likelihood";
  likelihood.title = "How well the models fit";
  likelihood.caption = fmt::format(
      "Mean log-likelihood of fresh configurations, type V without weight decay, {} epochs: the exact sum up "
      "to {} hidden units, annealed importance sampling (AIS) above. AIS tends to be optimistic, its reverse "
      "from tempered samples pessimistic, and no better than these. The rule is the mixture itself, the "
      "ceiling. Errors over training seeds.",
      m.settings.study.epochs, most_exact);
  likelihood.value.title = "log-likelihood (nats per configuration)";
  likelihood.category_title = "training";
  likelihood.rules = {{ceiling.value, "ceiling", true, ""}};
  results::CategoryFigure temperature;
  temperature.id = "model-temperature";
  temperature.title = "The flow stops where the model is, or does not arrive";
  temperature.caption = fmt::format(
      "Temperature by energy of long tempered samples of each model ({} replicas), beside where its flow is "
      "in "
      "the last quarter from each start. Samples of a perfect model would read the mixture's {:.4f}. Errors "
      "over training seeds.",
      replicas, mixture_t);
  temperature.value.title = temperature_title;
  temperature.category_title = "training";
  temperature.rules = {tc_rule(), {mixture_t, "mixture", true, ""}};
  for (const auto& model : models) {
    const std::string name = name_of(model.variant->variant);
    const bool is_exact = static_cast<std::size_t>(model.variant->variant.hidden) <= most_exact;
    const auto add = [&](const char* series, const char* number) {
      const auto mean = model.mean(number);
      likelihood.points.push_back({name, series, mean.value, mean.error});
    };
    if (is_exact) add("exact", "log_likelihood");
    add("AIS", "log_likelihood_ais");
    add("reverse AIS", "log_likelihood_reverse");
    const auto samples = m.base().from_energy(model.mean("energy"));
    temperature.points.push_back({name, "samples of the model", samples.value, samples.error});
    const auto point = fixed_point(*model.variant, m);
    for (std::size_t start = 0; start < point.energy.start_readings.size(); ++start) {
      const auto& reading = point.energy.start_readings[start];
      if (reading.value <= highest_drawn)
        temperature.points.push_back({name, fmt::format("flow from T = {}", m.settings.flow.starts[start]),
                                      reading.value, reading.error});
    }
  }
  results.figures.push_back(results::category_figure(likelihood));
  results.figures.push_back(results::category_figure(temperature));
}

}  // namespace

void study_quality(const RunContext& context, const Measurements& m, results::Results& results) {
  const bool any = std::ranges::any_of(m.variants, [&](const VariantResult& result) {
    return in_study(result.variant, m.settings) && result.first_good();
  });
  if (any) add_quality(RunFolder(context), m, results);
}

}  // namespace spinflow::experiments::iso2018
