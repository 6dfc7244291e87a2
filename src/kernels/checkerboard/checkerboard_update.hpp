// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernels/checkerboard/checkerboard_spins.hpp"
#include "kernels/checkerboard/coarse_decision.hpp"
#include "kernels/tables/poisson_table.hpp"
#include "spinflow/kernels/lane_random.hpp"

namespace spinflow::kernels {

/// How the spins of a ferromagnet H = -J sum_<ij> s_i s_j at one temperature turn: with probability 3/4 where
/// that does not raise the energy, with 3/4 exp(-4J/T) and 3/4 exp(-8J/T) against three and four equal
/// neighbours (why 3/4: lane_metropolis.cpp). checkerboard_update.cpp says how, and that it is exact to
/// rounding.
class CheckerboardRule {
 public:
  /// `coupling` J >= 0, finite; `temperature`: in units of J/k_B with J = 1, >= 0; `spins`: only its sides
  /// count.
  CheckerboardRule(double coupling, double temperature, const CheckerboardSpins& spins);

  // Part of the random stream.
  static constexpr std::size_t fewest_bits = 6;
  static constexpr std::size_t most_bits = 8;
  static constexpr std::size_t most_group_blocks = 16;
  /// For the numbers and places of all events of a group: fewer than 512 of either kind.
  static constexpr std::size_t most_event_words = 2 + 2 * 128;

  [[nodiscard]] std::size_t bits() const { return bits_; }
  /// Against three equal neighbours (0) and four (1).
  [[nodiscard]] const CoarseDecision& decision(std::size_t c) const { return decisions_[c]; }
  /// Blocks of 512 spins that share their events: a power of two.
  [[nodiscard]] std::size_t group_blocks() const { return group_blocks_; }
  /// Events of a group that count for both decisions.
  [[nodiscard]] const PoissonTable& common_events() const { return common_events_; }
  /// Events of a group that count for `extra_decision` only.
  [[nodiscard]] const PoissonTable& extra_events() const { return extra_events_; }
  [[nodiscard]] std::size_t extra_decision() const { return extra_decision_; }

 private:
  std::size_t bits_ = 0;
  std::array<CoarseDecision, 2> decisions_;
  std::size_t group_blocks_;
  std::size_t extra_decision_;
  PoissonTable common_events_{0};
  PoissonTable extra_events_{0};
};

/// Updates all sites with x + y even, then all others (Metropolis et al. 1953, both colours of a checkerboard
/// in turn). `spins`: of the size the rule was made for. Takes 6 to 8 words of 512 bits for 512 spins.
void sweep(const CheckerboardRule& rule, LaneRandom& random, CheckerboardSpins& spins);

namespace reference {
/// The obvious twin, spin by spin: the same spins from the same random words.
void sweep(const CheckerboardRule& rule, LaneRandom& random, CheckerboardSpins& spins);
}  // namespace reference

}  // namespace spinflow::kernels
