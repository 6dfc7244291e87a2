// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spinflow::io {

/// Bytes of a known number, front to back.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  /// All of `bytes` are filled; Error(input) naming the file if fewer are left or reading fails.
  virtual void read(std::span<char> bytes) = 0;
  /// Bytes not yet read.
  [[nodiscard]] std::uint64_t left() const { return left_; }

 protected:
  explicit ByteStream(std::uint64_t size) : left_(size) {}
  std::uint64_t left_;
};

/// `size` bytes of a file from `offset` on.
class FileBytes final : public ByteStream {
 public:
  FileBytes(const std::filesystem::path& path, std::uint64_t offset, std::uint64_t size);
  void read(std::span<char> bytes) override;

 private:
  std::string where_;
  std::ifstream stream_;
};

/// What is deflated in `packed`: `size` bytes with the checksum `crc`, which is looked at when the last has
/// been read.
class InflatedBytes final : public ByteStream {
 public:
  InflatedBytes(std::unique_ptr<ByteStream> packed, bool deflated, std::uint64_t size, std::uint32_t crc,
                std::string where);
  ~InflatedBytes() override;
  InflatedBytes(const InflatedBytes&) = delete;
  InflatedBytes& operator=(const InflatedBytes&) = delete;
  void read(std::span<char> bytes) override;

 private:
  void inflate_into(std::span<char> bytes);

  std::unique_ptr<ByteStream> packed_;
  bool deflated_;
  std::uint32_t crc_;
  std::uint32_t seen_;
  std::string where_;
  z_stream zlib_{};
  std::vector<char> buffer_;
};

/// An element of an array: 'i' signed, 'u' unsigned, 'b' Boolean, 'f' floating; 1, 2, 4 or 8 bytes.
struct ElementType {
  char kind = 'i';
  std::size_t size = 1;
  bool big_endian = false;
};

/// Numbers in C order, front to back.
class NumberStream {
 public:
  virtual ~NumberStream() = default;
  [[nodiscard]] const std::vector<std::size_t>& shape() const { return shape_; }
  /// At most as many as are left. Integers beyond 2^53 lose digits.
  virtual void read_next(std::span<double> numbers) = 0;

 protected:
  explicit NumberStream(std::vector<std::size_t> shape) : shape_(std::move(shape)) {}

 private:
  std::vector<std::size_t> shape_;
};

/// An array as it stands in memory; `bytes` holds exactly as many as it takes. In Fortran order the whole
/// array is read at first.
[[nodiscard]] std::unique_ptr<NumberStream> raw_numbers(std::unique_ptr<ByteStream> bytes, ElementType type,
                                                        std::vector<std::size_t> shape, bool fortran,
                                                        const std::string& where);
/// Error(input) unless no axis is empty and `bytes` is what the elements take.
void check_array(const std::vector<std::size_t>& shape, std::size_t element, std::uint64_t bytes,
                 const std::string& where);

/// What a file of another program seems to be, by its first bytes or, for text, by its name.
enum class ForeignFormat { none, npy, npz, safetensors, hdf5, text };

/// `none` too for a file that cannot be read.
[[nodiscard]] ForeignFormat foreign_format(const std::filesystem::path& path);

// Each opens the file's array of that name (empty: `spins`, `samples`, or the only one).
[[nodiscard]] std::unique_ptr<NumberStream> npy_numbers(std::unique_ptr<ByteStream> bytes,
                                                        const std::string& where);
[[nodiscard]] std::unique_ptr<NumberStream> npz_numbers(const std::filesystem::path& path,
                                                        std::string_view name);
[[nodiscard]] std::unique_ptr<NumberStream> safetensors_numbers(const std::filesystem::path& path,
                                                                std::string_view name);
[[nodiscard]] std::unique_ptr<NumberStream> hdf5_numbers(const std::filesystem::path& path,
                                                         std::string_view name);
[[nodiscard]] std::unique_ptr<NumberStream> text_numbers(const std::filesystem::path& path);

// The names of all arrays; of HDF5 those of the root group.
[[nodiscard]] std::vector<std::string> npz_names(const std::filesystem::path& path);
[[nodiscard]] std::vector<std::string> safetensors_names(const std::filesystem::path& path);
[[nodiscard]] std::vector<std::string> hdf5_names(const std::filesystem::path& path);

/// Which of the names is meant. Error(input) if none can be chosen.
[[nodiscard]] std::string chosen_array(const std::vector<std::string>& names, std::string_view wanted,
                                       const std::string& where);

}  // namespace spinflow::io
