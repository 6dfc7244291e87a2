// SPDX-License-Identifier: Apache-2.0
// How good the models behind the flow of iso2018 are: likelihood and samples beside the exact mixture.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/figures.hpp"
#include "recipes/iso2018/folder.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/exact/mixture.hpp"
#include "spinflow/networks/rbm_likelihood.hpp"
#include "spinflow/networks/rbm_tempering.hpp"
#include "spinflow/stats/jackknife.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

using ensemble::Ensemble;
using results::none;

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
         std::ranges::find(hidden, v.hidden) != hidden.end();
}

/// What a training seed of one model gives, or why it gives nothing.
struct Quality {
  std::string failure = {};
  stats::Estimate log_likelihood = {};
  stats::Estimate log_likelihood_ais = {};
  stats::Estimate ais_effective_sample_size = {};
  stats::Estimate log_likelihood_reverse = {};
  stats::Estimate kl_divergence = {};
  stats::Estimate free_energy_gap = {};
  stats::Estimate energy = {};
  stats::Estimate sd_energy = {};
  stats::Estimate abs_m = {};
  stats::Estimate least_swap_rate = {};
  stats::Estimate round_trips = {};
};

/// The numbers, in the order of the table.
struct Number {
  const char* name;
  stats::Estimate Quality::*member;
  bool has_error = true;
};
constexpr Number numbers[] = {{"log_likelihood", &Quality::log_likelihood},
                              {"log_likelihood_ais", &Quality::log_likelihood_ais},
                              {"ais_effective_sample_size", &Quality::ais_effective_sample_size, false},
                              {"log_likelihood_reverse", &Quality::log_likelihood_reverse},
                              {"kl_divergence", &Quality::kl_divergence},
                              {"free_energy_gap", &Quality::free_energy_gap},
                              {"energy", &Quality::energy},
                              {"sd_energy", &Quality::sd_energy},
                              {"abs_m", &Quality::abs_m},
                              {"least_swap_rate", &Quality::least_swap_rate, false},
                              {"round_trips", &Quality::round_trips, false}};

results::Record<Quality> quality_record() {
  results::Record<Quality> record;
  record.add("failure", &Quality::failure);
  for (const auto& number : numbers) record.add(number.name, number.member);
  return record;
}

/// Of samples of the model itself.
void read_samples(Quality& quality, networks::RbmTempering& chains, const Measurements& m,
                  std::int64_t sweeps, base::Observer& observer) {
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
  quality.energy = stats::mean_of_pieces(pieces, 0);
  quality.sd_energy = stats::jackknife(
      pieces, [](std::span<const double> x) { return std::sqrt(std::max(0.0, x[1] - x[0] * x[0])); });
  quality.abs_m = stats::mean_of_pieces(pieces, 2);
  const auto rates = chains.swap_rates();
  quality.least_swap_rate.value = rates.empty() ? none : *std::ranges::min_element(rates);
  quality.round_trips.value = static_cast<double>(chains.round_trips());
}

constexpr std::size_t replicas = 20;

/// Whether ln Z is a sum over the smaller layer.
bool is_exact(std::size_t n_visible, std::size_t n_hidden) {
  return std::min(n_visible, n_hidden) <= networks::most_exact_units;
}

/// The rows of the pool that the training set of type V was drawn from: all but the tenth that was held out
/// for its history were trained on.
Ensemble seen_rows(const RunFolder& folder, const Measurements& m, std::size_t seed_index) {
  const auto& s = m.settings.ensemble;
  const Ensemble pool = ensemble::read(folder.file(fmt::format("ensemble-{}", seed_index)));
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < pool.size(); ++row)
    if (std::ranges::find(s.temperatures, pool.temperature[row]) != s.temperatures.end()) rows.push_back(row);
  return runs::first_rows_of_each(ensemble::select(pool, rows),
                                  static_cast<std::size_t>(s.samples_per_temperature));
}

stats::Estimate log_likelihood_of(const stats::Estimate& free_energy, double log_z, double log_z_error) {
  return {.value = -free_energy.value - log_z, .error = std::hypot(free_energy.error, log_z_error)};
}

