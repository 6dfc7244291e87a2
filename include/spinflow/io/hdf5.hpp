// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/io/output.hpp"

namespace spinflow::io {

/// "1.10.8": the HDF5 library that this program runs with.
[[nodiscard]] std::string hdf5_library_version();

/// Whether the file begins with the signature of HDF5; false if it cannot be read, or is a pipe or device.
[[nodiscard]] bool is_hdf5(const std::filesystem::path& path);

/// Writes an HDF5 file that appears under its name only when complete: the content goes to a temporary file
/// in the same folder, `commit` flushes and renames it, destruction without commit removes it. Equal content
/// gives equal bytes. Objects are named by paths from the root ("layer_0/weights"; "/" is the root); missing
/// groups on the way are made. A file of that name is replaced or kept (`existing`). Calls from several
/// threads wait for each other. Every fault of the disk is an Error(failure) that names the path. The element
/// types T are std::int8_t, std::int32_t, std::int64_t, std::uint64_t, float and double.
class Hdf5Writer {
 public:
  explicit Hdf5Writer(std::filesystem::path path, Existing existing = Existing::replaced);
  ~Hdf5Writer();
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  void group(std::string_view name);

  /// Writes an array at once. `values`: row-major, as many as `shape` says; only the first axis may be of
  /// length 0.
  template <class T>
  void dataset(std::string_view name, std::span<const T> values, const std::vector<std::size_t>& shape);
  template <class T>
  void dataset(std::string_view name, const std::vector<T>& values) {
    dataset(name, std::span<const T>(values), {values.size()});
  }

  /// Makes an array to be filled by rows (the first axis): all rows must be written before commit.
  template <class T>
  void create(std::string_view name, const std::vector<std::size_t>& shape);
  /// `values`: a whole number of rows, row-major, which become the rows from `first_row` on.
  template <class T>
  void write_rows(std::string_view name, std::size_t first_row, std::span<const T> values);
  /// Rows per chunk of an array made by `create` (about a megabyte): the natural piece to write.
  [[nodiscard]] std::size_t rows_per_chunk(std::string_view name) const;

  /// A single text, an array without axes, stored with a fixed length.
  void text(std::string_view name, std::string_view value);
  /// An array of texts, stored with a fixed length.
  void texts(std::string_view name, const std::vector<std::string>& values);

  /// Attributes of the group or array `object`. Texts have a fixed length and hold no zero byte.
  void attribute(std::string_view object, std::string_view name, std::string_view text);
  void attribute(std::string_view object, std::string_view name, std::int64_t number);
  void attribute(std::string_view object, std::string_view name, std::uint64_t number);
  void attribute(std::string_view object, std::string_view name, double number);
  void attribute(std::string_view object, std::string_view name, const char* text) {
    attribute(object, name, std::string_view(text));
  }

  /// Names the axes of arrays as NetCDF-4 does: for each array of the root group the arrays, each with one
  /// axis, that stand for its axes. Once per file, when all arrays have been made.
  ///
  ///     file.dimensions({{"spins", {"sample", "x"}}, {"energy", {"sample"}}});
  void dimensions(const std::map<std::string, std::vector<std::string>>& axes);

  /// Makes the file appear under its name. Nothing can be written afterwards.
  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads an HDF5 file of unknown origin: files of Hdf5Writer, and of h5py with its default settings and with
/// `libver="latest"`. Everything in the file is checked before it is used. The HDF5 library is not called,
/// because a few changed bytes can crash it. Every object must be reached by hard links. Arrays must be plain
/// numbers in the file itself; they may be deflated, shuffled and checksummed. They must have no more
/// elements than the stored bytes can hold and than fit into memory. Every fault is an Error(input) of one
/// sentence that begins with the path. The element types T are those of Hdf5Writer; integers are read as
/// integers only, floats as floats only, and convert to another width of their kind.
class Hdf5Reader {
 public:
  explicit Hdf5Reader(std::filesystem::path path);
  ~Hdf5Reader();
  Hdf5Reader(const Hdf5Reader&) = delete;
  Hdf5Reader& operator=(const Hdf5Reader&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const;

  /// Whether a group or array of this name exists.
  [[nodiscard]] bool contains(std::string_view name) const;
  /// Names of the groups and arrays in a group, in alphabetical order. At most 100,000.
  [[nodiscard]] std::vector<std::string> children(std::string_view group) const;

  /// Axes of an array, first axis = sample; at most 4, none but the first may be of length 0.
  [[nodiscard]] std::vector<std::size_t> shape(std::string_view name) const;
  /// Whether the array holds integers (Booleans of h5py among them), which are not read as floats.
  [[nodiscard]] bool holds_integers(std::string_view name) const;
  /// Whether there is an array, not a group, of this name.
  [[nodiscard]] bool holds_array(std::string_view name) const;
  /// Bytes that an array takes in the file.
  [[nodiscard]] std::uint64_t stored_bytes(std::string_view name) const;
  /// To be called before memory for the content is allocated. Adds `bytes` to the memory used for this file
  /// so far (arrays that were read whole are included); Error(input) if the sum is more than the machine has.
  void take_memory(double bytes) const;

  /// The whole array, row-major; Error(input) unless its shape is `shape`.
  template <class T>
  [[nodiscard]] std::vector<T> read(std::string_view name, const std::vector<std::size_t>& shape) const;
  /// A whole array with one axis.
  template <class T>
  [[nodiscard]] std::vector<T> read(std::string_view name) const;
  /// Rows first_row ... of an array into `values` (a whole number of rows).
  template <class T>
  void read_rows(std::string_view name, std::size_t first_row, std::span<T> values) const;
  /// Rows that one stored chunk holds: the natural piece to read.
  [[nodiscard]] std::size_t rows_per_chunk(std::string_view name) const;
  /// A single text: an array without axes, of fixed length or, as h5py stores a str, of variable length; at
  /// most 4096 bytes.
  [[nodiscard]] std::string text(std::string_view name) const;
  /// An array of texts of fixed length with one axis.
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;

  [[nodiscard]] bool has_attribute(std::string_view object, std::string_view name) const;
  [[nodiscard]] std::string text_attribute(std::string_view object, std::string_view name) const;
  [[nodiscard]] std::int64_t integer_attribute(std::string_view object, std::string_view name) const;
  [[nodiscard]] std::uint64_t unsigned_attribute(std::string_view object, std::string_view name) const;
  [[nodiscard]] double real_attribute(std::string_view object, std::string_view name) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace spinflow::io
