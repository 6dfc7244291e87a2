// SPDX-License-Identifier: Apache-2.0
#include "spinflow/thermometers/energy.hpp"

#include "spinflow/ensemble/observables.hpp"
#include "thermometers/mean_curve.hpp"

namespace spinflow::thermometers {

EnergyThermometer::EnergyThermometer(const std::shared_ptr<const models::Model>& model,
                                     base::Observer& observer)
    : MeanThermometer("energy", model, energy_curve(model, observer), &ensemble::mean_energy) {}

void register_energy() {
  registry().add(
      {"energy",
       "temperature whose exact <e> is the ensemble's mean energy",
       {"kaufman1949"},
       false,
       [](const std::shared_ptr<const models::Model>& model, const std::filesystem::path&,
          base::Observer& observer) { return std::make_unique<EnergyThermometer>(model, observer); }});
}

}  // namespace spinflow::thermometers
