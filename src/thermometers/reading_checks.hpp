// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::thermometers {

/// Error(input) unless the ensemble has rows and lives on the thermometer's lattice.
void check_lattice(const Thermometer& thermometer, const ensemble::Ensemble& ensemble);

}  // namespace spinflow::thermometers
