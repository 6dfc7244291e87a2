// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/two_sample.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"

namespace spinflow::stats {

namespace {

/// The three mean distances follow from sums over all pairs, over the rows and over the pairs within one
/// sample.
struct Sums {
  std::size_t n;
  std::vector<float> distance;   // of rows j < i at i (i - 1) / 2 + j
  std::vector<double> row_sums;  // (n)
  double all = 0;                // over ordered pairs

  [[nodiscard]] static std::size_t before(std::size_t i) { return i * (i - 1) / 2; }

  // `rows` in rising order.
  [[nodiscard]] double within(std::span<const std::uint32_t> rows) const {
    double sum = 0;
    for (std::size_t a = 0; a < rows.size(); ++a) {
      const float* row = distance.data() + before(rows[a]);
      float part = 0;
      for (std::size_t b = 0; b < a; ++b) part += row[rows[b]];
      sum += 2.0 * part;
    }
    return sum;
  }

  /// (energy distance, mean distance between the samples) with the given rows, in rising order, as
  /// the first sample.
  [[nodiscard]] std::pair<double, double> statistic(std::span<const std::uint32_t> first) const {
    double touching = 0;
    for (const auto row : first) touching += row_sums[row];
    const double xx = within(first);
    const double xy = touching - xx;
    const double yy = all - 2 * touching + xx;
    const auto nx = static_cast<double>(first.size());
    const double ny = static_cast<double>(n) - nx;
    const double between = xy / (nx * ny);
    return {2 * between - xx / (nx * (nx - 1)) - yy / (ny * (ny - 1)), between};
  }
};

}  // namespace

TwoSampleTest energy_distance_test(std::size_t n_first, std::size_t n_second,
                                   const std::function<double(std::size_t, std::size_t)>& distance,
                                   std::size_t permutations, std::uint64_t seed) {
  assert(n_first >= 2 && n_second >= 2);
  const std::size_t n = n_first + n_second;
  Sums sums{.n = n, .distance = std::vector<float>(Sums::before(n)), .row_sums = std::vector<double>(n)};
  base::parallel_for(n, [&](std::size_t i) {
    for (std::size_t j = 0; j < n; ++j) {
      if (j == i) continue;
      const auto d = static_cast<float>(distance(i, j));
      if (j < i) sums.distance[Sums::before(i) + j] = d;
      sums.row_sums[i] += d;
    }
  });
  sums.all = std::accumulate(sums.row_sums.begin(), sums.row_sums.end(), 0.0);

  std::vector<std::uint32_t> rows(n);
  std::iota(rows.begin(), rows.end(), 0u);
  // No structured binding: clang captures none in a lambda.
  const auto statistic = sums.statistic(std::span(rows).first(n_first));
  const double measured = statistic.first;
  const double between = statistic.second;
  std::vector<char> as_large(permutations);
  base::parallel_for(permutations, [&](std::size_t p) {
    std::vector<std::uint32_t> shuffled = rows;
    base::sample_to_front(shuffled, n_first, base::RandomStream(seed, "two_sample", p));
    const auto relabelled = std::span(shuffled).first(n_first);
    std::ranges::sort(relabelled);
    as_large[p] = sums.statistic(relabelled).first >= measured ? 1 : 0;
  });
  const auto count = std::accumulate(as_large.begin(), as_large.end(), std::size_t{0});
  return {.energy_distance = measured,
          .effect = between > 0 ? measured / (2 * between) : 0,
          .p_value = static_cast<double>(1 + count) / static_cast<double>(1 + permutations)};
}

}  // namespace spinflow::stats
