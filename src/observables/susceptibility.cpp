// SPDX-License-Identifier: Apache-2.0
#include "observables/by_definition.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

namespace {

std::vector<stats::Estimate> read_susceptibility(const ensemble::Rows& rows) {
  const double t = rows.temperature();
  if (!(t > 0)) return {stats::Estimate{}};
  std::vector<double> powers;
  powers.reserve(2 * rows.size());
  for (const double m : rows.ensemble().magnetization) {
    powers.push_back(m);
    powers.push_back(m * m);
  }
  const double factor = rows.lattice().n_sites() / t;
  return {rows.variance(rows.ensemble().magnetization, powers, 2, [factor](std::span<const double> means) {
    return factor * (means[1] - means[0] * means[0]);
  })};
}

}  // namespace

void register_susceptibility() {
  registry().add(
      {.name = susceptibility,
       .help = "N (<m^2> - <m>^2) / T = d<m>/dh; none at T = 0 and where rows have no one temperature",
       .unit = "1/J",
       .in_measure = Unasked::shown,
       .order = 65,
       .numbers = {{.name = susceptibility, .symbol = "chi"}},
       .read = read_susceptibility,
       .reference = [](const ensemble::Rows& rows) {
         const auto means = means_of(rows, [](Spins spins) {
           const double m = magnetization_of(spins);
           return std::vector{m, m * m};
         });
         return std::vector{rows.lattice().n_sites() * (means[1] - means[0] * means[0]) / rows.temperature()};
       }});
}

}  // namespace spinflow::observables
