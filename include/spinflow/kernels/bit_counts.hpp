// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace spinflow::kernels {

/// Number of bits in which two rows of words of equal length differ.
[[nodiscard]] std::int64_t unequal_bits(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b);

namespace reference {
/// The obvious twin.
[[nodiscard]] std::int64_t unequal_bits(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b);
}  // namespace reference

}  // namespace spinflow::kernels
