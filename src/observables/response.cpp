// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "observables/by_definition.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

namespace {

std::vector<stats::Estimate> read_response(const ensemble::Rows& rows) {
  const auto m = rows.abs_magnetization();
  const auto b = rows.bonds();
  // (|m|, E_b/N, their product), from values near the means so that nothing cancels.
  const double m0 = m.front();
  std::vector<double> values;
  values.reserve(3 * rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const double dm = m[row] - m0;
    const double db = b[row] - b.front();
    values.insert(values.end(), {dm, db, dm * db});
  }
  const double n = rows.lattice().n_sites();
  return {rows.fluctuation(
      m, values, 3,
      [&](std::span<const double> means) { return n * (means[2] - means[0] * means[1]) / (m0 + means[0]); },
      0)};
}

}  // namespace

void register_response() {
  registry().add({.name = response,
                  .help = "Cov(|m|, E_b) / <|m|>: d ln<|m|> / dK where E_b is minus the Hamiltonian",
                  .in_flow = Unasked::read,
                  .order = 100,
                  .numbers = {{.name = response, .symbol = "Y"}},
                  .read = read_response,
                  .reference = [](const ensemble::Rows& rows) {
                    const auto means = means_of(rows, [&](Spins spins) {
                      const double m = std::abs(magnetization_of(spins));
                      const double e_b = bond_sum_of(rows.lattice(), spins);
                      return std::vector{m, e_b, m * e_b};
                    });
                    return std::vector{(means[2] - means[0] * means[1]) / means[0]};
                  }});
}

}  // namespace spinflow::observables
