// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace spinflow::kernels {

/// Draws Poisson numbers by inversion of the distribution function, one word each. The table is made by
/// additions, multiplications and divisions only, so the draws are the same on every machine; the
/// distribution function is right to 2^-50. A larger mean is a sum of several draws.
class PoissonTable {
 public:
  static constexpr double most_mean = 256;

  /// 0 <= mean <= most_mean.
  explicit PoissonTable(double mean);

  /// `word`: uniform on all 64-bit words.
  [[nodiscard]] std::uint32_t draw(std::uint64_t word) const {
    std::uint32_t k = guide_[word >> (64 - guide_bits)];
    while (word > last_word_[k]) ++k;
    return first_ + k;
  }

  /// The largest number that occurs, below 512.
  [[nodiscard]] std::uint32_t most() const {
    return first_ + static_cast<std::uint32_t>(last_word_.size()) - 1;
  }

  /// P(n <= k) as the table gives it.
  [[nodiscard]] double distribution_function(std::uint32_t k) const;

 private:
  static constexpr unsigned guide_bits = 8;

  std::uint32_t first_ = 0;               // the smallest number that occurs
  std::vector<std::uint64_t> last_word_;  // the largest word that gives first_ + k; the last one is ~0
  std::vector<std::uint16_t> guide_;      // where the search starts, by the word's first bits
};

}  // namespace spinflow::kernels
