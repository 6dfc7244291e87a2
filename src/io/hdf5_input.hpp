// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "io/hdf5_common.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/hdf5.hpp"

namespace spinflow::io {

enum class NumberKind { integer, real, other };

/// What the numbers of an HDF5 type are.
[[nodiscard]] NumberKind number_kind(hid_t type);

template <class T>
constexpr NumberKind kind_wanted = std::is_integral_v<T> ? NumberKind::integer : NumberKind::real;

/// An array whose shape, storage and filters have been checked.
struct Hdf5Array {
  Hid dataset;
  Hid type;
  std::vector<std::size_t> shape;
  std::vector<std::size_t> chunk;  // empty: contiguous
  std::size_t row_elements = 1;
  std::size_t elements = 0;
};

/// Opens the parts of a file that may be damaged or hostile: nothing is read before it has been checked.
/// Callers hold a Hdf5Lock.
struct Hdf5Reader::Impl {
  std::filesystem::path path;
  std::uint64_t size = 0;
  Hid id;
  double taken = 0;  // bytes of memory that have been made of the content so far
  double whole = 0;  // bytes of the arrays that have been read whole so far

  [[nodiscard]] Error refusal(std::string_view what, std::string_view mend) const {
    return input_error(path.string(), what, mend);
  }
  // After a call of HDF5's that failed: with its reason.
  [[nodiscard]] Error damage(std::string_view what) const;

  // Opens by hard links only: soft and external ones could lead to other files.
  [[nodiscard]] Hid open_object(std::string_view name, bool required) const;

  [[nodiscard]] Hdf5Array open_array(std::string_view name) const;

  // Error(input) unless `bytes` more fit into memory.
  void take(double bytes);

  // The same for an array that is read whole: one that is found under many names is counted as often.
  void take_whole(double bytes);

  void check_storage(Hdf5Array& array, hid_t properties, std::uint64_t bytes, std::string_view name) const;

  template <class T>
  [[nodiscard]] Hdf5Array open_numbers(std::string_view name) const {
    Hdf5Array array = open_array(name);
    if (number_kind(array.type.get()) != kind_wanted<T>)
      throw refusal(fmt::format("'{}' holds no plain {} numbers", name,
                                std::is_integral_v<T> ? "integer" : "floating-point"),
                    "give a file of the kind that belongs here");
    return array;
  }

  template <class T>
  void read(const Hdf5Array& array, std::string_view name, std::size_t first_row, std::span<T> values) const {
    if (values.empty()) return;
    const std::size_t rows = values.size() / array.row_elements;
    if (first_row > array.shape[0] || rows > array.shape[0] - first_row ||
        rows * array.row_elements != values.size())
      throw refusal(fmt::format("'{}' has {} rows, rows {} to {} are wanted", name, array.shape[0], first_row,
                                first_row + rows),
                    "give a complete file");
    std::vector<hsize_t> start(array.shape.size(), 0);
    std::vector<hsize_t> count(array.shape.begin(), array.shape.end());
    start[0] = first_row;
    count[0] = rows;
    const Hid space(H5Dget_space(array.dataset.get()), H5Sclose);
    const Hid memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose);
    if (H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) < 0 ||
        H5Dread(array.dataset.get(), memory_type<T>(), memory.get(), space.get(), H5P_DEFAULT,
                values.data()) < 0)
      throw damage(fmt::format("'{}'", name));
  }

  template <class T>
  [[nodiscard]] std::vector<T> read_all(const Hdf5Array& array, std::string_view name) {
    take_whole(static_cast<double>(array.elements) * sizeof(T));
    std::vector<T> values(array.elements);
    read<T>(array, name, 0, values);
    return values;
  }

  struct Attribute {
    Hid id;
    Hid type;
  };

  [[nodiscard]] Attribute open_attribute(std::string_view object, std::string_view name) const;

  template <class T>
  [[nodiscard]] T number(std::string_view object, std::string_view name) const {
    const Attribute attribute = open_attribute(object, name);
    if (number_kind(attribute.type.get()) != kind_wanted<T>)
      throw refusal(fmt::format("its attribute '{}' is no {}", name,
                                std::is_integral_v<T> ? "integer" : "floating-point number"),
                    "give a file of the kind that belongs here");
    T value{};
    if (H5Aread(attribute.id.get(), memory_type<T>(), &value) < 0)
      throw damage(fmt::format("attribute '{}'", name));
    return value;
  }

  // Length and padding of a fixed-length text type; Error(input) for any other.
  [[nodiscard]] std::pair<std::size_t, H5T_str_t> text_layout(hid_t type, std::string_view what) const;
};

}  // namespace spinflow::io
