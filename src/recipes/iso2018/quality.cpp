// SPDX-License-Identifier: Apache-2.0
// How good the models behind the flow of iso2018 are: likelihood and samples beside the exact mixture.

#include "recipes/figures.hpp"
#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/figures.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/exact/mixture.hpp"
#include "spinflow/networks/rbm_likelihood.hpp"
#include "spinflow/studies/model_quality.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

using ensemble::Ensemble;

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

/// A row of the table: one model, means over its seeds.
struct Model {
  const VariantResult* result;
  studies::StudiedModel row;
};

/// One model and training seed.
struct Job {
  std::size_t model;
  std::size_t seed;
};

/// That of every model and seed whose training gave a result, with the model it belongs to.
std::vector<std::pair<std::size_t, studies::SeedQuality>> qualities(const RunFolder& folder,
                                                                    const Measurements& m,
                                                                    const std::vector<Model>& models,
                                                                    const exact::IsingMixture& mixture,
                                                                    const Ensemble& test) {
  const auto& study = m.settings.study;
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < models.size(); ++i)
    for (std::size_t s = 0; s < models[i].result->seeds.size(); ++s)
      if (models[i].result->seeds[s].rbm) jobs.push_back({i, s});
  return folder.each(
      "likelihoods and samples of the models", "models", jobs, [&](const Job& job, base::Observer& observer) {
        const auto& result = *models[job.model].result;
        const auto make = [&] {
          return std::vector{studies::seed_quality(*result.seeds[job.seed].rbm, mixture, test,
                                                   seen_rows(folder, m, job.seed),
                                                   {.ais_chains = study.ais_chains,
                                                    .ais_steps = study.ais_steps,
                                                    .tempering_chains = study.tempering_chains,
                                                    .tempering_sweeps = study.tempering_sweeps,
                                                    .replicas = replicas,
                                                    .tempering_seed = folder.seed("tempering", job.seed),
                                                    .ais_seed = folder.seed("ais", job.seed),
                                                    .reverse_seed = folder.seed("ais.reverse", job.seed)},
                                                   observer)};
        };
        const auto kept = folder.kept_records<studies::SeedQuality>(
            fmt::format("study-quality-{}-{}", result.variant.id, job.seed), studies::seed_quality_record(),
            1, make);
        return std::vector{std::pair{job.model, kept.front()}};
      });
}

std::vector<Model> measured_models(const RunFolder& folder, const Measurements& m,
                                   const exact::IsingMixture& mixture, const Ensemble& test) {
  std::vector<Model> models;
  for (const auto& result : m.variants)
    if (const auto& v = result.variant; in_study(v, m.settings) && result.first_good())
      models.push_back({&result,
                        {.id = v.id,
                         .method = v.method,
                         .k = static_cast<double>(v.k),
                         .hidden = static_cast<double>(v.hidden)}});
  std::vector<std::vector<studies::SeedQuality>> of_model(models.size());
  for (auto& [i, quality] : qualities(folder, m, models, mixture, test))
    of_model[i].push_back(std::move(quality));
  for (std::size_t i = 0; i < models.size(); ++i) models[i].row.average(of_model[i]);
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

results::Figure likelihood_figure(const Measurements& m, const std::vector<Model>& models, double ceiling) {
  auto figure = texts().begin<CategoryFigure>(
      evidence.model_likelihood,
      {{"epochs", m.settings.study.epochs}, {"most_exact", networks::most_exact_units}});
  figure.rules = {{ceiling, "ceiling", true, ""}};
  const auto sites = static_cast<std::size_t>(m.model->lattice().n_sites());
  for (const auto& model : models) {
    const auto& v = model.result->variant;
    const bool exact = studies::has_exact_likelihood(sites, static_cast<std::size_t>(v.hidden));
    std::ranges::move(studies::likelihood_points(name_of(v), model.row.mean, exact),
                      std::back_inserter(figure.points));
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
    const std::string name = name_of(model.result->variant);
    const auto samples = m.base().from_energy(model.row.mean.energy);
    figure.points.push_back({name, "samples of the model", samples.value, samples.error});
    const auto point = fixed_point(*model.result, m);
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
  const auto models = measured_models(folder, m, mixture, test);
  const auto ceiling = studies::likelihood_ceiling(mixture, test);
  results.values["log_likelihood_ceiling"] = {ceiling.value, ceiling.error, none,
                                              expected_ceiling(m.settings)};
  const double mixture_t = m.base().from_energy({.value = mixture.energy, .error = 0}).value;
  results.values["T_energy_of_the_mixture"] = {mixture_t, 0, none, none};
  results.figures.push_back(likelihood_figure(m, models, ceiling.value));
  results.figures.push_back(model_temperature_figure(m, models, mixture_t));
  std::vector<studies::StudiedModel> rows;
  for (const auto& model : models) rows.push_back(model.row);
  rows.push_back(studies::perfect_model(mixture, ceiling));
  results.tables[evidence.model_quality_table] = studies::studied_model_record().table(rows);
}

}  // namespace

void study_quality(const RunContext& context, const Measurements& m, results::Results& results) {
  const bool any = std::ranges::any_of(m.variants, [&](const VariantResult& result) {
    return in_study(result.variant, m.settings) && result.first_good();
  });
  if (any) add_quality(run_folder(context), m, results);
}

}  // namespace spinflow::recipes::iso2018
