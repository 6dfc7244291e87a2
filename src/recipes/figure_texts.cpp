// SPDX-License-Identifier: Apache-2.0
#include "recipes/figure_texts.hpp"

#include <algorithm>
#include <mutex>

#include "recipes/placeholders.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/recipes/recipe.hpp"

namespace spinflow::recipes {

namespace {

constexpr std::string_view texts_prefix = "figures.";

std::string text_of(const std::string& section, const base::Values& values, const char* key) {
  const auto found = values.find(key);
  const auto* text = found == values.end() ? nullptr : std::get_if<std::string>(&found->second);
  if (text == nullptr || text->empty())
    throw input_error(section, fmt::format("it has no {}", key), "give title and caption as texts");
  return *text;
}

}  // namespace

FigureTexts::FigureTexts(const io::Settings& recipe) {
  for (const auto& [section, values] : recipe) {
    if (!section.starts_with(texts_prefix)) continue;
    texts_[section.substr(texts_prefix.size())] = {text_of(section, values, "title"),
                                                   text_of(section, values, "caption")};
    if (values.size() != 2)
      throw input_error(section, "it has more than title and caption", "leave out the rest");
  }
}

const FigureTexts& FigureTexts::of(const std::string& recipe) {
  static std::mutex mutex;
  static std::map<std::string, FigureTexts> known;
  const std::lock_guard lock(mutex);
  auto found = known.find(recipe);
  if (found == known.end())
    found = known.emplace(recipe, io::settings_from_toml(recipe_text(recipe), "recipe " + recipe)).first;
  return found->second;
}

std::pair<std::string, std::string> FigureTexts::texts(const std::string& id, const Words& words) const {
  const auto found = texts_.find(id);
  if (found == texts_.end())
    throw failure("recipe", fmt::format("its TOML has no [figures.{}]", id),
                  "add one with title and caption");
  const auto word = [&](const std::string& name) {
    const auto given = std::ranges::find(words, name, &Words::value_type::first);
    if (given == words.end())
      throw failure(fmt::format("[figures.{}]", id), fmt::format("nothing is given for {{{}}}", name),
                    "leave it out of title and caption, or give it in the code");
    return given->second.text;
  };
  const auto& [title, caption] = found->second;
  auto names = names_in(title);
  names.merge(names_in(caption));
  for (const auto& [name, given] : words)
    if (!names.contains(name))
      throw failure(fmt::format("[figures.{}]", id),
                    fmt::format("neither title nor caption names {{{}}}", name),
                    "name it there, or do not give it in the code");
  return {filled(title, word), filled(caption, word)};
}

}  // namespace spinflow::recipes
