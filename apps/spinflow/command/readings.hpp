// SPDX-License-Identifier: Apache-2.0
// Readings of thermometers, printed and as JSON.
#pragma once

#include <string>

#include "command/json.hpp"
#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::program {

/// The members of an estimate, with "censored" where the value is the bound of the range, "limit" where T =
/// infinity cannot be excluded, and "mode" of a classifier.
[[nodiscard]] Json reading_json(const thermometers::Reading& reading);

/// "2.295(13)"; the text of a one-sided limit (thermometers::limit_text); "inf (bound)".
[[nodiscard]] std::string with_error(const thermometers::Reading& reading);

}  // namespace spinflow::program
