// SPDX-License-Identifier: Apache-2.0
#include "spinflow/thermometers/thermometer.hpp"

#include <fmt/format.h>

#include "thermometers/reading_checks.hpp"

namespace spinflow::thermometers {

base::Registry<ThermometerEntry>& registry() {
  static base::Registry<ThermometerEntry> entries("thermometer");
  return entries;
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
