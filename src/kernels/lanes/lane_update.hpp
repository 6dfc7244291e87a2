// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/lanes/lane_spins.hpp"
#include "kernels/tables/alias_table.hpp"
#include "kernels/tables/poisson_table.hpp"
#include "spinflow/kernels/lane_random.hpp"

namespace spinflow::kernels {

/// Where the (at most four) neighbours of each site stand.
struct LaneGraph {
  static constexpr std::size_t most_neighbours = 4;
  /// (n_sites, 4): neighbours first, then n_sites (the site that is down for ever) in the empty places.
  std::vector<std::int32_t> neighbours;
  /// (n_sites): how many neighbours there are.
  std::vector<std::uint8_t> degree;

  [[nodiscard]] std::size_t n_sites() const { return degree.size(); }
};

enum class LocalUpdate {
  heat_bath,   ///< the spin is drawn anew: against its local field f with probability e/(1 + e), e =
               ///< exp(-2|f|/T)
  metropolis,  ///< flipped with probability 3/4 min(1, exp(-dE/T)), see lane_metropolis.cpp for the 3/4
};

/// What 512 replicas of H = -J sum_<ij> s_i s_j - h sum_i s_i, each at a temperature of its own, do at one
/// site: for every |f| that occurs and every lane the probability to end up against f or to turn against it,
/// in the form that the update wants. The probabilities are those of double precision, to 2^-64 (heat bath)
/// or 2^-50 (Metropolis).
class LaneRule {
 public:
  /// `coupling` J, `field` h: finite; `graph`: only its degrees count; `temperatures`: (512), in J/k_B, >= 0.
  LaneRule(LocalUpdate update, double coupling, double field, const LaneGraph& graph,
           std::span<const double> temperatures);

  [[nodiscard]] LocalUpdate update() const { return update_; }
  [[nodiscard]] double coupling() const { return coupling_; }
  [[nodiscard]] double field() const { return field_; }
  [[nodiscard]] double temperature(std::size_t lane) const { return temperatures_[lane]; }
  /// f = J sum_j s_j + h of a site with `n_up` of its neighbours up.
  [[nodiscard]] double local_field(std::size_t n_neighbours, std::size_t n_up) const;
  /// How probably a spin along its local field `field` != 0 (heat bath: one that is drawn anew) ends up
  /// against it.
  [[nodiscard]] double probability_against(double field, std::size_t lane) const;

  static constexpr std::size_t most_classes = 5;
  static constexpr std::size_t n_counts = 5;  // 0 ... 4 neighbours up

  /// Heat bath: one bit plane of the thresholds of all lanes for a 64-bit number, most significant first.
  struct alignas(64) Planes {
    std::array<LaneBits, 64> of_bit{};
  };

  // Metropolis; part of the random stream.
  static constexpr std::size_t coarse_bits = 9;   ///< of a number, before events put the answer right
  static constexpr std::size_t group_sites = 16;  ///< sites that share one draw of events
  /// The number of a group's events, one word, and their places: a group has fewer than 512.
  static constexpr std::size_t most_event_words = 512;
  /// What all lanes do in one class; see CoarseDecision.
  struct alignas(64) CoarsePlanes {
    std::array<LaneBits, coarse_bits> of_bit{};  ///< k, least significant bit first
    LaneBits at_event{};
  };

  /// The sites with one number of neighbours. Truth tables over the number k of neighbours up hold 0 or ~0.
  struct Degree {
    std::array<std::array<std::uint64_t, n_counts>, most_classes> in_class{};  ///< |f_k| belongs to class c
    std::array<std::uint64_t, n_counts> without_field{};                       ///< f_k = 0
    std::array<std::uint64_t, n_counts> field_up{};                            ///< f_k > 0
    std::vector<Planes> planes;        ///< heat bath: (n_classes of the rule), the thresholds of each class
    std::vector<CoarsePlanes> coarse;  ///< Metropolis: (n_classes of the rule)
    std::size_t first_kind = 0;        ///< Metropolis: the events of class c are those of kind first_kind + c
  };
  /// The tables of sites with that many neighbours; empty if the graph has none.
  [[nodiscard]] const Degree& degree(std::size_t n_neighbours) const { return degrees_[n_neighbours]; }
  /// Classes of every degree, unused ones included: 2 or 5.
  [[nodiscard]] std::size_t n_classes() const { return n_classes_; }

  /// Metropolis: pairs of a number of neighbours that occurs and a class.
  [[nodiscard]] std::size_t n_kinds() const { return n_kinds_; }
  static constexpr std::size_t most_kinds = (LaneGraph::most_neighbours + 1) * most_classes;
  /// Metropolis: how many events all kinds and lanes of group_sites sites have.
  [[nodiscard]] const PoissonTable& n_events() const { return n_events_; }
  /// Metropolis: which kind and lane an event hits, kind * 512 + lane.
  [[nodiscard]] const AliasTable& place_of_event() const { return place_of_event_; }

 private:
  void tabulate_thresholds(Degree& degree, std::span<const double> magnitudes) const;
  void tabulate_coarse(Degree& degree, std::span<const double> magnitudes, std::span<double> events) const;

  LocalUpdate update_;
  double coupling_;
  double field_;
  std::vector<double> temperatures_;
  std::size_t n_classes_ = 2;
  std::array<Degree, LaneGraph::most_neighbours + 1> degrees_;
  std::size_t n_kinds_ = 0;
  PoissonTable n_events_{0};
  AliasTable place_of_event_;
};

/// Updates the sites first, first + 1, ..., last - 1 in this order, every lane at its own temperature with
/// random bits of its own. Heat bath draws words of 512 bits for each site until every lane has decided, at
/// least 8 and at most 64. Metropolis takes 9 of them for each site and 64 bits for each event, and groups
/// sites from `first` on: parts of a sweep are the sweep if they begin at multiples of 16.
void update_sites(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                  LaneRandom& random, LaneSpins& spins);

namespace reference {
/// The obvious twin, lane by lane: the same spins from the same random words.
void update_sites(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                  LaneRandom& random, LaneSpins& spins);
}  // namespace reference

}  // namespace spinflow::kernels
