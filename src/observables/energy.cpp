// SPDX-License-Identifier: Apache-2.0
#include "observables/by_definition.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

void register_energy() {
  registry().add({.name = energy,
                  .help = "energy per site of the model's Hamiltonian",
                  .unit = "J",
                  .needs = Needs::model,
                  .in_flow = Unasked::shown,
                  .in_measure = Unasked::shown,
                  .order = 10,
                  .numbers = {{.name = energy, .symbol = "e"}},
                  .read = [](const ensemble::Rows& rows) { return std::vector{mean_energy(rows)}; },
                  .reference =
                      [](const ensemble::Rows& rows) {
                        return means_of(rows, [&](Spins spins) {
                          return std::vector{rows.ensemble().model->energy_per_site(spins)};
                        });
                      }});
}

}  // namespace spinflow::observables
