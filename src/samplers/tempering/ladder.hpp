// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "samplers/local/field_spins.hpp"
#include "samplers/pilot_starts.hpp"
#include "spinflow/base/random.hpp"

namespace spinflow::samplers {

/// Replicas of one system at rising temperatures that exchange their configurations: parallel tempering
/// (Hukushima and Nemoto 1996). The product of the Boltzmann distributions of all rungs is invariant.
class Ladder {
 public:
  /// `temperatures`: in J/k_B, ascending, from 0 to infinity; `words`: whose randomness the ladder has.
  /// `system` outlives it.
  Ladder(const FieldSystem& system, std::vector<double> temperatures, base::RandomStream words);

  /// Every replica becomes one of the ordered starts, drawn at random.
  void start();
  /// As above, then changed to another kind of start. `turned`: turned_sites of that kind.
  void start(Start kind, std::span<const std::uint8_t> turned);
  /// A Metropolis sweep of every replica, then every second pair of neighbours (the even and the odd ones in
  /// turn) exchanges its configurations with probability min(1, exp((1/T - 1/T') (E - E'))).
  void update();

  [[nodiscard]] std::size_t n_rungs() const { return temperatures_.size(); }
  [[nodiscard]] FieldSpins& at(std::size_t rung) { return replicas_[at_rung_[rung]]; }
  [[nodiscard]] const FieldSpins& at(std::size_t rung) const { return replicas_[at_rung_[rung]]; }

  /// What the exchanges of one pair of neighbours were like.
  struct Exchange {
    double probability = 0;  ///< sum of the acceptance probabilities of all attempts
    double energy_gap = 0;   ///< sum of E' - E
    std::int64_t attempts = 0;
  };
  /// (n_rungs - 1), since the last call of forget_exchanges.
  [[nodiscard]] std::span<const Exchange> exchanges() const { return exchanges_; }
  void forget_exchanges() { exchanges_.assign(exchanges_.size(), {}); }
  /// How often a replica has come to the coldest rung after it was on the hottest.
  [[nodiscard]] std::int64_t arrivals() const { return arrivals_; }

 private:
  void attempt(std::size_t rung);

  double equal_;  // energies closer than this are one
  std::vector<double> temperatures_;
  base::RandomStream random_;
  std::vector<FieldSpins> replicas_;
  std::vector<std::size_t> at_rung_;        // which replica stands there
  std::vector<std::uint8_t> from_hottest_;  // of each replica: the last end of the ladder it was at
  std::vector<Exchange> exchanges_;
  std::int64_t updates_ = 0;
  std::int64_t arrivals_ = 0;
};

}  // namespace spinflow::samplers
