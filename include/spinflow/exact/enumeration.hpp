// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "spinflow/models/model.hpp"

namespace spinflow::exact {

/// Exact means at one temperature. Energies and magnetizations per site.
struct ExactMeans {
  double log_partition = 0;  ///< nats; at T = 0 the logarithm of the number of ground states
  double energy = 0;
  double specific_heat = 0;  ///< Var(E) / (N T^2); 0 at T = 0
  double magnetization = 0;
  double abs_magnetization = 0;
  double magnetization_2 = 0;
  double magnetization_4 = 0;
};

/// Sums over all configurations of a model of at most 24 spins (Error(input) otherwise), done once.
///
///     exact::Enumeration all(models::IsingSquare{.side = 4});
///     double m = all.at(2.5).abs_magnetization;
class Enumeration {
 public:
  explicit Enumeration(std::shared_ptr<const models::Model> model);

  /// `temperature`: in J/k_B, >= 0; T = 0 is uniform over the ground states.
  [[nodiscard]] ExactMeans at(double temperature) const;

  /// P(configuration) in order of its bit pattern: bit i set means spin i is +1. (2^n_sites)
  [[nodiscard]] std::vector<double> probabilities(double temperature) const;

  /// <s_0 s_r> averaged over sites and axes, r = 1 .. floor(min(Lx, Ly) / 2), periodic lattices. Element r
  /// - 1.
  [[nodiscard]] std::vector<double> correlation(double temperature) const;

 private:
  std::shared_ptr<const models::Model> model_;
  std::vector<double> energies_;  // total, by bit pattern
};

}  // namespace spinflow::exact
