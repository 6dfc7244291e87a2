// SPDX-License-Identifier: Apache-2.0
#include "recipes/placeholders.hpp"

namespace spinflow::recipes {

std::string filled(std::string_view text, const std::function<std::string(const std::string&)>& word) {
  std::string whole;
  while (true) {
    const auto open = text.find('{');
    const auto close = text.find('}', open);
    if (open == std::string_view::npos || close == std::string_view::npos) return whole += text;
    whole += text.substr(0, open);
    whole += word(std::string(text.substr(open + 1, close - open - 1)));
    text.remove_prefix(close + 1);
  }
}

std::set<std::string> names_in(std::string_view text) {
  std::set<std::string> names;
  (void)filled(text, [&](const std::string& name) {
    names.insert(name);
    return std::string();
  });
  return names;
}

}  // namespace spinflow::recipes
