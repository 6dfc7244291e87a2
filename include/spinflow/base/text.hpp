// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace spinflow::base {

/// Bytes of the UTF-8 character at the beginning of the text: 1 to 4; 0 if there is no valid one.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

/// The text with every control character, and every byte that is not valid UTF-8, replaced by '?'. File names
/// and texts from files could otherwise move the cursor or change the settings of the terminal.
[[nodiscard]] std::string printable(std::string_view text);

/// The word quoted for a POSIX shell, which reads the same word back. Simple words stay as they are; control
/// characters and bytes that are not valid UTF-8 are written as $'\x1b' (bash).
[[nodiscard]] std::string shell_quoted(std::string_view word);

}  // namespace spinflow::base
