// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "spinflow/base/observer.hpp"
#include "spinflow/thermometers/mean_thermometer.hpp"

namespace spinflow::thermometers {

/// Reads T from <|m|>, the absolute magnetization per site.
class MagnetizationThermometer final : public MeanThermometer {
 public:
  /// Error(input) for a model without such a curve or of J < 0, whose magnetization
  /// tells nothing. `observer` hears of curves that take long to make.
  MagnetizationThermometer(const std::shared_ptr<const models::Model>& model,
                           base::Observer& observer = base::silent());
};

}  // namespace spinflow::thermometers
