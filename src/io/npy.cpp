// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/npy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cstring>
#include <string>
#include <string_view>

#include "spinflow/base/error.hpp"
#include "spinflow/io/text_file.hpp"

namespace spinflow::io {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t longest_npy_header = 65536;
constexpr std::size_t most_axis = std::size_t{1} << 40;

// The header is a Python dictionary literal: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, std::string where) : text_(text), where_(std::move(where)) {}

  std::string descr;
  bool fortran = false;
  std::vector<std::size_t> shape;

  void parse() {
    int seen = 0;
    expect('{');
    while (!accept('}')) {
      const std::string key = quoted();
      expect(':');
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
std::string header_text(std::ifstream& stream, const std::string& where) {
  const auto truncated = [&] {
    return input_error(where, "its .npy header is cut off", "give a complete file");
  };
  std::array<char, 12> start{};
  if (!stream.read(start.data(), 8)) throw truncated();
  if (std::string_view(start.data(), 6) != magic)
    throw input_error(where, "it is no .npy file", "give an array saved with numpy.save");
  const int version = static_cast<unsigned char>(start[6]);
  if (version < 1 || version > 3)
    throw input_error(where, fmt::format("its .npy version is {}", version), "versions 1 to 3 can be read");
  const std::size_t width = version == 1 ? 2 : 4;
  if (!stream.read(start.data() + 8, static_cast<std::streamsize>(width))) throw truncated();
  std::size_t length = 0;
  for (std::size_t i = width; i-- > 0;) length = 256 * length + static_cast<unsigned char>(start[8 + i]);
  if (length > longest_npy_header)
    throw input_error(where, fmt::format("its .npy header claims {} bytes", length),
                      "save a plain array of numbers");
  std::string text(length, '\0');
  if (!stream.read(text.data(), static_cast<std::streamsize>(length))) throw truncated();
  return text;
}

/// Bytes of an array of spins; Error(input) for a shape that spins cannot have.
std::size_t bytes_of(const std::vector<std::size_t>& shape, std::size_t element, const std::string& where) {
  const auto refusal = [&](const std::string& mend) {
    return input_error(where, fmt::format("its shape is ({})", fmt::join(shape, ", ")), mend);
  };
  if (shape.size() != 2 && shape.size() != 3) throw refusal("(n, L) or (n, Ly, Lx) can be read");
  std::size_t bytes = element;
  for (const std::size_t axis : shape) {
    if (axis == 0) throw refusal("no axis may be empty");
    if (axis > most_axis || bytes > most_axis / axis) throw refusal("give a smaller array");
    bytes *= axis;
  }
  return bytes;
}

template <class T>
T element(const char* bytes, bool swap) {
  std::array<char, sizeof(T)> raw;
  std::memcpy(raw.data(), bytes, sizeof(T));
  if (swap) std::ranges::reverse(raw);
  return std::bit_cast<T>(raw);
}

}  // namespace

bool is_npy(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  std::ifstream stream(path, std::ios::binary);
  std::array<char, 6> first{};
  return stream.read(first.data(), first.size()) && std::string_view(first.data(), first.size()) == magic;
}

NpySpins::NpySpins(std::filesystem::path path) : path_(std::move(path)) {
  check_input(path_);
  stream_.open(path_, std::ios::binary);
  parse_header(static_cast<std::size_t>(std::filesystem::file_size(path_)));
}

void NpySpins::parse_header(std::size_t file_size) {
  const std::string where = path_.string();
  const std::string text = header_text(stream_, where);
  const auto header_size = static_cast<std::size_t>(stream_.tellg());
  HeaderParser header(text, where);
  header.parse();
  if (header.fortran)
    throw input_error(where, "it is in Fortran order",
                      "save numpy.ascontiguousarray(a), whose first axis is the sample");
  const std::string& descr = header.descr;
  const std::string kind = descr.size() > 1 ? descr.substr(1) : "";
  std::size_t size = 1;
  if (kind == "i1")
    kind_ = Kind::int8;
  else if (kind == "u1")
    kind_ = Kind::uint8;
  else if (kind == "b1")
    kind_ = Kind::boolean;
  else if (kind == "f4")
    kind_ = Kind::float32, size = 4;
  else if (kind == "f8")
    kind_ = Kind::float64, size = 8;
  else
    throw input_error(where, fmt::format("its elements are of type '{}'", descr),
                      "save int8, uint8, bool, float32 or float64");
  const bool needs_order = size > 1;
  if (std::string_view("<>=|").find(descr[0]) == std::string_view::npos || (needs_order && descr[0] == '|'))
    throw input_error(where, fmt::format("its elements are of type '{}'", descr),
                      "save them in little-endian order");
  big_endian_ = descr[0] == '>';

  shape_ = header.shape;
  const std::size_t bytes = bytes_of(shape_, size, where);
  const std::size_t data = file_size - header_size;
  if (data != bytes)
    throw input_error(where,
                      fmt::format("its shape ({}) needs {} bytes, {} follow the header",
                                  fmt::join(shape_, ", "), bytes, data),
                      "give a complete file");
  n_columns_ = 1;
  for (std::size_t i = 1; i < shape_.size(); ++i) n_columns_ *= shape_[i];
}

void NpySpins::convert(std::span<const char> bytes, std::span<std::int8_t> spins) {
  const std::size_t size = bytes.size() / spins.size();
  const bool swap = big_endian_ != (std::endian::native == std::endian::big);
  for (std::size_t i = 0; i < spins.size(); ++i) {
    const char* at = bytes.data() + i * size;
    double value = 0;
    switch (kind_) {
      case Kind::int8:
        value = static_cast<signed char>(*at);
        break;
      case Kind::uint8:
      case Kind::boolean:
        value = static_cast<unsigned char>(*at);
        break;
      case Kind::float32:
        value = element<float>(at, swap);
        break;
      case Kind::float64:
        value = element<double>(at, swap);
        break;
    }
    const std::size_t index = next_ + i;
    const auto place = [&] {
      return fmt::format("row {}, column {}", index / n_columns_, index % n_columns_);
    };
    if (value != 1 && value != -1 && value != 0)
      throw input_error(path_.string(), fmt::format("{} holds {}", place(), value),
                        "spins are +1 and -1, or 1 and 0");
    seen_minus_one_ |= value == -1;
    seen_zero_ |= value == 0;
    if (seen_minus_one_ && seen_zero_)
      throw input_error(path_.string(),
                        fmt::format("{} holds {} after the other of 0 and -1", place(), value),
                        "spins are +1 and -1, or 1 and 0, not both");
    spins[i] = value > 0 ? 1 : -1;
  }
}

void NpySpins::read_next(std::span<std::int8_t> spins) {
  const std::size_t size = kind_ == Kind::float64 ? 8 : kind_ == Kind::float32 ? 4 : 1;
  constexpr std::size_t piece = std::size_t{1} << 16;
  std::vector<char> bytes;
  while (!spins.empty()) {
    const auto part = spins.first(std::min(piece, spins.size()));
    bytes.resize(part.size() * size);
    if (!stream_.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
      throw input_error(path_.string(), "reading it failed", "give a complete file");
    convert(bytes, part);
    next_ += part.size();
    spins = spins.subspan(part.size());
  }
}

}  // namespace spinflow::io
