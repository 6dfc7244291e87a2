// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "samplers/chain_sampling.hpp"
#include "samplers/cluster/nearest_neighbour_system.hpp"
#include "spinflow/base/random.hpp"

namespace spinflow::samplers {

/// One Markov chain of Wolff's single-cluster algorithm (Wolff 1989) for a nearest-neighbour model without
/// field, of either sign of J: a bond with J s_i s_j > 0 joins its ends with probability 1 - exp(-2|J|/T).
class WolffChain final : public SpinChain {
 public:
  /// `temperature`: in J/k_B, >= 0.
  WolffChain(const NearestNeighbourSystem& system, double temperature, base::RandomStream words);

  /// Becomes one of the ordered starts, drawn at random.
  void start() override;
  void set(std::span<const std::int8_t> spins) override;
  /// Flips one cluster that grows from a random site; with probability 1/8 does nothing.
  void update() override;

  [[nodiscard]] std::span<const std::int8_t> spins() const override {
    return {spins_.data(), system_->n_sites};
  }
  /// Number of unequal bonds, |M|, for J < 0 also the size of the staggered magnetization.
  [[nodiscard]] std::vector<double> measured() const override;

 private:
  std::uint64_t next();

  const NearestNeighbourSystem* system_;
  int sign_;            // of J
  std::uint64_t join_;  // a uniform 63-bit number is below it with the probability to join
  base::RandomStream random_;
  // Words of random_ drawn ahead, so that using one or not takes no branch.
  std::array<std::uint64_t, 128> words_;
  std::size_t used_ = words_.size();
  std::vector<std::int8_t> spins_;     // (n_sites + 1), the last, for missing neighbours, is 0
  std::vector<std::int32_t> cluster_;  // (n_sites + 1), one for a store that does not count
};

}  // namespace spinflow::samplers
