// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace spinflow::stats {

/// Whether two samples come from one distribution.
struct TwoSampleTest {
  /// 2 <|X - Y|> - <|X - X'|> - <|Y - Y'|> without the pairs of a point with itself: unbiased, so about 0
  /// (either sign) for equal distributions. In units of the distance.
  double energy_distance = 0;
  /// energy_distance / (2 <|X - Y|>), the effect size: 0 for equal distributions, 1 for two different points.
  /// Does not grow with the number of rows, as a p-value does.
  double effect = 0;
  double p_value = 1;  ///< (1 + permutations at least as large) / (1 + permutations)
};

/// The energy-distance test (Szekely and Rizzo 2013). `distance(i, j)` between rows i and j of the pooled
/// sample, 0 <= i, j < n_first + n_second, the first `n_first` rows being the first sample; symmetric, of
/// negative type (Euclidean is). Rows of a sample must be independent. The labels are permuted `permutations`
/// times, stream (seed, "two_sample"). Memory: 4 bytes per pair i < j, 0.8 GB for
/// 20,000 rows. n_first, n_second >= 2.
[[nodiscard]] TwoSampleTest energy_distance_test(
    std::size_t n_first, std::size_t n_second,
    const std::function<double(std::size_t, std::size_t)>& distance, std::size_t permutations,
    std::uint64_t seed);

}  // namespace spinflow::stats
