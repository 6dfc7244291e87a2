// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/kernels/packed_spins.hpp"

namespace spinflow::kernels {

/// Weights and biases of a restricted Boltzmann machine in double precision, laid out for the kernels below:
/// of every visible unit a row over the hidden ones, padded with zeros to whole multiples of 8 units.
class RbmRows {
 public:
  /// `weights`: (n_hidden, n_visible), row-major; the biases: one for each unit.
  RbmRows(std::span<const float> weights, std::span<const float> visible_bias,
          std::span<const float> hidden_bias);

  [[nodiscard]] std::size_t n_visible() const { return n_visible_; }
  [[nodiscard]] std::size_t n_hidden() const { return n_hidden_; }
  /// Doubles from one row to the next.
  [[nodiscard]] std::size_t stride() const { return hidden_bias_.size(); }
  /// (stride): the weights of visible unit i.
  [[nodiscard]] const double* row(std::size_t i) const { return weights_.data() + i * stride(); }
  /// (n_visible), padded with zeros to a multiple of 8.
  [[nodiscard]] const double* visible_bias() const { return visible_bias_.data(); }
  /// Whether one of them is not zero.
  [[nodiscard]] bool has_visible_bias() const { return has_visible_bias_; }
  /// (stride).
  [[nodiscard]] const double* hidden_bias() const { return hidden_bias_.data(); }

 private:
  using Doubles = std::vector<double, detail::CacheAligned<double>>;
  std::size_t n_visible_;
  std::size_t n_hidden_;
  Doubles visible_bias_;
  bool has_visible_bias_ = false;
  Doubles hidden_bias_;
  Doubles weights_;
};

/// out[r - first] = F(v) = -b.v - sum_a ln 2 cosh(c_a + (W v)_a) for the rows v = spins[r], first <= r <
/// last. Relative error of the sums below 1e-14. Every sum has one order, so that its bits do not depend on
/// the SIMD level.
void free_energies(const RbmRows& rbm, const PackedSpins& spins, std::size_t first, std::size_t last,
                   std::span<double> out);

/// out[r - first] = sum_i ln P(v_i | all other v) = -sum_i ln(1 + exp(F(v) - F(v with v_i flipped))), over
/// all visible units i. Each term has an absolute error below 1e-13 times the number of hidden units.
void pseudo_log_likelihoods(const RbmRows& rbm, const PackedSpins& spins, std::size_t first, std::size_t last,
                            std::span<double> out);

namespace reference {
/// The obvious twins, with libm.
void free_energies(const RbmRows& rbm, const PackedSpins& spins, std::size_t first, std::size_t last,
                   std::span<double> out);
void pseudo_log_likelihoods(const RbmRows& rbm, const PackedSpins& spins, std::size_t first, std::size_t last,
                            std::span<double> out);
}  // namespace reference

}  // namespace spinflow::kernels
