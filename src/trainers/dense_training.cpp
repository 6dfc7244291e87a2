// SPDX-License-Identifier: Apache-2.0
#include "trainers/dense_training.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "kernels/dense/activations.hpp"
#include "kernels/dense/elementary.hpp"
#include "kernels/dense/matrix_product.hpp"
#include "spinflow/base/digest.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/ensemble/identity.hpp"
#include "spinflow/kernels/signed_row_sums.hpp"
#include "spinflow/networks/parameter_limit.hpp"

namespace spinflow::trainers {

std::uint64_t stream_seed(std::uint64_t seed, std::string_view task, std::span<const std::size_t> sizes,
                          const ensemble::Ensemble& data, const Targets& targets) {
  base::Digest asked;
  asked.add(targets.spins.words());
  asked.add(targets.classes);
  asked.add(targets.numbers);
  return base::derived_seed(seed, fmt::format("{} {} {:016x} on {}", task, fmt::join(sizes, ","),
                                              asked.value(), ensemble::identity(data.lattice, data.spins)));
}

std::vector<Layer> to_kernel_layout(const networks::Dense& net) {
  std::vector<Layer> layers;
  for (const auto& layer : net.layers) {
    auto& result = layers.emplace_back(layer.n_in, layer.n_out);
    kernels::transpose_into(kernels::FloatMatrix(layer.n_out, layer.n_in, layer.weights), result.weights);
    result.bias = kernels::FloatMatrix(1, layer.n_out, layer.bias);
  }
  return layers;
}

networks::DenseLayer from_kernel_layout(const Layer& layer) {
  return {.n_in = layer.weights.n_rows(),
          .n_out = layer.weights.n_columns(),
          .weights = kernels::transposed(layer.weights).unpadded(),
          .bias = layer.bias.unpadded()};
}

void store(const std::vector<Layer>& layers, networks::Dense& net) {
  for (std::size_t l = 0; l < layers.size(); ++l) net.layers[l] = from_kernel_layout(layers[l]);
}

Batch::Batch(std::size_t n, std::size_t n_columns, const Targets& like) : spins(n, n_columns) {
  targets.n_outputs = like.n_outputs;
  if (!like.classes.empty()) targets.classes.resize(n);
  if (!like.numbers.empty()) targets.numbers.resize(n);
  if (like.spins.n_rows() > 0) targets.spins = kernels::PackedSpins(n, like.n_outputs);
}

void Batch::fill(const kernels::PackedSpins& from, const Targets& all, std::span<const std::uint32_t> rows) {
  assert(rows.size() == spins.n_rows());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(from.row(rows[i]), spins.row(i).begin());
    if (!all.classes.empty())
      targets.classes[i] = all.classes[rows[i]];
    else if (!all.numbers.empty())
      targets.numbers[i] = all.numbers[rows[i]];
    else
      std::ranges::copy(all.spins.row(rows[i]), targets.spins.row(i).begin());
  }
}

Score mean(const LossSum& sum, std::size_t n_rows, const Targets& targets) {
  const auto n = static_cast<double>(n_rows);
  const double answers = targets.classes.empty() ? n * static_cast<double>(targets.n_outputs) : n;
  return {.loss = sum.loss / n,
          .accuracy = targets.numbers.empty() ? static_cast<double>(sum.right) / answers
                                              : std::numeric_limits<double>::quiet_NaN()};
}

networks::DenseHistoryRow history_row(std::int64_t epoch, std::int64_t update, const Score& training,
                                      const Score& held_out) {
  return {.epoch = epoch,
          .update = update,
          .loss_train = training.loss,
          .accuracy_train = training.accuracy,
          .loss_held_out = held_out.loss,
          .accuracy_held_out = held_out.accuracy};
}

namespace {

// Sums over the rows of `outputs`, whose targets begin at row `first` of `targets`; `slope`:
// d(loss)/d(output).
LossSum loss_of(const kernels::FloatMatrix& outputs, const Targets& targets, std::size_t first,
                kernels::FloatMatrix& slope) {
  const std::size_t n = outputs.n_rows();
  LossSum sum;
  if (!targets.classes.empty()) {
    // Of the softmax: probability minus 1 for the right class.
    kernels::softmax_rows(outputs, 0, n, slope);
    for (std::size_t s = 0; s < n; ++s) {
      const auto p = slope.row(s);
      const std::uint32_t c = targets.classes[first + s];
      sum.right += static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin()) == c ? 1 : 0;
      sum.loss -= kernels::log_fixed(std::max(double{p[c]}, 1e-35));
      p[c] -= 1.0f;
    }
    return sum;
  }
  const std::size_t m = outputs.n_columns();
  const auto twice_share = static_cast<float>(2.0 / static_cast<double>(m));
  for (std::size_t s = 0; s < n; ++s) {
    const auto y = outputs.row(s);
    const auto d = slope.row(s);
    if (targets.numbers.empty())
      for (std::size_t j = 0; j < m; ++j) d[j] = static_cast<float>(targets.spins.spin(first + s, j));
    else
      d[0] = targets.numbers[first + s];
    double squares = 0;
    for (std::size_t j = 0; j < m; ++j) {
      sum.right += (y[j] >= 0) == (d[j] > 0) ? 1 : 0;
      const float difference = y[j] - d[j];
      squares += double{difference} * difference;
      d[j] = twice_share * difference;
    }
    sum.loss += squares / static_cast<double>(m);
  }
  return sum;
}

}  // namespace

