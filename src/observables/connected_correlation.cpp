// SPDX-License-Identifier: Apache-2.0
#include "observables/by_definition.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

void register_connected_correlation() {
  registry().add({.name = connected_correlation,
                  .help = "G(r) - <m>^2, at the r of `correlation`",
                  .order = 115,
                  .numbers = {{.name = connected_correlation, .symbol = "G_c"}},
                  .along = "r",
                  .read = [](const ensemble::Rows& rows) { return ensemble::connected_correlation(rows); },
                  .reference =
                      [](const ensemble::Rows& rows) {
                        auto g = registry().find(correlation).reference(rows);
                        const double m = registry().find(magnetization).reference(rows).front();
                        for (double& x : g) x -= m * m;
                        return g;
                      }});
}

}  // namespace spinflow::observables
