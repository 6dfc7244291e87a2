// SPDX-License-Identifier: Apache-2.0
#include "spinflow/thermometers/bond_energy.hpp"

#include "spinflow/ensemble/observables.hpp"
#include "thermometers/mean_curve.hpp"

namespace spinflow::thermometers {

BondEnergyThermometer::BondEnergyThermometer(const std::shared_ptr<const models::Model>& model,
                                             base::Observer& observer)
    : MeanThermometer("bond-energy", model, bond_curve(model, observer), &ensemble::mean_bonds) {}

void register_bond_energy() {
  registry().add(
      {"bond-energy",
       "temperature whose sum of s_i s_j over nearest-neighbour bonds is the ensemble's, at any range",
       {"kaufman1949"},
       false,
       [](const std::shared_ptr<const models::Model>& model, const std::filesystem::path&,
          base::Observer& observer) { return std::make_unique<BondEnergyThermometer>(model, observer); }});
}

}  // namespace spinflow::thermometers
