// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <vector>

namespace spinflow::io {

/// Whether the file begins as numpy's .npy files do. False for a file that cannot be read.
[[nodiscard]] bool is_npy(const std::filesystem::path& path);

/// Spins in numpy's .npy format (versions 1 to 3): int8, uint8, bool, float32 or float64, C order, shape (n,
/// L) or (n, Ly, Lx), either all +-1 or all 0/1. Error(input) beginning with the path for anything else, with
/// the place.
class NpySpins {
 public:
  explicit NpySpins(std::filesystem::path path);

  /// (n, L) or (n, Ly, Lx), all at least 1.
  [[nodiscard]] const std::vector<std::size_t>& shape() const { return shape_; }
  [[nodiscard]] std::size_t n_rows() const { return shape_[0]; }
  [[nodiscard]] std::size_t n_columns() const { return n_columns_; }

  /// The next rows, as +-1 (0 becomes -1). `spins`: (rows, n_columns), at most as many as are left.
  void read_next(std::span<std::int8_t> spins);

 private:
  enum class Kind { int8, uint8, boolean, float32, float64 };

  void parse_header(std::size_t file_size);
  void convert(std::span<const char> bytes, std::span<std::int8_t> spins);

  std::filesystem::path path_;
  std::ifstream stream_;
  Kind kind_ = Kind::int8;
  bool big_endian_ = false;
  std::vector<std::size_t> shape_;
  std::size_t n_columns_ = 0;
  std::size_t next_ = 0;  // elements read so far
  bool seen_minus_one_ = false;
  bool seen_zero_ = false;
};

}  // namespace spinflow::io
