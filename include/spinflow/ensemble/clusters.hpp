// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "spinflow/ensemble/rows.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::ensemble {

/// Share of the sites that lie in clusters of `least` to `most` sites.
struct ClusterBin {
  int least = 1;
  int most = 1;
  stats::Estimate share;
};

/// Clusters of aligned spins joined by nearest-neighbour bonds.
struct Clusters {
  std::vector<ClusterBin> sizes;  ///< bins 1, 2, 3-4, 5-8, ... up to the lattice; the shares add up to 1
  stats::Estimate largest;        ///< sites of the largest cluster, as a fraction of the lattice
  stats::Estimate number;         ///< clusters per site
};

/// Means over the rows (of an ensemble: over all), with their errors.
[[nodiscard]] Clusters clusters(const Rows& rows);

}  // namespace spinflow::ensemble
