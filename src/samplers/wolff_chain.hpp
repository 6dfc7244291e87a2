// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "spinflow/base/random.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::samplers {

/// One Markov chain of Wolff's single-cluster algorithm (Wolff 1989) for a nearest-neighbour model without
/// field, of either sign of J: a bond with J s_i s_j > 0 joins its ends with probability 1 - exp(-2|J|/T).
class WolffChain {
 public:
  /// `temperature`: in J/k_B, >= 0.
  WolffChain(const models::Model& model, double temperature, base::RandomStream words);

  /// Becomes one of `starts` (ordered_starts), drawn at random.
  void start(std::span<const std::vector<std::int8_t>> starts);
  /// Takes over a configuration. `spins`: (n_sites), +-1.
  void set(std::span<const std::int8_t> spins);
  /// Flips one cluster that grows from a random site; with probability 1/8 does nothing.
  void update();

  /// (n_sites), +-1.
  [[nodiscard]] std::span<const std::int8_t> spins() const { return spins_; }
  /// What a pilot run watches: number of unequal bonds, |M|, for J < 0 also the size of the staggered
  /// magnetization.
  [[nodiscard]] std::vector<std::int32_t> measured() const;
  [[nodiscard]] std::size_t n_observables() const { return coupling_ < 0 ? 3 : 2; }

 private:
  lattice::Lattice lattice_;
  double coupling_;
  std::uint64_t join_;  // a uniform 63-bit number is below it with the probability to join
  base::RandomStream random_;
  std::vector<std::uint8_t> odd_;
  std::vector<std::int8_t> spins_;
  std::vector<std::uint8_t> in_cluster_;
  std::vector<std::int32_t> cluster_;
  // Kept up to date, so that measuring costs nothing.
  std::int64_t unequal_ = 0;
  std::int64_t sum_ = 0;
  std::int64_t staggered_ = 0;
};

}  // namespace spinflow::samplers
