// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/kernels/packed_spins.hpp"

namespace spinflow::kernels {

/// out[s][j] = bias[j] + sum_i spins[s][i] * rows[i][j] for the samples s in [first, last).
/// `spins`: (n_samples, n_in), +-1; `rows`: (n_in, n_out); `bias`: (n_out) or empty for zero; `out`:
/// (n_samples, n_out).
///
/// Four rows at a time make a table of their 16 signed sums, so that a sample costs one load and one addition
/// per four spins and vector of outputs (the "four Russians" trick). Every output is bias + t_0 + t_1 + ...
/// with t_g = (+-r_{4g} +- r_{4g+1}) + (+-r_{4g+2} +- r_{4g+3}), in this order at every SIMD level. The same
/// kernel makes fields from spins (v -> h with W transposed as rows, h -> v with W) and sums over samples
/// (gradients: transposed spins, with the hidden means as rows).
void signed_row_sums(const PackedSpins& spins, std::size_t first, std::size_t last, const FloatMatrix& rows,
                     std::span<const float> bias, FloatMatrix& out);

/// Columns of `out` that the kernel makes at a time.
inline constexpr std::size_t signed_row_sums_columns = 64;

/// The same for the columns [first_column, last_column) alone, multiples of signed_row_sums_columns but for
/// the end of the rows: what threads share.
void signed_row_sums(const PackedSpins& spins, std::size_t first, std::size_t last, const FloatMatrix& rows,
                     std::span<const float> bias, FloatMatrix& out, std::size_t first_column,
                     std::size_t last_column);

namespace reference {
/// The obvious twin: one product after the other, in double precision.
void signed_row_sums(const PackedSpins& spins, std::size_t first, std::size_t last, const FloatMatrix& rows,
                     std::span<const float> bias, FloatMatrix& out);
}  // namespace reference

}  // namespace spinflow::kernels
