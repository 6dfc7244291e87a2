// SPDX-License-Identifier: Apache-2.0
#include "spinflow/results/unknown_numbers.hpp"

namespace spinflow::results {

namespace {

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 128;
}

}  // namespace

std::string with_dashes(std::string_view sentence) {
  constexpr std::string_view word = "nan";
  std::string result;
  std::size_t from = 0;
  for (auto at = sentence.find(word); at != std::string_view::npos; at = sentence.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at > 0 && is_letter_or_digit(sentence[at - 1])) ||
        (end < sentence.size() && is_letter_or_digit(sentence[end])))
      continue;
    const bool is_signed = at > from && (sentence[at - 1] == '-' || sentence[at - 1] == '+');
    result += sentence.substr(from, at - (is_signed ? 1 : 0) - from);
    result += "–";
    from = end;
  }
  return result += sentence.substr(from);
}

}  // namespace spinflow::results
