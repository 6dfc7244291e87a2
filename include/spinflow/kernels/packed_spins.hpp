// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace spinflow::kernels {

/// Rows of +-1 spins, one bit each (bit 1 = spin +1), every row in whole 64-bit words, bit c % 64 of word c /
/// 64 for column c; the unused high bits of a row's last word are zero. Shape (n_rows, n_columns).
///
///     kernels::PackedSpins spins(1000, 100);  // all down
///     spins.set(0, 99, 1);
///     std::int64_t sum = spins.sum(0);        // -98
class PackedSpins {
 public:
  PackedSpins() = default;
  /// All spins -1.
  PackedSpins(std::size_t n_rows, std::size_t n_columns);

  [[nodiscard]] std::size_t n_rows() const { return n_rows_; }
  [[nodiscard]] std::size_t n_columns() const { return n_columns_; }
  [[nodiscard]] std::size_t words_per_row() const { return words_per_row_; }

  [[nodiscard]] std::span<const std::uint64_t> row(std::size_t r) const {
    return {words_.data() + r * words_per_row_, words_per_row_};
  }
  [[nodiscard]] std::span<std::uint64_t> row(std::size_t r) {
    return {words_.data() + r * words_per_row_, words_per_row_};
  }
  [[nodiscard]] std::span<const std::uint64_t> words() const { return words_; }
  [[nodiscard]] std::span<std::uint64_t> words() { return words_; }

  /// +1 or -1.
  [[nodiscard]] int spin(std::size_t r, std::size_t c) const {
    return ((words_[r * words_per_row_ + c / 64] >> (c % 64)) & 1u) != 0 ? 1 : -1;
  }
  void set(std::size_t r, std::size_t c, int spin) {
    const std::uint64_t mask = std::uint64_t{1} << (c % 64);
    auto& word = words_[r * words_per_row_ + c / 64];
    word = spin > 0 ? word | mask : word & ~mask;
  }

  /// `spins`: (n_columns), +-1 (any value > 0 counts as +1).
  void pack(std::size_t r, std::span<const std::int8_t> spins);
  /// `spins`: (n_columns), filled with +-1.
  void unpack(std::size_t r, std::span<std::int8_t> spins) const;
  /// Sum of the row's spins.
  [[nodiscard]] std::int64_t sum(std::size_t r) const;
  /// Flips every spin of row r.
  void flip(std::size_t r);
  /// The rows of the given indices, in their order.
  [[nodiscard]] PackedSpins gather(std::span<const std::size_t> rows) const;

  friend bool operator==(const PackedSpins&, const PackedSpins&) = default;

 private:
  std::size_t n_rows_ = 0;
  std::size_t n_columns_ = 0;
  std::size_t words_per_row_ = 0;
  std::vector<std::uint64_t> words_;
};

/// Columns become rows: result (n_columns, n_rows). Works in 64 x 64 bit tiles.
[[nodiscard]] PackedSpins transposed(const PackedSpins& spins);

namespace reference {
/// The obvious twin of `transposed`.
[[nodiscard]] PackedSpins transposed(const PackedSpins& spins);
}  // namespace reference

}  // namespace spinflow::kernels
