// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace spinflow::base {

/// A stream of random 64-bit words that belongs to one logical piece of work and is a pure function of
/// (seed, purpose, index): Philox4x64-10 with key = (seed, hash of purpose) and counter = (block, index, 0,
/// 0) (Salmon et al., SC11). Two pieces never share words, whatever the order or thread they run in. The
/// words are an interface: a test holds literal values.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);

  /// Uniform on all 64-bit words.
  std::uint64_t next() {
    if (used_ == 4) refill();
    return words_[used_++];
  }

  /// Uniform on [0, 1), a multiple of 2^-53.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  /// Uniform on {0, ..., n - 1}, without bias (Lemire 2019). n >= 1.
  std::uint64_t below(std::uint64_t n);

  /// Standard normal (Box-Muller; two uniforms per call). Uses libm: where bits matter across machines,
  /// quantise.
  double normal();

  /// Number of words drawn so far; `seek(position())` on an equal stream continues it exactly.
  [[nodiscard]] std::uint64_t position() const { return 4 * block_ - (4 - used_); }
  void seek(std::uint64_t position);

  /// For <algorithm> and <random>.
  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~std::uint64_t{0}; }
  result_type operator()() { return next(); }

 private:
  void refill();

  std::array<std::uint64_t, 2> key_;
  std::uint64_t index_;
  std::uint64_t block_ = 0;  // the next Philox block
  std::array<std::uint64_t, 4> words_{};
  unsigned used_ = 4;
};

/// A seed of its own for a part of a larger run: the first word of RandomStream(seed, purpose, index).
[[nodiscard]] std::uint64_t derived_seed(std::uint64_t seed, std::string_view purpose,
                                         std::uint64_t index = 0);

}  // namespace spinflow::base
