// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/error.hpp"

namespace spinflow::io {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// The address of data that were never stored.
inline constexpr std::uint64_t undefined_address = ~std::uint64_t{0};

/// Bob Jenkins' lookup3 hash, with which HDF5 guards its structure.
[[nodiscard]] std::uint32_t jenkins_hash(ByteView bytes);

/// Bytes in which HDF5 stores numbers from 0 to `most`.
[[nodiscard]] std::size_t bytes_to_store(std::uint64_t most);

/// A file of unknown origin, opened once. Pieces are copied, never mapped into memory: if another program
/// changes or truncates the file meanwhile, the result is wrong numbers or an error, but never a crash.
class Hdf5Bytes {
 public:
  /// Error(input) unless `path` is a regular file that can be read and is not empty.
  explicit Hdf5Bytes(std::filesystem::path path);
  ~Hdf5Bytes();
  Hdf5Bytes(const Hdf5Bytes&) = delete;
  Hdf5Bytes& operator=(const Hdf5Bytes&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// "path: what; mend".
  [[nodiscard]] Error refusal(std::string_view what, std::string_view mend) const;
  /// "path: `what` cannot be read; the file is damaged ...".
  [[nodiscard]] Error damage(std::string_view what) const;

  /// Error(input) that names `what` if a stored checksum is not the one of the bytes. Not compared in fuzzing
  /// builds, because random changes would almost never pass.
  void check_sum(std::uint32_t stored, std::uint32_t right, std::string_view what) const;

  /// Copies bytes of an array. Error(input) that names `what` if they are not all in the file.
  void data(std::uint64_t address, std::span<std::uint8_t> into, std::string_view what) const;

  /// A piece of the file's structure. No byte belongs to two pieces, but damage can make one be read again
  /// and again: Error(input) once more has been read than the file can hold.
  [[nodiscard]] Bytes structure(std::uint64_t address, std::uint64_t length, std::string_view what);

  /// The same for a block that begins with `signature` (4 bytes) and ends with a checksum (4 bytes).
  [[nodiscard]] Bytes checked_block(std::uint64_t address, std::uint64_t length, std::string_view signature,
                                    std::string_view what);

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::uint64_t structure_left_ = 0;
};

/// Reads little-endian numbers one after the other. Error(input) that names `what` at the end of the bytes.
class Hdf5Cursor {
 public:
  Hdf5Cursor(const Hdf5Bytes& file, ByteView bytes, std::string_view what)
      : file_(file), left_(bytes), what_(what) {}

  [[nodiscard]] std::size_t left() const { return left_.size(); }
  [[nodiscard]] ByteView rest() const { return left_; }

  ByteView take(std::uint64_t n) {
    if (n > left_.size()) damaged();
    const ByteView taken = left_.first(static_cast<std::size_t>(n));
    left_ = left_.subspan(static_cast<std::size_t>(n));
    return taken;
  }
  void skip(std::uint64_t n) { (void)take(n); }
  /// A number of 1 to 8 bytes.
  std::uint64_t number(std::size_t width) {
    if (width > 8) damaged();
    std::uint64_t value = 0;
    const ByteView bytes = take(width);
    for (std::size_t i = width; i-- > 0;) value = value << 8 | bytes[i];
    return value;
  }
  std::uint8_t u8() { return take(1)[0]; }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  std::string text(std::uint64_t n) {
    const ByteView bytes = take(n);
    return {bytes.begin(), bytes.end()};
  }
  /// The next byte must be `value`.
  void expect(std::uint8_t value) {
    if (u8() != value) damaged();
  }
  [[noreturn]] void damaged() const { throw file_.damage(what_); }
  void require(bool condition) const {
    if (!condition) damaged();
  }

 private:
  const Hdf5Bytes& file_;
  ByteView left_;
  std::string what_;
};

}  // namespace spinflow::io
