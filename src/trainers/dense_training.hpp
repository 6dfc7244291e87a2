// SPDX-License-Identifier: Apache-2.0
// What the trainers of dense nets share: losses, backpropagation, scores on held-out rows.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "spinflow/base/error.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/networks/dense.hpp"
#include "spinflow/trainers/supervised_targets.hpp"

namespace spinflow::trainers {

/// The seed of all streams of a training: derived from the caller's, the task, the units of the layers, the
/// data and the targets; other options do not enter, so trainings that differ only in these have the same
/// initial weights and order of rows.
[[nodiscard]] std::uint64_t stream_seed(std::uint64_t seed, std::string_view task,
                                        std::span<const std::size_t> sizes, const ensemble::Ensemble& data,
                                        const Targets& targets);

/// One layer in the layout of the kernels, or whatever belongs to its parameters.
struct Layer {
  kernels::FloatMatrix weights;  ///< (n_in, n_out)
  kernels::FloatMatrix bias;     ///< (1, n_out)

  Layer(std::size_t n_in, std::size_t n_out) : weights(n_in, n_out), bias(1, n_out) {}
};

[[nodiscard]] std::vector<Layer> to_kernel_layout(const networks::Dense& net);
[[nodiscard]] networks::DenseLayer from_kernel_layout(const Layer& layer);
/// Puts the parameters into the net they came from.
void store(const std::vector<Layer>& layers, networks::Dense& net);

/// Rows of an ensemble with what is asked of them; the place is kept from batch to batch.
struct Batch {
  kernels::PackedSpins spins;
  Targets targets;

  /// For `n` rows.
  Batch(std::size_t n, std::size_t n_columns, const Targets& like);
  /// As many `rows` of `from` and `all` as there is place for.
  void fill(const kernels::PackedSpins& from, const Targets& all, std::span<const std::uint32_t> rows);
};

/// Summed over rows.
struct LossSum {
  double loss = 0;  ///< of each row: cross-entropy in nats, or mean over the outputs of (output - target)^2
  std::int64_t right = 0;  ///< rows whose most probable class is right, or outputs of the target's sign

  void add(const LossSum& other) { loss += other.loss, right += other.right; }
};

/// Means over rows.
struct Score {
  double loss = 0;
  double accuracy = 0;  ///< fraction of rows (classes) or of outputs (spins); NaN for numbers
};
[[nodiscard]] Score mean(const LossSum& sum, std::size_t n_rows, const Targets& targets);
/// A row of the history of a net.
[[nodiscard]] networks::DenseHistoryRow history_row(std::int64_t epoch, std::int64_t update,
                                                    const Score& training, const Score& held_out);

/// Backpropagation of one batch; the work space is kept from batch to batch.
class Backpropagation {
 public:
  Backpropagation(const std::vector<Layer>& layers, networks::Activation activation, std::size_t batch_size);

  /// `v`: (batch_size, n_visible). Sums over the batch: loss, right answers and gradient.
  void run(const std::vector<Layer>& layers, const kernels::PackedSpins& v, const Targets& targets);

  [[nodiscard]] const LossSum& sum() const { return sum_; }
  [[nodiscard]] const std::vector<Layer>& gradient() const { return gradient_; }

 private:
  void activate(kernels::FloatMatrix& x) const;
  void times_slope(const kernels::FloatMatrix& y, kernels::FloatMatrix& delta) const;

  networks::Activation activation_;
  kernels::PackedSpins ones_;
  std::vector<Layer> gradient_;
  std::vector<kernels::FloatMatrix> outputs_;  // (batch, n_out), after the activation where there is one
  std::vector<kernels::FloatMatrix> outputs_transposed_;  // (n_out, batch)
  std::vector<kernels::FloatMatrix> deltas_;              // (batch, n_out)
  std::vector<kernels::FloatMatrix> weights_transposed_;  // (n_out, n_in)
  LossSum sum_;
};

/// Loss of `net` on rows with their targets.
[[nodiscard]] Score score(const networks::Dense& net, const kernels::PackedSpins& spins,
                          const Targets& targets);

/// Error(failure) if a parameter exceeds 1e6. Adam divides by the gradient's size, so a rate that is much too
/// large makes parameters of that size long before one overflows; units in such fields have no gradient left
/// and never learn.
void check_parameters(const networks::Dense& net, std::int64_t update, std::string_view where);
/// What to throw when a step leaves a parameter infinite or NaN.
[[nodiscard]] Error no_number(std::int64_t update, std::string_view where);

}  // namespace spinflow::trainers
