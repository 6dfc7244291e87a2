// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace spinflow::kernels {

/// Transposes a 64 x 64 bit matrix in place by swapping ever smaller off-diagonal blocks (Hacker's Delight,
/// 7-3).
inline void transpose_tile(std::array<std::uint64_t, 64>& tile) {
  std::uint64_t mask = 0x00000000ffffffffu;
  for (unsigned size = 32; size != 0; size >>= 1, mask ^= mask << size) {
    for (unsigned k = 0; k < 64; k = ((k | size) + 1) & ~size) {
      const std::uint64_t swap = ((tile[k] >> size) ^ tile[k | size]) & mask;
      tile[k] ^= swap << size;
      tile[k | size] ^= swap;
    }
  }
}

}  // namespace spinflow::kernels
