// SPDX-License-Identifier: Apache-2.0
// Texts of a recipe's TOML in which {name} stands for a number or a word.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <concepts>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "spinflow/stats/estimate.hpp"

namespace spinflow::recipes {

/// What stands for a {name}: a text, several with a mark between them, a number as short as it reads back (or
/// as in {name:.2f}), or an estimate as "2.295(13)".
struct Word {
  std::variant<std::string, double> value;

  Word(std::string word) : value(std::move(word)) {}
  Word(const char* word) : value(std::string(word)) {}
  Word(const std::vector<std::string>& words, std::string_view between)
      : value(fmt::format("{}", fmt::join(words, between))) {}
  Word(const stats::Estimate& estimate);
  Word(std::floating_point auto number) : value(static_cast<double>(number)) {}
  Word(std::integral auto number) : value(fmt::format("{}", number)) {}
};
using Words = std::vector<std::pair<std::string, Word>>;

/// The names in braces, without what follows a colon.
[[nodiscard]] std::set<std::string> names_in(std::string_view text);
/// The text with word(name) in place of every {name}.
[[nodiscard]] std::string filled(std::string_view text,
                                 const std::function<std::string(const std::string&)>& word);
/// The texts with their words. Error(failure) beginning with `where` if a word is missing, or given and named
/// in none of them.
[[nodiscard]] std::vector<std::string> filled(const std::vector<std::string>& texts, const Words& words,
                                              const std::string& where);

}  // namespace spinflow::recipes
