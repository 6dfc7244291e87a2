// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/configuration_test.hpp"

#include <fmt/format.h>

#include <cmath>

#include "kernels/bit_counts.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::analysis {

stats::TwoSampleTest configuration_test(const ensemble::Ensemble& first, const ensemble::Ensemble& second,
                                        std::size_t permutations, std::uint64_t seed) {
  constexpr std::size_t most_rows = 20000;
  if (!(first.lattice == second.lattice))
    throw input_error(
        "two-sample test",
        fmt::format("the ensembles live on {} and {} sites", first.lattice.text(), second.lattice.text()),
        "compare ensembles of one lattice");
  if (first.size() < 2 || second.size() < 2 || first.size() + second.size() > most_rows)
    throw input_error("two-sample test", fmt::format("{} and {} configurations", first.size(), second.size()),
                      fmt::format("give at least 2 each and at most {} in all", most_rows));
  const std::size_t n_first = first.size();
  const auto row = [&](std::size_t i) {
    return i < n_first ? first.spins.row(i) : second.spins.row(i - n_first);
  };
  return stats::energy_distance_test(
      n_first, second.size(),
      [&](std::size_t i, std::size_t j) {
        return 2 * std::sqrt(static_cast<double>(kernels::unequal_bits(row(i), row(j))));
      },
      permutations, seed);
}

}  // namespace spinflow::analysis
