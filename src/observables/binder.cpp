// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "observables/by_definition.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

namespace {

constexpr base::Work binder1981{
    .key = "binder1981",
    .kind = "article",
    .author = "Binder, K.",
    .title = "Finite size scaling analysis of Ising model block distribution functions",
    .journal = "Zeitschrift f{\\\"u}r Physik B",
    .volume = "43",
    .pages = "119--140",
    .year = 1981,
    .doi = "10.1007/BF01293604"};

std::vector<stats::Estimate> read_binder(const ensemble::Rows& rows) {
  std::vector<double> squares;
  std::vector<double> both;
  for (const double m : rows.abs_magnetization()) {
    squares.push_back(m * m);
    both.push_back(m * m);
    both.push_back(m * m * m * m);
  }
  // 2/3 - Var(m^2) / (3 <m^2>^2).
  return {rows.fluctuation(
      squares, both, 2,
      [](std::span<const double> means) { return 1.0 - means[1] / (3.0 * means[0] * means[0]); }, 2.0 / 3)};
}

}  // namespace

void register_binder() {
  registry().add({.name = "binder",
                  .help = "Binder's parameter, 1 - <m^4> / (3 <m^2>^2)",
                  .citations = {binder1981},
                  .in_measure = Unasked::shown,
                  .order = 70,
                  .numbers = {{.name = "binder", .symbol = "Binder"}},
                  .read = read_binder,
                  .reference = [](const ensemble::Rows& rows) {
                    const auto powers = means_of(rows, [](Spins spins) {
                      const double m = magnetization_of(spins);
                      return std::vector{std::pow(m, 2), std::pow(m, 4)};
                    });
                    return std::vector{1 - powers[1] / (3 * powers[0] * powers[0])};
                  }});
}

}  // namespace spinflow::observables
