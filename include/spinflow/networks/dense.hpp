// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/options.hpp"
#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/lattice/lattice.hpp"

namespace spinflow::networks {

enum class Activation { tanh, relu };

[[nodiscard]] std::string_view to_string(Activation activation);
/// "tanh" or "relu"; otherwise Error(input).
[[nodiscard]] Activation activation_from(std::string_view text, std::string_view where);

/// One layer: x -> W x + b.
struct DenseLayer {
  std::size_t n_in = 0;
  std::size_t n_out = 0;
  std::vector<float> weights = {};  ///< W: (n_out, n_in), row-major
  std::vector<float> bias = {};     ///< b: (n_out)
};

/// One line of the training history.
struct DenseHistoryRow {
  std::int64_t epoch = 0;   ///< the pass over the data it stands in, from 1
  std::int64_t update = 0;  ///< updates done; 0 in files of versions that kept epochs only
  /// Mean over the batches since the row before, while they were learnt. Classes: cross-entropy, nats per
  /// configuration; spins and numbers: squared error per output.
  double loss_train = 0;
  double accuracy_train = 0;  ///< likewise; fraction of configurations (classes) or outputs (spins), or NaN
  double loss_held_out = 0;
  double accuracy_held_out = 0;
};

/// Fully connected feed-forward net on +-1 spins: the activation acts on every layer but the last, whose
/// output is linear (a classifier's class probabilities are its softmax).
///
///     networks::Dense net = networks::random_dense(data.lattice, {64, 10}, networks::Activation::tanh, 1);
///     kernels::FloatMatrix y = networks::DenseForward(net).outputs(data.spins, 0, data.size());
struct Dense {
  lattice::Lattice visible;  ///< lattice of the input
  Activation activation = Activation::tanh;
  std::vector<DenseLayer> layers = {};  ///< at least 1; the first has n_in = n_visible
  std::string purpose = {};             ///< "classifier", or the target: "decimation:4", "autoencode", ...
  std::optional<lattice::Lattice> output = {};  ///< where the signs of the outputs live, if they are spins
  std::vector<double> temperatures = {};        ///< classifier: of the classes, ascending, in J/k_B
  base::Values training = {};                   ///< the options it was trained with
  std::vector<DenseHistoryRow> history = {};
  std::string model_toml = {};  ///< Hamiltonian of the training data, as in an ensemble file
  std::uint64_t seed = 0;
  std::string command = {};

  [[nodiscard]] std::size_t n_visible() const { return static_cast<std::size_t>(visible.n_sites()); }
  [[nodiscard]] std::size_t n_outputs() const { return layers.back().n_out; }
};

/// Layers of the given sizes after the input; W ~ N(0, gain/n_in) with gain 1 for tanh and 2 for relu, b = 0.
[[nodiscard]] Dense random_dense(const lattice::Lattice& visible, const std::vector<std::size_t>& sizes,
                                 Activation activation, std::uint64_t seed);

/// Evaluates a net; keeps its weights in the layout of the kernels. Const calls may come from several
/// threads.
class DenseForward {
 public:
  explicit DenseForward(const Dense& net);

  /// Linear outputs of the rows [first, last) of `v` (n, n_visible): (last - first, n_outputs).
  [[nodiscard]] kernels::FloatMatrix outputs(const kernels::PackedSpins& v, std::size_t first,
                                             std::size_t last) const;
  /// Values of the highest hidden layer after its activation: (last - first, its units). The net must have
  /// one.
  [[nodiscard]] kernels::FloatMatrix features(const kernels::PackedSpins& v, std::size_t first,
                                              std::size_t last) const;
  /// Softmax of the outputs.
  [[nodiscard]] kernels::FloatMatrix probabilities(const kernels::PackedSpins& v, std::size_t first,
                                                   std::size_t last) const;

 private:
  // Fields of the first `n_layers` layers' last one, before any activation.
  [[nodiscard]] kernels::FloatMatrix after(std::size_t n_layers, const kernels::PackedSpins& v,
                                           std::size_t first, std::size_t last) const;
  void activate(kernels::FloatMatrix& x) const;

  Activation activation_;
  std::vector<kernels::FloatMatrix> weights_;  // (n_in, n_out)
  std::vector<std::vector<float>> bias_;
};

}  // namespace spinflow::networks
