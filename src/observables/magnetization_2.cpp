// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "observables/by_definition.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

void register_magnetization_2() {
  registry().add({.name = "magnetization_2",
                  .help = "<m^2>, m = magnetization per site",
                  .in_measure = Unasked::shown,
                  .order = 40,
                  .numbers = {{.name = "magnetization_2", .symbol = "m^2"}},
                  .read =
                      [](const ensemble::Rows& rows) {
                        std::vector<double> powers;
                        for (const double m : rows.abs_magnetization()) powers.push_back(m * m);
                        return std::vector{rows.mean(powers)};
                      },
                  .reference =
                      [](const ensemble::Rows& rows) {
                        return means_of(rows, [&](Spins spins) {
                          return std::vector{std::pow(magnetization_of(spins), 2)};
                        });
                      }});
}

}  // namespace spinflow::observables
