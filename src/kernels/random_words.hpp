// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "spinflow/kernels/lane_random.hpp"

namespace spinflow::kernels {

/// Leaves out the next draws of a generator, so that what comes after them can be drawn elsewhere.
void skip_draws(LaneRandom& random, std::uint64_t n_draws);

/// The words of a LaneRandom one after the other: lane 0 ... 7 of the first draw, of the second, and so on.
/// Drawn ahead by vector code; the same words on every SIMD level.
class RandomWords {
 public:
  explicit RandomWords(base::RandomStream stream) : random_(stream) {}

  static constexpr std::size_t most_taken = 512;

  /// Uniform on all 64-bit words.
  std::uint64_t next() { return *take(1); }

  /// The next n <= most_taken words; they stay until the next call.
  const std::uint64_t* take(std::size_t n) {
    if (words_.size() - used_ < n) refill();
    used_ += n;
    return words_.data() + (used_ - n);
  }

 private:
  void refill();

  LaneRandom random_;
  std::size_t used_ = 2 * most_taken;
  alignas(64) std::array<std::uint64_t, 2 * most_taken> words_;
};

}  // namespace spinflow::kernels
