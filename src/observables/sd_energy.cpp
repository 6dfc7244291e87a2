// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "observables/by_definition.hpp"
#include "observables/energy_variance.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

void register_sd_energy() {
  registry().add(
      {.name = sd_energy,
       .help = "standard deviation of the energy per site over configurations",
       .unit = "J",
       .needs = Needs::model,
       .in_flow = Unasked::shown,
       .order = 20,
       .numbers = {{.name = sd_energy, .symbol = "sd(e)"}},
       .read =
           [](const ensemble::Rows& rows) {
             return std::vector{
                 of_energy_variance(rows, [](double variance) { return std::sqrt(variance); })};
           },
       .reference =
           [](const ensemble::Rows& rows) { return std::vector{std::sqrt(energy_variance_of(rows))}; }});
}

}  // namespace spinflow::observables
