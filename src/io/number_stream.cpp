// SPDX-License-Identifier: Apache-2.0
#include "io/number_stream.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"

namespace spinflow::io {

namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{1} << 40;

template <class T>
double as(const char* bytes, bool swap) {
  std::array<char, sizeof(T)> raw;
  std::memcpy(raw.data(), bytes, sizeof(T));
  if (swap) std::ranges::reverse(raw);
  return static_cast<double>(std::bit_cast<T>(raw));
}

/// IEEE 754 half precision.
double half(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const double fraction = bits & 1023;
  const double magnitude = exponent == 31  ? (fraction == 0 ? HUGE_VAL : NAN)
                           : exponent == 0 ? std::ldexp(fraction, -24)
                                           : std::ldexp(1024 + fraction, exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

double number_at(const char* bytes, const ElementType& type) {
  const bool swap = type.size > 1 && type.big_endian != (std::endian::native == std::endian::big);
  switch (type.kind) {
    case 'f':
      if (type.size == 2) return half(static_cast<std::uint16_t>(as<std::uint16_t>(bytes, swap)));
      return type.size == 4 ? as<float>(bytes, swap) : as<double>(bytes, swap);
    case 'i':
      if (type.size == 1) return as<std::int8_t>(bytes, swap);
      if (type.size == 2) return as<std::int16_t>(bytes, swap);
      return type.size == 4 ? as<std::int32_t>(bytes, swap) : as<std::int64_t>(bytes, swap);
    default:
      if (type.size == 1) return as<std::uint8_t>(bytes, swap);
      if (type.size == 2) return as<std::uint16_t>(bytes, swap);
      return type.size == 4 ? as<std::uint32_t>(bytes, swap) : as<std::uint64_t>(bytes, swap);
  }
}

class COrder final : public NumberStream {
 public:
  COrder(std::unique_ptr<ByteStream> bytes, ElementType type, std::vector<std::size_t> shape)
      : NumberStream(std::move(shape)), bytes_(std::move(bytes)), type_(type) {}

  void read_next(std::span<double> numbers) override {
    constexpr std::size_t piece = std::size_t{1} << 16;
    while (!numbers.empty()) {
      const auto part = numbers.first(std::min(piece, numbers.size()));
      buffer_.resize(part.size() * type_.size);
      bytes_->read(buffer_);
      for (std::size_t i = 0; i < part.size(); ++i)
        part[i] = number_at(buffer_.data() + i * type_.size, type_);
      numbers = numbers.subspan(part.size());
    }
  }

 private:
  std::unique_ptr<ByteStream> bytes_;
  ElementType type_;
  std::vector<char> buffer_;
};

/// The first axis runs fastest in memory.
class FortranOrder final : public NumberStream {
 public:
  FortranOrder(ByteStream& bytes, ElementType type, std::vector<std::size_t> axes, const std::string& where)
      : NumberStream(std::move(axes)), type_(type), index_(shape().size(), 0) {
    base::check_memory(static_cast<double>(bytes.left()), where,
                       "save numpy.ascontiguousarray(a), which is read piece by piece");
    content_.resize(static_cast<std::size_t>(bytes.left()));
    bytes.read(content_);
    std::size_t step = 1;
    for (const std::size_t length : shape()) {
      steps_.push_back(step);
      step *= length;
    }
  }

  void read_next(std::span<double> numbers) override {
    for (double& number : numbers) {
      number = number_at(content_.data() + place_ * type_.size, type_);
      for (std::size_t axis = shape().size(); axis-- > 0;) {
        place_ += steps_[axis];
        if (++index_[axis] < shape()[axis]) break;
        place_ -= steps_[axis] * shape()[axis];
        index_[axis] = 0;
      }
    }
  }

 private:
  ElementType type_;
  std::vector<char> content_;
  std::vector<std::size_t> steps_;
  std::vector<std::size_t> index_;
  std::size_t place_ = 0;
};

}  // namespace

void check_array(const std::vector<std::size_t>& shape, std::size_t element, std::uint64_t bytes,
                 const std::string& where) {
  const auto refusal = [&](const std::string& mend) {
    return input_error(where, fmt::format("its shape is ({})", fmt::join(shape, ", ")), mend);
  };
  std::uint64_t needed = element;
  for (const std::size_t axis : shape) {
    if (axis == 0) throw refusal("no axis may be empty");
    if (axis > most_bytes || needed > most_bytes / axis) throw refusal("give a smaller array");
    needed *= axis;
  }
  if (needed != bytes)
    throw input_error(
        where, fmt::format("its shape ({}) needs {} bytes, it has {}", fmt::join(shape, ", "), needed, bytes),
        "give a complete file");
}

std::unique_ptr<NumberStream> raw_numbers(std::unique_ptr<ByteStream> bytes, ElementType type,
                                          std::vector<std::size_t> shape, bool fortran,
                                          const std::string& where) {
  check_array(shape, type.size, bytes->left(), where);
  if (fortran) return std::make_unique<FortranOrder>(*bytes, type, std::move(shape), where);
  return std::make_unique<COrder>(std::move(bytes), type, std::move(shape));
}

std::string chosen_array(const std::vector<std::string>& names, std::string_view wanted,
                         const std::string& where) {
  const auto has = [&](std::string_view name) {
    const auto times = std::ranges::count(names, name);
    if (times > 1)
      throw input_error(where, fmt::format("it holds {} arrays named '{}'", times, name),
                        "give each its own name");
    return times == 1;
  };
  if (!wanted.empty()) {
    if (has(wanted)) return std::string(wanted);
    throw input_error(where, fmt::format("it has no array '{}'", wanted),
                      names.empty() ? std::string("its root holds none")
                                    : fmt::format("it has {}", fmt::join(names, ", ")));
  }
  for (const char* usual : {"spins", "samples"})
    if (has(usual)) return usual;
  if (names.size() == 1) return names.front();
  if (names.empty())
    throw input_error(where, "it holds no array", "give an array of spins, as numpy.save writes it");
  throw input_error(where, fmt::format("it holds {} arrays, none named spins or samples", names.size()),
                    fmt::format("say which one: {}", fmt::join(names, ", ")));
}

}  // namespace spinflow::io
