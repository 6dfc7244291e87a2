// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spinflow/kernels/float_matrix.hpp"

namespace spinflow::kernels {

/// One step of gradient ascent with momentum and weight decay, and an L1 shrinkage after it (the proximal
/// step of |parameters|, which makes exact zeros), value by value:
///   velocity = momentum * velocity + rate * (scale * gradient - decay * parameters),
///   next = parameters + velocity,  parameters = sign(next) * max(|next| - rate * shrinkage, 0).
/// All of one shape. False if any `next` is infinite or NaN. Shrinkage 0 leaves every bit of `next`.
[[nodiscard]] bool momentum_update(FloatMatrix& parameters, FloatMatrix& velocity,
                                   const FloatMatrix& gradient, float scale, float rate, float decay,
                                   float momentum, float shrinkage);
/// The same for the rows [first, last) alone.
[[nodiscard]] bool momentum_update(FloatMatrix& parameters, FloatMatrix& velocity,
                                   const FloatMatrix& gradient, float scale, float rate, float decay,
                                   float momentum, float shrinkage, std::size_t first, std::size_t last);

/// Adam (Kingma and Ba 2015), gradient descent: m and v are the running first and second moments,
///   m = b1 m + (1 - b1) g,  v = b2 v + (1 - b2) g^2,  parameters -= rate * m / (sqrt(v) + epsilon),
/// with b1 = 0.9, b2 = 0.999, `g` = scale * gradient; the caller puts both bias corrections into `rate` and
/// `epsilon`. False if any parameter is infinite or NaN afterwards.
[[nodiscard]] bool adam_update(FloatMatrix& parameters, FloatMatrix& m, FloatMatrix& v,
                               const FloatMatrix& gradient, float scale, float rate, float epsilon);

namespace reference {
/// The obvious twins, with the same single-precision arithmetic.
[[nodiscard]] bool momentum_update(FloatMatrix& parameters, FloatMatrix& velocity,
                                   const FloatMatrix& gradient, float scale, float rate, float decay,
                                   float momentum, float shrinkage);
[[nodiscard]] bool adam_update(FloatMatrix& parameters, FloatMatrix& m, FloatMatrix& v,
                               const FloatMatrix& gradient, float scale, float rate, float epsilon);
}  // namespace reference

}  // namespace spinflow::kernels
