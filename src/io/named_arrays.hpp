// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "io/number_stream.hpp"

namespace spinflow::io {

/// Arrays of numbers that another program has stored by name: .npz, .safetensors, or the root group of an
/// HDF5 file. Error(input) beginning with the path for everything that is wrong with the file.
class NamedArrays {
 public:
  struct Array {
    std::vector<std::size_t> shape;  ///< empty for a single number
    std::vector<double> values;      ///< row-major
  };

  /// Error(input) for a file of another format.
  explicit NamedArrays(std::filesystem::path path);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] bool has(std::string_view name) const;
  /// All of it; Error(input) if it is missing, or larger than what is stored or than the memory.
  [[nodiscard]] Array read(std::string_view name) const;
  /// An array of numbers with one axis of length n; empty if there is none of that name and shape.
  [[nodiscard]] std::vector<double> column(std::string_view name, std::size_t n) const;

 private:
  [[nodiscard]] std::unique_ptr<NumberStream> open(std::string_view name) const;

  std::filesystem::path path_;
  ForeignFormat format_;
  std::vector<std::string> names_;
};

}  // namespace spinflow::io
