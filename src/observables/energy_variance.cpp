// SPDX-License-Identifier: Apache-2.0
#include "observables/energy_variance.hpp"

#include <algorithm>
#include <vector>

#include "spinflow/stats/small_samples.hpp"

namespace spinflow::observables {

stats::Estimate of_energy_variance(const ensemble::Rows& rows, const std::function<double(double)>& f) {
  const auto energies = rows.energy();
  // (x, x^2) of each row, from a value near the mean so that nothing cancels; 0 for energies that differ by
  // rounding only.
  std::vector<double> squares;
  squares.reserve(2 * energies.size());
  const bool constant = stats::constant(energies);
  for (const double e : energies) {
    const double shifted = constant ? 0.0 : e - energies.front();
    squares.push_back(shifted);
    squares.push_back(shifted * shifted);
  }
  return rows.fluctuation(
      energies, squares, 2,
      [&](std::span<const double> means) { return f(std::max(means[1] - means[0] * means[0], 0.0)); }, 0);
}

}  // namespace spinflow::observables
