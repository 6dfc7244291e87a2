// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/two_sample.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <span>
#include <vector>

#include "kernels/tables/labelled_sums.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/kernels/packed_spins.hpp"

namespace spinflow::stats {

namespace {

/// Distances between all rows of the pooled sample.
struct Distances {
  std::size_t n;
  std::vector<float> pairs;      // of rows j < i at i (i - 1) / 2 + j
  std::vector<double> row_sums;  // (n)

  /// To the rows before row i.
  [[nodiscard]] std::span<const float> before(std::size_t i) const {
    return std::span(pairs).subspan(i * (i - 1) / 2, i);
  }
};

Distances all_distances(std::size_t n, const std::function<double(std::size_t, std::size_t)>& distance) {
  Distances result{.n = n, .pairs = std::vector<float>(n * (n - 1) / 2), .row_sums = std::vector<double>(n)};
  base::parallel_for(n, [&](std::size_t i) {
    for (std::size_t j = 0; j < i; ++j)
      result.pairs[i * (i - 1) / 2 + j] = static_cast<float>(distance(i, j));
  });
  // In this order every sum runs over the other rows from the first to the last.
  for (std::size_t i = 1; i < n; ++i) {
    const auto before = result.before(i);
    for (const float d : before) result.row_sums[i] += d;
    for (std::size_t j = 0; j < i; ++j) result.row_sums[j] += before[j];
  }
  return result;
}

struct Statistic {
  double energy_distance = 0;
  double between = 0;  // mean distance between the samples
};

/// For each column of `labels`, (n, relabellings): +1 for the n_first rows that stand in for the first
/// sample. The three mean distances follow from sums over all pairs, over the rows and over the pairs within
/// one sample.
std::vector<Statistic> statistics(const Distances& distances, const kernels::PackedSpins& labels,
                                  std::size_t n_first) {
  // Of a row i: its distances to the rows before it that belong to the first sample.
  kernels::FloatMatrix to_first(distances.n, labels.n_columns());
  constexpr std::size_t rows_per_piece = 64;
  base::parallel_for_rows(distances.n, rows_per_piece, [&](std::size_t, std::size_t first, std::size_t last) {
    for (std::size_t i = std::max<std::size_t>(first, 1); i < last; ++i)
      kernels::labelled_sums(distances.before(i), labels, to_first.row(i));
  });
  std::vector<double> touching(labels.n_columns());  // pairs with a row of the first sample
  std::vector<double> within(labels.n_columns());    // ordered pairs in the first sample
  for (std::size_t i = 0; i < distances.n; ++i)
    for (std::size_t p = 0; p < labels.n_columns(); ++p)
      if (labels.spin(i, p) > 0) {
        touching[p] += distances.row_sums[i];
        within[p] += 2.0 * to_first.row(i)[p];
      }
  const double all = std::accumulate(distances.row_sums.begin(), distances.row_sums.end(), 0.0);
  const auto nx = static_cast<double>(n_first);
  const double ny = static_cast<double>(distances.n) - nx;
  std::vector<Statistic> result;
  for (std::size_t p = 0; p < labels.n_columns(); ++p) {
    const double xx = within[p];
    const double xy = touching[p] - xx;
    const double yy = all - 2 * touching[p] + xx;
    const double between = xy / (nx * ny);
    result.push_back({2 * between - xx / (nx * (nx - 1)) - yy / (ny * (ny - 1)), between});
  }
  return result;
}

/// Labels of permutations first, ..., last - 1; `n_first` rows of `n` each.
kernels::PackedSpins relabelled(std::size_t n, std::size_t n_first, std::size_t first, std::size_t last,
                                std::uint64_t seed) {
  kernels::PackedSpins labels(last - first, n);
  base::parallel_for(last - first, [&](std::size_t p) {
    std::vector<std::uint32_t> rows(n);
    std::iota(rows.begin(), rows.end(), 0u);
    base::sample_to_front(rows, n_first, base::RandomStream(seed, "two_sample", first + p));
    for (const auto row : std::span(rows).first(n_first)) labels.set(p, row, 1);
  });
  return kernels::transposed(labels);
}

}  // namespace

TwoSampleTest energy_distance_test(std::size_t n_first, std::size_t n_second,
                                   const std::function<double(std::size_t, std::size_t)>& distance,
                                   std::size_t permutations, std::uint64_t seed) {
  assert(n_first >= 2 && n_second >= 2);
  const Distances distances = all_distances(n_first + n_second, distance);
  kernels::PackedSpins given(distances.n, 1);
  for (std::size_t row = 0; row < n_first; ++row) given.set(row, 0, 1);
  const Statistic measured = statistics(distances, given, n_first).front();

  std::size_t as_large = 0;
  constexpr std::size_t at_once = 256;
  for (std::size_t first = 0; first < permutations; first += at_once) {
    const std::size_t last = std::min(first + at_once, permutations);
    const auto labels = relabelled(distances.n, n_first, first, last, seed);
    for (const auto& statistic : statistics(distances, labels, n_first))
      as_large += statistic.energy_distance >= measured.energy_distance ? 1 : 0;
  }
  return {.energy_distance = measured.energy_distance,
          .effect = measured.between > 0 ? measured.energy_distance / (2 * measured.between) : 0,
          .p_value = static_cast<double>(1 + as_large) / static_cast<double>(1 + permutations)};
}

}  // namespace spinflow::stats
