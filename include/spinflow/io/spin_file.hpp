// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spinflow::io {

class NumberStream;

/// Whether the file may hold spins of another program: by its first bytes (.npy, .npz, .safetensors) or, for
/// text, by its name (.txt, .csv, .dat, .tsv). False for HDF5, which may be a file of ours, and for a file
/// that cannot be read.
[[nodiscard]] bool is_spin_file(const std::filesystem::path& path);

/// Spins in a file of another program: an array of any integer, Boolean or floating type with up to 8 bytes
/// an element, either all +-1 or all 0 and 1, whose first axis is the sample. The formats are
/// - numpy's .npy (versions 1 to 3, both byte orders, C and Fortran order) and .npz (stored or deflated),
/// - .safetensors,
/// - HDF5 with plain arrays,
/// - text as numpy.savetxt writes it: a configuration per line, with spaces, tabs, commas or semicolons
/// between
///   the numbers. Lines that begin with # are comments.
/// Error(input) beginning with the path for anything else, with the place.
///
///     io::SpinFile file("samples.npz", "samples");
///     std::vector<std::int8_t> spins(file.n_rows() * file.n_columns());
///     file.read_next(spins);
class SpinFile {
 public:
  /// `name`: of the array, where the file holds several. Empty: `spins`, `samples`, or the only one.
  explicit SpinFile(std::filesystem::path path, std::string_view name = {});
  ~SpinFile();
  SpinFile(const SpinFile&) = delete;
  SpinFile& operator=(const SpinFile&) = delete;

  /// (n, N) or with more axes, all at least 1.
  [[nodiscard]] const std::vector<std::size_t>& shape() const;
  [[nodiscard]] std::size_t n_rows() const { return shape()[0]; }
  /// Numbers of a row.
  [[nodiscard]] std::size_t n_columns() const { return n_columns_; }

  /// The next rows, as +-1 (0 becomes -1). `spins`: (rows, n_columns), at most as many as are left.
  void read_next(std::span<std::int8_t> spins);

 private:
  std::filesystem::path path_;
  std::unique_ptr<NumberStream> numbers_;
  std::size_t n_columns_ = 1;
  std::size_t next_ = 0;  // elements read so far
  bool seen_minus_one_ = false;
  bool seen_zero_ = false;
};

}  // namespace spinflow::io
