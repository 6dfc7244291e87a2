// SPDX-License-Identifier: Apache-2.0
#include "spinflow/kernels/packed_spins.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "kernels/lanes/bit_tile.hpp"
#include "spinflow/kernels/spin_values.hpp"

namespace spinflow::kernels {

static_assert(std::endian::native == std::endian::little);

namespace {

/// Whether each of eight bytes is above 0, as eight bits, the lowest first.
std::uint64_t byte_of_spins(std::uint64_t eight) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  // The highest bit of every byte: its lower seven are not all 0, and it is not negative.
  const std::uint64_t above = ((eight & 0x7f * ones) + 0x7f * ones) & ~eight & 0x80 * ones;
  return (above >> 7) * 0x0102040810204080 >> 56;
}

/// Eight bits as eight bytes of +-1, the lowest first.
std::uint64_t spins_of_byte(std::uint8_t bits) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  const std::uint64_t one_bit_each = (bits * ones) & 0x8040201008040201;
  const std::uint64_t up = ((one_bit_each + 0x7f * ones) >> 7) & ones;  // 1 or 0 in every byte
  return ~(up * 0xfe);                                                  // 0x01 or 0xff
}

}  // namespace

PackedSpins::PackedSpins(std::size_t n_rows, std::size_t n_columns)
    : n_rows_(n_rows),
      n_columns_(n_columns),
      words_per_row_((n_columns + 63) / 64),
      words_(n_rows * words_per_row_) {}

void PackedSpins::pack(std::size_t r, std::span<const std::int8_t> spins) {
  const auto words = row(r);
  for (std::size_t w = 0; w < words_per_row_; ++w) {
    const std::size_t first = 64 * w;
    const std::size_t count = std::min<std::size_t>(64, n_columns_ - first);
    std::uint64_t word = 0;
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, spins.data() + first + i, 8);
      word |= byte_of_spins(eight) << i;
    }
    for (; i < count; ++i) word |= static_cast<std::uint64_t>(spins[first + i] > 0) << i;
    words[w] = word;
  }
}

SpinValues values_of(std::span<const std::int8_t> spins) {
  // Bytes, so that the loop works on whole vectors of them.
  std::uint8_t minus = 0;
  std::uint8_t zero = 0;
  std::uint8_t greatest = 0;
  for (const std::int8_t spin : spins) {
    minus |= static_cast<std::uint8_t>(spin == -1);
    zero |= static_cast<std::uint8_t>(spin == 0);
    greatest = std::max(greatest, static_cast<std::uint8_t>(spin + 1));
  }
  return {.minus = minus != 0, .zero = zero != 0, .other = greatest > 2};
}

void PackedSpins::unpack(std::size_t r, std::span<std::int8_t> spins) const {
  const auto words = row(r);
  std::size_t c = 0;
  for (; c + 8 <= n_columns_; c += 8) {
    const std::uint64_t eight = spins_of_byte(static_cast<std::uint8_t>(words[c / 64] >> (c % 64)));
    std::memcpy(spins.data() + c, &eight, 8);
  }
  for (; c < n_columns_; ++c) spins[c] = static_cast<std::int8_t>(spin(r, c));
}

std::int64_t PackedSpins::sum(std::size_t r) const {
  std::int64_t up = 0;
  for (const auto word : row(r)) up += std::popcount(word);
  return 2 * up - static_cast<std::int64_t>(n_columns_);
}

void PackedSpins::flip(std::size_t r) {
  const auto words = row(r);
  for (auto& word : words) word = ~word;
  if (n_columns_ % 64 != 0) words.back() &= (std::uint64_t{1} << (n_columns_ % 64)) - 1;
}

PackedSpins PackedSpins::gather(std::span<const std::size_t> rows) const {
  PackedSpins result(rows.size(), n_columns_);
  for (std::size_t i = 0; i < rows.size(); ++i) std::ranges::copy(row(rows[i]), result.row(i).begin());
  return result;
}

PackedSpins transposed(const PackedSpins& spins) {
  PackedSpins result(spins.n_columns(), spins.n_rows());
  std::array<std::uint64_t, 64> tile{};
  for (std::size_t r0 = 0; r0 < spins.n_rows(); r0 += 64) {
    const std::size_t n = std::min<std::size_t>(64, spins.n_rows() - r0);
    for (std::size_t w = 0; w < spins.words_per_row(); ++w) {
      for (std::size_t i = 0; i < n; ++i) tile[i] = spins.row(r0 + i)[w];
      std::fill(tile.begin() + static_cast<std::ptrdiff_t>(n), tile.end(), 0);
      transpose_tile(tile);
      const std::size_t m = std::min<std::size_t>(64, spins.n_columns() - 64 * w);
      for (std::size_t i = 0; i < m; ++i) result.row(64 * w + i)[r0 / 64] = tile[i];
    }
  }
  return result;
}

namespace reference {

PackedSpins transposed(const PackedSpins& spins) {
  PackedSpins result(spins.n_columns(), spins.n_rows());
  for (std::size_t r = 0; r < spins.n_rows(); ++r)
    for (std::size_t c = 0; c < spins.n_columns(); ++c) result.set(c, r, spins.spin(r, c));
  return result;
}

}  // namespace reference

}  // namespace spinflow::kernels
