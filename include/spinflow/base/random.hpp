// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace spinflow::base {

/// Uniform on {0, ..., n - 1}, without bias (Lemire 2019). `words()`: uniform 64-bit words. n >= 1.
template <class Words>
std::uint64_t uniform_below(Words& words, std::uint64_t n) {
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(words()) * n;
  auto low = static_cast<std::uint64_t>(product);
  if (low < n) {
    const std::uint64_t threshold = -n % n;
    while (low < threshold) {
      product = static_cast<Wide>(words()) * n;
      low = static_cast<std::uint64_t>(product);
    }
  }
  return static_cast<std::uint64_t>(product >> 64);
}

/// A stream of random 64-bit words that belongs to one logical piece of work and is a pure function of
/// (seed, purpose, index): Philox4x64-10 with key = (seed, hash of purpose) and counter = (block, index, 0,
/// 0) (Salmon et al., SC11). Two pieces never share words, whatever the order or thread they run in. The
/// words are an interface: a test holds literal values.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);

  /// Uniform on all 64-bit words.
  std::uint64_t next() {
    if (used_ == words_.size()) refill();
    return words_[used_++];
  }

  /// Uniform on [0, 1), a multiple of 2^-53.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  /// Uniform on {0, ..., n - 1}, without bias. n >= 1.
  std::uint64_t below(std::uint64_t n) { return uniform_below(*this, n); }

  /// Standard normal (Box-Muller; two uniforms per call). Uses libm: where bits matter across machines,
  /// quantise.
  double normal();

  /// Number of words drawn so far; `seek(position())` on an equal stream continues it exactly.
  [[nodiscard]] std::uint64_t position() const { return 4 * block_ - (words_.size() - used_); }
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
  // Four blocks at once take hardly longer than one: a processor works on them side by side.
  std::array<std::uint64_t, 16> words_{};
  std::size_t used_ = 16;
};

/// Puts a random sample of `n` <= size of the rows, in random order, at the front (Fisher and Yates, from the
/// front, one `below` per place). Row numbers of any whole type; the stream belongs to this draw alone. The
/// order is an interface, as the words of the stream are.
template <class Rows>
void sample_to_front(Rows& rows, std::size_t n, RandomStream stream) {
  for (std::size_t i = 0; i < n; ++i) std::swap(rows[i], rows[i + stream.below(rows.size() - i)]);
}

/// Puts all rows in random order (Fisher and Yates, from the back); otherwise as `sample_to_front`.
template <class Rows>
void shuffle(Rows& rows, RandomStream stream) {
  for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[stream.below(i)]);
}

/// A seed of its own for a part of a larger run: the first word of RandomStream(seed, purpose, index).
[[nodiscard]] std::uint64_t derived_seed(std::uint64_t seed, std::string_view purpose,
                                         std::uint64_t index = 0);

}  // namespace spinflow::base
