// SPDX-License-Identifier: Apache-2.0
// What the weights of iso2018 say: the mean-field prediction of the flow, and their own study.
#include "spinflow/studies/weights.hpp"

#include "recipes/figures.hpp"
#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/figures.hpp"
#include "spinflow/analysis/mean_field.hpp"
#include "spinflow/exact/product_measure.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

/// What the mean-field iteration predicts of a training, and what its flow has.
struct Predicted {
  Variant variant;
  stats::Estimate abs_m;
  stats::Estimate measured_abs_m;
  double t_magnetization = 0;
  double measured_t_magnetization = 0;
  double t_energy = 0;
  double measured_t_energy = 0;
  int unconverged = 0;   ///< seeds
  bool any_seed = true;  ///< whether one has converged

  [[nodiscard]] double off() const { return abs_m.value - measured_abs_m.value; }
};

results::Record<Predicted> predicted_record() {
  return results::Record<Predicted>()
      .add("variant", &Predicted::variant, &Variant::id)
      .add("abs_m_predicted", &Predicted::abs_m)
      .add("abs_m_measured", &Predicted::measured_abs_m)
      .add("T_magnetization_predicted", &Predicted::t_magnetization)
      .add("T_magnetization_measured", &Predicted::measured_t_magnetization)
      .add("T_energy_predicted", &Predicted::t_energy)
      .add("T_energy_measured", &Predicted::measured_t_energy)
      .add("seeds_without_mean_field", &Predicted::unconverged);
}

Predicted predicted(const VariantResult& result, const Measurements& m) {
  Predicted p{.variant = result.variant};
  std::vector<double> magnetizations;
  std::vector<double> energies;
  for (const auto& seed : result.seeds) {
    if (!seed.rbm) continue;
    const auto field = analysis::mean_field(*seed.rbm);
    if (!field.converged) {
      ++p.unconverged;
      continue;
    }
    // Independent spins of this mean, with the |m| that a finite lattice gives even to m = 0.
    magnetizations.push_back(
        exact::product_measure(field.abs_magnetization, m.model->lattice().n_sites()).abs_magnetization);
    energies.push_back(field.energy);
  }
  const auto point = fixed_point(result, m);
  p.abs_m = over_seeds(magnetizations);
  p.measured_abs_m = point.magnetization.mean;
  p.t_magnetization = m.base().from_magnetization(p.abs_m).value;
  p.measured_t_magnetization = point.magnetization.reading.value;
  p.t_energy = m.base().from_energy(over_seeds(energies)).value;
  p.measured_t_energy = point.energy.reading.value;
  p.any_seed = !magnetizations.empty();
  return p;
}

std::string kind_of(const Predicted& p) {
  const auto& v = p.variant;
  if (v.type != "V") return "type " + v.type;
  if (v.method != "cd") return "type V, persistent chains";
  return v.k == 1 ? "type V, CD-1" : "type V, CD-k";
}

}  // namespace

void study_mean_field(const Measurements& m, results::Results& results) {
  std::vector<Predicted> all;
  for (const auto& result : m.variants)
    if (result.variant.size == m.settings.ensemble.size && result.first_good())
      all.push_back(predicted(result, m));
  results.tables[evidence.mean_field_table] = predicted_record().table(all);
  std::erase_if(all, [](const Predicted& p) { return !p.any_seed; });
  double worst = 0;
  std::string worst_name = "none";
  double least = 1;
  for (const auto& p : all) {
    least = std::min({least, p.measured_abs_m.value, p.abs_m.value});
    if (std::abs(p.off()) <= std::abs(worst)) continue;
    worst = p.off();
    worst_name = p.variant.id;
  }
  auto figure = texts().begin<LineFigure>(evidence.mean_field,
                                          {{"worst", worst_name}, {"off", fmt::format("{:+.3f}", worst)}});
  figure.series = series_by(all, "", kind_of, [](const Predicted& p) { return p.measured_abs_m.value; },
                            &Predicted::abs_m, {.mark = Mark::points});
  figure.series.push_back({.name = "predicted = measured",
                           .points = {{.x = least, .y = least}, {.x = 1, .y = 1}},
                           .mark = Mark::exact});
  results.figures.push_back(results::line_figure(figure));
}

void study_weights(const Measurements& m, results::Results& results) {
  const auto studied = [&](const VariantResult& result, std::string name, std::string group) {
    return studies::StudiedNetwork{.name = std::move(name),
                                   .rbm = *result.seeds[*result.first_good()].rbm,
                                   .sigma0 = m.settings.rbm.initial_sigma,
                                   .group = std::move(group)};
  };
  // The same figures twice: titles tell them apart.
  const auto study = [&](const std::vector<studies::StudiedNetwork>& networks, const char* prefix,
                         const char* title) {
    const std::size_t first = results.figures.size();
    studies::weight_study(networks, m.correlations, results, prefix);
    for (std::size_t i = first; i < results.figures.size(); ++i) {
      results.figures[i].title += title;
      results.figures[i].caption += " First training seed that gave a result.";
    }
  };
  std::vector<studies::StudiedNetwork> types;
  std::vector<const VariantResult*> lengths;
  // Training lengths of type V: without decay if there are several.
  for (const double decay : {0.0, m.settings.train.weight_decay}) {
    if (lengths.size() > 1) break;
    lengths.clear();
    for (const auto& result : m.variants) {
      const auto& v = result.variant;
      if (v.type == "V" && v.size == m.settings.ensemble.size && v.hidden == m.settings.rbm.hidden &&
          v.method == m.settings.train.method && v.k == m.settings.train.k && v.weight_decay == decay &&
          v.temperatures == m.settings.ensemble.temperatures && result.first_good())
        lengths.push_back(&result);
    }
  }
  for (const char* id : {"V", "H", "L", "C"})
    if (const auto* result = m.find(id); result != nullptr && result->first_good())
      types.push_back(studied(*result, id, ""));
  study(types, evidence.weights_by_type, " by type");
  if (lengths.size() < 2) return;
  std::ranges::sort(lengths, {}, [](const VariantResult* result) { return result->variant.epochs; });
  std::vector<studies::StudiedNetwork> training;
  for (const auto* result : lengths)
    training.push_back(studied(
        *result, fmt::format("{} epoch{}", result->variant.epochs, result->variant.epochs == 1 ? "" : "s"),
        fmt::format("type V, weight decay {}", result->variant.weight_decay)));
  study(training, evidence.weights_by_training, " (training of type V)");
}

}  // namespace spinflow::recipes::iso2018
