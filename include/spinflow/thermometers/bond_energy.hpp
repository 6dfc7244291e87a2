// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "spinflow/base/observer.hpp"
#include "spinflow/thermometers/mean_thermometer.hpp"

namespace spinflow::thermometers {

/// Reads T from <E_b>/N, the sum of s_i s_j over nearest-neighbour bonds per site, whatever the range of the
/// couplings: what the tails of the interaction do to a flowed ensemble does not enter.
class BondEnergyThermometer final : public MeanThermometer {
 public:
  /// Error(input) for a model without such a curve, or whose curve need not be monotone: couplings below 0
  /// are read between nearest neighbours, or all alike, without a field only. `observer` hears of curves that
  /// take long to make.
  BondEnergyThermometer(const std::shared_ptr<const models::Model>& model,
                        base::Observer& observer = base::silent());
};

}  // namespace spinflow::thermometers
