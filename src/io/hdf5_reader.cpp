// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "io/hdf5_input.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/io/text_file.hpp"

namespace spinflow::io {

namespace {

constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
constexpr std::size_t most_children = 100000;

std::string without_padding(std::string text, H5T_str_t padding) {
  text.resize(std::min(text.find('\0'), text.size()));
  if (padding == H5T_STR_SPACEPAD) text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace

bool is_hdf5(const std::filesystem::path& path) {
  std::array<char, 8> start{};
  std::ifstream stream(path, std::ios::binary);
  return stream.read(start.data(), start.size()) && std::string_view(start.data(), start.size()) == signature;
}

Hdf5Reader::Hdf5Reader(std::filesystem::path path) {
  const Hdf5Lock lock;
  impl_ = std::make_unique<Impl>();
  impl_->path = std::move(path);
  check_input(impl_->path);
  if (!is_hdf5(impl_->path)) throw impl_->refusal("it is no HDF5 file", "give a file that spinflow wrote");
  impl_->size = std::filesystem::file_size(impl_->path);
  const Hid access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
  // Files appear complete and never change: no lock is needed, and read-only or network folders may refuse
  // one.
  H5Pset_file_locking(access.get(), false, true);
  impl_->id = Hid(H5Fopen(impl_->path.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
  if (!impl_->id.valid()) throw impl_->damage("its structure");
}

Hdf5Reader::~Hdf5Reader() {
  const Hdf5Lock lock;
  impl_.reset();
}

const std::filesystem::path& Hdf5Reader::path() const { return impl_->path; }

bool Hdf5Reader::contains(std::string_view name) const {
  const Hdf5Lock lock;
  return impl_->open_object(name, false).valid();
}

std::vector<std::string> Hdf5Reader::children(std::string_view group) const {
  const Hdf5Lock lock;
  const Hid object = impl_->open_object(group, true);
  if (H5Iget_type(object.get()) != H5I_GROUP)
    throw impl_->refusal(fmt::format("'{}' is no group", group), "give a file of the kind that belongs here");
  H5G_info_t info;
  if (H5Gget_info(object.get(), &info) < 0) throw impl_->damage(fmt::format("'{}'", group));
  // Groups indexed in a fractal heap are never ours, and HDF5 1.10 frees what it never set when such an index
  // is damaged.
  if (info.storage_type != H5G_STORAGE_TYPE_SYMBOL_TABLE && info.storage_type != H5G_STORAGE_TYPE_COMPACT)
    throw impl_->refusal(fmt::format("the entries of '{}' are stored in a way that is not read here", group),
                         "store it again with h5py's default options");
  if (info.nlinks > most_children)
    throw impl_->refusal(fmt::format("'{}' has {} entries", group, info.nlinks),
                         fmt::format("at most {}", most_children));
  std::vector<std::string> names;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    std::array<char, 1024> name{};
    const ssize_t length = H5Lget_name_by_idx(object.get(), ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(),
                                              name.size(), H5P_DEFAULT);
    if (length < 0 || length >= static_cast<ssize_t>(name.size()))
      throw impl_->damage(fmt::format("'{}'", group));
    names.emplace_back(name.data());
  }
  return names;
}

std::vector<std::size_t> Hdf5Reader::shape(std::string_view name) const {
  const Hdf5Lock lock;
  return impl_->open_array(name).shape;
}

template <class T>
std::vector<T> Hdf5Reader::read(std::string_view name, const std::vector<std::size_t>& shape) const {
  const Hdf5Lock lock;
  const Hdf5Array array = impl_->open_numbers<T>(name);
  if (array.shape != shape)
    throw impl_->refusal(fmt::format("'{}' has shape ({}) where ({}) belongs", name,
                                     fmt::join(array.shape, ", "), fmt::join(shape, ", ")),
                         "give a file whose parts belong together");
  return impl_->read_all<T>(array, name);
}

template <class T>
std::vector<T> Hdf5Reader::read(std::string_view name) const {
  const Hdf5Lock lock;
  const Hdf5Array array = impl_->open_numbers<T>(name);
  if (array.shape.size() != 1)
    throw impl_->refusal(fmt::format("'{}' has {} axes where one belongs", name, array.shape.size()),
                         "give a file of the kind that belongs here");
  return impl_->read_all<T>(array, name);
}

std::uint64_t Hdf5Reader::stored_bytes(std::string_view name) const {
  const Hdf5Lock lock;
  return H5Dget_storage_size(impl_->open_array(name).dataset.get());
}

void Hdf5Reader::take_memory(double bytes) const {
  const Hdf5Lock lock;
  impl_->take(bytes);
}

template <class T>
void Hdf5Reader::read_rows(std::string_view name, std::size_t first_row, std::span<T> values) const {
  const Hdf5Lock lock;
  impl_->read<T>(impl_->open_numbers<T>(name), name, first_row, values);
}

std::size_t Hdf5Reader::rows_per_chunk(std::string_view name) const {
  const Hdf5Lock lock;
  const Hdf5Array array = impl_->open_array(name);
  const std::size_t row_bytes = array.row_elements * std::max<std::size_t>(H5Tget_size(array.type.get()), 1);
  const std::size_t step = array.chunk.empty() ? 1 : array.chunk[0];
  const std::size_t rows = std::max<std::size_t>(chunk_bytes / row_bytes / step, 1) * step;
  return std::clamp<std::size_t>(rows, 1, std::max<std::size_t>(array.shape[0], 1));
}

std::vector<std::string> Hdf5Reader::texts(std::string_view name) const {
  const Hdf5Lock lock;
  const Hdf5Array array = impl_->open_array(name);
  const auto [length, padding] = impl_->text_layout(array.type.get(), fmt::format("'{}'", name));
  if (array.shape.size() != 1)
    throw impl_->refusal(fmt::format("'{}' is no plain list of texts", name),
                         "give a file of the kind that belongs here");
  impl_->take_whole(static_cast<double>(array.elements) * static_cast<double>(length));
  impl_->take(static_cast<double>(array.elements) * sizeof(std::string));
  std::string all(array.elements * length, '\0');
  if (!all.empty() &&
      H5Dread(array.dataset.get(), array.type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, all.data()) < 0)
    throw impl_->damage(fmt::format("'{}'", name));
  std::vector<std::string> values;
  for (std::size_t i = 0; i < array.elements; ++i)
    values.push_back(without_padding(all.substr(i * length, length), padding));
  return values;
}

bool Hdf5Reader::has_attribute(std::string_view object, std::string_view name) const {
  const Hdf5Lock lock;
  return H5Aexists(impl_->open_object(object, true).get(), std::string(name).c_str()) > 0;
}

std::string Hdf5Reader::text_attribute(std::string_view object, std::string_view name) const {
  const Hdf5Lock lock;
  const auto attribute = impl_->open_attribute(object, name);
  const std::string what = fmt::format("attribute '{}'", name);
  const auto [length, padding] = impl_->text_layout(attribute.type.get(), what);
  std::string text(length, '\0');
  if (H5Aread(attribute.id.get(), attribute.type.get(), text.data()) < 0) throw impl_->damage(what);
  return without_padding(std::move(text), padding);
}

std::int64_t Hdf5Reader::integer_attribute(std::string_view object, std::string_view name) const {
  const Hdf5Lock lock;
  return impl_->number<std::int64_t>(object, name);
}

std::uint64_t Hdf5Reader::unsigned_attribute(std::string_view object, std::string_view name) const {
  const Hdf5Lock lock;
  return impl_->number<std::uint64_t>(object, name);
}

double Hdf5Reader::real_attribute(std::string_view object, std::string_view name) const {
  const Hdf5Lock lock;
  return impl_->number<double>(object, name);
}

#define SPINFLOW_READ(T)                                                                                \
  template std::vector<T> Hdf5Reader::read<T>(std::string_view, const std::vector<std::size_t>&) const; \
  template std::vector<T> Hdf5Reader::read<T>(std::string_view) const;                                  \
  template void Hdf5Reader::read_rows<T>(std::string_view, std::size_t, std::span<T>) const;
SPINFLOW_READ(std::int8_t)
SPINFLOW_READ(std::int32_t)
SPINFLOW_READ(std::int64_t)
SPINFLOW_READ(std::uint64_t)
SPINFLOW_READ(float)
SPINFLOW_READ(double)
#undef SPINFLOW_READ

}  // namespace spinflow::io
