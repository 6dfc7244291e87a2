// SPDX-License-Identifier: Apache-2.0
// Arrays as other programs read them: .npy, .npz, .safetensors. Equal arrays give equal bytes.
#pragma once

#include <bit>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "io/atomic_file.hpp"
#include "io/number_stream.hpp"

namespace spinflow::io {

/// A file that appears under its name when it is published. Error(failure) naming the path where the disk
/// fails.
class OutputBytes {
 public:
  explicit OutputBytes(const std::filesystem::path& path, Existing existing);
  void write(std::string_view bytes);
  void publish();

 private:
  AtomicFile file_;
  std::ofstream stream_;
};

/// An array to be written.
struct ArrayOutput {
  std::string name;
  ElementType type;
  std::vector<std::size_t> shape;
  /// Hands over all bytes, row-major and little-endian, front to back. It may be asked twice.
  std::function<void(const std::function<void(std::string_view)>&)> bytes;

  [[nodiscard]] std::uint64_t size() const;
};

/// An array in memory, which outlives the result.
template <class T>
[[nodiscard]] ArrayOutput array_output(std::string name, std::span<const T> values,
                                       std::vector<std::size_t> shape) {
  static_assert(std::endian::native == std::endian::little);
  return {.name = std::move(name),
          .type = {.kind = std::is_floating_point_v<T> ? 'f' : 'i', .size = sizeof(T)},
          .shape = std::move(shape),
          .bytes = [values](const auto& write) {
            write({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
          }};
}

void write_npy(const std::filesystem::path& path, const ArrayOutput& array, Existing existing);
/// Error(input) beginning with the path for more than the 4 GB of a plain zip archive.
void write_npz(const std::filesystem::path& path, const std::vector<ArrayOutput>& arrays, Existing existing);
void write_safetensors(const std::filesystem::path& path, const std::vector<ArrayOutput>& arrays,
                       Existing existing);

}  // namespace spinflow::io