Backpropagation::Backpropagation(const std::vector<Layer>& layers, networks::Activation activation,
                                 std::size_t batch_size)
    : activation_(activation), ones_(1, batch_size) {
  ones_.flip(0);
  for (const auto& layer : layers) {
    const std::size_t n_out = layer.weights.n_columns();
    gradient_.emplace_back(layer.weights.n_rows(), n_out);
    outputs_.emplace_back(batch_size, n_out);
    outputs_transposed_.emplace_back(n_out, batch_size);
    deltas_.emplace_back(batch_size, n_out);
    weights_transposed_.emplace_back(n_out, layer.weights.n_rows());
  }
}

void Backpropagation::run(const std::vector<Layer>& layers, const kernels::PackedSpins& v,
                          const Targets& targets) {
  const std::size_t n = v.n_rows();
  const std::size_t top = layers.size() - 1;
  kernels::signed_row_sums(v, 0, n, layers[0].weights, layers[0].bias.row(0), outputs_[0]);
  for (std::size_t l = 1; l <= top; ++l) {
    base::check_stop();
    activate(outputs_[l - 1]);
    kernels::matrix_product(outputs_[l - 1], layers[l].weights, layers[l].bias.row(0), outputs_[l]);
  }
  sum_ = loss_of(outputs_[top], targets, 0, deltas_[top]);
  for (std::size_t l = top; l > 0; --l) {
    base::check_stop();
    kernels::transpose_into(outputs_[l - 1], outputs_transposed_[l - 1]);
    kernels::matrix_product(outputs_transposed_[l - 1], deltas_[l], {}, gradient_[l].weights);
    kernels::transpose_into(layers[l].weights, weights_transposed_[l]);
    kernels::matrix_product(deltas_[l], weights_transposed_[l], {}, deltas_[l - 1]);
    times_slope(outputs_[l - 1], deltas_[l - 1]);
  }
  kernels::signed_row_sums(kernels::transposed(v), 0, v.n_columns(), deltas_[0], {}, gradient_[0].weights);
  for (std::size_t l = 0; l <= top; ++l)
    kernels::signed_row_sums(ones_, 0, 1, deltas_[l], {}, gradient_[l].bias);
}

void Backpropagation::activate(kernels::FloatMatrix& x) const {
  if (activation_ == networks::Activation::tanh)
    kernels::tanh_rows(x, 0, x.n_rows(), 1.0f, x);
  else
    kernels::relu_rows(x, 0, x.n_rows(), x);
}

// delta *= slope of the activation, given its value y: 1 - y^2 or (y > 0).
void Backpropagation::times_slope(const kernels::FloatMatrix& y, kernels::FloatMatrix& delta) const {
  const float* value = y.data();
  float* d = delta.data();
  const std::size_t n = y.n_rows() * y.stride();
  if (activation_ == networks::Activation::tanh)
    for (std::size_t i = 0; i < n; ++i) d[i] *= 1.0f - value[i] * value[i];
  else
    for (std::size_t i = 0; i < n; ++i) d[i] = value[i] > 0 ? d[i] : 0.0f;
}

Score score(const networks::Dense& net, const kernels::PackedSpins& spins, const Targets& targets) {
  const networks::DenseForward forward(net);
  constexpr std::size_t rows_per_piece = 512;
  std::vector<LossSum> sums((spins.n_rows() + rows_per_piece - 1) / rows_per_piece);
  base::parallel_for_rows(spins.n_rows(), rows_per_piece,
                          [&](std::size_t piece, std::size_t first, std::size_t last) {
                            const auto outputs = forward.outputs(spins, first, last);
                            kernels::FloatMatrix slope(outputs.n_rows(), outputs.n_columns());
                            sums[piece] = loss_of(outputs, targets, first, slope);
                          });
  LossSum total;
  for (const auto& sum : sums) {
    total.loss += sum.loss;
    total.right += sum.right;
  }
  return mean(total, spins.n_rows(), targets);
}

void check_parameters(const networks::Dense& net, std::int64_t update, std::string_view where) {
  for (const auto& layer : net.layers)
    for (const auto* values : {&layer.weights, &layer.bias})
      if (const auto grown = networks::unusable_parameter(*values))
        throw failure(where, fmt::format("a weight has grown to {:.2g} at update {}", *grown, update),
                      "choose a smaller learning rate");
}

Error no_number(std::int64_t update, std::string_view where) {
  return failure(where, fmt::format("a weight is infinite or NaN at update {}", update),
                 "choose a smaller learning rate");
}

}  // namespace spinflow::trainers
