// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "kernels/random_words.hpp"
#include "kernels/tables/disjoint_sets.hpp"
#include "kernels/tables/poisson_table.hpp"
#include "samplers/cluster/graph_system.hpp"

namespace spinflow::samplers {

/// What both kinds of Swendsen-Wang chain do once the graph is drawn.
class SwendsenWangChain : public GraphChain {
 public:
  void start() override;
  void sweep() override;
  [[nodiscard]] GraphMeasurement measured() const override;

  /// Takes over a configuration. `spins`: (n_sites), +-1.
  void set(std::span<const std::int8_t> spins);
  [[nodiscard]] std::span<const std::int8_t> spins() const override {
    return {spins_.data(), system_->n_sites()};
  }

  [[nodiscard]] const GraphSystem& system() const { return *system_; }

 protected:
  /// `inverse_temperature`: 1/T for the signs of clusters in a field; may be infinite.
  SwendsenWangChain(std::shared_ptr<const GraphSystem> system, double inverse_temperature,
                    base::RandomStream words);

  /// Joins the sites that the new graph connects in `sets_`, which is given with every site alone; returns
  /// GraphMeasurement::count.
  virtual std::int64_t connect() = 0;

  std::shared_ptr<const GraphSystem> system_;
  kernels::RandomWords words_;
  std::vector<std::int8_t> spins_;  // (n_sites), then rubbish up to a multiple of 64
  kernels::DisjointSets sets_;

 private:
  void colour();
  void colour_in_field();
  [[nodiscard]] double wave_power() const;

  double inverse_temperature_;
  std::int64_t count_ = 0;
  std::vector<std::uint32_t> cluster_;  // of each site: the cluster's first site
};

/// Models of many couplings: Poisson events of rate 2 K J_ij per pair, order N of them (Fukui and Todo 2009).
class EventChain final : public SwendsenWangChain {
 public:
  enum class Graph {
    full,         ///< the count is GraphMeasurement::count
    for_clusters  ///< drawn only until no further event can change a cluster: any K, infinite ones included
  };

  EventChain(std::shared_ptr<const GraphSystem> system, double inverse_temperature, Graph graph,
             base::RandomStream words);

 private:
  std::int64_t connect() override;

  Graph graph_;
  std::size_t n_rounds_;
  kernels::PoissonTable block_events_;  // of a full block of sites in one round
  kernels::PoissonTable last_events_;   // of the last block
  std::vector<std::pair<std::uint32_t, std::uint32_t>>
      hits_;  // one more than the most, for a store that does not count
};

/// Nearest neighbours: a bond between equal spins is occupied with probability 1 - exp(-2 K J) (Swendsen and
/// Wang 1987). K may be infinite.
class BondChain final : public SwendsenWangChain {
 public:
  BondChain(std::shared_ptr<const GraphSystem> system, double inverse_temperature, base::RandomStream words);

 private:
  std::int64_t connect() override;

  std::uint64_t occupied_;  // a uniform 63-bit number is below it with the bond's probability
};

}  // namespace spinflow::samplers
