// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/clusters.hpp"

#include <algorithm>

#include "observables/by_definition.hpp"
#include "spinflow/observables/observable.hpp"

namespace spinflow::observables {

namespace {

std::vector<stats::Estimate> read_clusters(const ensemble::Rows& rows) {
  const auto found = ensemble::clusters(rows);
  return {found.largest, found.number};
}

std::vector<double> clusters_by_definition(const ensemble::Rows& rows) {
  const auto& lattice = rows.lattice();
  return means_of(rows, [&](Spins spins) {
    // Everything that can be reached from a site over equal neighbours.
    std::vector<bool> seen(spins.size());
    double number = 0;
    double largest = 0;
    for (std::size_t first = 0; first < spins.size(); ++first) {
      if (seen[first]) continue;
      std::vector<std::size_t> cluster = {first};
      seen[first] = true;
      for (std::size_t next = 0; next < cluster.size(); ++next)
        for (const auto neighbour : lattice.neighbours(static_cast<int>(cluster[next]))) {
          const auto site = static_cast<std::size_t>(neighbour);
          if (seen[site] || spins[site] != spins[first]) continue;
          seen[site] = true;
          cluster.push_back(site);
        }
      number += 1;
      largest = std::max(largest, static_cast<double>(cluster.size()));
    }
    return std::vector{largest / lattice.n_sites(), number / lattice.n_sites()};
  });
}

}  // namespace

void register_clusters() {
  registry().add(
      {.name = clusters,
       .help = "clusters of aligned neighbours: share of the sites in the largest, clusters per site",
       .order = 120,
       .numbers = {{.name = largest_cluster, .symbol = "largest cluster"},
                   {.name = clusters_per_site, .symbol = "clusters/N"}},
       .read = read_clusters,
       .reference = clusters_by_definition});
}

}  // namespace spinflow::observables
