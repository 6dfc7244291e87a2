// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace spinflow::base {

/// Bytes of the UTF-8 character that the text begins with: 1 to 4; 0 if it begins with none or is empty.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

/// The text on one line of a terminal: every control character, and every byte that is no UTF-8, becomes '?'.
/// Names of files and texts out of foreign files could otherwise move the cursor, or worse.
[[nodiscard]] std::string printable(std::string_view text);

/// The word as a shell reads it back, whatever it holds: as it is if it is simple, else 'quoted', with
/// control characters and bytes that are no UTF-8 as $'\x1b'.
[[nodiscard]] std::string shell_quoted(std::string_view word);

}  // namespace spinflow::base
