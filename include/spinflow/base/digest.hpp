// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <span>

namespace spinflow::base {

/// A 64-bit hash of arrays, for keys of random streams. Two different arrays have the same hash with a
/// probability of about 2^-64. It is not a cryptographic hash. Its values must not change, because random
/// streams depend on them.
class Digest {
 public:
  void add(std::uint64_t word) {
    // Multiplication moves bits upwards only; the shifts move them down again. So every bit of a word changes
    // all later states (constants: Steele, Lea, Flood 2014).
    state_ = (state_ ^ word) * 0xbf58476d1ce4e5b9u;
    state_ = (state_ ^ (state_ >> 32)) * 0x94d049bb133111ebu;
    state_ ^= state_ >> 29;
  }
  void add(std::span<const std::uint64_t> words) {
    for (const auto word : words) add(word);
  }
  void add(std::span<const std::uint32_t> words) {
    for (const auto word : words) add(std::uint64_t{word});
  }
  /// -0 counts as 0.
  void add(std::span<const float> numbers) {
    for (const float x : numbers) add(std::uint64_t{std::bit_cast<std::uint32_t>(x + 0.0f)});
  }
  [[nodiscard]] std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0x9e3779b97f4a7c15u;
};

}  // namespace spinflow::base
