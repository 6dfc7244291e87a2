// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "spinflow/base/text.hpp"

namespace spinflow::base {

namespace {

std::string_view kind_name(const Value& value) {
  constexpr std::string_view names[] = {"true or false",  "a whole number",          "a number",
                                        "a text",         "a list of whole numbers", "a list of numbers",
                                        "a list of texts"};
  return names[value.index()];
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool parse_whole(std::string_view text, double& number) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  return status == std::errc{} && end == text.data() + text.size() && !text.empty();
}

// -0 equals 0, but a division by it gives the other infinity.
double unsigned_zero(double number) { return number + 0.0; }

double parse_number(std::string_view text, std::string_view where) {
  double number = 0;
  if (!parse_whole(text, number) || !std::isfinite(number))
    throw input_error(where, fmt::format("'{}' is not a finite number", trimmed(text)),
                      "write numbers like 2.25, 0,1,2 or 0:6:0.25");
  return unsigned_zero(number);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = text.find(separator);
    parts.push_back(trimmed(text.substr(0, at)));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string number_text(double number) {
  // The shortest text that reads back to the same double, always recognisable as one.
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

/// Integers of doubles that are whole and that a double holds exactly; nothing otherwise.
std::optional<std::vector<std::int64_t>> whole_numbers(const std::vector<double>& numbers) {
  constexpr double most = 9007199254740992;  // 2^53
  std::vector<std::int64_t> whole;
  for (const double number : numbers) {
    if (!(std::abs(number) <= most) || number != std::floor(number)) return std::nullopt;
    whole.push_back(static_cast<std::int64_t>(number));
  }
  return whole;
}

/// A list of another kind, or a single number, as the list that `spec` asks for; the value itself if there is
/// no such list.
Value as_list(const OptionSpec& spec, const Value& value) {
  const bool wants_whole = std::holds_alternative<std::vector<std::int64_t>>(spec.fallback);
  if (!wants_whole && !std::holds_alternative<std::vector<double>>(spec.fallback)) return value;
  const auto* texts = std::get_if<std::vector<std::string>>(&value);
  const bool empty = texts != nullptr && texts->empty();
  if (empty && wants_whole) return std::vector<std::int64_t>{};
  if (empty) return std::vector<double>{};
  if (const auto* one = std::get_if<std::int64_t>(&value); one != nullptr && wants_whole)
    return std::vector<std::int64_t>{*one};
  std::optional<std::vector<double>> numbers = numbers_of(value);
  if (const auto* one = std::get_if<std::int64_t>(&value)) numbers = {static_cast<double>(*one)};
  if (const auto* one = std::get_if<double>(&value)) numbers = {*one};
  if (!numbers) return value;
  if (!wants_whole) return *numbers;
  if (const auto whole = whole_numbers(*numbers)) return *whole;
  return value;
}

/// A value of the option's kind, as TOML writes it.
std::string example_of(const Value& fallback) {
  const auto numbers = numbers_of(fallback);
  if (!numbers || !numbers->empty()) return to_text(fallback);
  return std::holds_alternative<std::vector<double>>(fallback) ? "[0.5, 2.0]" : "[8, 16]";
}

/// A TOML string that reads back as the same text. Bytes that are not valid UTF-8, which TOML cannot hold,
/// become U+FFFD.
std::string toml_quoted(std::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto character = text.substr(0, std::max<std::size_t>(length, 1));
    const auto byte = static_cast<unsigned char>(character[0]);
    if (length == 0)
      quoted += "\xef\xbf\xbd";
    else if (character == "\n")
      quoted += "\\n";
    else if (byte < 32 || byte == 127)
      quoted += fmt::format("\\u{:04X}", byte);
    else if (character == "\"" || character == "\\")
      (quoted += '\\') += character;
    else
      quoted += character;
    text.remove_prefix(character.size());
  }
  return quoted + '"';
}

}  // namespace

Error no_such_option(std::string_view where, std::string_view name, const std::vector<OptionSpec>& specs) {
  std::vector<std::string> names;
  for (const auto& spec : specs) names.push_back(spec.name);
  return input_error(where, fmt::format("there is no option '{}'", name), suggestion(name, names));
}

namespace {

/// `steps_of_one`: "first:last" is a range too.
std::vector<double> number_list(std::string_view text, std::string_view where, bool steps_of_one) {
  text = trimmed(text);
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  std::vector<double> numbers;
  for (const auto part : split(text, ',')) {
    const auto pieces = split(part, ':');
    if (pieces.size() == 1) {
      numbers.push_back(parse_number(part, where));
      continue;
    }
    if (pieces.size() != 3 && !(steps_of_one && pieces.size() == 2))
      throw input_error(where, fmt::format("'{}' is no range", part),
                        steps_of_one ? "write first:last, or first:last:step as in 8:32:8"
                                     : "write first:last:step, as in 0:6:0.25");
    const double first = parse_number(pieces[0], where);
    const double last = parse_number(pieces[1], where);
    const double step = pieces.size() == 2 ? 1 : parse_number(pieces[2], where);
    const double count = (last - first) / step;
    if (step == 0 || !(count >= 0))
      throw input_error(where, fmt::format("the range '{}' leads nowhere", part),
                        "the step must lead from the first to the last value, as in 0:6:0.25");
    if (count > 1e6)
      throw input_error(where, fmt::format("the range '{}' has more than a million values", part),
                        "widen the step");
    const double whole = std::round(count);
    if (std::abs(count - whole) > 1e-6)
      throw input_error(where, fmt::format("the range '{}' does not end on its last value", part),
                        "choose a step that divides last - first");
    // An index times the step, not a running sum, so that 0:6:0.25 holds exactly 2.25.
    for (std::int64_t i = 0; i <= static_cast<std::int64_t>(whole); ++i)
      numbers.push_back(i == static_cast<std::int64_t>(whole) ? last : first + static_cast<double>(i) * step);
  }
  return numbers;
}

}  // namespace

std::vector<double> parse_number_list(std::string_view text, std::string_view where) {
  return number_list(text, where, false);
}

std::optional<std::vector<double>> numbers_of(const Value& value) {
  if (const auto* list = std::get_if<std::vector<double>>(&value)) return *list;
  if (const auto* list = std::get_if<std::vector<std::int64_t>>(&value))
    return std::vector<double>(list->begin(), list->end());
  return std::nullopt;
}

std::string to_text(const Value& value) {
  struct Writer {
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(std::int64_t i) const { return fmt::format("{}", i); }
    std::string operator()(double d) const { return number_text(d); }
    std::string operator()(const std::string& s) const { return toml_quoted(s); }
    std::string operator()(const std::vector<std::int64_t>& list) const {
      return fmt::format("[{}]", fmt::join(list, ", "));
    }
    std::string operator()(const std::vector<double>& list) const {
      std::vector<std::string> parts;
      for (const double d : list) parts.push_back(number_text(d));
      return fmt::format("[{}]", fmt::join(parts, ", "));
    }
    std::string operator()(const std::vector<std::string>& list) const {
      std::vector<std::string> parts;
      for (const auto& s : list) parts.push_back((*this)(s));
      return fmt::format("[{}]", fmt::join(parts, ", "));
    }
  };
  return std::visit(Writer{}, value);
}

Value from_text(std::string_view text, const Value& like, std::string_view where) {
  text = trimmed(text);
  const auto wrong = [&] {
    return input_error(where, fmt::format("'{}' is not {}", text, kind_name(like)),
                       fmt::format("write it like {}", to_text(like)));
  };
  if (std::holds_alternative<bool>(like)) {
    if (text == "true") return true;
    if (text == "false") return false;
    throw wrong();
  }
  if (std::holds_alternative<std::int64_t>(like)) {
    std::int64_t number = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_whole = end == text.data() + text.size() && !text.empty();
    if (is_whole && status == std::errc::result_out_of_range)
      throw input_error(where, fmt::format("'{}' is too large", text),
                        fmt::format("stay within +-{}", std::numeric_limits<std::int64_t>::max()));
    if (status != std::errc{} || !is_whole) throw wrong();
    return number;
  }
  if (std::holds_alternative<double>(like)) {
    double number = 0;
    if (!parse_whole(text, number)) throw wrong();
    return unsigned_zero(number);
  }
  if (std::holds_alternative<std::vector<std::int64_t>>(like)) {
    if (text == "[]") return std::vector<std::int64_t>{};
    // In TOML a list of numbers may happen to be whole; `checked` knows whether it must be.
    auto list = number_list(text, where, true);
    if (auto whole = whole_numbers(list)) return *std::move(whole);
    return list;
  }
  const bool numbers = std::holds_alternative<std::vector<double>>(like);
  if (numbers && text == "[]") return std::vector<double>{};
  if (numbers) return parse_number_list(text, where);
  const auto unquoted = [](std::string_view s) {
    return s.size() >= 2 && s.front() == '"' && s.back() == '"' ? s.substr(1, s.size() - 2) : s;
  };
  if (std::holds_alternative<std::string>(like)) return std::string(unquoted(text));
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  std::vector<std::string> list;
  if (trimmed(text).empty()) return list;
  for (const auto part : split(text, ',')) {
    if (part.empty())
      throw input_error(where, fmt::format("a name is missing beside a comma of '{}'", text),
                        "write a list like a,b,c");
    list.emplace_back(unquoted(part));
  }
  return list;
}

Value checked(const OptionSpec& spec, const Value& value, std::string_view where) {
  Value result = value;
  if (result.index() != spec.fallback.index()) {
    if (std::holds_alternative<double>(spec.fallback) && std::holds_alternative<std::int64_t>(result))
      result = static_cast<double>(std::get<std::int64_t>(result));
    else
      result = as_list(spec, result);
    if (result.index() != spec.fallback.index())
      throw input_error(where,
                        fmt::format("{} = {} is not {}", spec.name, to_text(value), kind_name(spec.fallback)),
                        fmt::format("write it like {} = {}", spec.name, example_of(spec.fallback)));
  }
  if (auto* number = std::get_if<double>(&result)) *number = unsigned_zero(*number);
  if (auto* list = std::get_if<std::vector<double>>(&result))
    for (double& number : *list) number = unsigned_zero(number);
  const auto check_number = [&](double number) {
    if (std::isfinite(number) && number >= spec.least && number <= spec.most) return;
    const std::string range = std::isfinite(spec.most) ? fmt::format("from {} to {}", spec.least, spec.most)
                              : std::isfinite(spec.least) ? fmt::format("finite and at least {}", spec.least)
                                                          : std::string("finite");
    throw input_error(where, fmt::format("{} = {} is out of range", spec.name, number),
                      fmt::format("it must be {}", range));
  };
  if (const auto* whole = std::get_if<std::int64_t>(&result)) check_number(static_cast<double>(*whole));
  if (const auto* number = std::get_if<double>(&result)) check_number(*number);
  if (const auto list = numbers_of(result))
    for (const double number : *list) check_number(number);
  const auto check_choice = [&](const std::string& text) {
    if (spec.choices.empty()) return;
    for (const auto& choice : spec.choices)
      if (choice == text) return;
    throw input_error(where, fmt::format("{} = '{}' is not known", spec.name, text),
                      suggestion(text, spec.choices));
  };
  if (const auto* text = std::get_if<std::string>(&result)) check_choice(*text);
  if (const auto* list = std::get_if<std::vector<std::string>>(&result))
    for (const auto& text : *list) check_choice(text);
  return result;
}

}  // namespace spinflow::base
