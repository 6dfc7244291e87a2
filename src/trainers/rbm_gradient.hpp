// SPDX-License-Identifier: Apache-2.0
// The inner part of every RBM trainer: the statistics of one batch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "spinflow/base/ranks.hpp"
#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/networks/rbm_parameters.hpp"

namespace spinflow::trainers {

using networks::RbmParameters;

/// Number of places where rows first ... last - 1 of two arrays of one shape differ.
[[nodiscard]] std::int64_t different_spins(const kernels::PackedSpins& a, const kernels::PackedSpins& b,
                                           std::size_t first, std::size_t last);

/// Gradient sums over a batch, in the shapes of RbmParameters: sum over the batch of tanh(c + W v) v^T, minus
/// that over rows v' which stand for the network's own distribution. Each update loads a batch, lets a
/// NegativePhase fill in both halves, and forms the sums.
class RbmGradient {
 public:
  /// `n_negative`: rows of the negative phase. Their mean times the batch size stands for the sum.
  RbmGradient(std::size_t batch_size, std::size_t n_negative, std::size_t n_visible, std::size_t n_hidden);

  /// Takes the given rows of `data` as the batch (as many as batch_size).
  void load(const kernels::PackedSpins& data, std::span<const std::uint32_t> rows);
  [[nodiscard]] const kernels::PackedSpins& batch() const { return batch_; }

  /// Fills in both halves: the batch, and the rows v' of `negative`, (n_negative, n_visible). `ranks` share
  /// the work.
  void oppose(const RbmParameters& parameters, const kernels::PackedSpins& negative, base::Ranks& ranks);

  /// The same for rows first .. last - 1 of the batch and of as many `negative` rows, where `hidden_means()`
  /// has tanh(c + W v) of these rows of the batch already. May be called from several threads. Then
  /// `complete` hands around the rows that each rank has filled in of its part of the batch.
  void oppose_rows(const RbmParameters& parameters, std::size_t first, std::size_t last,
                   const kernels::PackedSpins& negative);
  void complete(base::Ranks& ranks);
  /// Rows 0 .. batch_size - 1 are those of the batch, of n_hidden columns.
  [[nodiscard]] kernels::FloatMatrix& hidden_means() { return means_; }

  /// Forms `weights()` of the two halves: every rank the rows that are its part of the visible units.
  void sum(base::Ranks& ranks);
  [[nodiscard]] const kernels::FloatMatrix& weights() const { return weights_; }
  /// Sum of v - v' and of tanh(c + W v) - tanh(c + W v'); made by `sum_biases`, after `sum`.
  void sum_biases();
  [[nodiscard]] const kernels::FloatMatrix& visible_bias() const { return visible_bias_; }
  [[nodiscard]] const kernels::FloatMatrix& hidden_bias() const { return hidden_bias_; }

 private:
  std::size_t batch_size_;
  std::size_t n_negative_;
  kernels::PackedSpins batch_;    // (batch, n_visible): data
  kernels::PackedSpins both_;     // (batch + n_negative, n_visible): data, then v'
  kernels::PackedSpins columns_;  // both_ transposed
  // (batch + n_negative, n_hidden): tanh of the data's fields, then that of the fields of v' times -batch /
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
  [[nodiscard]] double evaluate(const RbmParameters& parameters, base::Ranks& ranks) const;

 private:
  kernels::PackedSpins rows_;
  std::vector<std::uint32_t> sites_;  // two per row
};

}  // namespace spinflow::trainers
