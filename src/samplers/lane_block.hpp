// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "spinflow/base/random.hpp"
#include "spinflow/kernels/lane_random.hpp"
#include "spinflow/kernels/lane_spins.hpp"
#include "spinflow/kernels/lane_update.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::samplers {

/// What all blocks of replicas of one nearest-neighbour model share.
struct LaneSystem {
  explicit LaneSystem(const models::Model& model);

  double coupling;
  double field;
  std::size_t n_sites;
  std::vector<std::pair<std::int32_t, std::int32_t>> bonds;
  kernels::LaneGraph graph;
  std::vector<std::uint8_t> odd;
  std::vector<std::vector<std::int8_t>> starts;  ///< ordered_starts
};

/// Called after pieces of work that take some hundredths of a second; may throw to end it.
using Progress = std::function<void(std::int64_t updates_done)>;

/// 512 replicas, each at a temperature of its own, under local updates.
///
/// One update is a sweep over all sites in order. In a field h != 0 a heat-bath step for the whole replica
/// follows: it is reversed with probability 1/(1 + exp(2 h M/T)), M = sum of its spins, so that at low T both
/// valleys of a weak field are visited with their weights, which single flips would not achieve in any time.
class LaneBlock {
 public:
  /// `temperatures`: (512), in J/k_B; `words`: whose randomness the block has.
  LaneBlock(const LaneSystem& system, kernels::LocalUpdate update, std::span<const double> temperatures,
            base::RandomStream words);

  /// Every replica becomes one of the ordered starts, drawn at random.
  void start(base::RandomStream choices);
  void update(std::int64_t n_updates, const Progress& progress);

  [[nodiscard]] kernels::LaneSpins& spins() { return spins_; }

  /// What a pilot run watches: number of unequal bonds, M (|M| without field), for J < 0 also the size of the
  /// staggered magnetization. `values`: (n_observables, 512).
  [[nodiscard]] static std::size_t n_observables(const LaneSystem& system) {
    return system.coupling < 0 ? 3 : 2;
  }
  void measure(std::span<std::int32_t> values) const;

 private:
  void reverse_in_field();

  const LaneSystem& system_;
  kernels::LaneRule rule_;
  kernels::LaneRandom random_;
  kernels::LaneSpins spins_;
};

}  // namespace spinflow::samplers
