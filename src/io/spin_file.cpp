// SPDX-License-Identifier: Apache-2.0
#include "spinflow/io/spin_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "io/number_stream.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/io/text_file.hpp"

namespace spinflow::io {

namespace {

std::unique_ptr<NumberStream> opened(const std::filesystem::path& path, std::string_view name) {
  check_input(path);
  const std::string where = path.string();
  const ForeignFormat format = foreign_format(path);
  if (!name.empty() && (format == ForeignFormat::npy || format == ForeignFormat::text))
    throw input_error(where, fmt::format("it holds one array without a name, not '{}'", name),
                      "leave the name out");
  switch (format) {
    case ForeignFormat::npy:
      return npy_numbers(std::make_unique<FileBytes>(path, 0, std::filesystem::file_size(path)), where);
    case ForeignFormat::npz:
      return npz_numbers(path, name);
    case ForeignFormat::safetensors:
      return safetensors_numbers(path, name);
    case ForeignFormat::hdf5:
      return hdf5_numbers(path, name);
    case ForeignFormat::text:
      return text_numbers(path);
    case ForeignFormat::none:
      break;
  }
  throw input_error(where, "its format is not known",
                    "spins come as .npy, .npz, .safetensors, HDF5, .txt or .csv; in Python, "
                    "numpy.save('spins.npy', a) writes them");
}

}  // namespace

bool is_spin_file(const std::filesystem::path& path) {
  const ForeignFormat format = foreign_format(path);
  return format != ForeignFormat::none && format != ForeignFormat::hdf5;
}

SpinFile::SpinFile(std::filesystem::path path, std::string_view name)
    : path_(std::move(path)), numbers_(opened(path_, name)) {
  if (shape().size() < 2 || shape().size() > 4)
    throw input_error(path_.string(), fmt::format("its shape is ({})", fmt::join(shape(), ", ")),
                      "(n, N), (n, Ly, Lx) or (n, 1, Ly, Lx) can be read: the first axis is the sample");
  for (std::size_t axis = 1; axis < shape().size(); ++axis) n_columns_ *= shape()[axis];
}

SpinFile::~SpinFile() = default;

const std::vector<std::size_t>& SpinFile::shape() const { return numbers_->shape(); }

void SpinFile::read_next(std::span<std::int8_t> spins) {
  // Whole rows, which HDF5 wants.
  const std::size_t piece = std::max<std::size_t>(1, (std::size_t{1} << 16) / n_columns_) * n_columns_;
  std::vector<double> numbers;
  while (!spins.empty()) {
    base::check_stop();
    const auto part = spins.first(std::min(piece, spins.size()));
    numbers.resize(part.size());
    numbers_->read_next(numbers);
    for (std::size_t i = 0; i < part.size(); ++i) {
      const double value = numbers[i];
      const auto place = [&] {
        return fmt::format("row {}, column {}", (next_ + i) / n_columns_, (next_ + i) % n_columns_);
      };
      if (value != 1 && value != -1 && value != 0)
        throw input_error(path_.string(), fmt::format("{} holds {}", place(), value),
                          "spins are +1 and -1, or 1 and 0");
      seen_minus_one_ |= value == -1;
      seen_zero_ |= value == 0;
      if (seen_minus_one_ && seen_zero_)
        throw input_error(path_.string(),
                          fmt::format("{} holds {} after the other of 0 and -1", place(), value),
                          "spins are +1 and -1, or 1 and 0, not both");
      part[i] = value > 0 ? 1 : -1;
    }
    next_ += part.size();
    spins = spins.subspan(part.size());
  }
}

}  // namespace spinflow::io
