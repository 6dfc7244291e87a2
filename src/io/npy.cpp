// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "io/number_stream.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::io {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t longest_npy_header = 65536;

// The header is a Python dictionary literal: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, std::string where) : text_(text), where_(std::move(where)) {}

  std::string descr;
  bool fortran = false;
  std::vector<std::size_t> shape;

  void parse() {
    int seen = 0;
    std::set<std::string> keys;
    expect('{');
    while (!accept('}')) {
      const std::string key = quoted();
      expect(':');
      if (!keys.insert(key).second) refuse();
      if (key == "descr")
        descr = quoted(), seen |= 1;
      else if (key == "fortran_order")
        fortran = boolean(), seen |= 2;
      else if (key == "shape")
        parse_shape(), seen |= 4;
      else
        refuse();
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    if (seen != 7) refuse();
  }

 private:
  [[noreturn]] void refuse() const {
    throw input_error(where_, "its .npy header cannot be understood",
                      "save a plain array of numbers with numpy.save");
  }

  void skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  bool accept(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) refuse();
  }
  std::string quoted() {
    skip();
    if (at_ >= text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) refuse();
    const char quote = text_[at_++];
    const auto end = text_.find(quote, at_);
    if (end == std::string_view::npos) refuse();
    std::string value(text_.substr(at_, end - at_));
    at_ = end + 1;
    return value;
  }
  bool boolean() {
    skip();
    for (const auto& [word, value] : {std::pair{"True", true}, std::pair{"False", false}}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += std::string_view(word).size();
        return value;
      }
    }
    refuse();
  }
  void parse_shape() {
    shape.clear();
    expect('(');
    while (!accept(')')) {
      skip();
      std::size_t value = 0;
      std::size_t digits = 0;
      while (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) {
        value = 10 * value + static_cast<std::size_t>(text_[at_++] - '0');
        if (++digits > 15) refuse();
      }
      if (digits == 0) refuse();
      shape.push_back(value);
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
  }

  std::string_view text_;
  std::string where_;
  std::size_t at_ = 0;
};

/// The dictionary in the header; the stream then stands at the data.
std::string header_text(ByteStream& bytes, const std::string& where) {
  std::array<char, 12> start{};
  const auto read = [&](char* to, std::size_t n) {
    if (bytes.left() < n) throw input_error(where, "its .npy header is cut off", "give a complete file");
    bytes.read({to, n});
  };
  read(start.data(), 8);
  if (std::string_view(start.data(), magic.size()) != magic)
    throw input_error(where, "it is no .npy file", "give an array saved with numpy.save");
  const int version = static_cast<unsigned char>(start[6]);
  if (version < 1 || version > 3)
    throw input_error(where, fmt::format("its .npy version is {}", version), "versions 1 to 3 can be read");
  const std::size_t width = version == 1 ? 2 : 4;
  read(start.data() + 8, width);
  std::size_t length = 0;
  for (std::size_t i = width; i-- > 0;) length = 256 * length + static_cast<unsigned char>(start[8 + i]);
  if (length > longest_npy_header)
    throw input_error(where, fmt::format("its .npy header claims {} bytes", length),
                      "save a plain array of numbers");
  std::string text(length, '\0');
  read(text.data(), length);
  return text;
}

/// From "<f4", "|b1", ...
ElementType element_type(const std::string& descr, const std::string& where) {
  const bool plain = descr.size() == 3 && std::string_view("<>=|").find(descr[0]) != std::string_view::npos &&
                     std::string_view("iubf").find(descr[1]) != std::string_view::npos;
  const ElementType type{plain ? descr[1] : 'i', plain ? static_cast<std::size_t>(descr[2] - '0') : 0,
                         plain && descr[0] == '>'};
  const bool known = type.size == 1     ? type.kind != 'f'
                     : type.kind == 'b' ? false
                                        : type.size == 2 || type.size == 4 || type.size == 8;
  if (!plain || !known || (type.size > 1 && descr[0] == '|'))
    throw input_error(where, fmt::format("its elements are of type '{}'", descr),
                      "save integers, Booleans or floats of at most 8 bytes, such as a.astype('int8')");
  return type;
}

}  // namespace

std::unique_ptr<NumberStream> npy_numbers(std::unique_ptr<ByteStream> bytes, const std::string& where) {
  const std::string text = header_text(*bytes, where);
  HeaderParser header(text, where);
  header.parse();
  const ElementType type = element_type(header.descr, where);
  return raw_numbers(std::move(bytes), type, header.shape, header.fortran, where);
}

}  // namespace spinflow::io
