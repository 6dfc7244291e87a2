// SPDX-License-Identifier: Apache-2.0
// Texts of a recipe's TOML in which {name} stands for a number or a word.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace spinflow::recipes {

/// The names in braces.
[[nodiscard]] std::set<std::string> names_in(std::string_view text);
/// The text with word(name) in place of every {name}.
[[nodiscard]] std::string filled(std::string_view text,
                                 const std::function<std::string(const std::string&)>& word);

}  // namespace spinflow::recipes
