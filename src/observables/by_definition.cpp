// SPDX-License-Identifier: Apache-2.0
#include "observables/by_definition.hpp"

namespace spinflow::observables {

std::vector<double> means_of(const ensemble::Rows& rows,
                             const std::function<std::vector<double>(Spins)>& numbers) {
  std::vector<double> sums;
  std::vector<std::int8_t> spins(rows.ensemble().spins.n_columns());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    rows.ensemble().spins.unpack(row, spins);
    const auto of_row = numbers(spins);
    sums.resize(of_row.size());
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += of_row[i];
  }
  for (double& sum : sums) sum /= static_cast<double>(rows.size());
  return sums;
}

double magnetization_of(Spins spins) {
  double sum = 0;
  for (const auto s : spins) sum += s;
  return sum / static_cast<double>(spins.size());
}

double bond_sum_of(const lattice::Lattice& lattice, Spins spins) {
  double sum = 0;
  for (const auto& [i, j] : lattice.bonds())
    sum += spins[static_cast<std::size_t>(i)] * spins[static_cast<std::size_t>(j)];
  return sum;
}

double energy_variance_of(const ensemble::Rows& rows) {
  const auto& model = *rows.ensemble().model;
  const auto means = means_of(rows, [&](Spins spins) {
    const double e = model.energy_per_site(spins);
    return std::vector{e, e * e};
  });
  return means[1] - means[0] * means[0];
}

}  // namespace spinflow::observables
