// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/toml.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <sstream>

namespace spinflow::io {

std::string to_toml(const Settings& settings) {
  std::string text;
  for (const auto& [name, values] : settings) {
    if (!name.empty()) text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", name);
    for (const auto& [key, value] : values) text += fmt::format("{} = {}\n", key, base::to_text(value));
  }
  return text;
}

namespace {

base::Value value_of(const toml::node& node, const std::string& where) {
  const auto refuse = [&](std::string_view what) {
    return input_error(fmt::format("{}, line {}", where, node.source().begin.line), what,
                       "use true, false, numbers, texts, and lists of numbers or of texts");
  };
  if (const auto* b = node.as_boolean()) return b->get();
  if (const auto* i = node.as_integer()) return static_cast<std::int64_t>(i->get());
  if (const auto* d = node.as_floating_point()) return d->get();
  if (const auto* s = node.as_string()) return s->get();
  const auto* list = node.as_array();
  if (list == nullptr) throw refuse("a value of this kind has no use here");
  std::vector<double> numbers;
  std::vector<std::string> texts;
  for (const auto& element : *list) {
    if (const auto* i = element.as_integer())
      numbers.push_back(static_cast<double>(i->get()));
    else if (const auto* d = element.as_floating_point())
      numbers.push_back(d->get());
    else if (const auto* s = element.as_string())
      texts.push_back(s->get());
    else
      throw refuse("a list holds something that is neither a number nor a text");
  }
  if (!numbers.empty() && !texts.empty()) throw refuse("a list mixes numbers and texts");
  if (numbers.empty()) return texts;
  return numbers;
}

}  // namespace

Settings settings_from_toml(std::string_view text, std::string_view where) {
  toml::table document;
  try {
    document = toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw input_error(fmt::format("{}, line {}", where, error.source().begin.line), error.description(),
                      "mend the TOML there");
  }
  Settings settings;
  for (const auto& [name, node] : document) {
    const std::string key(name.str());
    if (const auto* table = node.as_table()) {
      auto& section = settings[key];
      for (const auto& [inner, value] : *table)
        section[std::string(inner.str())] = value_of(value, std::string(where));
    } else {
      settings[""][key] = value_of(node, std::string(where));
    }
  }
  return settings;
}

}  // namespace spinflow::io
