// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "kernels/lanes/lane_spins.hpp"
#include "kernels/lanes/lane_update.hpp"
#include "samplers/cluster/nearest_neighbour_system.hpp"
#include "samplers/pilot_starts.hpp"
#include "samplers/reporter.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/kernels/lane_random.hpp"

namespace spinflow::samplers {

/// 512 replicas, each at a temperature of its own, under local updates.
///
/// One update is a sweep over all sites in order. In a field h != 0 a heat-bath step for the whole replica
/// follows: it is reversed with probability 1/(1 + exp(2 h M/T)), M = sum of its spins, so that at low T both
/// valleys of a weak field are visited with their weights, which single flips would not achieve in any time.
class LaneBlock {
 public:
  /// `temperatures`: (512), in J/k_B; `words`: whose randomness the block has.
  LaneBlock(const NearestNeighbourSystem& system, kernels::LocalUpdate update,
            std::span<const double> temperatures, base::RandomStream words);

  /// Every replica becomes one of the ordered starts, drawn at random.
  void start(base::RandomStream choices);
  /// As above, then each replica changed to its kind of start: ordered, halves or random. `kinds`: (512)
  void start(base::RandomStream choices, std::span<const Start> kinds);
  void update(std::int64_t n_updates, Reporter& reporter);

  [[nodiscard]] kernels::LaneSpins& spins() { return spins_; }

  /// The observables of a pilot run. `values`: (n_observables, 512).
  void measure(std::span<std::int32_t> values) const;

 private:
  void reverse_in_field();

  const NearestNeighbourSystem& system_;
  kernels::LaneRule rule_;
  kernels::LaneRandom random_;
  kernels::LaneSpins spins_;
};

}  // namespace spinflow::samplers
