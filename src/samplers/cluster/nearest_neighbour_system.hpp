// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "kernels/lanes/lane_update.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::samplers {

/// What all replicas of one nearest-neighbour model share.
struct NearestNeighbourSystem {
  explicit NearestNeighbourSystem(const models::Model& model);

  /// What a pilot run watches: the number of unequal bonds, M (|M| without field), for J < 0 also the size of
  /// the staggered magnetization.
  [[nodiscard]] std::size_t n_observables() const { return coupling < 0 ? 3 : 2; }
  /// Updates of all sites that touch about a million spins: so many between two reports to the observer.
  [[nodiscard]] std::uint64_t updates_per_report() const { return (std::uint64_t{1} << 20) / n_sites + 1; }

  double coupling;
  double field;
  std::size_t n_sites;
  std::vector<std::pair<std::int32_t, std::int32_t>> bonds;
  kernels::LaneGraph graph;
  std::vector<std::uint8_t> odd;                 ///< odd_sites
  std::vector<std::vector<std::int8_t>> starts;  ///< ordered_starts
  std::vector<std::uint8_t> far_half;            ///< turned_sites of Start::halves
};

}  // namespace spinflow::samplers
