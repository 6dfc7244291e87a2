// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include "spinflow/base/observer.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/networks/rbm.hpp"
#include "spinflow/networks/stack.hpp"

namespace spinflow::studies {

/// How configurations are drawn from a network.
struct NetworkSampling {
  std::int64_t rounds = 1000;  ///< v -> h -> v of every chain before its row, >= 0
  /// Inverse temperatures of an RBM from 0 to 1 that exchange their states after every round; 1: plain Gibbs
  /// sampling.
  std::int64_t replicas = 20;
};

/// Configurations of a network, each the end of a chain of its own.
struct NetworkSamples {
  ensemble::Ensemble rows;  ///< with the Hamiltonian of the network's training data, without temperatures
  /// Of the tempering: the smallest fraction of accepted exchanges, and how often a chain has gone from the
  /// smallest inverse temperature to the largest and back. NaN and 0 for one replica.
  double least_swap_rate = std::numeric_limits<double>::quiet_NaN();
  std::int64_t round_trips = 0;
};

/// `n` configurations of an RBM by networks::RbmTempering from random spins. Error(input) for n < 1 and for
/// options outside their range.
///
///     auto rows = studies::network_samples(rbm, 1000, {}, 1).rows;
[[nodiscard]] NetworkSamples network_samples(const networks::Rbm& rbm, std::int64_t n,
                                             const NetworkSampling& options, std::uint64_t seed,
                                             base::Observer& observer = base::silent());

/// Of a stack as a deep belief net: `rounds` Gibbs steps at the top, then down (networks::generate).
[[nodiscard]] NetworkSamples network_samples(const networks::Stack& stack, std::int64_t n,
                                             std::int64_t rounds, std::uint64_t seed);

}  // namespace spinflow::studies
