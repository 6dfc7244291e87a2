// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernels/random_words.hpp"
#include "kernels/tables/poisson_table.hpp"
#include "samplers/chain_sampling.hpp"
#include "samplers/cluster/graph_system.hpp"

namespace spinflow::samplers {

/// One Markov chain of Wolff's single-cluster algorithm for a model of many couplings: every site of the
/// cluster sends out Poisson events of mean 2 K J_tot, and those that land on a spin of its sign take it in
/// (Wolff 1989; cf. Luijten and Bloete 1995; the events as in Fukui and Todo 2009).
class EventWolffChain final : public SpinChain {
 public:
  /// `inverse_temperature`: K > 0, may be infinite.
  EventWolffChain(std::shared_ptr<const GraphSystem> system, double inverse_temperature,
                  base::RandomStream words);

  /// All up.
  void start() override;
  void set(std::span<const std::int8_t> spins) override;
  /// Flips one cluster that grows from a random site; with probability 1/8 does nothing.
  void update() override;
  [[nodiscard]] std::span<const std::int8_t> spins() const override { return spins_; }
  [[nodiscard]] std::vector<double> measured() const override { return system_->slow_quantities(spins_); }

 private:
  // Events go out from so many sites at once, as long as there are: one number is drawn for all of them.
  static constexpr std::size_t batches[] = {64, 8, 1};

  std::shared_ptr<const GraphSystem> system_;
  std::size_t n_rounds_;
  std::vector<kernels::PoissonTable> events_;  // of a batch in one round
  kernels::RandomWords words_;
  std::vector<std::int8_t> spins_;
  std::int64_t sum_ = 0;                // of the spins
  std::vector<std::uint32_t> cluster_;  // (n_sites + 1), one for a store that does not count
};

}  // namespace spinflow::samplers
