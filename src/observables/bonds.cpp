// SPDX-License-Identifier: Apache-2.0
#include "observables/by_definition.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

void register_bonds() {
  registry().add({.name = bonds,
                  .help = "<E_b> per site, E_b = sum of s_i s_j over the nearest-neighbour bonds",
                  .in_flow = Unasked::read,
                  .order = 80,
                  .numbers = {{.name = bonds, .symbol = "E_b/N"}},
                  .read = [](const ensemble::Rows& rows) { return std::vector{mean_bonds(rows)}; },
                  .reference =
                      [](const ensemble::Rows& rows) {
                        return means_of(rows, [&](Spins spins) {
                          return std::vector{bond_sum_of(rows.lattice(), spins) / rows.lattice().n_sites()};
                        });
                      }});
}

}  // namespace spinflow::observables
