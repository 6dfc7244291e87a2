// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/dense.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "kernels/dense/activations.hpp"
#include "kernels/dense/matrix_product.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/kernels/signed_row_sums.hpp"

namespace spinflow::networks {

std::string_view to_string(Activation activation) { return activation == Activation::tanh ? "tanh" : "relu"; }

Activation activation_from(std::string_view text, std::string_view where) {
  if (text == "tanh") return Activation::tanh;
  if (text == "relu") return Activation::relu;
  throw input_error(where, "there is no activation '" + std::string(text) + "'",
                    suggestion(text, {"tanh", "relu"}));
}

Dense random_dense(const lattice::Lattice& visible, const std::vector<std::size_t>& sizes,
                   Activation activation, std::uint64_t seed) {
  Dense net{.visible = visible, .activation = activation, .seed = seed};
  const double gain = activation == Activation::relu ? 2.0 : 1.0;
  std::size_t n_in = net.n_visible();
  for (std::size_t l = 0; l < sizes.size(); ++l) {
    if (sizes[l] < 1) throw input_error("dense", "a layer has no units", "every layer needs at least 1");
    DenseLayer layer{.n_in = n_in, .n_out = sizes[l]};
    base::RandomStream stream(seed, "dense.weights", l);
    const double sigma = std::sqrt(gain / static_cast<double>(n_in));
    layer.weights.resize(n_in * sizes[l]);
    // Normal deviates in multiples of 2^-20, because the last bits of libm's differ between machines.
    for (auto& w : layer.weights)
      w = static_cast<float>(sigma * (std::round(stream.normal() * 0x1p20) * 0x1p-20));
    layer.bias.resize(sizes[l]);
    net.layers.push_back(std::move(layer));
    n_in = sizes[l];
  }
  return net;
}

DenseForward::DenseForward(const Dense& net) : activation_(net.activation) {
  for (const auto& layer : net.layers) {
    weights_.push_back(kernels::transposed(kernels::FloatMatrix(layer.n_out, layer.n_in, layer.weights)));
    bias_.push_back(layer.bias);
  }
}

kernels::FloatMatrix DenseForward::outputs(const kernels::PackedSpins& v, std::size_t first,
                                           std::size_t last) const {
  return after(weights_.size(), v, first, last);
}

kernels::FloatMatrix DenseForward::features(const kernels::PackedSpins& v, std::size_t first,
                                            std::size_t last) const {
  assert(weights_.size() > 1);
  kernels::FloatMatrix x = after(weights_.size() - 1, v, first, last);
  activate(x);
  return x;
}

kernels::FloatMatrix DenseForward::after(std::size_t n_layers, const kernels::PackedSpins& v,
                                         std::size_t first, std::size_t last) const {
  assert(v.n_columns() == weights_.front().n_rows());
  kernels::PackedSpins rows(last - first, v.n_columns());
  for (std::size_t r = first; r < last; ++r) std::ranges::copy(v.row(r), rows.row(r - first).begin());
  kernels::FloatMatrix x(rows.n_rows(), weights_.front().n_columns());
  kernels::signed_row_sums(rows, 0, rows.n_rows(), weights_.front(), bias_.front(), x);
  for (std::size_t l = 1; l < n_layers; ++l) {
    activate(x);
    kernels::FloatMatrix next(x.n_rows(), weights_[l].n_columns());
    kernels::matrix_product(x, weights_[l], bias_[l], next);
    x = std::move(next);
  }
  return x;
}

void DenseForward::activate(kernels::FloatMatrix& x) const {
  if (activation_ == Activation::tanh)
    kernels::tanh_rows(x, 0, x.n_rows(), 1.0f, x);
  else
    kernels::relu_rows(x, 0, x.n_rows(), x);
}

kernels::FloatMatrix DenseForward::probabilities(const kernels::PackedSpins& v, std::size_t first,
                                                 std::size_t last) const {
  kernels::FloatMatrix x = outputs(v, first, last);
  kernels::softmax_rows(x, 0, x.n_rows(), x);
  return x;
}

}  // namespace spinflow::networks
