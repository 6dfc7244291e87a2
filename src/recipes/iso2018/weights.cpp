// SPDX-License-Identifier: Apache-2.0
// What the weights of iso2018 say: the mean-field prediction of the flow, and their own study.
#include "spinflow/studies/weights.hpp"

#include "recipes/figures.hpp"
#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/figures.hpp"
#include "studies/mean_field_flow.hpp"

namespace spinflow::recipes::iso2018 {

namespace {

std::string kind_of(const Variant& v) {
  if (v.type != "V") return "type " + v.type;
  if (v.method != "cd") return "type V, persistent chains";
  return v.k == 1 ? "type V, CD-1" : "type V, CD-k";
}

}  // namespace

void study_mean_field(const Measurements& m, results::Results& results) {
  std::vector<studies::MeanFieldPrediction> all;
  for (const auto& result : m.variants) {
    if (result.variant.size != m.settings.ensemble.size || !result.first_good()) continue;
    std::vector<networks::Rbm> networks;
    for (const auto& seed : result.seeds)
      if (seed.rbm) networks.push_back(*seed.rbm);
    const auto point = fixed_point(result, m);
    all.push_back(studies::mean_field_prediction(result.variant.id, kind_of(result.variant), networks,
                                                 {point.magnetization, m.base().from_magnetization},
                                                 {point.energy, m.base().from_energy}));
  }
  results.tables[evidence.mean_field_table] = studies::mean_field_record().table(all);
  const auto* worst = studies::farthest_off(all);
  auto figure = texts().begin<LineFigure>(
      evidence.mean_field, {{"worst", worst == nullptr ? "none" : worst->name},
                            {"off", fmt::format("{:+.3f}", worst == nullptr ? 0 : worst->off())}});
  figure.series = studies::mean_field_series(all);
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
