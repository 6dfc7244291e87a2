// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "samplers/pilot_starts.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/samplers/sampler.hpp"

namespace spinflow::samplers {

/// One Markov chain of configurations at one temperature.
class SpinChain {
 public:
  virtual ~SpinChain() = default;
  /// Becomes an ordered start, drawn with the chain's own randomness where there are several.
  virtual void start() = 0;
  /// Takes over a configuration. `spins`: (n_sites), +-1.
  virtual void set(std::span<const std::int8_t> spins) = 0;
  /// One step of the algorithm: a cluster, a sweep.
  virtual void update() = 0;
  /// (n_sites), +-1.
  [[nodiscard]] virtual std::span<const std::int8_t> spins() const = 0;
  /// What a pilot run watches, always as many numbers: the slowest quantities of the model, such as the
  /// energy and |M|.
  [[nodiscard]] virtual std::vector<double> measured() const = 0;
};

/// What all chains of one model share; it outlives them.
class ChainSystem {
 public:
  virtual ~ChainSystem() = default;
  /// `temperature`: >= 0, finite.
  [[nodiscard]] virtual std::unique_ptr<SpinChain> chain(double temperature,
                                                         base::RandomStream words) const = 0;
  /// Updates between two reports to the observer: some milliseconds' worth.
  [[nodiscard]] virtual std::uint64_t updates_per_report() const = 0;
};

/// An algorithm that moves one chain at a time.
struct ChainAlgorithm {
  std::string name;    ///< of the sampler; the purposes of all random streams begin with it
  std::string update;  ///< as in SamplerEntry
  Moves moves;         ///< what an update does to walls
  std::function<std::unique_ptr<const ChainSystem>(const models::Model&)> system;
};

/// The registry entry of such an algorithm.
[[nodiscard]] SamplerEntry chain_sampler(const ChainAlgorithm& algorithm, std::string help,
                                         std::vector<base::Citation> citations,
                                         std::function<std::string(const models::Model&)> refusal);

/// SamplerEntry::sample: pilot runs from all pilot_starts measure tau_int at every temperature, then 32
/// chains per temperature burn in and keep a configuration every 4 tau_int. Error(input) if chains of single
/// flips from different starts still differ after some seconds. Without a field every kept configuration is
/// flipped as a whole with probability 1/2.
[[nodiscard]] ensemble::Ensemble sample_by_chains(const ChainAlgorithm& algorithm,
                                                  const SampleRequest& request, base::Observer& observer);

/// SamplerEntry::update_replicas: one chain per row.
void update_rows_by_chains(const ChainAlgorithm& algorithm, const models::Model& model, double temperature,
                           kernels::PackedSpins& replicas, std::uint64_t n_updates, std::uint64_t seed);

}  // namespace spinflow::samplers
