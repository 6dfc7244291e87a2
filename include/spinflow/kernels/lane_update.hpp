// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "spinflow/kernels/lane_random.hpp"
#include "spinflow/kernels/lane_spins.hpp"

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
  metropolis,  ///< flipped with probability 3/4 min(1, exp(-dE/T)), see lane_update.cpp for the 3/4
};

/// What 512 replicas of H = -J sum_<ij> s_i s_j - h sum_i s_i, each at a temperature of its own, do at one
/// site: for every |f| that occurs and every lane a 64-bit threshold for a uniform 64-bit word. The
/// probabilities are those of double precision, to 2^-64.
class LaneRule {
 public:
  /// `coupling` J, `field` h: finite; `graph`: only its degrees count; `temperatures`: (512), in J/k_B, >= 0.
  LaneRule(LocalUpdate update, double coupling, double field, const LaneGraph& graph,
           std::span<const double> temperatures);

  [[nodiscard]] LocalUpdate update() const { return update_; }
  [[nodiscard]] double coupling() const { return coupling_; }
  [[nodiscard]] double field() const { return field_; }
  [[nodiscard]] double temperature(std::size_t lane) const { return temperatures_[lane]; }

  static constexpr std::size_t most_classes = 5;
  static constexpr std::size_t n_counts = 5;  // 0 ... 4 neighbours up

  /// One bit plane of the thresholds of all lanes, most significant first.
  using Planes = std::array<LaneBits, 64>;

  /// The sites with one number of neighbours. Truth tables over the number k of neighbours up hold 0 or ~0.
  struct Degree {
    std::array<std::array<std::uint64_t, n_counts>, most_classes> in_class{};  ///< |f_k| belongs to class c
    std::array<std::uint64_t, n_counts> without_field{};                       ///< f_k = 0
    std::array<std::uint64_t, n_counts> field_up{};                            ///< f_k > 0
    std::vector<Planes> planes;  ///< (n_classes of the rule), the thresholds of each class
  };
  /// The tables of sites with that many neighbours; empty if the graph has none.
  [[nodiscard]] const Degree& degree(std::size_t n_neighbours) const { return degrees_[n_neighbours]; }
  /// Classes of every degree, unused ones included: 2 or 5.
  [[nodiscard]] std::size_t n_classes() const { return n_classes_; }

 private:
  LocalUpdate update_;
  double coupling_;
  double field_;
  std::vector<double> temperatures_;
  std::size_t n_classes_ = 2;
  std::array<Degree, LaneGraph::most_neighbours + 1> degrees_;
};

/// Updates the sites first, first + 1, ..., last - 1 in this order, every lane at its own temperature with
/// random bits of its own. For each site, words are drawn until every lane has decided, at least 8 and at
/// most 64.
void update_sites(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                  LaneRandom& random, LaneSpins& spins);

namespace reference {
/// The obvious twin, lane by lane: the same spins from the same random words.
void update_sites(const LaneGraph& graph, const LaneRule& rule, std::size_t first, std::size_t last,
                  LaneRandom& random, LaneSpins& spins);
}  // namespace reference

}  // namespace spinflow::kernels
