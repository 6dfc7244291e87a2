// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/kernels/lane_random.hpp"
#include "spinflow/kernels/packed_spins.hpp"

namespace spinflow::kernels {

// Functions of fields, with an exponential of their own (2^f by a polynomial of degree 5, multiplications and
// additions only), so that the bits do not depend on the machine or its SIMD level. Nothing overflows for any
// finite or infinite field; a field must not be NaN. Everything acts on the rows [first, last).

/// Draws spins with P(+1) = 1/(1 + exp(-2 x)) for the field x. `fields`, `spins`, `means`: (n_rows,
/// n_columns). `means` (may be null, may be `fields`) receives the expectation tanh(x), error below 3e-7.
///
/// The random number, of 31 bits, decides whether the spin stands AGAINST its field, which has the
/// probability exp(-2|x|)/(1 + exp(-2|x|)): probabilities near 0 and 1 are equally fine, multiples of 2^-31
/// = 4.7e-10 (relative error of the exponential below 3e-7 + 2e-7 |x|), and spins with |x| > 11.1 never stand
/// against it. Draw k of `random` (16 words of 32 bits) serves columns 16 k ... of the first row, then the
/// next row, and so on.
void sample_spins(const FloatMatrix& fields, std::size_t first, std::size_t last, LaneRandom& random,
                  PackedSpins& spins, FloatMatrix* means);

/// Draws of the generator that `sample_spins` takes for a row.
[[nodiscard]] inline std::uint64_t draws_per_row(const FloatMatrix& fields) { return fields.stride() / 16; }

/// out = scale * tanh(fields); `out` may be `fields`. Error below 3e-7 * |scale|.
void tanh_rows(const FloatMatrix& fields, std::size_t first, std::size_t last, float scale, FloatMatrix& out);

/// sums[r - first] = sum over the columns of ln(2 cosh(fields[r])). Relative error below 1e-6.
void log_two_cosh_sums(const FloatMatrix& fields, std::size_t first, std::size_t last,
                       std::span<double> sums);

/// probabilities[r][c] = exp(x_c - max) / sum_c' exp(x_c' - max); `probabilities` may be `logits`. Relative
/// error of each below 1e-6 + 2e-7 (max - x_c).
void softmax_rows(const FloatMatrix& logits, std::size_t first, std::size_t last, FloatMatrix& probabilities);

/// out = max(fields, 0); `out` may be `fields`.
void relu_rows(const FloatMatrix& fields, std::size_t first, std::size_t last, FloatMatrix& out);

namespace reference {
/// The obvious twins: libm in double precision, spin by spin.
void sample_spins(const FloatMatrix& fields, std::size_t first, std::size_t last, LaneRandom& random,
                  PackedSpins& spins, FloatMatrix* means);
void tanh_rows(const FloatMatrix& fields, std::size_t first, std::size_t last, float scale, FloatMatrix& out);
void log_two_cosh_sums(const FloatMatrix& fields, std::size_t first, std::size_t last,
                       std::span<double> sums);
void softmax_rows(const FloatMatrix& logits, std::size_t first, std::size_t last, FloatMatrix& probabilities);
void relu_rows(const FloatMatrix& fields, std::size_t first, std::size_t last, FloatMatrix& out);
}  // namespace reference

}  // namespace spinflow::kernels
