// SPDX-License-Identifier: Apache-2.0
// How good the models behind the flow of iso2018 are: likelihood and samples beside the exact mixture.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/figures.hpp"
#include "recipes/iso2018/folder.hpp"
#include "recipes/iso2018/mixture.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/networks/rbm_likelihood.hpp"
#include "spinflow/networks/rbm_tempering.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

using ensemble::Ensemble;
using results::none;
using results::Table;

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
  constexpr std::int64_t stride = 10;  // sweeps between measurements
  chains.sweep(sweeps / 4, 1, observer);
  // e, e^2, |m| of each chain: chains are independent of each other, sweeps of one are not.
  stats::Pieces pieces{
      .n_observables = 3, .means = std::vector<double>(3 * chains.n_chains()), .weights = {}};
  const std::int64_t n = std::max<std::int64_t>(1, sweeps / stride);
  for (std::int64_t i = 0; i < n; ++i) {
    chains.sweep(stride, 1, observer);
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

/// Whether ln Z is a sum over the smaller layer.
bool is_exact(std::size_t n_visible, std::size_t n_hidden) {
  return std::min(n_visible, n_hidden) <= networks::most_exact_units;
}

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
  const bool exact = is_exact(rbm.n_visible(), rbm.n_hidden);
  const double log_z = exact ? networks::exact_log_partition(rbm) : forward.value;
  // F + ln p of the mixture, row by row: up to ln Z how far the model is behind there. What is common to the
  // rows of a temperature cancels in it.
  const auto excess = [&](const Ensemble& rows, const std::vector<double>& free_energies) {
    std::vector<double> values;
    for (std::size_t r = 0; r < rows.size(); ++r)
      values.push_back(mixture.log_density(rows.energy[r]) + free_energies[r]);
    return stratified(ensemble::by_temperature(rows), values);
  };
  const auto fresh_excess = excess(test, free);

  // The rows its training set was drawn from: all but the tenth that was held out for its history were
  // trained on, which makes the gap that much too small.
  const Ensemble pool = ensemble::read(folder.file(fmt::format("ensemble-{}", seed_index)));
  std::vector<std::size_t> rows;
  for (const auto& group : ensemble::by_temperature(pool))
    if (std::ranges::find(m.settings.ensemble.temperatures, group.temperature) !=
        m.settings.ensemble.temperatures.end())
      rows.insert(
          rows.end(), group.rows.begin(),
          group.rows.begin() +
              static_cast<std::ptrdiff_t>(std::min(
                  group.rows.size(), static_cast<std::size_t>(m.settings.ensemble.samples_per_temperature))));
  const Ensemble seen = ensemble::select(pool, rows);
  const auto seen_excess = excess(seen, networks::free_energy(rbm, seen.spins));
  const auto fresh = stratified(groups, free);
  const double log_z_error = exact ? 0 : forward.error;
  const Numbers likelihood = {{"log_likelihood", -fresh.value - log_z},
                              {"log_likelihood_error", std::hypot(fresh.error, log_z_error)},
                              {"log_likelihood_ais", -fresh.value - forward.value},
                              {"log_likelihood_ais_error", std::hypot(fresh.error, forward.error)},
                              {"ais_effective_sample_size", forward.effective_sample_size},
                              {"log_likelihood_reverse", -fresh.value - back.value},
                              {"log_likelihood_reverse_error", std::hypot(fresh.error, back.error)},
                              {"kl_divergence", fresh_excess.value + log_z},
                              {"kl_divergence_error", std::hypot(fresh_excess.error, log_z_error)},
                              {"free_energy_gap", fresh_excess.value - seen_excess.value},
                              {"free_energy_gap_error", std::hypot(fresh_excess.error, seen_excess.error)}};
  numbers.insert(numbers.begin(), likelihood.begin(), likelihood.end());
  return numbers;
}

constexpr const char* failure_column = "failure";

/// The numbers as a table of one row; or why there are none, which is a row too and no end of the run.
RunFolder::Tables quality_table(const RunFolder& folder, const Measurements& m, const Mixture& mixture,
                                const Ensemble& test, const networks::Rbm& rbm, std::size_t seed_index) {
  Table table{.columns = {}, .rows = {{}}};
  try {
    for (const auto& [name, value] : quality(folder, m, mixture, test, rbm, seed_index)) {
      table.columns.push_back(name);
      table.rows.front().emplace_back(value);
    }
  } catch (const Error& error) {
    if (error.fault() != Fault::failure) throw;
    table = {.columns = {failure_column}, .rows = {{std::string(error.what())}}};
  }
  return {{"quality", table}};
}

/// One model: its numbers by name, over seeds.
struct Model {
  const VariantResult* variant = nullptr;
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;  ///< (names, seeds)

  std::size_t failures = 0;  ///< seeds whose ln Z or samples failed

  [[nodiscard]] const std::vector<double>* find(const std::string& name) const {
    const auto found = std::ranges::find(names, name);
    return found == names.end() ? nullptr : &values[static_cast<std::size_t>(found - names.begin())];
  }
  /// Mean over seeds; to their scatter is added the error of one seed, which all may share (the test rows).
  [[nodiscard]] stats::Estimate mean(const std::string& name) const {
    const auto* numbers = find(name);
    if (numbers == nullptr) return {};
    auto estimate = over_seeds(*numbers);
    if (const auto* errors = find(name + "_error"))
      estimate.error = std::hypot(estimate.error, over_seeds(*errors).value);
    return estimate;
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
      tables[job] = folder
                        .kept_tables(fmt::format("study-quality-{}-{}", variant.variant.id, s),
                                     [&] { return quality_table(folder, m, mixture, test, *rbm, s); })
                        .at("quality");
    folder.observer().advance(1);
  });
  for (std::size_t job = 0; job < tables.size(); ++job) {
    if (tables[job].rows.empty()) continue;
    Model& model = models[job / seeds];
    if (tables[job].columns.front() == failure_column) {
      ++model.failures;
      continue;
    }
    model.names = tables[job].columns;
    model.values.resize(model.names.size());
    for (std::size_t i = 0; i < model.names.size(); ++i)
      model.values[i].push_back(std::get<double>(tables[job].rows.front()[i]));
  }
  return models;
}

