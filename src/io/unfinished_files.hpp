// SPDX-License-Identifier: Apache-2.0
// The temporary files that this process is writing.
#pragma once

#include <cstddef>
#include <string_view>

namespace spinflow::io {

/// Remembers a path; the number is what `forget_unfinished` takes. Beyond some number of files at once, or
/// for a path that is too long, none is remembered.
[[nodiscard]] std::size_t remember_unfinished(std::string_view path) noexcept;
void forget_unfinished(std::size_t slot, bool published) noexcept;

}  // namespace spinflow::io
