// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <map>
#include <mutex>
#include <type_traits>
#include <utility>

#include "io/hdf5_common.hpp"
#include "io/hdf5_structure.hpp"
#include "spinflow/io/hdf5.hpp"

namespace spinflow::io {

template <class T>
constexpr NumberKind kind_wanted = std::is_integral_v<T> ? NumberKind::integer : NumberKind::real;

/// An array whose shape, storage and filters have been checked.
struct Hdf5Array {
  Hdf5Type type;
  std::vector<std::size_t> shape;
  std::vector<std::size_t> chunk;  ///< empty: not in chunks
  std::size_t row_elements = 1;
  std::size_t elements = 0;
  std::uint64_t stored = 0;  ///< bytes in the file

  Bytes compact;                              ///< the data themselves, if few
  std::uint64_t address = undefined_address;  ///< of contiguous data
  std::vector<Hdf5Chunk> chunks;
  std::vector<Filter> filters;
  std::uint64_t chunk_size = 0;           ///< bytes of a chunk before the filters
  std::map<std::size_t, Bytes> unpacked;  ///< chunks that were wanted last
  std::size_t unpacked_bytes = 0;

  void forget_unpacked() {
    unpacked.clear();
    unpacked_bytes = 0;
  }
};

/// An object and its attributes.
struct Hdf5Object {
  std::vector<Hdf5Message> messages;
  std::vector<Hdf5Attribute> attributes;

  [[nodiscard]] const Hdf5Message* find(MessageType type) const;
  [[nodiscard]] bool is_array() const { return find(MessageType::layout) != nullptr; }
  [[nodiscard]] bool is_group() const {
    return find(MessageType::symbol_table) != nullptr || find(MessageType::link_info) != nullptr ||
           find(MessageType::link) != nullptr;
  }
};

/// Numbers of one element of `type` as T. Integers that T cannot hold become its nearest value, as in HDF5.
template <class T>
[[nodiscard]] T converted(const std::uint8_t* bytes, const Hdf5Type& type) {
  std::uint64_t raw = 0;
  for (std::size_t i = 0; i < type.size; ++i)
    raw |= std::uint64_t{bytes[type.big_endian ? type.size - 1 - i : i]} << (8 * i);
  if constexpr (std::is_integral_v<T>) {
    using Limits = std::numeric_limits<T>;
    const auto unused = static_cast<unsigned>(64 - 8 * type.size);
    const auto value = static_cast<std::int64_t>(raw << unused) >> unused;
    if (type.is_signed && value < 0)
      return std::cmp_less(value, Limits::min()) ? Limits::min() : static_cast<T>(value);
    return std::cmp_greater(raw, Limits::max()) ? Limits::max() : static_cast<T>(raw);
  } else {
    if (type.size == 4) return static_cast<T>(std::bit_cast<float>(static_cast<std::uint32_t>(raw)));
    return static_cast<T>(std::bit_cast<double>(raw));
  }
}

/// Reads parts of a file that may be damaged or malicious: everything is checked before it is used. The HDF5
/// library is not called, because it does not check what it reads.
struct Hdf5Reader::Impl {
  explicit Impl(std::filesystem::path path) : file(std::move(path)), root(read_superblock(file)) {}

  Hdf5Bytes file;
  std::uint64_t root = 0;
  std::mutex mutex;  // held by the public functions
  double taken = 0;  // bytes of memory that have been made of the content so far
  double whole = 0;  // bytes of the arrays that have been read whole so far
  std::map<std::uint64_t, Hdf5Object> objects;
  std::map<std::uint64_t, std::vector<Hdf5Link>> links;
  std::map<std::string, Hdf5Array, std::less<>> arrays;

  [[nodiscard]] const Hdf5Object& object_at(std::uint64_t address);
  [[nodiscard]] const std::vector<Hdf5Link>& links_at(std::uint64_t address);

  /// Finds the address of an object by hard links only: soft and external ones could lead to other files. The
  /// undefined address if the object is missing and not required.
  [[nodiscard]] std::uint64_t find_address(std::string_view name, bool required = true);
  [[nodiscard]] const Hdf5Object& find_object(std::string_view name) { return object_at(find_address(name)); }

