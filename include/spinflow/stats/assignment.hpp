// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace spinflow::stats {

/// The one-to-one assignment of n rows to n columns with the least sum of costs, in O(n^3) (Kuhn 1955, in the
/// form of shortest augmenting paths, Jonker and Volgenant 1987). `cost`: (n, n), row-major, finite; result
/// (n): the column of each row. The same costs give the same assignment. Error(input) for another shape or
/// costs that are not finite.
[[nodiscard]] std::vector<std::size_t> least_cost_assignment(std::span<const double> cost, std::size_t n);

}  // namespace spinflow::stats
