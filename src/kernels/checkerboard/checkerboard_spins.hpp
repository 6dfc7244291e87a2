// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "spinflow/kernels/float_matrix.hpp"

namespace spinflow::kernels {

/// One configuration of the periodic square lattice with even sides, one bit per spin (1 = up), stored so
/// that all four neighbours of 512 spins are five loads and one shift away.
///
/// The sites of one colour, x + y even (0) or odd (1), and one row parity form a quarter of (ly/2, lx/2)
/// spins: spin (r, j) is the site y = 2 r + parity, x = 2 j + (y + colour) % 2. A column of a quarter is
/// spins 64 w ... 64 w + 63 of every row, row after row, so that eight words from anywhere in a column are
/// eight rows of one parity: neighbours above and below are words of another column, shifted by a row or not,
/// those in the row are the same word of the other colour and that word shifted by one bit.
class CheckerboardSpins {
 public:
  /// All spins down. `lx`, `ly`: even, >= 2.
  CheckerboardSpins(std::size_t lx, std::size_t ly);

  [[nodiscard]] std::size_t lx() const { return lx_; }
  [[nodiscard]] std::size_t ly() const { return ly_; }
  /// Rows of a quarter, ly/2.
  [[nodiscard]] std::size_t n_rows() const { return ly_ / 2; }
  /// Columns of a quarter.
  [[nodiscard]] std::size_t n_columns() const { return n_columns_; }
  /// Spins in a word of the last column, 1 ... 64; in all others 64.
  [[nodiscard]] std::size_t last_bits() const { return lx_ / 2 - 64 * (n_columns_ - 1); }

  /// (n_rows), on a 64-byte boundary, followed by words up to a multiple of eight that hold nothing. The word
  /// before the first row of odd parity is the last row and the word behind the last row of even parity is
  /// the first, if `close_column` has been called since the last change.
  [[nodiscard]] std::uint64_t* column(std::size_t colour, std::size_t parity, std::size_t w) {
    return words_.data() + offset(colour, parity, w);
  }
  [[nodiscard]] const std::uint64_t* column(std::size_t colour, std::size_t parity, std::size_t w) const {
    return words_.data() + offset(colour, parity, w);
  }
  void close_column(std::size_t colour, std::size_t parity, std::size_t w);

  [[nodiscard]] bool up(std::size_t x, std::size_t y) const {
    return ((column((x + y) % 2, y % 2, x / 128)[y / 2] >> (x / 2 % 64)) & 1u) != 0;
  }
  /// Leaves every column closed.
  void set(std::size_t x, std::size_t y, bool up);

  /// `spins`: (ly, lx), +-1.
  void pack(std::span<const std::int8_t> spins);
  void unpack(std::span<std::int8_t> spins) const;

  /// Number of up spins of one colour.
  [[nodiscard]] std::int64_t count_up(std::size_t colour) const;
  /// Number of bonds between unequal spins.
  [[nodiscard]] std::int64_t count_unequal() const;

  friend bool operator==(const CheckerboardSpins&, const CheckerboardSpins&) = default;

 private:
  [[nodiscard]] std::size_t offset(std::size_t colour, std::size_t parity, std::size_t w) const {
    return ((2 * colour + parity) * n_columns_ + w) * stride_ + 8;
  }

  std::size_t lx_;
  std::size_t ly_;
  std::size_t n_columns_;
  std::size_t
      stride_;  // words from one column to the next: 8 before the first row, at least 1 behind the last
  std::vector<std::uint64_t, detail::CacheAligned<std::uint64_t>> words_;
};

}  // namespace spinflow::kernels
