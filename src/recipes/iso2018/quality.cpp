// SPDX-License-Identifier: Apache-2.0
// How good the models behind the flow of iso2018 are: likelihood and samples beside the exact mixture.
#include <optional>

#include "recipes/figures.hpp"
#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/figures.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/exact/mixture.hpp"
#include "spinflow/networks/rbm_likelihood.hpp"
#include "spinflow/studies/model_quality.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

using ensemble::Ensemble;

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
  studies::ModelQuality found = {};
};

/// All numbers of a member, in the order of the table.
template <class T>
results::Record<T> with_quality(results::Record<T> record, studies::ModelQuality T::*member) {
  for (const auto& number : studies::model_quality_numbers()) record.add(number.name, member, number.member);
  return record;
}

results::Record<Quality> quality_record() {
  return with_quality(results::Record<Quality>().add("failure", &Quality::failure), &Quality::found);
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

constexpr int replicas = 20;

/// A failure is kept too, and is no end of the run.
Quality quality_or_failure(const RunFolder& folder, const Measurements& m, const exact::IsingMixture& mixture,
                           const Ensemble& test, const networks::Rbm& rbm, std::size_t seed_index) {
  const auto& study = m.settings.study;
  Listening listening(folder.observer());
  try {
    return {.found = studies::model_quality(rbm, mixture, test, seen_rows(folder, m, seed_index),
                                            {.ais_chains = study.ais_chains,
                                             .ais_steps = study.ais_steps,
                                             .tempering_chains = study.tempering_chains,
                                             .tempering_sweeps = study.tempering_sweeps,
                                             .replicas = replicas,
                                             .tempering_seed = folder.seed("tempering", seed_index),
                                             .ais_seed = folder.seed("ais", seed_index),
                                             .reverse_seed = folder.seed("ais.reverse", seed_index)},
                                            listening)};
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
  studies::ModelQuality mean = {};
  const VariantResult* variant = nullptr;  ///< null: the mixture itself
};

results::Record<Model> model_record() {
  return with_quality(results::Record<Model>()
                          .add("model", &Model::id)
                          .add("method", &Model::method)
                          .add("k", &Model::k)
                          .add("N_h", &Model::hidden)
                          .add("failed_seeds", &Model::failures),
                      &Model::mean);
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
    std::vector<studies::ModelQuality> good;
    for (std::size_t s = 0; s < n_seeds; ++s)
      if (const auto& quality = found[i * n_seeds + s]) {
        if (quality->failure.empty())
          good.push_back(quality->found);
        else
          models[i].failures += 1;
      }
    models[i].mean = studies::mean_quality(good);
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
  auto figure = texts().begin<CategoryFigure>(
      evidence.model_likelihood,
      {{"epochs", m.settings.study.epochs}, {"most_exact", networks::most_exact_units}});
  figure.rules = {{ceiling, "ceiling", true, ""}};
  const auto sites = static_cast<std::size_t>(m.model->lattice().n_sites());
  for (const auto& model : models) {
    const auto& v = model.variant->variant;
    const auto add = [&](const char* series, const stats::Estimate& mean) {
      figure.points.push_back({name_of(v), series, mean.value, mean.error});
    };
    if (studies::has_exact_likelihood(sites, static_cast<std::size_t>(v.hidden)))
      add("exact", model.mean.log_likelihood);
    add("AIS", model.mean.log_likelihood_ais);
    add("reverse AIS", model.mean.log_likelihood_reverse);
  }
  return results::category_figure(figure);
}

results::Figure model_temperature_figure(const Measurements& m, const std::vector<Model>& models,
                                         double mixture_t) {
  auto figure = texts().begin<CategoryFigure>(evidence.model_temperature,
                                              {{"replicas", replicas},
                                               {"steps", m.settings.flow.steps},
                                               {"mixture", fmt::format("{:.4f}", mixture_t)}});
  figure.rules.push_back({mixture_t, "mixture", true, ""});
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
  const auto ceiling = studies::likelihood_ceiling(mixture, test);
  results.values["log_likelihood_ceiling"] = {ceiling.value, ceiling.error, none,
                                              expected_ceiling(m.settings)};
  const double mixture_t = m.base().from_energy({.value = mixture.energy, .error = 0}).value;
  results.values["T_energy_of_the_mixture"] = {mixture_t, 0, none, none};
  results.figures.push_back(likelihood_figure(m, models, ceiling.value));
  results.figures.push_back(model_temperature_figure(m, models, mixture_t));
  models.push_back(mixture_model(mixture, ceiling));
  results.tables[evidence.model_quality_table] = model_record().table(models);
}

}  // namespace

void study_quality(const RunContext& context, const Measurements& m, results::Results& results) {
  const bool any = std::ranges::any_of(m.variants, [&](const VariantResult& result) {
    return in_study(result.variant, m.settings) && result.first_good();
  });
  if (any) add_quality(run_folder(context), m, results);
}

}  // namespace spinflow::recipes::iso2018