Quality quality_of(const RunFolder& folder, const Measurements& m, const exact::IsingMixture& mixture,
                   const Ensemble& test, const networks::Rbm& rbm, std::size_t seed_index) {
  const auto& study = m.settings.study;
  Listening listening(folder.observer());
  Quality quality;
  networks::RbmTempering chains(rbm, networks::even_betas(replicas),
                                static_cast<std::size_t>(study.tempering_chains),
                                folder.seed("tempering", seed_index));
  read_samples(quality, chains, m, study.tempering_sweeps, listening);
  const networks::AisOptions ais{.chains = study.ais_chains, .steps = study.ais_steps};
  const auto forward = networks::ais_log_partition(rbm, ais, folder.seed("ais", seed_index), listening);
  const auto back = networks::reverse_ais_log_partition(rbm, chains.visible(), ais,
                                                        folder.seed("ais.reverse", seed_index), listening);
  const bool exact = is_exact(rbm.n_visible(), rbm.n_hidden);
  const double log_z = exact ? networks::exact_log_partition(rbm) : forward.value;
  const double log_z_error = exact ? 0 : forward.error;
  // F + ln p of the mixture, row by row: up to ln Z how far the model is behind there. What is common to the
  // rows of a temperature cancels in it.
  const auto excess = [&](const Ensemble& rows, const std::vector<double>& free_energies) {
    std::vector<double> values;
    for (std::size_t r = 0; r < rows.size(); ++r)
      values.push_back(mixture.log_density(rows.energy[r]) + free_energies[r]);
    return stratified(ensemble::by_temperature(rows), values);
  };
  const auto free = networks::free_energy(rbm, test.spins);
  const auto fresh_excess = excess(test, free);
  const Ensemble seen = seen_rows(folder, m, seed_index);
  const auto seen_excess = excess(seen, networks::free_energy(rbm, seen.spins));
  const auto fresh = stratified(ensemble::by_temperature(test), free);
  quality.log_likelihood = log_likelihood_of(fresh, log_z, log_z_error);
  quality.log_likelihood_ais = log_likelihood_of(fresh, forward.value, forward.error);
  quality.ais_effective_sample_size.value = forward.effective_sample_size;
  quality.log_likelihood_reverse = log_likelihood_of(fresh, back.value, back.error);
  quality.kl_divergence = {.value = fresh_excess.value + log_z,
                           .error = std::hypot(fresh_excess.error, log_z_error)};
  // The rows that were held out make the gap a tenth too small.
  quality.free_energy_gap = {.value = fresh_excess.value - seen_excess.value,
                             .error = std::hypot(fresh_excess.error, seen_excess.error)};
  return quality;
}

/// A failure is kept too, and is no end of the run.
Quality quality_or_failure(const RunFolder& folder, const Measurements& m, const exact::IsingMixture& mixture,
                           const Ensemble& test, const networks::Rbm& rbm, std::size_t seed_index) {
  try {
    return quality_of(folder, m, mixture, test, rbm, seed_index);
  } catch (const Error& error) {
    if (error.fault() != Fault::failure) throw;
    return {.failure = error.what()};
  }
}

/// A row of the table: one model, means over its seeds.
struct Model {
  std::string id;
  std::string method;
  double k = none;
  double hidden = none;
  double failures = none;  ///< seeds whose ln Z or samples failed
  Quality mean = {};
  const VariantResult* variant = nullptr;  ///< null: the mixture itself
};

results::Record<Model> model_record() {
  results::Record<Model> record;
  record.add("model", &Model::id)
      .add("method", &Model::method)
      .add("k", &Model::k)
      .add("N_h", &Model::hidden)
      .add("failed_seeds", &Model::failures);
  for (const auto& number : numbers) record.add(number.name, &Model::mean, number.member);
  return record;
}

/// To the scatter of the seeds is added the error of one seed, which all may share (the test rows).
Quality mean_over_seeds(const std::vector<Quality>& seeds) {
  Quality mean;
  for (const auto& [name, member, has_error] : numbers) {
    std::vector<double> values;
    std::vector<double> errors;
    for (const auto& seed : seeds) {
      values.push_back((seed.*member).value);
      errors.push_back((seed.*member).error);
    }
    mean.*member = over_seeds(values);
    if (has_error) (mean.*member).error = std::hypot((mean.*member).error, over_seeds(errors).value);
  }
  return mean;
}

std::vector<Model> measured_models(const RunFolder& folder, const Measurements& m,
                                   const exact::IsingMixture& mixture, const Ensemble& test) {
  std::vector<Model> models;
  for (const auto& result : m.variants)
    if (const auto& v = result.variant; in_study(v, m.settings) && result.first_good())
      models.push_back({.id = v.id,
                        .method = v.method,
                        .k = static_cast<double>(v.k),
                        .hidden = static_cast<double>(v.hidden),
                        .failures = 0,
                        .variant = &result});
  const std::size_t n_seeds = m.find("V")->seeds.size();
  std::vector<std::optional<Quality>> found(models.size() * n_seeds);
  folder.observer().begin("likelihoods and samples of the models", found.size(), "models");
  base::parallel_for(found.size(), [&](std::size_t job) {
    const VariantResult& variant = *models[job / n_seeds].variant;
    const std::size_t s = job % n_seeds;
    if (const auto& rbm = variant.seeds[s].rbm)
      found[job] = folder
                       .kept_records<Quality>(
                           fmt::format("study-quality-{}-{}", variant.variant.id, s), quality_record(), 1,
                           [&] { return std::vector{quality_or_failure(folder, m, mixture, test, *rbm, s)}; })
                       .front();
    folder.observer().advance(1);
  });
  for (std::size_t i = 0; i < models.size(); ++i) {
    std::vector<Quality> good;
    for (std::size_t s = 0; s < n_seeds; ++s)
      if (const auto& quality = found[i * n_seeds + s]) {
        if (quality->failure.empty())
          good.push_back(*quality);
        else
          models[i].failures += 1;
      }
    models[i].mean = mean_over_seeds(good);
  }
  return models;
}

