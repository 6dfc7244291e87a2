// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace spinflow::kernels {

/// Bits set in a word. std::popcount is a call of a function where the instruction is not sure to exist.
[[nodiscard]] constexpr int number_of_bits(std::uint64_t word) {
  word -= (word >> 1) & 0x5555555555555555;
  word = (word & 0x3333333333333333) + ((word >> 2) & 0x3333333333333333);
  word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
  return static_cast<int>((word * 0x0101010101010101) >> 56);
}

/// Number of bits in which two rows of words of equal length differ.
[[nodiscard]] std::int64_t unequal_bits(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b);

/// How many bits of each row differ from their partners, the bits `shift` places higher (lower, if negative)
/// in the same row: added to unequal[r], for the bits set in `mask`. `mask`: (words); `padded`: (words + 1)
/// words of any content, the rows (n_rows, words), (words + 1) more, for partners beyond a row's ends, which
/// the mask must leave out; `unequal`: (n_rows); |shift| < 64 words.
void count_unequal_partners(std::span<const std::uint64_t> padded, std::ptrdiff_t shift,
                            std::span<const std::uint64_t> mask, std::span<std::int64_t> unequal);

namespace reference {
/// The obvious twins.
[[nodiscard]] std::int64_t unequal_bits(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b);
void count_unequal_partners(std::span<const std::uint64_t> padded, std::ptrdiff_t shift,
                            std::span<const std::uint64_t> mask, std::span<std::int64_t> unequal);
}  // namespace reference

}  // namespace spinflow::kernels
