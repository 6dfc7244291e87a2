// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace spinflow::io {

/// Bytes that one piece of an array should have.
inline constexpr std::size_t chunk_bytes = std::size_t{1} << 20;

}  // namespace spinflow::io
