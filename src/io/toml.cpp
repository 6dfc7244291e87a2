// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/toml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <string>

namespace {

// toml++ 3.3 asserts conditions that some inputs violate ("[:]"); in a release build this is undefined
// behaviour. Here its assertions are checked in every build and throw.
[[noreturn]] void untrue(const char* expression) { throw std::logic_error(expression); }

}  // namespace

#undef NDEBUG
#define TOML_ASSERT(expression) ((expression) ? static_cast<void>(0) : untrue(#expression))
#include <toml++/toml.h>

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

// toml++ parses and frees what is nested by recursion, reads beyond arrays where keys hold control
// characters, and is undefined for some characters of other scripts outside of texts. Such texts are refused
// before parsing: this class scans the text, and knows strings and comments. A quote begins a text only where
// the parser sees it so: inside of a word the parser reads on, and would meet what stands behind the quote.
class Limits {
 public:
  Limits(std::string_view text, std::string_view where) : text_(text), where_(where) {}

  void check() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      check_character(c);
      if (c == '#') {
        skip_comment();
      } else if (c == '"' || c == '\'') {
        check_begins_word(true);
        if (follows(".") && !key_may_stand_here())
          refuse("a quote stands in the middle of a value", "put quotes around the whole text");
        skip_string(c);
      } else {
        check_outside(c);
        count(c);
        ++at_;
      }
    }
  }

 private:
  static constexpr std::size_t deepest = 32;  // brackets that are open at once
  static constexpr int most_parts = 32;       // of a dotted key

  [[noreturn]] void refuse(std::string_view what, std::string_view mend) const {
    const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n');
    throw input_error(fmt::format("{}, line {}", where_, line), what, mend);
  }

  void check_character(char c) const {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 32 && c != '\t' && c != '\n' && c != '\r') || byte == 127)
      refuse(fmt::format("it holds the control character {:#04x}", byte),
             "write it in a text, as in \"\\u0007\"");
  }

  // Whether one of `characters` stands right in front.
  [[nodiscard]] bool follows(std::string_view characters) const {
    return at_ > 0 && characters.find(text_[at_ - 1]) != std::string_view::npos;
  }

  // Of a quote, which may also follow the point of a key, an array and an inline table.
  void check_begins_word(bool is_quote) const {
    if (at_ > 0 && !follows(" \t\r\n=,[{") && !(is_quote && follows(".")))
      refuse(fmt::format("a {} stands in the middle of a word", text_[at_]),
             "put quotes around the whole text");
  }

  [[nodiscard]] bool key_may_stand_here() const {
    return equals_ == 0 && (open_.empty() || open_.back() != '[');
  }

  // A byte order mark may stand in front of all.
  void check_outside(char c) const {
    static constexpr std::string_view others = " \t\r\n_-+.:=,[]{}";
    if (static_cast<unsigned char>(c) >= 128) {
      if (!(at_ < 3 && text_.starts_with("\xEF\xBB\xBF")))
        refuse("a character that is not ASCII stands outside of quotes", "put quotes around it");
    } else if (std::isalnum(static_cast<unsigned char>(c)) == 0 && others.find(c) == std::string_view::npos) {
      refuse(fmt::format("the character {} stands outside of quotes", c), "put quotes around the text");
    }
  }

  void count(char c) {
    if (c == '[' || c == '{') {
      check_begins_word(false);
      if (open_.size() >= deepest)
        refuse(fmt::format("more than {} brackets are open", deepest), "nest less deeply");
      // [section] and [[section]] hold keys.
      const bool is_header = c == '[' && equals_ == 0 && (open_.empty() || open_ == "h");
      open_ += is_header ? 'h' : c;
    } else if ((c == ']' || c == '}') && !open_.empty()) {
      open_.pop_back();
    } else if (c == '=') {
      if (!key_may_stand_here()) refuse("an equals sign stands in a value", "put quotes around the text");
      ++equals_;
    }
    count_parts(c);
    if (c == ',' || c == '{' || (c == '\n' && open_.empty())) equals_ = 0;
  }

  void count_parts(char c) {
    if (c == '.') {
      if (++dots_ >= most_parts)
        refuse(fmt::format("a key has more than {} parts", most_parts), "use [section] and key = value");
    } else if (std::string_view("=,[]{}\n").find(c) != std::string_view::npos) {
      dots_ = 0;
    }
  }

  void skip_comment() {
    for (; at_ < text_.size() && text_[at_] != '\n'; ++at_) check_character(text_[at_]);
  }

  // Behind a backslash the parser passes over white space. It asks of every character up to the first that is
  // none whether it is a space of another script, which is undefined for some letters.
  void check_behind_backslash() const {
    const auto next = text_.find_first_not_of(" \t\r\n", at_);
    if (next != std::string_view::npos && static_cast<unsigned char>(text_[next]) >= 128)
      refuse("a character that is not ASCII follows a backslash",
             "put another character between them, or write two backslashes for one");
  }

  // A string may lack its end, in the line or, with three quotes, in the text; the parser reports this.
  void skip_string(char quote) {
    const std::string three(3, quote);
    const bool is_long = text_.substr(at_).starts_with(three);
    at_ += is_long ? 3 : 1;
    for (; at_ < text_.size(); ++at_) {
      check_character(text_[at_]);
      if (text_[at_] == '\n' && !is_long) return;
      if (text_[at_] == '\\' && quote == '"') {
        if (++at_ < text_.size()) check_character(text_[at_]);
        if (is_long) check_behind_backslash();
      } else if (is_long ? text_.substr(at_).starts_with(three) : text_[at_] == quote) {
        at_ += is_long ? 3 : 1;
        // One or two quotes may stand in front of the closing three.
        for (int more = 0; is_long && more < 2 && at_ < text_.size() && text_[at_] == quote; ++more) ++at_;
        return;
      }
    }
  }

  std::string_view text_;
  std::string_view where_;
  std::size_t at_ = 0;
  std::string open_;  // brackets; h: of a section's name
  int equals_ = 0;    // since the last key could begin
  int dots_ = 0;
};

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
  std::vector<std::int64_t> whole;
  std::vector<double> numbers;  // all of them, whole or not
  std::vector<std::string> texts;
  for (const auto& element : *list) {
    if (const auto* i = element.as_integer()) {
      whole.push_back(i->get());
      numbers.push_back(static_cast<double>(i->get()));
    } else if (const auto* d = element.as_floating_point()) {
      numbers.push_back(d->get());
    } else if (const auto* s = element.as_string()) {
      texts.push_back(s->get());
    } else {
      throw refuse("a list holds something that is neither a number nor a text");
    }
  }
  if (!numbers.empty() && !texts.empty()) throw refuse("a list mixes numbers and texts");
  if (numbers.empty()) return texts;
  if (whole.size() == numbers.size()) return whole;
  return numbers;
}

