// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/options.hpp"
#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/kernels/packed_spins.hpp"
#include "spinflow/lattice/lattice.hpp"

namespace spinflow::io {
class Hdf5Writer;
}

namespace spinflow::networks {

/// One line of the training history.
struct RbmHistoryRow {
  std::int64_t update = 0;
  double reconstruction_error =
      0;  ///< mean fraction of visible spins that differ after v -> h -> v, training batches
  /// Nats per configuration, from up to 512 fixed rows and two random spins of each: a sampling error of a
  /// few nats that all lines of one history share.
  double pseudo_likelihood_train = 0;
  double pseudo_likelihood_held_out = 0;  ///< likewise, of other rows; NaN without held-out data
  double weight_norm = 0;                 ///< Frobenius norm of W
};

/// What a training that goes on later depends on besides the parameters: momentum, chains, the number of
/// updates. Only trainers::continued_training reads it, from the network's file.
class TrainingState {
 public:
  virtual ~TrainingState() = default;
  /// Into a group that is there. Error(failure) if the disk is full.
  virtual void write(io::Hdf5Writer& file, std::string_view group) const = 0;
};

/// Restricted Boltzmann machine with spins v, h = +-1:
/// E(v, h) = -sum_a h_a (W v)_a - b.v - c.h, so P(h_a = +1 | v) = 1 / (1 + exp(-2 (c_a + (W v)_a))).
///
///     networks::Rbm rbm = trainers::train_rbm(data, {.hidden = 64}, 1).rbm;
///     kernels::PackedSpins h = networks::sample_hidden(rbm, data.spins, 1);
///     kernels::PackedSpins v = networks::sample_visible(rbm, h, 2);
struct Rbm {
  lattice::Lattice visible;  ///< lattice of the visible layer
  std::size_t n_hidden = 0;
  std::vector<float> weights = {};       ///< W: (n_hidden, n_visible), row-major
  std::vector<float> visible_bias = {};  ///< b: (n_visible); all zero without biases
  std::vector<float> hidden_bias = {};   ///< c: (n_hidden)
  base::Values training = {};            ///< the options it was trained with
  std::vector<RbmHistoryRow> history = {};
  std::string model_toml = {};  ///< Hamiltonian of the training data, as in an ensemble file
  std::uint64_t seed = 0;
  std::string command = {};
  /// Of the training that made it, in memory alone: write_rbm writes it, read_rbm leaves it empty.
  std::shared_ptr<const TrainingState> state = {};

  [[nodiscard]] std::size_t n_visible() const { return static_cast<std::size_t>(visible.n_sites()); }
};

/// W ~ N(0, sigma^2), zero biases. n_hidden >= 1, sigma >= 0 and finite.
[[nodiscard]] Rbm random_rbm(const lattice::Lattice& visible, std::size_t n_hidden, double sigma,
                             std::uint64_t seed);

/// Free energy F(v) = -b.v - sum_a ln(2 cosh(c_a + (W v)_a)) of each row. `v`: (n, n_visible); result (n),
/// nats.
[[nodiscard]] std::vector<double> free_energy(const Rbm& rbm, const kernels::PackedSpins& v);

/// Pseudo-likelihood of each row: sum_i ln P(v_i | all other v), over all visible units i (Besag 1975). `v`:
/// (n, n_visible); result (n), nats. Exact, where the history's `pseudo_likelihood_train` draws two units of
/// a row.
[[nodiscard]] std::vector<double> pseudo_log_likelihood(const Rbm& rbm, const kernels::PackedSpins& v);

/// Mean of each hidden unit given a row: <h_a> = tanh(c_a + (W v)_a), so that P(h_a = +1 | v) = (1 + <h_a>)
/// / 2. `v`: (n, n_visible); result (n, n_hidden), error below 3e-7 beside that of the field. The same bits
/// for any number of threads.
///
///     float first = networks::hidden_means(rbm, data.spins).row(0)[0];
[[nodiscard]] kernels::FloatMatrix hidden_means(const Rbm& rbm, const kernels::PackedSpins& v);

/// Units of the smaller layer up to which ln Z is summed exactly.
inline constexpr std::size_t most_exact_units = 24;

/// ln Z by summing over the smaller layer, which must have at most `most_exact_units` (Error(input)
/// otherwise). Nats.
[[nodiscard]] double exact_log_partition(const Rbm& rbm);

/// Samples h ~ P(h | v) row by row. `v`: (n, n_visible); result (n, n_hidden). Rows are drawn in pieces of
/// 512 rows, stream (seed, "rbm.hidden", piece); any number of threads gives the same bits.
[[nodiscard]] kernels::PackedSpins sample_hidden(const Rbm& rbm, const kernels::PackedSpins& v,
                                                 std::uint64_t seed);

/// Samples v ~ P(v | h), likewise with stream (seed, "rbm.visible", piece).
[[nodiscard]] kernels::PackedSpins sample_visible(const Rbm& rbm, const kernels::PackedSpins& h,
                                                  std::uint64_t seed);

}  // namespace spinflow::networks
