// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spinflow/kernels/float_matrix.hpp"

namespace spinflow::kernels {

/// One step of gradient ascent with momentum and weight decay, value by value:
///   velocity = momentum * velocity + rate * (scale * gradient - decay * parameters),  parameters +=
///   velocity.
/// All of one shape. False if any parameter is infinite or NaN afterwards.
[[nodiscard]] bool momentum_update(FloatMatrix& parameters, FloatMatrix& velocity,
                                   const FloatMatrix& gradient, float scale, float rate, float decay,
                                   float momentum);

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
                                   float momentum);
[[nodiscard]] bool adam_update(FloatMatrix& parameters, FloatMatrix& m, FloatMatrix& v,
                               const FloatMatrix& gradient, float scale, float rate, float epsilon);
}  // namespace reference

}  // namespace spinflow::kernels
