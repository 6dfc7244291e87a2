// SPDX-License-Identifier: Apache-2.0
// Tables of numbers as numpy.savetxt writes them.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "io/number_stream.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"

namespace spinflow::io {

namespace {

bool separates(char c) { return c == ' ' || c == '\t' || c == ',' || c == ';' || c == '\r'; }

/// The numbers of one line, behind those of the lines before.
void append_line(std::string_view line, std::size_t number, std::vector<double>& values,
                 const std::string& where) {
  const char* at = line.data();
  const char* const end = at + line.size();
  while (true) {
    const char* const gap = at;
    at = std::find_if_not(at, end, separates);
    // A comma may end a line; a blank beside it is no field of its own.
    const auto commas = std::count_if(gap, at, [](char c) { return c == ',' || c == ';'; });
    if (commas > (gap == line.data() && at != end ? 0 : 1))
      throw input_error(where, fmt::format("line {} has an empty field", number), "fill it or take it out");
    if (at == end) return;
    const char* const word_end = std::find_if(at, end, separates);
    const char* const first = *at == '+' ? at + 1 : at;  // from_chars knows no plus
    double value = 0;
    const auto [stop, error] = std::from_chars(first, word_end, value);
    if (error != std::errc() || stop != word_end)
      throw input_error(
          where, fmt::format("line {} holds '{}'", number, std::string_view(at, word_end)),
          "a configuration per line, numbers between spaces or commas, is what numpy.savetxt writes");
    values.push_back(value);
    at = word_end;
  }
}

class TextNumbers final : public NumberStream {
 public:
  TextNumbers(std::vector<double> values, std::size_t columns)
      : NumberStream({values.size() / columns, columns}), values_(std::move(values)) {}

  void read_next(std::span<double> numbers) override {
    std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(next_), numbers.size(), numbers.begin());
    next_ += numbers.size();
  }

 private:
  std::vector<double> values_;
  std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<NumberStream> text_numbers(const std::filesystem::path& path) {
  const std::string where = path.string();
  const auto size = std::filesystem::file_size(path);
  // Two bytes a number at least.
  base::check_memory(5 * static_cast<double>(size), where, "save it with numpy.save, which is smaller");
  std::string text(static_cast<std::size_t>(size), '\0');
  FileBytes(path, 0, size).read(text);
  if (text.find('\0') != std::string::npos)
    throw input_error(where, "it holds zero bytes, which no plain text has",
                      "save it as UTF-8 text, or with numpy.save");
  std::string_view rest = text;
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";  // some programs begin UTF-8 with it
  if (rest.starts_with(byte_order_mark)) rest.remove_prefix(byte_order_mark.size());
  std::vector<double> values;
  std::size_t columns = 0;
  std::size_t number = 0;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++number;
    const auto first = std::ranges::find_if_not(line, separates);
    if (first == line.end() || *first == '#') continue;
    const std::size_t before = values.size();
    append_line(line, number, values, where);
    const std::size_t found = values.size() - before;
    if (columns == 0) columns = found;
    if (found != columns)
      throw input_error(where,
                        fmt::format("line {} has {} numbers, the first has {}", number, found, columns),
                        "give as many numbers in every line");
  }
  if (values.empty()) throw input_error(where, "it holds no numbers", "give a configuration per line");
  check_array({values.size() / columns, columns}, 1, values.size(), where);
  return std::make_unique<TextNumbers>(std::move(values), columns);
}

}  // namespace spinflow::io
