// SPDX-License-Identifier: Apache-2.0
#include "kernels/checkerboard/checkerboard_spins.hpp"

#include <bit>
#include <cassert>

namespace spinflow::kernels {

CheckerboardSpins::CheckerboardSpins(std::size_t lx, std::size_t ly)
    : lx_(lx),
      ly_(ly),
      n_columns_((lx / 2 + 63) / 64),
      stride_(8 + (ly / 2 + 8) / 8 * 8),
      words_(4 * n_columns_ * stride_) {
  assert(lx >= 2 && ly >= 2 && lx % 2 == 0 && ly % 2 == 0);
}

void CheckerboardSpins::close_column(std::size_t colour, std::size_t parity, std::size_t w) {
  std::uint64_t* const rows = column(colour, parity, w);
  for (std::size_t r = n_rows(); r % 8 != 0; ++r) rows[r] = 0;
  if (parity == 0)
    rows[n_rows()] = rows[0];
  else
    rows[-1] = rows[n_rows() - 1];
}

void CheckerboardSpins::set(std::size_t x, std::size_t y, bool up) {
  const std::size_t colour = (x + y) % 2;
  const std::size_t w = x / 128;
  const std::uint64_t mask = std::uint64_t{1} << (x / 2 % 64);
  auto& word = column(colour, y % 2, w)[y / 2];
  word = up ? word | mask : word & ~mask;
  close_column(colour, y % 2, w);
}

void CheckerboardSpins::pack(std::span<const std::int8_t> spins) {
  assert(spins.size() == lx_ * ly_);
  for (std::size_t colour = 0; colour < 2; ++colour)
    for (std::size_t parity = 0; parity < 2; ++parity)
      for (std::size_t w = 0; w < n_columns_; ++w) {
        const std::size_t bits = w + 1 < n_columns_ ? 64 : last_bits();
        for (std::size_t r = 0; r < n_rows(); ++r) {
          const std::int8_t* const row = spins.data() + (2 * r + parity) * lx_ + (colour + parity) % 2;
          std::uint64_t word = 0;
          for (std::size_t bit = 0; bit < bits; ++bit)
            word |= static_cast<std::uint64_t>(row[2 * (64 * w + bit)] > 0) << bit;
          column(colour, parity, w)[r] = word;
        }
        close_column(colour, parity, w);
      }
}

void CheckerboardSpins::unpack(std::span<std::int8_t> spins) const {
  assert(spins.size() == lx_ * ly_);
  for (std::size_t colour = 0; colour < 2; ++colour)
    for (std::size_t parity = 0; parity < 2; ++parity)
      for (std::size_t w = 0; w < n_columns_; ++w) {
        const std::size_t bits = w + 1 < n_columns_ ? 64 : last_bits();
        for (std::size_t r = 0; r < n_rows(); ++r) {
          std::int8_t* const row = spins.data() + (2 * r + parity) * lx_ + (colour + parity) % 2;
          const std::uint64_t word = column(colour, parity, w)[r];
          for (std::size_t bit = 0; bit < bits; ++bit)
            row[2 * (64 * w + bit)] = ((word >> bit) & 1u) != 0 ? 1 : -1;
        }
      }
}

std::int64_t CheckerboardSpins::count_up(std::size_t colour) const {
  std::int64_t count = 0;
  for (std::size_t parity = 0; parity < 2; ++parity)
    for (std::size_t w = 0; w < n_columns_; ++w)
      for (std::size_t r = 0; r < n_rows(); ++r) count += std::popcount(column(colour, parity, w)[r]);
  return count;
}

std::int64_t CheckerboardSpins::count_unequal() const {
  // Every bond has one end of each colour: look around from the even sites.
  std::int64_t count = 0;
  for (std::size_t parity = 0; parity < 2; ++parity)
    for (std::size_t w = 0; w < n_columns_; ++w) {
      const std::size_t bits = w + 1 < n_columns_ ? 64 : last_bits();
      const std::uint64_t* const here = column(0, parity, w);
      const std::uint64_t* const beside = column(1, parity, w);
      const std::uint64_t* const facing = column(1, 1 - parity, w);
      const std::uint64_t* const left = column(1, parity, w == 0 ? n_columns_ - 1 : w - 1);
      const std::uint64_t* const right = column(1, parity, w + 1 < n_columns_ ? w + 1 : 0);
      const std::size_t left_bits = w == 0 ? last_bits() : 64;
      for (std::size_t r = 0; r < n_rows(); ++r) {
        const std::uint64_t shifted = parity == 0 ? beside[r] << 1 | left[r] >> (left_bits - 1)
                                                  : beside[r] >> 1 | right[r] << (bits - 1);
        const std::uint64_t valid = ~std::uint64_t{0} >> (64 - bits);
        count += std::popcount(here[r] ^ beside[r]) + std::popcount((here[r] ^ shifted) & valid) +
                 std::popcount(here[r] ^ facing[r]) +
                 std::popcount(here[r] ^ (parity == 0 ? facing[r - 1] : facing[r + 1]));
      }
    }
  return count;
}

}  // namespace spinflow::kernels
