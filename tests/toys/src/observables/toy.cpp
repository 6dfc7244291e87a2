// SPDX-License-Identifier: Apache-2.0
// An observable of one file: the share of spins that are up.
#include "observables/by_definition.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

void register_toy() {
  registry().add({.name = "toy_ups",
                  .help = "an observable that a test adds",
                  .numbers = {{.name = "toy_ups", .symbol = "ups"}},
                  .read =
                      [](const ensemble::Rows& rows) {
                        std::vector<double> ups;
                        for (const double m : rows.ensemble().magnetization) ups.push_back((1 + m) / 2);
                        return std::vector{rows.mean(ups)};
                      },
                  .reference =
                      [](const ensemble::Rows& rows) {
                        return means_of(rows, [](Spins spins) {
                          return std::vector{(1 + magnetization_of(spins)) / 2};
                        });
                      }});
}

}  // namespace spinflow::observables
