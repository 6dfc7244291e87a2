// SPDX-License-Identifier: Apache-2.0
// What the weights of iso2018 say: the mean-field prediction of the flow, and their own study.
#include "spinflow/studies/weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/figures.hpp"
#include "spinflow/analysis/mean_field.hpp"

namespace spinflow::recipes::iso2018 {

using results::Mark;
using results::Series;

void study_mean_field(const Measurements& m, results::Results& results) {
  auto& table = results.tables[evidence::mean_field_table];
  table.columns = {"variant",
                   "abs_m_predicted",
                   "abs_m_predicted_error",
                   "abs_m_measured",
                   "abs_m_measured_error",
                   "T_magnetization_predicted",
                   "T_magnetization_measured",
                   "T_energy_predicted",
                   "T_energy_measured",
                   "seeds_without_mean_field"};
  results::LineFigure figure;
  figure.id = evidence::mean_field;
  figure.title = "What the mean-field iteration predicts";
  figure.x = {.title = "<|m|> where the flow is"};
  figure.y = {.title = "<|m|> predicted"};
  std::vector<Series> series;
  double worst = 0;
  std::string worst_name = "none";
  double least = 1;
  const int sites = m.model->lattice().n_sites();
  for (const auto& result : m.variants) {
    const auto& v = result.variant;
    if (v.size != m.settings.ensemble.size || !result.first_good()) continue;
    std::vector<double> magnetizations;
    std::vector<double> energies;
    int unconverged = 0;
    for (const auto& seed : result.seeds) {
      if (!seed.rbm) continue;
      const auto field = analysis::mean_field(*seed.rbm);
      if (!field.converged) {
        ++unconverged;
        continue;
      }
      // Independent spins of this mean, with the |m| that a finite lattice gives even to m = 0.
      magnetizations.push_back(product_measure(field.abs_magnetization, sites).abs_magnetization);
      energies.push_back(field.energy);
    }
    const auto predicted = over_seeds(magnetizations);
    const auto point = fixed_point(result, m);
    const auto& measured = point.magnetization.mean;
    table.rows.push_back({v.id, predicted.value, predicted.error, measured.value, measured.error,
                          m.base().from_magnetization(predicted).value, point.magnetization.reading.value,
                          m.base().from_energy(over_seeds(energies)).value, point.energy.reading.value,
                          static_cast<double>(unconverged)});
    if (magnetizations.empty()) continue;
    const std::string name = v.type != "V"                  ? "type " + v.type
                             : v.method == "cd" && v.k == 1 ? "type V, CD-1"
                             : v.method == "cd"             ? "type V, CD-k"
                                                            : "type V, persistent chains";
    auto found = std::ranges::find(series, name, &Series::name);
    if (found == series.end())
      found = series.insert(series.end(), {.name = name, .points = {}, .mark = Mark::points});
    found->points.push_back({.x = measured.value, .y = predicted.value, .error = predicted.error});
    least = std::min({least, measured.value, predicted.value});
    if (std::abs(predicted.value - measured.value) <= std::abs(worst)) continue;
    worst = predicted.value - measured.value;
    worst_name = v.id;
  }
  figure.series = std::move(series);
  figure.series.push_back({.name = "predicted = measured",
                           .points = {{.x = least, .y = least}, {.x = 1, .y = 1}},
                           .mark = Mark::exact});
  figure.caption = fmt::format(
      "The fixed point of v <- tanh(W^T tanh(W v)) from all spins up, read as independent spins of these "
      "means, against the flowed configurations of the last quarter of the flow; one point per training, "
      "errors over training seeds. The prediction fails most for {}: by {:+.3f}.",
      worst_name, worst);
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
  study(types, evidence::weights_by_type, " by type");
  if (lengths.size() < 2) return;
  std::ranges::sort(lengths, {}, [](const VariantResult* result) { return result->variant.epochs; });
  std::vector<studies::StudiedNetwork> training;
  for (const auto* result : lengths)
    training.push_back(studied(
        *result, fmt::format("{} epoch{}", result->variant.epochs, result->variant.epochs == 1 ? "" : "s"),
        fmt::format("type V, weight decay {}", result->variant.weight_decay)));
  study(training, evidence::weights_by_training, " (training of type V)");
}

}  // namespace spinflow::recipes::iso2018