/// [name] and, as sections of their own, its [name.part].
void add_section(const toml::table& table, const std::string& name, std::string_view where,
                 Settings& settings) {
  if (table.empty()) settings[name];
  for (const auto& [key, value] : table) {
    const std::string word(key.str());
    const auto* part = value.as_table();
    if (part == nullptr) {
      settings[name][word] = value_of(value, std::string(where));
      continue;
    }
    auto& section = settings[fmt::format("{}.{}", name, word)];
    for (const auto& [inner, number] : *part)
      section[std::string(inner.str())] = value_of(number, std::string(where));
  }
}

}  // namespace

Settings settings_from_toml(std::string_view text, std::string_view where) {
  Limits(text, where).check();
  toml::table document;
  try {
    document = toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw input_error(fmt::format("{}, line {}", where, error.source().begin.line), error.description(),
                      "mend the TOML there");
  } catch (const std::logic_error&) {
    throw input_error(where, "it is no TOML", "write [section] and key = value, each on a line of its own");
  }
  Settings settings;
  for (const auto& [name, node] : document) {
    const std::string key(name.str());
    if (const auto* table = node.as_table()) {
      add_section(*table, key, where, settings);
    } else {
      settings[""][key] = value_of(node, std::string(where));
    }
  }
  return settings;
}

}  // namespace spinflow::io
