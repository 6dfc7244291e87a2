// SPDX-License-Identifier: Apache-2.0
#include "samplers/cluster/nearest_neighbour_system.hpp"

#include "samplers/pilot_starts.hpp"
#include "samplers/request.hpp"

namespace spinflow::samplers {

NearestNeighbourSystem::NearestNeighbourSystem(const models::Model& model)
    : coupling(model.nearest_neighbour_coupling().value()),
      field(model.field()),
      n_sites(static_cast<std::size_t>(model.lattice().n_sites())),
      bonds(model.lattice().bonds().begin(), model.lattice().bonds().end()),
      odd(odd_sites(model.lattice())),
      starts(ordered_starts(model)),
      far_half(turned_sites(model.lattice(), Start::halves)) {
  const auto& lattice = model.lattice();
  graph.neighbours.assign(kernels::LaneGraph::most_neighbours * n_sites, lattice.n_sites());
  for (std::size_t site = 0; site < n_sites; ++site) {
    const auto neighbours = lattice.neighbours(static_cast<int>(site));
    graph.degree.push_back(static_cast<std::uint8_t>(neighbours.size()));
    for (std::size_t n = 0; n < neighbours.size(); ++n)
      graph.neighbours[kernels::LaneGraph::most_neighbours * site + n] = neighbours[n];
  }
}

}  // namespace spinflow::samplers
