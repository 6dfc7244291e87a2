// SPDX-License-Identifier: Apache-2.0
// The inner part of every RBM trainer: the statistics of one batch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/kernels/lane_random.hpp"
#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/networks/rbm_parameters.hpp"

namespace spinflow::trainers {

using networks::RbmParameters;

/// Number of places where two arrays of one shape differ.
[[nodiscard]] std::int64_t different_spins(const kernels::PackedSpins& a, const kernels::PackedSpins& b);

/// Gradient sums over a batch, in the shapes of RbmParameters.
class RbmGradient {
 public:
  /// `n_negative`: rows of the negative phase; as many as the batch for `compute`.
  RbmGradient(std::size_t batch_size, std::size_t n_negative, std::size_t n_visible, std::size_t n_hidden);

  /// Takes the given rows of `data` as the batch (as many as batch_size).
  void load(const kernels::PackedSpins& data, std::span<const std::uint32_t> rows);

  /// Runs k steps of the chain from the batch and forms sum over the batch of tanh(c + W v) v^T - tanh(c + W
  /// v') v'^T. Every block of 512 rows draws from its own stream (seed, "rbm.chain", update * blocks +
  /// block). `observer` hears advance(0) every few steps and may end the work by throwing.
  void compute(const RbmParameters& parameters, std::int64_t k, std::uint64_t seed, std::uint64_t update,
               base::Observer& observer);

  /// The same sum with the given rows v', (n_negative, n_visible), as the negative phase: their mean times
  /// the batch size stands for the sum.
  void compute_against(const RbmParameters& parameters, const kernels::PackedSpins& negative);

  [[nodiscard]] const kernels::FloatMatrix& weights() const { return weights_; }
  /// Sum of v - v' and of tanh(c + W v) - tanh(c + W v'); made by `compute_biases`.
  void compute_biases();
  [[nodiscard]] const kernels::FloatMatrix& visible_bias() const { return visible_bias_; }
  [[nodiscard]] const kernels::FloatMatrix& hidden_bias() const { return hidden_bias_; }
  [[nodiscard]] const kernels::PackedSpins& batch() const { return batch_; }
  /// Spins of the batch that the first step of the chain changed; after `compute`.
  [[nodiscard]] std::int64_t changed_spins() const { return different_spins(batch_, first_step_); }

 private:
  void run_chain(const RbmParameters& parameters, std::int64_t k, std::size_t first, std::size_t last,
                 kernels::LaneRandom& random, base::Observer& observer);
  void sum_products();

  std::size_t batch_size_;
  std::size_t n_negative_;
  kernels::PackedSpins batch_;           // (batch, n_visible): data
  kernels::PackedSpins first_step_;      // (batch, n_visible): v' after one step
  kernels::PackedSpins chain_;           // (batch, n_visible): v' after k steps
  kernels::PackedSpins hidden_;          // (batch, n_hidden)
  kernels::PackedSpins both_;            // (batch + n_negative, n_visible): data, then chain
  kernels::PackedSpins columns_;         // both_ transposed
  kernels::FloatMatrix fields_;          // (batch, n_hidden)
  kernels::FloatMatrix visible_fields_;  // (batch, n_visible)
  // (batch + n_negative, n_hidden): tanh of the data's fields, then that of the chain's times -batch /
  // n_negative
  kernels::FloatMatrix means_;
  kernels::FloatMatrix weights_;  // (n_visible, n_hidden)
  kernels::FloatMatrix visible_bias_;
  kernels::FloatMatrix hidden_bias_;
};

/// Nats per configuration: n_visible times the mean of ln P(v_i | the other spins) over two sites per row,
/// which stay the same from call to call, so that the history shows the network's change rather than the
/// choice.
class PseudoLikelihood {
 public:
  /// At most 512 of the given rows of `data`, evenly spread.
  PseudoLikelihood(const kernels::PackedSpins& data, std::span<const std::uint32_t> rows, std::uint64_t seed,
                   std::string_view purpose);
  /// NaN without rows.
  [[nodiscard]] double evaluate(const RbmParameters& parameters) const;

 private:
  kernels::PackedSpins rows_;
  std::vector<std::uint32_t> sites_;  // two per row
};

}  // namespace spinflow::trainers
