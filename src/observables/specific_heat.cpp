// SPDX-License-Identifier: Apache-2.0
#include "observables/by_definition.hpp"
#include "observables/energy_variance.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

namespace {

std::vector<stats::Estimate> read_specific_heat(const ensemble::Rows& rows) {
  const double t = rows.temperature();
  if (!(t > 0)) return {stats::Estimate{}};
  const double factor = rows.lattice().n_sites() / (t * t);
  return {of_energy_variance(rows, [&](double variance) { return factor * variance; })};
}

}  // namespace

void register_specific_heat() {
  registry().add({.name = "specific_heat",
                  .help = "N (<e^2> - <e>^2) / T^2; none at T = 0 and where rows have no one temperature",
                  .unit = "k_B",
                  .needs = Needs::model,
                  .in_measure = Unasked::shown,
                  .order = 60,
                  .numbers = {{.name = "specific_heat", .symbol = "c"}},
                  .read = read_specific_heat,
                  .reference = [](const ensemble::Rows& rows) {
                    const double t = rows.temperature();
                    return std::vector{rows.lattice().n_sites() * energy_variance_of(rows) / (t * t)};
                  }});
}

}  // namespace spinflow::observables
