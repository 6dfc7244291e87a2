// SPDX-License-Identifier: Apache-2.0
#include "io/named_arrays.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/io/text_file.hpp"

namespace spinflow::io {

namespace {

bool is_text_name(const std::filesystem::path& path) {
  const std::string name = path.extension().string();
  return name == ".txt" || name == ".csv" || name == ".dat" || name == ".tsv";
}

/// Whether a JSON object follows a length that the file can hold.
bool begins_like_safetensors(std::string_view start, std::uint64_t size) {
  if (start.size() < 9 || start[8] != '{') return false;
  std::uint64_t length = 0;
  for (std::size_t i = 8; i-- > 0;) length = length << 8 | static_cast<unsigned char>(start[i]);
  return length <= size - 8;
}

}  // namespace

ForeignFormat foreign_format(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return ForeignFormat::none;
  if (is_hdf5(path)) return ForeignFormat::hdf5;
  std::array<char, 9> bytes{};
  std::ifstream stream(path, std::ios::binary);
  stream.read(bytes.data(), bytes.size());
  const std::string_view start(bytes.data(), static_cast<std::size_t>(stream.gcount()));
  if (start.starts_with("\x93NUMPY")) return ForeignFormat::npy;
  if (start.starts_with("PK\x03\x04")) return ForeignFormat::npz;
  if (path.extension() == ".safetensors" ||
      begins_like_safetensors(start, std::filesystem::file_size(path, error)))
    return ForeignFormat::safetensors;
  return is_text_name(path) ? ForeignFormat::text : ForeignFormat::none;
}

NamedArrays::NamedArrays(std::filesystem::path path) : path_(std::move(path)) {
  check_input(path_);
  format_ = foreign_format(path_);
  switch (format_) {
    case ForeignFormat::npz:
      names_ = npz_names(path_);
      return;
    case ForeignFormat::safetensors:
      names_ = safetensors_names(path_);
      return;
    case ForeignFormat::hdf5:
      names_ = hdf5_names(path_);
      return;
    default:
      throw input_error(path_.string(), "it holds no arrays by name",
                        "give .npz, .safetensors or HDF5; numpy.savez('net.npz', weights=W, visible_bias=b, "
                        "hidden_bias=c) writes the first");
  }
}

bool NamedArrays::has(std::string_view name) const { return std::ranges::count(names_, name) > 0; }

std::unique_ptr<NumberStream> NamedArrays::open(std::string_view name) const {
  return format_ == ForeignFormat::npz           ? npz_numbers(path_, name)
         : format_ == ForeignFormat::safetensors ? safetensors_numbers(path_, name)
                                                 : hdf5_numbers(path_, name);
}

NamedArrays::Array NamedArrays::read(std::string_view name) const {
  const auto stream = open(name);
  double elements = 1;
  for (const std::size_t axis : stream->shape()) elements *= static_cast<double>(axis);
  base::check_memory(elements * sizeof(double), path_.string(), "give a smaller array");
  Array array{stream->shape(), std::vector<double>(static_cast<std::size_t>(elements))};
  stream->read_next(array.values);
  return array;
}

std::vector<double> NamedArrays::column(std::string_view name, std::size_t n) const {
  if (!has(name)) return {};
  std::unique_ptr<NumberStream> stream;
  try {
    stream = open(name);
  } catch (const Error&) {  // texts, single numbers of HDF5
    return {};
  }
  if (stream->shape() != std::vector{n}) return {};
  std::vector<double> values(n);
  stream->read_next(values);
  return values;
}

}  // namespace spinflow::io
