// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/clusters.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "spinflow/base/parallel.hpp"

namespace spinflow::ensemble {

namespace {

std::int32_t root(std::vector<std::int32_t>& parent, std::int32_t site) {
  while (parent[static_cast<std::size_t>(site)] != site) {
    auto& up = parent[static_cast<std::size_t>(site)];
    up = parent[static_cast<std::size_t>(up)];  // halves the path for the next one
    site = up;
  }
  return site;
}

/// Sites of each cluster of a row, by its root; 0 for sites that are not a root.
std::vector<int> sizes_of(const lattice::Lattice& lattice, const kernels::PackedSpins& spins,
                          std::size_t row) {
  std::vector<std::int32_t> parent(spins.n_columns());
  std::iota(parent.begin(), parent.end(), 0);
  for (const auto& [i, j] : lattice.bonds())
    if (spins.spin(row, static_cast<std::size_t>(i)) == spins.spin(row, static_cast<std::size_t>(j)))
      parent[static_cast<std::size_t>(root(parent, i))] = root(parent, j);
  std::vector<int> sizes(parent.size());
  for (std::int32_t site = 0; site < std::ssize(parent); ++site)
    sizes[static_cast<std::size_t>(root(parent, site))] += 1;
  return sizes;
}

/// 1 -> 0, 2 -> 1, 3 and 4 -> 2, 5 to 8 -> 3, ...
std::size_t bin_of(int size) {
  return static_cast<std::size_t>(std::bit_width(static_cast<unsigned>(size - 1)));
}

}  // namespace

Clusters clusters(const Rows& rows) {
  const int n_sites = rows.lattice().n_sites();
  const auto& spins = rows.ensemble().spins;
  const std::size_t n_bins = bin_of(n_sites) + 1;
  std::vector<std::vector<double>> share(n_bins, std::vector<double>(rows.size()));
  std::vector<double> largest(rows.size());
  std::vector<double> number(rows.size());
  constexpr std::size_t rows_per_piece = 256;
  base::parallel_for_rows(rows.size(), rows_per_piece, [&](std::size_t, std::size_t first, std::size_t last) {
    for (std::size_t row = first; row < last; ++row)
      for (const int size : sizes_of(rows.lattice(), spins, row)) {
        if (size == 0) continue;
        const double fraction = static_cast<double>(size) / n_sites;
        share[bin_of(size)][row] += fraction;
        largest[row] = std::max(largest[row], fraction);
        number[row] += 1.0 / n_sites;
      }
  });
  Clusters result{.sizes = {}, .largest = rows.mean(largest), .number = rows.mean(number)};
  for (std::size_t bin = 0; bin < n_bins; ++bin) {
    result.sizes.push_back({.least = bin == 0 ? 1 : (1 << (bin - 1)) + 1,
                            .most = std::min(n_sites, 1 << bin),
                            .share = rows.mean(share[bin])});
  }
  return result;
}

}  // namespace spinflow::ensemble
