// SPDX-License-Identifier: Apache-2.0
#include "spinflow/thermometers/mean_thermometer.hpp"

#include <limits>
#include <utility>

#include "thermometers/mean_curve.hpp"
#include "thermometers/reading_checks.hpp"

namespace spinflow::thermometers {

MeanThermometer::MeanThermometer(std::string name, std::shared_ptr<const models::Model> model,
                                 MeanCurve curve, EnsembleMean mean)
    : name_(std::move(name)),
      model_(std::move(model)),
      curve_(std::make_unique<const MeanCurve>(std::move(curve))),
      mean_(std::move(mean)) {}

MeanThermometer::~MeanThermometer() = default;

Reading MeanThermometer::read(const ensemble::Ensemble& ensemble) const {
  check_lattice(*this, ensemble);
  return from_mean(mean_(ensemble), ensemble.size());
}

Reading MeanThermometer::from_mean(const stats::Estimate& mean, std::size_t configurations) const {
  return invert(*curve_, mean, configurations);
}

std::pair<double, double> MeanThermometer::range() const {
  return {0, std::numeric_limits<double>::infinity()};
}

}  // namespace spinflow::thermometers
