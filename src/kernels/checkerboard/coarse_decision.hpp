// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace spinflow::kernels {

/// A yes with probability p as "a number of a few bits is below k", p = k 2^-bits nearly, but where there is
/// an event, `at_event`: p = k 2^-bits + x (1 - k 2^-bits) where events say yes and p = k 2^-bits (1 - x)
/// where they say no, x the probability that there is one.
struct CoarseDecision {
  std::uint32_t k = 0;
  bool at_event = false;
  double event = 0;  ///< x, at most 2^-bits
};

/// The k of the two next to p that asks for fewer events. 0 <= p <= 1 - 2^-bits, so that k < 2^bits; 1 <=
/// bits < 32.
[[nodiscard]] CoarseDecision coarse_decision(double p, std::size_t bits);

/// The mean number of events where there is at least one with probability x, -ln(1 - x); 0 <= x < 0.1.
[[nodiscard]] double mean_of_event(double x);

}  // namespace spinflow::kernels
