// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "spinflow/base/observer.hpp"
#include "spinflow/thermometers/mean_thermometer.hpp"

namespace spinflow::thermometers {

/// Reads T from <e>, the energy per site.
///
///     thermometers::Reading t = thermometers::EnergyThermometer(model).read(data);  // t.value, t.error
class EnergyThermometer final : public MeanThermometer {
 public:
  /// Error(input) for a model without such a curve. `observer` hears of curves that take long to make.
  EnergyThermometer(const std::shared_ptr<const models::Model>& model,
                    base::Observer& observer = base::silent());
};

}  // namespace spinflow::thermometers
