// SPDX-License-Identifier: Apache-2.0
// Metropolis steps of LaneRule, which update_sites chooses; for .cpp files of this room only.
#pragma once

#include <cstddef>

#include "kernels/lanes/lane_update.hpp"

namespace spinflow::kernels {

/// update_sites of a rule for Metropolis.
void propose_flips(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                   LaneRandom& random, LaneSpins& spins);

namespace reference {

/// The obvious twin, lane by lane: the same spins from the same random words.
void propose_flips(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                   LaneRandom& random, LaneSpins& spins);

/// How many neighbours of a site are up in one lane.
[[nodiscard]] std::size_t count_up_neighbours(const LaneGraph& graph, const LaneSpins& spins,
                                              std::size_t site, std::size_t lane);

}  // namespace reference

}  // namespace spinflow::kernels
