// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "spinflow/kernels/float_matrix.hpp"

namespace spinflow::kernels {

/// out = a b + bias. `a`: (m, k), `b`: (k, n), `bias`: (n) added to every row, or empty; `out`: (m, n), none
/// of the inputs. Every output is bias + a_0 b_0 + a_1 b_1 + ... in this order, product and sum rounded
/// separately, at every SIMD level. For the small layers of our networks: everything is expected to fit into
/// the level-2 cache.
void matrix_product(const FloatMatrix& a, const FloatMatrix& b, std::span<const float> bias,
                    FloatMatrix& out);

namespace reference {
/// The obvious twin, in double precision.
void matrix_product(const FloatMatrix& a, const FloatMatrix& b, std::span<const float> bias,
                    FloatMatrix& out);
}  // namespace reference

}  // namespace spinflow::kernels
