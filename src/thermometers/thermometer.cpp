// SPDX-License-Identifier: Apache-2.0
#include "spinflow/thermometers/thermometer.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/fill_once.hpp"
#include "thermometers/reading_checks.hpp"

namespace spinflow::thermometers {

void register_entries();  // generated (cmake/catalogue.cmake)

base::Registry<ThermometerEntry>& registry() {
  static base::Registry<ThermometerEntry> entries("thermometer");
  static base::FillOnce filled;
  filled(register_entries);
  return entries;
}

Reading reading_of_inverse(const stats::Estimate& inverse, double quantile) {
  if (std::isnan(inverse.value)) return {};
  const bool hot = inverse.value <= 0;
  Reading reading{.value = hot ? std::numeric_limits<double>::infinity() : 1 / inverse.value,
                  .censored = hot || std::isinf(inverse.value)};
  const double reach = quantile * inverse.error;
  if (inverse.value > reach) {
    reading.error = inverse.error / (inverse.value * inverse.value);
    return reading;
  }
  if (inverse.value + reach > 0) reading.limit = 1 / (inverse.value + reach);
  if (hot || std::isfinite(reading.limit)) reading.inverse = {.value = inverse.value, .error = inverse.error};
  return reading;
}

stats::Estimate inverse_of(const Reading& reading) {
  if (!std::isnan(reading.inverse.value)) return reading.inverse;
  stats::Estimate inverse{.value = 1 / reading.value};
  // Files of earlier versions hold the limit alone.
  inverse.error = std::isfinite(reading.limit) ? (1 / reading.limit - inverse.value) / one_sided_normal
                                               : reading.error * inverse.value * inverse.value;
  return inverse;
}

void check_lattice(const Thermometer& thermometer, const ensemble::Ensemble& ensemble) {
  const auto where = fmt::format("thermometer {}", thermometer.name());
  if (ensemble.size() == 0)
    throw input_error(where, "the ensemble is empty", "give at least one configuration");
  if (!(ensemble.lattice == thermometer.lattice()))
    throw input_error(where,
                      fmt::format("it reads lattices of {} sites, the ensemble has {}",
                                  thermometer.lattice().text(), ensemble.lattice.text()),
                      "make a thermometer for the ensemble's lattice");
}

}  // namespace spinflow::thermometers
