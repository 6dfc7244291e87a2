// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "observables/by_definition.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

void register_abs_magnetization() {
  registry().add(
      {.name = abs_magnetization,
       .help = "<|m|>, m = magnetization per site",
       .in_flow = Unasked::shown,
       .in_measure = Unasked::shown,
       .order = 30,
       .numbers = {{.name = abs_magnetization, .symbol = "|m|"}},
       .read = [](const ensemble::Rows& rows) { return std::vector{mean_abs_magnetization(rows)}; },
       .reference =
           [](const ensemble::Rows& rows) {
             return means_of(rows,
                             [&](Spins spins) { return std::vector{std::abs(magnetization_of(spins))}; });
           }});
}

}  // namespace spinflow::observables
