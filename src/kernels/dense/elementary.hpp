// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace spinflow::kernels {

/// exp(x) by additions and multiplications in one fixed order, so that its bits are the same on every machine
/// (libm's are not). Relative error below 3e-16 where the result is a normal number; 0 below -746, infinite
/// above 709.79, NaN for NaN.
[[nodiscard]] double exp_fixed(double x);

/// ln(x) for finite x > 0, with bits that do not depend on the machine. Relative error below 1e-15, near x =
/// 1 absolute.
[[nodiscard]] double log_fixed(double x);

/// cos(2 pi j / n) for n >= 1, likewise; error below 3e-16.
[[nodiscard]] double cos_of_turn(std::int64_t j, std::int64_t n);

/// The largest whole number <= p 2^64, for 0 <= p < 1: a uniform 64-bit word is below it with probability p.
[[nodiscard]] std::uint64_t probability_threshold(double p);

/// tau = exp(-2 |f| / T) of a spin in the local field f at temperature T >= 0; its limit 0 (f != 0) or 1 (f =
/// 0) at T = 0.
[[nodiscard]] double boltzmann_of_flip(double local_field, double temperature);

}  // namespace spinflow::kernels