std::string name_of(const Variant& v) { return fmt::format("{}-{}, N_h = {}", v.method, v.k, v.hidden); }

/// The mean over the mixture, where it is known from its density of states: L = 10, T = 0, 0.25, ..., 6.
double expected_ceiling(const Settings& s) {
  if (s.ensemble.size != 10 || s.ensemble.temperatures.size() != 25) return none;
  for (std::size_t i = 0; i < 25; ++i)
    if (s.ensemble.temperatures[i] != 0.25 * static_cast<double>(i)) return none;
  return -39.7073;
}

void add_quality(const RunFolder& folder, const Measurements& m, results::Results& results) {
  const Mixture mixture(m.model->lattice(), m.settings.ensemble.temperatures);
  const auto models = measured_models(folder, m, mixture);
  const Ensemble test = ensemble::read(folder.file("ensemble-test"));
  std::vector<double> densities;
  for (const double e : test.energy) densities.push_back(mixture.log_density(e));
  const auto ceiling = stratified(ensemble::by_temperature(test), densities);
  results.values["log_likelihood_ceiling"] = {ceiling.value, ceiling.error, none,
                                              expected_ceiling(m.settings)};
  const double mixture_t = m.base().from_energy({.value = mixture.energy, .error = 0}).value;
  results.values["T_energy_of_the_mixture"] = {mixture_t, 0, none, none};

  auto& table = results.tables[evidence::model_quality_table];
  table.columns = {"model", "method", "k", "N_h", "failed_seeds"};
  std::vector<std::string> names;
  for (const auto& model : models)
    for (const auto& name : model.names)
      if (!name.ends_with("_error") && std::ranges::find(names, name) == names.end()) names.push_back(name);
  for (const auto& name : names) {
    table.columns.push_back(name);
    table.columns.push_back(name + "_error");
  }
  for (const auto& model : models) {
    const auto& v = model.variant->variant;
    std::vector<results::Cell> row = {v.id, v.method, static_cast<double>(v.k), static_cast<double>(v.hidden),
                                      static_cast<double>(model.failures)};
    for (const auto& name : names) {
      const auto mean = model.mean(name);
      row.emplace_back(mean.value);
      row.emplace_back(mean.error);
    }
    table.rows.push_back(row);
  }
  std::vector<results::Cell> exact_row(table.columns.size(), none);
  exact_row[0] = "the mixture itself";
  exact_row[1] = "exact";
  const auto set = [&](const std::string& name, const stats::Estimate& value) {
    const auto found = std::ranges::find(table.columns, name);
    if (found == table.columns.end()) return;
    exact_row[static_cast<std::size_t>(found - table.columns.begin())] = value.value;
    exact_row[static_cast<std::size_t>(found - table.columns.begin()) + 1] = value.error;
  };
  set("log_likelihood", ceiling);
  set("kl_divergence", {.value = 0, .error = 0});
  set("energy", {.value = mixture.energy, .error = 0});
  set("sd_energy", {.value = mixture.sd_energy, .error = 0});
  set("abs_m", {.value = mixture.abs_magnetization, .error = 0});
  table.rows.push_back(exact_row);

  results::CategoryFigure likelihood;
  likelihood.id = evidence::model_likelihood;
  likelihood.title = "How well the models fit";
  likelihood.caption = fmt::format(
      "Mean log-likelihood of fresh configurations, type V without weight decay, {} epochs: the exact sum "
      "up to {} hidden units, annealed importance sampling (AIS) above. AIS tends to be optimistic, its "
      "reverse from tempered samples pessimistic, and no better than these. The rule is the mixture "
      "itself on the same configurations, the ceiling. Errors over training seeds and, shared by all "
      "points, of the configurations.",
      m.settings.study.epochs, networks::most_exact_units);
  likelihood.value.title = "log-likelihood (nats per configuration)";
  likelihood.category_title = "training";
  likelihood.rules = {{ceiling.value, "ceiling", true, ""}};
  results::CategoryFigure temperature;
  temperature.id = evidence::model_temperature;
  temperature.title = "Where each model's own samples are, and where its flow is";
  temperature.caption = fmt::format(
      "Temperature by energy of long tempered samples of each model ({} replicas), beside where its flow "
      "is in the last quarter from each start. The flow is a chain whose only stationary ensemble is the "
      "model's own: where they differ, {} steps are too few. Samples of a perfect model would read the "
      "mixture's {:.4f}. Errors over training seeds.",
      replicas, m.settings.flow.steps, mixture_t);
  temperature.value.title = temperature_title;
  temperature.category_title = "training";
  temperature.rules = {tc_rule(), {mixture_t, "mixture", true, ""}};
  for (const auto& model : models) {
    const std::string name = name_of(model.variant->variant);
    const bool exact = is_exact(static_cast<std::size_t>(m.model->lattice().n_sites()),
                                static_cast<std::size_t>(model.variant->variant.hidden));
    const auto add = [&](const char* series, const char* number) {
      const auto mean = model.mean(number);
      likelihood.points.push_back({name, series, mean.value, mean.error});
    };
    if (exact) add("exact", "log_likelihood");
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
  if (any) add_quality(run_folder(context), m, results);
}

}  // namespace spinflow::recipes::iso2018