  [[nodiscard]] Hdf5Array& open_array(std::string_view name);

  /// Error(input) unless `bytes` more fit into memory.
  void take(double bytes);

  /// The same for an array that is read as a whole. An array that is read under several names is counted each
  /// time.
  void take_whole(double bytes);

  template <class T>
  [[nodiscard]] Hdf5Array& open_numbers(std::string_view name) {
    Hdf5Array& array = open_array(name);
    if (array.type.kind != kind_wanted<T>)
      throw file.refusal(fmt::format("'{}' holds no plain {} numbers", name,
                                     std::is_integral_v<T> ? "integer" : "floating-point"),
                         "give a file of the kind that belongs here");
    return array;
  }

  /// Copies the stored bytes of some rows.
  void copy_rows(Hdf5Array& array, std::string_view name, std::size_t first_row, std::size_t rows,
                 std::span<std::uint8_t> into);

  template <class T>
  void read(Hdf5Array& array, std::string_view name, std::size_t first_row, std::span<T> values) {
    if (values.empty()) return;
    const std::size_t rows = values.size() / array.row_elements;
    if (first_row > array.shape[0] || rows > array.shape[0] - first_row ||
        rows * array.row_elements != values.size())
      throw file.refusal(fmt::format("'{}' has {} rows, rows {} to {} are wanted", name, array.shape[0],
                                     first_row, first_row + rows),
                         "give a complete file");
    const std::size_t size = array.type.size;
    const bool same = size == sizeof(T) &&
                      array.type.big_endian == (std::endian::native == std::endian::big) &&
                      (!std::is_integral_v<T> || array.type.is_signed == std::is_signed_v<T>);
    const std::size_t piece =
        same ? rows : std::max<std::size_t>(chunk_bytes / (array.row_elements * size), 1);
    Bytes bytes;
    for (std::size_t done = 0; done < rows; done += piece) {
      const auto part =
          values.subspan(done * array.row_elements, std::min(piece, rows - done) * array.row_elements);
      const std::size_t part_rows = part.size() / array.row_elements;
      if (same) {
        copy_rows(array, name, first_row, rows,
                  {reinterpret_cast<std::uint8_t*>(part.data()), part.size_bytes()});
        return;
      }
      bytes.resize(part.size() * size);
      copy_rows(array, name, first_row + done, part_rows, bytes);
      for (std::size_t i = 0; i < part.size(); ++i)
        part[i] = converted<T>(bytes.data() + i * size, array.type);
    }
  }

  template <class T>
  [[nodiscard]] std::vector<T> read_all(Hdf5Array& array, std::string_view name) {
    take_whole(static_cast<double>(array.elements) * sizeof(T));
    std::vector<T> values(array.elements);
    read<T>(array, name, 0, values);
    array.forget_unpacked();
    return values;
  }

  /// The type of an attribute that is a single value, and the value's bytes.
  struct Attribute {
    Hdf5Type type;
    Bytes value;
  };

  [[nodiscard]] Attribute open_attribute(std::string_view object, std::string_view name);

  template <class T>
  [[nodiscard]] T number(std::string_view object, std::string_view name) {
    const Attribute attribute = open_attribute(object, name);
    if (attribute.type.kind != kind_wanted<T>)
      throw file.refusal(fmt::format("its attribute '{}' is no {}", name,
                                     std::is_integral_v<T> ? "integer" : "floating-point number"),
                         "give a file of the kind that belongs here");
    return converted<T>(attribute.value.data(), attribute.type);
  }

  /// Error(input) for anything but texts of a fixed length.
  void check_text(const Hdf5Type& type, std::string_view what) const;

 private:
  void check_shape(Hdf5Array& array, const Hdf5Space& space, std::string_view what) const;
  void open_storage(Hdf5Array& array, const Hdf5Object& object, const Hdf5Space& space,
                    std::string_view what);
  void check_claim(const Hdf5Array& array, std::string_view what) const;
  void copy_chunked(Hdf5Array& array, std::string_view name, std::size_t first_row, std::size_t rows,
                    std::span<std::uint8_t> into);
  [[nodiscard]] const Bytes& unpacked_chunk(Hdf5Array& array, std::size_t number, std::string_view what);
};

}  // namespace spinflow::io
