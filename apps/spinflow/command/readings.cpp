// SPDX-License-Identifier: Apache-2.0
#include "command/readings.hpp"

#include <fmt/format.h>

#include <cmath>

#include "spinflow/thermometers/limit_text.hpp"

namespace spinflow::program {

Json reading_json(const thermometers::Reading& reading) {
  Json json = to_json(stats::Estimate{.value = reading.value, .error = reading.error});
  if (reading.mode) json["mode"] = *reading.mode;
  if (reading.censored) json["censored"] = true;
  if (std::isfinite(reading.limit)) json["limit"] = reading.limit;
  return json;
}

std::string with_error(const thermometers::Reading& reading) {
  const std::string limit = thermometers::limit_text(reading);
  if (!limit.empty()) return limit;
  if (!reading.censored) return with_error(reading.value, reading.error);
  return plain(reading.value) + " (bound)";
}

}  // namespace spinflow::program
