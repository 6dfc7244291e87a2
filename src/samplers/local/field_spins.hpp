// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernels/tables/coupling_rows.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::samplers {

/// "" if FieldSystem knows the model's couplings: nearest-neighbour ones or those by displacement.
[[nodiscard]] std::string field_refusal(const models::Model& model);

/// What all configurations with stored local fields of one model share. Couplings are whole multiples of a
/// unit, so that fields and energies never gather rounding errors and do not depend on the order of sums:
/// J for nearest-neighbour models; otherwise a power of two, so small that N times the sum of all couplings
/// of a site still fits into 60 bits (2^-51 of that sum up to 255 sites, 2^-46 for 4096). A coupling is
/// thereby off by half a unit at most.
struct FieldSystem {
  explicit FieldSystem(const models::Model& model);

  /// What a pilot run watches: the energy, M (|M| without field), with any J < 0 also the size of the
  /// staggered magnetization.
  [[nodiscard]] std::size_t n_observables() const { return antiferromagnetic ? 3 : 2; }

  /// Sweeps of one configuration between two reports to the observer: some milliseconds' worth.
  [[nodiscard]] std::uint64_t sweeps_per_report() const {
    return (std::uint64_t{1} << 20) / (changes ? n_sites * n_sites : 8 * n_sites) + 1;
  }

  std::size_t n_sites;
  double unit = 1;                 ///< of the couplings, in the model's units of energy
  double field;                    ///< h
  double coupling_sum = 0;         ///< largest sum_j |J_ij| of any site i
  double zero = 0;                 ///< local fields up to this are none: so ties at T = 0 survive rounding
  bool antiferromagnetic = false;  ///< whether any coupling is negative
  std::vector<std::uint8_t> odd;   ///< odd_sites
  std::vector<std::vector<std::int8_t>> starts;  ///< ordered_starts
  /// Twice the couplings: what a flip changes. Where it is empty, `neighbours` has them.
  std::optional<kernels::CouplingRows> changes;
  /// Nearest neighbours, those of site i at [first_neighbour[i], first_neighbour[i + 1]).
  std::vector<std::int32_t> neighbours;
  std::vector<std::size_t> first_neighbour;
  std::int64_t neighbour_change = 0;  ///< twice their coupling

 private:
  void take_neighbours(const lattice::Lattice& lattice, double coupling);
  void take_displacements(const lattice::Lattice& lattice, std::span<const double> couplings);
};

/// One configuration with the local fields of all its sites kept up to date: a rejected flip costs O(1), an
/// accepted one as much as its spin has couplings. For any sign of J, with field, any boundary.
class FieldSpins {
 public:
  /// All spins up. `system` outlives it.
  explicit FieldSpins(const FieldSystem& system);

  /// Becomes one of the ordered starts, drawn at random.
  void start(base::RandomStream& random);
  /// `spins`: (n_sites), +-1.
  void set(std::span<const std::int8_t> spins);

  /// Proposes to flip every spin in turn and accepts with probability 3/4 min(1, exp(-dE/T)); see
  /// kernels/lane_metropolis.cpp for the 3/4. In a field the whole configuration is then reversed with
  /// probability 1/(1 + exp(2 h M/T)), as LaneBlock does. `temperature`: in J/k_B, >= 0, may be infinite.
  void sweep(double temperature, base::RandomStream& random);

  [[nodiscard]] std::span<const std::int8_t> spins() const { return spins_; }
  /// Total, from whole numbers kept up to date.
  [[nodiscard]] double energy() const;
  /// h_i = sum_j J_ij s_j + h.
  [[nodiscard]] double local_field(std::size_t site) const {
    return static_cast<double>(fields_[site]) * system_->unit + system_->field;
  }
  /// (n_observables of the system)
  [[nodiscard]] std::vector<double> measured() const;

 private:
  void flip(std::size_t site);
  void reverse();
  void reverse_in_field(double temperature, base::RandomStream& random);

  const FieldSystem* system_;
  std::vector<std::int8_t> spins_;
  std::vector<std::int64_t> fields_;  // sum_j J_ij s_j in units; without h
  std::int64_t aligned_ = 0;          // sum_i s_i fields_[i]: the pair energy is minus half of it
  std::int64_t sum_ = 0;
  std::int64_t staggered_ = 0;
};

}  // namespace spinflow::samplers
