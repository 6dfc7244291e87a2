// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace spinflow::kernels {

/// What an array of spins holds beside 1, looked at before it is packed: spins are -1 and 1, or 0 and 1.
struct SpinValues {
  bool minus = false;  ///< -1
  bool zero = false;   ///< 0
  bool other = false;  ///< none of -1, 0, 1
};
[[nodiscard]] SpinValues values_of(std::span<const std::int8_t> spins);

}  // namespace spinflow::kernels
