// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "spinflow/kernels/lane_random.hpp"

namespace spinflow::kernels {

/// The words of a LaneRandom one after the other: lane 0 ... 7 of the first draw, of the second, and so on.
/// Drawn ahead by vector code; the same words on every SIMD level.
class RandomWords {
 public:
  explicit RandomWords(base::RandomStream stream) : random_(stream) {}

  /// Uniform on all 64-bit words.
  std::uint64_t next() {
    if (used_ == words_.size()) refill();
    return words_[used_++];
  }

 private:
  void refill();

  LaneRandom random_;
  std::size_t used_ = most_words;
  static constexpr std::size_t most_words = 512;
  alignas(64) std::array<std::uint64_t, most_words> words_;
};

}  // namespace spinflow::kernels
