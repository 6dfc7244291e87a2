// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "spinflow/base/random.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::samplers {

/// What one sweep of a cluster algorithm that covers the whole lattice tells. The joint weight of spins and
/// graph is x(K)^count times a factor without K, x = exp(log_fugacity): records reweight to another K by the
/// count alone, and so do the improved estimators, which are functions of the graph.
struct GraphMeasurement {
  /// Long range: n, all Poisson events that landed on equal spins, repeated hits of a pair counted each time.
  /// Nearest neighbour: number of occupied bonds.
  std::int64_t count = 0;
  double m2 = 0;  ///< sum_c |c|^2 / N^2: improved estimator of m^2
  double m4 = 0;  ///< (3 (sum_c |c|^2)^2 - 2 sum_c |c|^4) / N^4: improved estimator of m^4
  double mk2 =
      0;  ///< |m_k|^2, m_k = sum_i s_i exp(i k r_i) / N, improved; smallest k != 0, mean over the axes
  double abs_m = 0;  ///< |m| of the configuration after the sweep, not improved
};

/// What all chains of one model share: tables of couplings, bonds.
class GraphSystem;

/// "" if the model can be sampled so: ferromagnetic, without field, periodic; otherwise why not.
[[nodiscard]] std::string graph_refusal(const models::Model& model);

/// Error(input) for a model that graph_refusal refuses.
[[nodiscard]] std::shared_ptr<const GraphSystem> graph_system(std::shared_ptr<const models::Model> model);

/// ln x at inverse temperature K = 1/T > 0: ln K for Poisson events, ln(exp(2 K J) - 1) for bonds.
[[nodiscard]] double log_fugacity(const models::Model& model, double inverse_temperature);

/// <H> per site from the mean count at inverse temperature K: (sum_{i<j} J_ij - <n>/K) / N for events, the
/// like for bonds (d ln x/dK <n> in place of <n>/K).
[[nodiscard]] double energy_from_count(const models::Model& model, double inverse_temperature,
                                       double mean_count);

/// One Markov chain of Swendsen-Wang sweeps (Swendsen and Wang 1987; long range: Fukui and Todo 2009).
class GraphChain {
 public:
  virtual ~GraphChain() = default;
  /// All spins up: as good as any ordered start, for a sweep gives every cluster a new sign.
  virtual void start() = 0;
  virtual void sweep() = 0;
  /// Of the last sweep.
  [[nodiscard]] virtual GraphMeasurement measured() const = 0;
  /// (n_sites), +-1: the configuration after the last sweep.
  [[nodiscard]] virtual std::span<const std::int8_t> spins() const = 0;
};

/// `inverse_temperature`: K > 0, finite. `words`: whose randomness the chain has.
[[nodiscard]] std::unique_ptr<GraphChain> graph_chain(std::shared_ptr<const GraphSystem> system,
                                                      double inverse_temperature, base::RandomStream words);

namespace reference {
/// The obvious twin: every pair of sites in turn, clusters by search, sums as they stand in the formulas.
[[nodiscard]] std::unique_ptr<GraphChain> graph_chain(std::shared_ptr<const models::Model> model,
                                                      double inverse_temperature, base::RandomStream words);
}  // namespace reference

}  // namespace spinflow::samplers
