// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "observables/by_definition.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

void register_magnetization_4() {
  registry().add({.name = "magnetization_4",
                  .help = "<m^4>, m = magnetization per site",
                  .in_measure = Unasked::read,
                  .order = 50,
                  .numbers = {{.name = "magnetization_4", .symbol = "m^4"}},
                  .read =
                      [](const ensemble::Rows& rows) {
                        std::vector<double> powers;
                        for (const double m : rows.abs_magnetization()) powers.push_back(m * m * m * m);
                        return std::vector{rows.mean(powers)};
                      },
                  .reference =
                      [](const ensemble::Rows& rows) {
                        return means_of(rows, [&](Spins spins) {
                          return std::vector{std::pow(magnetization_of(spins), 4)};
                        });
                      }});
}

}  // namespace spinflow::observables
