// SPDX-License-Identifier: Apache-2.0
// What the mean-field iteration of RBMs predicts of their flow, beside what the flow has.
#pragma once

#include <string>
#include <vector>

#include "spinflow/networks/rbm.hpp"
#include "spinflow/results/figures.hpp"
#include "spinflow/results/record.hpp"
#include "studies/flow_stop.hpp"

namespace spinflow::studies {

/// Of one kind of training, a mean over its seeds.
struct MeanFieldPrediction {
  std::string name;
  std::string kind;  ///< what it is drawn as
  stats::Estimate abs_m;
  stats::Estimate measured_abs_m;
  double t_magnetization = 0;  ///< in J/k_B
  double measured_t_magnetization = 0;
  double t_energy = 0;
  double measured_t_energy = 0;
  int unconverged = 0;    ///< seeds
  bool any_seed = false;  ///< whether one has converged

  [[nodiscard]] double off() const { return abs_m.value - measured_abs_m.value; }
};
/// Columns variant, abs_m_predicted, abs_m_measured, ...
[[nodiscard]] results::Record<MeanFieldPrediction> mean_field_record();

/// Where the flow of these networks stops by one thermometer, and how that one reads a mean.
struct MeasuredStop {
  const Stop& stop;
  const Inversion& invert;
};
/// Spins of the predicted means are taken as independent; their |m| is that of a finite lattice, which even
/// m = 0 has. `networks`: of the training seeds, on one lattice.
[[nodiscard]] MeanFieldPrediction mean_field_prediction(std::string name, std::string kind,
                                                        const std::vector<networks::Rbm>& networks,
                                                        const MeasuredStop& by_magnetization,
                                                        const MeasuredStop& by_energy);
/// The one that is farthest off; null without any that has converged.
[[nodiscard]] const MeanFieldPrediction* farthest_off(const std::vector<MeanFieldPrediction>& all);
/// Predicted against measured <|m|>, a series per kind, and the diagonal; of those that have converged.
[[nodiscard]] std::vector<results::Series> mean_field_series(const std::vector<MeanFieldPrediction>& all);

}  // namespace spinflow::studies
