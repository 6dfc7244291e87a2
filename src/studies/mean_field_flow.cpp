// SPDX-License-Identifier: Apache-2.0
#include "studies/mean_field_flow.hpp"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "spinflow/analysis/mean_field.hpp"
#include "spinflow/exact/product_measure.hpp"
#include "spinflow/results/series_by.hpp"
#include "studies/judging.hpp"

namespace spinflow::studies {

using Prediction = MeanFieldPrediction;

results::Record<Prediction> mean_field_record() {
  return results::Record<Prediction>()
      .add("variant", &Prediction::name)
      .add("abs_m_predicted", &Prediction::abs_m)
      .add("abs_m_measured", &Prediction::measured_abs_m)
      .add("T_magnetization_predicted", &Prediction::t_magnetization)
      .add("T_magnetization_measured", &Prediction::measured_t_magnetization)
      .add("T_energy_predicted", &Prediction::t_energy)
      .add("T_energy_measured", &Prediction::measured_t_energy)
      .add("seeds_without_mean_field", &Prediction::unconverged);
}

Prediction mean_field_prediction(std::string name, std::string kind,
                                 const std::vector<networks::Rbm>& networks,
                                 const MeasuredStop& by_magnetization, const MeasuredStop& by_energy) {
  Prediction p{.name = std::move(name), .kind = std::move(kind)};
  std::vector<double> magnetizations;
  std::vector<double> energies;
  for (const auto& rbm : networks) {
    const auto field = analysis::mean_field(rbm);
    if (!field.converged) {
      ++p.unconverged;
      continue;
    }
    magnetizations.push_back(
        exact::product_measure(field.abs_magnetization, rbm.visible.n_sites()).abs_magnetization);
    energies.push_back(field.energy);
  }
  p.any_seed = !magnetizations.empty();
  p.abs_m = over_seeds(magnetizations);
  p.measured_abs_m = by_magnetization.stop.mean;
  p.t_magnetization = by_magnetization.invert(p.abs_m).value;
  p.measured_t_magnetization = by_magnetization.stop.reading.value;
  p.t_energy = by_energy.invert(over_seeds(energies)).value;
  p.measured_t_energy = by_energy.stop.reading.value;
  return p;
}

const Prediction* farthest_off(const std::vector<Prediction>& all) {
  const Prediction* worst = nullptr;
  for (const auto& p : all)
    if (p.any_seed && std::abs(p.off()) > (worst == nullptr ? 0 : std::abs(worst->off()))) worst = &p;
  return worst;
}

std::vector<results::Series> mean_field_series(const std::vector<Prediction>& all) {
  auto converged = all | std::views::filter(&Prediction::any_seed);
  double least = 1;
  for (const auto& p : converged) least = std::min({least, p.measured_abs_m.value, p.abs_m.value});
  auto series = results::series_by(converged, "", &Prediction::kind,
                                   [](const Prediction& p) { return p.measured_abs_m.value; },
                                   &Prediction::abs_m, {.mark = results::Mark::points});
  series.push_back({.name = "predicted = measured",
                    .points = {{.x = least, .y = least}, {.x = 1, .y = 1}},
                    .mark = results::Mark::exact});
  return series;
}

}  // namespace spinflow::studies
