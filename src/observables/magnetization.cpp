// SPDX-License-Identifier: Apache-2.0
#include "observables/by_definition.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

void register_magnetization() {
  registry().add(
      {.name = magnetization,
       .help = "<m>, m = magnetization per site, with its sign",
       .in_measure = Unasked::shown,
       .order = 25,
       .numbers = {{.name = magnetization, .symbol = "m"}},
       .read =
           [](const ensemble::Rows& rows) { return std::vector{rows.mean(rows.ensemble().magnetization)}; },
       .reference =
           [](const ensemble::Rows& rows) {
             return means_of(rows, [](Spins spins) { return std::vector{magnetization_of(spins)}; });
           }});
}

}  // namespace spinflow::observables
