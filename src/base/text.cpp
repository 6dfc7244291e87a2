// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spinflow::base {

namespace {

/// Control characters C0, C1 and DEL, which terminals interpret. `character`: one UTF-8 character.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return first < 32 || first == 127;
  return first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.empty()) return 0;
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xc0) != 0x80) return 0;
  // Refused: overlong encodings, surrogates, and code points above U+10FFFF.
  if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) ||
      (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f))
    return 0;
  return length;
}

std::string printable(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto character = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0 || is_control(character))
      clean += '?';
    else
      clean += character;
    text.remove_prefix(character.size());
  }
  return clean;
}

std::string shell_quoted(std::string_view word) {
  if (!word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                              "-_./:=,+@%") == std::string_view::npos)
    return std::string(word);
  const bool is_plain = printable(word) == word;
  std::string quoted = is_plain ? "'" : "$'";
  while (!word.empty()) {
    const std::size_t length = utf8_length(word);
    const auto character = word.substr(0, std::max<std::size_t>(length, 1));
    if (is_plain)
      quoted += character == "'" ? R"('\'')" : character;
    else if (length == 0 || is_control(character))
      for (const char c : character) quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else if (character == "'" || character == "\\")
      (quoted += '\\') += character;
    else
      quoted += character;
    word.remove_prefix(character.size());
  }
  return quoted + "'";
}

}  // namespace spinflow::base
