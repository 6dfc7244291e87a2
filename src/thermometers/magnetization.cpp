// SPDX-License-Identifier: Apache-2.0
#include "spinflow/thermometers/magnetization.hpp"

#include <limits>

#include "mean_curve.hpp"
#include "reading_checks.hpp"
#include "spinflow/ensemble/observables.hpp"

namespace spinflow::thermometers {

MagnetizationThermometer::MagnetizationThermometer(std::shared_ptr<const models::Model> model,
                                                   base::Observer& observer)
    : model_(std::move(model)),
      curve_(std::make_unique<const MeanCurve>(magnetization_curve(model_, observer))) {}

MagnetizationThermometer::~MagnetizationThermometer() = default;

Reading MagnetizationThermometer::read(const ensemble::Ensemble& ensemble) const {
  check_lattice(*this, ensemble);
  return from_mean(ensemble::mean_abs_magnetization(ensemble), ensemble.size());
}

Reading MagnetizationThermometer::from_mean(const stats::Estimate& mean, std::size_t n) const {
  return invert(*curve_, mean, n);
}

std::pair<double, double> MagnetizationThermometer::range() const {
  return {0, std::numeric_limits<double>::infinity()};
}

void register_magnetization() {
  registry().add(
      {"magnetization",
       "temperature whose exact <|m|> is the ensemble's",
       {"kaufman1949"},
       false,
       [](const std::shared_ptr<const models::Model>& model, const std::filesystem::path&,
          base::Observer& observer) { return std::make_unique<MagnetizationThermometer>(model, observer); }});
}

}  // namespace spinflow::thermometers
