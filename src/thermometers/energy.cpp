// SPDX-License-Identifier: Apache-2.0
#include "spinflow/thermometers/energy.hpp"

#include <limits>

#include "mean_curve.hpp"
#include "reading_checks.hpp"
#include "spinflow/ensemble/observables.hpp"

namespace spinflow::thermometers {

EnergyThermometer::EnergyThermometer(std::shared_ptr<const models::Model> model, base::Observer& observer)
    : model_(std::move(model)), curve_(std::make_unique<const MeanCurve>(energy_curve(model_, observer))) {}

EnergyThermometer::~EnergyThermometer() = default;

Reading EnergyThermometer::read(const ensemble::Ensemble& ensemble) const {
  check_lattice(*this, ensemble);
  return from_mean(ensemble::mean_energy(ensemble), ensemble.size());
}

Reading EnergyThermometer::from_mean(const stats::Estimate& mean, std::size_t n) const {
  return invert(*curve_, mean, n);
}

std::pair<double, double> EnergyThermometer::range() const {
  return {0, std::numeric_limits<double>::infinity()};
}

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
