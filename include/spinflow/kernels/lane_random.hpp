// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "spinflow/base/random.hpp"

namespace spinflow::kernels {

/// Eight xoshiro256++ generators (Blackman and Vigna 2021) side by side: one draw is 512 independent bits.
/// State only; kernels hold it in registers (lane_random-inl.hpp). Seeded with 32 Philox words, so streams
/// are keyed like all others.
struct LaneRandom {
  /// state[k][lane]: word k of generator `lane`.
  alignas(64) std::array<std::array<std::uint64_t, 8>, 4> state;

  explicit LaneRandom(base::RandomStream stream) {
    for (auto& words : state)
      for (auto& word : words) word = stream.next();
  }
};

namespace reference {
/// One draw, lane by lane: the obvious twin of the vector code.
inline std::array<std::uint64_t, 8> draw(LaneRandom& random) {
  const auto rotl = [](std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); };
  std::array<std::uint64_t, 8> result{};
  auto& s = random.state;
  for (std::size_t lane = 0; lane < 8; ++lane) {
    result[lane] = rotl(s[0][lane] + s[3][lane], 23) + s[0][lane];
    const std::uint64_t t = s[1][lane] << 17;
    s[2][lane] ^= s[0][lane];
    s[3][lane] ^= s[1][lane];
    s[1][lane] ^= s[2][lane];
    s[0][lane] ^= s[3][lane];
    s[2][lane] ^= t;
    s[3][lane] = rotl(s[3][lane], 45);
  }
  return result;
}
}  // namespace reference

}  // namespace spinflow::kernels
