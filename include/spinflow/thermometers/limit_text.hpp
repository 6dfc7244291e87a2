// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::thermometers {

/// The one-sided limit of a reading: "> 31" (in J/k_B, 95 % confidence) where T = infinity cannot be
/// excluded,
/// "< 0.4" (63 %) at T = 0; empty for any other reading.
[[nodiscard]] std::string limit_text(const Reading& reading);

/// What a table shows of a reading: infinity, without an error, where it cannot be told from that.
[[nodiscard]] stats::Estimate shown(const Reading& reading);

}  // namespace spinflow::thermometers
