// SPDX-License-Identifier: Apache-2.0
#include "spinflow/stats/assignment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "spinflow/base/error.hpp"

namespace spinflow::stats {

namespace {

constexpr std::size_t nobody = std::numeric_limits<std::size_t>::max();

/// The rows assigned so far with dual prices: cost(r, c) >= row_price[r] + column_price[c], equal where r has
/// c.
struct Matching {
  std::span<const double> cost;
  std::size_t n;
  std::vector<double> row_price;
  std::vector<double> column_price;
  std::vector<std::size_t> owner;  // row of each column, or nobody

  [[nodiscard]] double reduced(std::size_t row, std::size_t column) const {
    return cost[row * n + column] - row_price[row] - column_price[column];
  }

  /// Gives `row` a column along the cheapest alternating path to a free one (Dijkstra with reduced costs).
  void add(std::size_t row) {
    std::vector<double> distance(n, std::numeric_limits<double>::infinity());
    std::vector<std::size_t> from(n, nobody);  // column before this one on the path; nobody: the path begins
    std::vector<std::size_t> reached;          // columns of known distance, in order of it
    std::vector<char> known(n, 0);
    std::size_t here = row;
    std::size_t last = nobody;
    double length = 0;
    for (;;) {
      std::size_t next = nobody;
      for (std::size_t c = 0; c < n; ++c) {
        if (known[c] != 0) continue;
        if (const double d = length + reduced(here, c); d < distance[c]) {
          distance[c] = d;
          from[c] = last;
        }
        if (next == nobody || distance[c] < distance[next]) next = c;
      }
      known[next] = 1;
      last = next;
      length = distance[next];
      if (owner[next] == nobody) break;
      reached.push_back(next);
      here = owner[next];
    }
    row_price[row] += length;
    for (const std::size_t c : reached) {
      row_price[owner[c]] += length - distance[c];
      column_price[c] -= length - distance[c];
    }
    for (std::size_t c = last; c != nobody; c = from[c]) owner[c] = from[c] == nobody ? row : owner[from[c]];
  }
};

}  // namespace

std::vector<std::size_t> least_cost_assignment(std::span<const double> cost, std::size_t n) {
  if (cost.size() != n * n)
    throw input_error("assignment", fmt::format("{} costs are no matrix of {} x {}", cost.size(), n, n),
                      "give one cost for every row and column");
  if (!std::ranges::all_of(cost, [](double c) { return std::isfinite(c); }))
    throw input_error("assignment", "a cost is not finite", "give finite costs");
  Matching matching{cost, n, std::vector<double>(n), std::vector<double>(n),
                    std::vector<std::size_t>(n, nobody)};
  for (std::size_t row = 0; row < n; ++row) matching.add(row);
  std::vector<std::size_t> column_of(n);
  for (std::size_t c = 0; c < n; ++c) column_of[matching.owner[c]] = c;
  return column_of;
}

}  // namespace spinflow::stats
