// SPDX-License-Identifier: Apache-2.0
// Readings of thermometers, printed and as JSON.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string>

#include "json.hpp"
#include "spinflow/thermometers/thermometer.hpp"

namespace spinflow::program {

/// The members of an estimate, with "censored" where the value is the bound of the range, "limit" where T =
/// infinity cannot be excluded, and "mode" of a classifier.
[[nodiscard]] inline Json reading_json(const thermometers::Reading& reading) {
  Json json = to_json(stats::Estimate{.value = reading.value, .error = reading.error});
  if (reading.mode) json["mode"] = *reading.mode;
  if (reading.censored) json["censored"] = true;
  if (std::isfinite(reading.limit)) json["limit"] = reading.limit;
  return json;
}

/// "2.295(13)"; "> 31": T cannot be told from infinity and lies above 31 with 95 % confidence; "< 0.4": from
/// 0.
[[nodiscard]] inline std::string with_error(const thermometers::Reading& reading) {
  if (std::isfinite(reading.limit)) return fmt::format("> {:.3g}", reading.limit);
  if (!reading.censored) return with_error(reading.value, reading.error);
  if (reading.value == 0 && std::isfinite(reading.error)) return fmt::format("< {:.3g}", reading.error);
  return plain(reading.value) + " (bound)";
}

}  // namespace spinflow::program
