// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "io/number_stream.hpp"
#include "spinflow/io/hdf5.hpp"

namespace spinflow::io {

namespace {

class Hdf5Numbers final : public NumberStream {
 public:
  Hdf5Numbers(std::unique_ptr<Hdf5Reader> file, const std::string& name)
      : NumberStream(file->shape(name)), file_(std::move(file)), name_(name) {
    for (std::size_t axis = 1; axis < shape().size(); ++axis) columns_ *= shape()[axis];
    integers_ = file_->holds_integers(name_);
  }

  /// Whole rows.
  void read_next(std::span<double> numbers) override {
    if (integers_) {
      whole_.resize(numbers.size());
      file_->read_rows<std::int64_t>(name_, next_, whole_);
      std::ranges::copy(whole_, numbers.begin());
    } else {
      file_->read_rows<double>(name_, next_, numbers);
    }
    next_ += numbers.size() / columns_;
  }

 private:
  std::unique_ptr<Hdf5Reader> file_;
  std::string name_;
  std::size_t columns_ = 1;
  std::size_t next_ = 0;
  bool integers_ = false;
  std::vector<std::int64_t> whole_;
};

std::vector<std::string> arrays_in(const Hdf5Reader& file) {
  std::vector<std::string> names;
  for (const auto& child : file.children("/"))
    if (file.holds_array(child)) names.push_back(child);
  return names;
}

}  // namespace

std::vector<std::string> hdf5_names(const std::filesystem::path& path) { return arrays_in(Hdf5Reader(path)); }

std::unique_ptr<NumberStream> hdf5_numbers(const std::filesystem::path& path, std::string_view name) {
  auto file = std::make_unique<Hdf5Reader>(path);
  const bool inside_group = !name.empty() && file->holds_array(name);
  const std::string wanted =
      inside_group ? std::string(name) : chosen_array(arrays_in(*file), name, path.string());
  const auto shape = file->shape(wanted);
  std::uint64_t elements = 1;
  for (const std::size_t axis : shape) elements *= axis;
  check_array(shape, 1, elements, path.string());
  return std::make_unique<Hdf5Numbers>(std::move(file), wanted);
}

}  // namespace spinflow::io
