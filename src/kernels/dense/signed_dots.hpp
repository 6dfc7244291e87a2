// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/kernels/packed_spins.hpp"

namespace spinflow::kernels {

/// dots[r - first] = sum_c spins[r][c] * values[r][c] for the rows r in [first, last): the energy of spins in
/// their fields. `spins`, `values`: (n_rows, n_columns); `dots`: (last - first). Sixteen partial sums in
/// single precision (columns c mod 16), then these in order in double, at every SIMD level.
void signed_dots(const PackedSpins& spins, std::size_t first, std::size_t last, const FloatMatrix& values,
                 std::span<double> dots);

namespace reference {
/// The obvious twin, in double precision.
void signed_dots(const PackedSpins& spins, std::size_t first, std::size_t last, const FloatMatrix& values,
                 std::span<double> dots);
}  // namespace reference

}  // namespace spinflow::kernels