Model mixture_model(const exact::IsingMixture& mixture, const stats::Estimate& ceiling) {
  Model model{.id = "the mixture itself", .method = "exact"};
  model.mean.log_likelihood = ceiling;
  model.mean.kl_divergence = {.value = 0, .error = 0};
  model.mean.energy = {.value = mixture.energy, .error = 0};
  model.mean.sd_energy = {.value = mixture.sd_energy, .error = 0};
  model.mean.abs_m = {.value = mixture.abs_magnetization, .error = 0};
  return model;
}

std::string name_of(const Variant& v) { return fmt::format("{}-{}, N_h = {}", v.method, v.k, v.hidden); }

/// The mean over the mixture, where it is known from its density of states: L = 10, T = 0, 0.25, ..., 6.
double expected_ceiling(const Settings& s) {
  if (s.ensemble.size != 10 || s.ensemble.temperatures.size() != 25) return none;
  for (std::size_t i = 0; i < 25; ++i)
    if (s.ensemble.temperatures[i] != 0.25 * static_cast<double>(i)) return none;
  return -39.7073;
}

results::Figure likelihood_figure(const Measurements& m, const std::vector<Model>& models, double ceiling) {
  auto figure = texts().begin<results::CategoryFigure>(
      evidence::model_likelihood,
      {{"epochs", m.settings.study.epochs}, {"most_exact", networks::most_exact_units}});
  figure.value.title = "log-likelihood (nats per configuration)";
  figure.category_title = "training";
  figure.rules = {{ceiling, "ceiling", true, ""}};
  const auto sites = static_cast<std::size_t>(m.model->lattice().n_sites());
  for (const auto& model : models) {
    const auto& v = model.variant->variant;
    const auto add = [&](const char* series, const stats::Estimate& mean) {
      figure.points.push_back({name_of(v), series, mean.value, mean.error});
    };
    if (is_exact(sites, static_cast<std::size_t>(v.hidden))) add("exact", model.mean.log_likelihood);
    add("AIS", model.mean.log_likelihood_ais);
    add("reverse AIS", model.mean.log_likelihood_reverse);
  }
  return results::category_figure(figure);
}

results::Figure model_temperature_figure(const Measurements& m, const std::vector<Model>& models,
                                         double mixture_t) {
  auto figure = texts().begin<results::CategoryFigure>(evidence::model_temperature,
                                                       {{"replicas", replicas},
                                                        {"steps", m.settings.flow.steps},
                                                        {"mixture", fmt::format("{:.4f}", mixture_t)}});
  figure.value.title = temperature_title;
  figure.category_title = "training";
  figure.rules = {tc_rule(), {mixture_t, "mixture", true, ""}};
  for (const auto& model : models) {
    const std::string name = name_of(model.variant->variant);
    const auto samples = m.base().from_energy(model.mean.energy);
    figure.points.push_back({name, "samples of the model", samples.value, samples.error});
    const auto point = fixed_point(*model.variant, m);
    for (std::size_t start = 0; start < point.energy.start_readings.size(); ++start)
      if (const auto& reading = point.energy.start_readings[start]; reading.value <= highest_drawn)
        figure.points.push_back({name, fmt::format("flow from T = {}", m.settings.flow.starts[start]),
                                 reading.value, reading.error});
  }
  return results::category_figure(figure);
}

void add_quality(const RunFolder& folder, const Measurements& m, results::Results& results) {
  const exact::IsingMixture mixture(m.model->lattice(), m.settings.ensemble.temperatures);
  const Ensemble test = folder.kept("ensemble-test", [&] {
    return folder.sampled(m.model, m.settings.ensemble.temperatures, m.settings.study.test_samples,
                          folder.seed("test"));
  });
  auto models = measured_models(folder, m, mixture, test);
  std::vector<double> densities;
  for (const double e : test.energy) densities.push_back(mixture.log_density(e));
  const auto ceiling = stratified(ensemble::by_temperature(test), densities);
  results.values["log_likelihood_ceiling"] = {ceiling.value, ceiling.error, none,
                                              expected_ceiling(m.settings)};
  const double mixture_t = m.base().from_energy({.value = mixture.energy, .error = 0}).value;
  results.values["T_energy_of_the_mixture"] = {mixture_t, 0, none, none};
  results.figures.push_back(likelihood_figure(m, models, ceiling.value));
  results.figures.push_back(model_temperature_figure(m, models, mixture_t));
  models.push_back(mixture_model(mixture, ceiling));
  results.tables[evidence::model_quality_table] = model_record().table(models);
}

}  // namespace

void study_quality(const RunContext& context, const Measurements& m, results::Results& results) {
  const bool any = std::ranges::any_of(m.variants, [&](const VariantResult& result) {
    return in_study(result.variant, m.settings) && result.first_good();
  });
  if (any) add_quality(run_folder(context), m, results);
}

}  // namespace spinflow::recipes::iso2018
