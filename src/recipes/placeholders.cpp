// SPDX-License-Identifier: Apache-2.0
#include "recipes/placeholders.hpp"

#include <algorithm>

#include "spinflow/base/error.hpp"

namespace spinflow::recipes {

namespace {

std::string text_of(const Word& word, const std::string& form) {
  if (const auto* text = std::get_if<std::string>(&word.value)) return *text;
  return fmt::format(fmt::runtime("{" + form + "}"), std::get<double>(word.value));
}

}  // namespace

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
    names.insert(name.substr(0, name.find(':')));
    return std::string();
  });
  return names;
}

std::vector<std::string> filled(const std::vector<std::string>& texts, const Words& words,
                                const std::string& where) {
  std::set<std::string> names;
  for (const auto& text : texts) names.merge(names_in(text));
  for (const auto& [name, given] : words)
    if (!names.contains(name))
      throw failure(where, fmt::format("no text of it names {{{}}}", name),
                    "name it there, or do not give it in the code");
  const auto word = [&](const std::string& place) {
    const auto colon = std::min(place.find(':'), place.size());
    const auto given = std::ranges::find(words, place.substr(0, colon), &Words::value_type::first);
    if (given == words.end())
      throw failure(where, fmt::format("nothing is given for {{{}}}", place.substr(0, colon)),
                    "leave it out of its texts, or give it in the code");
    return text_of(given->second, place.substr(colon));
  };
  std::vector<std::string> all;
  for (const auto& text : texts) all.push_back(filled(text, word));
  return all;
}

}  // namespace spinflow::recipes
