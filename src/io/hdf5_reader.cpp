// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "io/hdf5_common.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/io/text_file.hpp"

namespace spinflow::io {

namespace {

constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
constexpr std::size_t longest_text = std::size_t{1} << 24;
constexpr std::size_t most_children = 100000;
constexpr std::size_t most_axes = 4;
// Deflate cannot shrink more than about 1032-fold, so an array that claims more was never written.
constexpr std::uint64_t best_compression = 1100;

std::uint64_t memory_bytes() {
  return static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<std::uint64_t>(sysconf(_SC_PAGE_SIZE));
}

enum class Kind { integer, real, other };

// Only the plain widths: HDF5 can describe numbers of any bit layout, which nobody needs and few readers
// survive.
Kind kind_of(hid_t type) {
  const hid_t integers[] = {H5T_STD_I8LE, H5T_STD_I16LE, H5T_STD_I32LE, H5T_STD_I64LE,
                            H5T_STD_U8LE, H5T_STD_U16LE, H5T_STD_U32LE, H5T_STD_U64LE,
                            H5T_STD_I8BE, H5T_STD_I16BE, H5T_STD_I32BE, H5T_STD_I64BE,
                            H5T_STD_U8BE, H5T_STD_U16BE, H5T_STD_U32BE, H5T_STD_U64BE};
  const hid_t reals[] = {H5T_IEEE_F32LE, H5T_IEEE_F64LE, H5T_IEEE_F32BE, H5T_IEEE_F64BE};
  const auto same = [&](hid_t other) { return H5Tequal(type, other) > 0; };
  if (std::any_of(std::begin(integers), std::end(integers), same)) return Kind::integer;
  if (std::any_of(std::begin(reals), std::end(reals), same)) return Kind::real;
  return Kind::other;
}

template <class T>
constexpr Kind kind_wanted = std::is_integral_v<T> ? Kind::integer : Kind::real;

std::string without_padding(std::string text, H5T_str_t padding) {
  text.resize(std::min(text.find('\0'), text.size()));
  if (padding == H5T_STR_SPACEPAD) text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

struct Array {
  Hid dataset;
  Hid type;
  std::vector<std::size_t> shape;
  std::vector<std::size_t> chunk;  // empty: contiguous
  std::size_t row_elements = 1;
  std::size_t elements = 0;
};

}  // namespace

struct Hdf5Reader::Impl {
  std::filesystem::path path;
  std::uint64_t size = 0;
  Hid id;

  [[nodiscard]] Error refusal(std::string_view what, std::string_view mend) const {
    return input_error(path.string(), what, mend);
  }
  [[nodiscard]] Error damage(std::string_view what) const {
    return refusal(fmt::format("{} cannot be read", what),
                   "the file is damaged or cut off: make or fetch it again");
  }

  // Opens by hard links only: soft and external ones could lead to other files.
  [[nodiscard]] Hid open_object(std::string_view name, bool required) const {
    std::string reached;
    std::string_view rest = name;
    while (!rest.empty()) {
      const auto slash = rest.find('/');
      const std::string_view part = rest.substr(0, slash);
      rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
      if (part.empty()) continue;
      if (!reached.empty()) reached += '/';
      reached += part;
      const htri_t exists = H5Lexists(id.get(), reached.c_str(), H5P_DEFAULT);
      if (exists < 0) throw damage(fmt::format("'{}'", reached));
      if (exists == 0) {
        if (!required) return {};
        throw refusal(fmt::format("it has no '{}'", reached),
                      "give a complete file of the kind that belongs here");
      }
      H5L_info_t info;
      if (H5Lget_info(id.get(), reached.c_str(), &info, H5P_DEFAULT) < 0)
        throw damage(fmt::format("'{}'", reached));
      if (info.type != H5L_TYPE_HARD)
        throw refusal(fmt::format("'{}' is a link to elsewhere", reached),
                      "store the data in the file itself");
    }
    Hid object(H5Oopen(id.get(), reached.empty() ? "/" : reached.c_str(), H5P_DEFAULT), H5Oclose);
    if (!object.valid()) throw damage(fmt::format("'{}'", name));
    return object;
  }

  [[nodiscard]] Array open_array(std::string_view name) const {
    Array array;
    array.dataset = open_object(name, true);
    const auto refuse = [&](std::string_view what, std::string_view mend) {
      return refusal(fmt::format("'{}' {}", name, what), mend);
    };
    if (H5Iget_type(array.dataset.get()) != H5I_DATASET)
      throw refuse("is no array", "give a file of the kind that belongs here");
    const hid_t dataset = array.dataset.get();
    array.type = Hid(H5Dget_type(dataset), H5Tclose);
    const Hid space(H5Dget_space(dataset), H5Sclose);
    const Hid properties(H5Dget_create_plist(dataset), H5Pclose);
    if (!array.type.valid() || !space.valid() || !properties.valid()) throw damage(fmt::format("'{}'", name));

    const int rank = H5Sget_simple_extent_ndims(space.get());
    if (H5Sget_simple_extent_type(space.get()) != H5S_SIMPLE || rank < 1 ||
        rank > static_cast<int>(most_axes))
      throw refuse(fmt::format("has {} axes", std::max(rank, 0)),
                   fmt::format("1 to {} can be read", most_axes));
    std::array<hsize_t, most_axes> dims{};
    H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr);
    std::uint64_t bytes = std::max<std::size_t>(H5Tget_size(array.type.get()), 1);
    array.elements = 1;
    for (int axis = 0; axis < rank; ++axis) {
      const hsize_t length = dims[static_cast<std::size_t>(axis)];
      array.shape.push_back(length);
      if (axis > 0 && length == 0) throw refuse("has an empty axis", "give a file with data in it");
      if (length > 0 && bytes > (std::uint64_t{1} << 62) / length)
        throw refuse("is too large", "give a smaller array");
      bytes *= length;
      array.elements *= length;
      if (axis > 0) array.row_elements *= length;
    }
    check_storage(array, properties.get(), bytes, name);
    return array;
  }

  void check_storage(Array& array, hid_t properties, std::uint64_t bytes, std::string_view name) const {
    const auto refuse = [&](std::string_view what) {
      return refusal(fmt::format("'{}' {}", name, what),
                     "store plain numbers in the file itself, deflated or not");
    };
    const H5D_layout_t layout = H5Pget_layout(properties);
    if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED)
      throw refuse("is stored in a way that is not read here");
    if (layout == H5D_CONTIGUOUS && H5Pget_external_count(properties) != 0)
      throw refuse("is stored in other files");
    bool deflated = false;
    const int filters = layout == H5D_CHUNKED ? H5Pget_nfilters(properties) : 0;
    for (int i = 0; i < filters; ++i) {
      unsigned flags = 0;
      std::size_t count = 0;
      const H5Z_filter_t filter =
          H5Pget_filter2(properties, static_cast<unsigned>(i), &flags, &count, nullptr, 0, nullptr, nullptr);
      const bool deflate = filter == H5Z_FILTER_DEFLATE;
      if ((!deflate && filter != H5Z_FILTER_SHUFFLE && filter != H5Z_FILTER_FLETCHER32) ||
          (deflate && deflated))
        throw refuse("is packed by a filter that is not read here");
      deflated |= deflate;
    }
    if (bytes == 0) return;
    const std::uint64_t stored = H5Dget_storage_size(array.dataset.get());
    const std::uint64_t most = deflated ? std::min(stored, size) * best_compression : std::min(stored, size);
    if (stored > size || bytes > most)
      throw refusal(fmt::format("'{}' claims {} bytes where {} are stored", name, bytes, stored),
                    "the file is damaged or cut off: make or fetch it again");
    if (layout != H5D_CHUNKED) return;
    std::array<hsize_t, most_axes> dims{};
    const int rank = H5Pget_chunk(properties, most_axes, dims.data());
    std::uint64_t one = H5Tget_size(array.type.get());
    for (int axis = 0; axis < rank; ++axis) {
      const hsize_t length = dims[static_cast<std::size_t>(axis)];
      array.chunk.push_back(length);
      one = length > 0 && one <= (std::uint64_t{1} << 32) / length ? one * length : ~std::uint64_t{0} / 2;
    }
    if (one > most + chunk_bytes) throw refuse("has chunks larger than itself");
  }

  template <class T>
  [[nodiscard]] Array open_numbers(std::string_view name) const {
    Array array = open_array(name);
    if (kind_of(array.type.get()) != kind_wanted<T>)
      throw refusal(fmt::format("'{}' holds no plain {} numbers", name,
                                std::is_integral_v<T> ? "integer" : "floating-point"),
                    "give a file of the kind that belongs here");
    return array;
  }

  template <class T>
  void read(const Array& array, std::string_view name, std::size_t first_row, std::span<T> values) const {
    if (values.empty()) return;
    const std::size_t rows = values.size() / array.row_elements;
    if (first_row > array.shape[0] || rows > array.shape[0] - first_row ||
        rows * array.row_elements != values.size())
      throw refusal(fmt::format("'{}' has {} rows, rows {} to {} are wanted", name, array.shape[0], first_row,
                                first_row + rows),
                    "give a complete file");
    std::vector<hsize_t> start(array.shape.size(), 0);
    std::vector<hsize_t> count(array.shape.begin(), array.shape.end());
    start[0] = first_row;
    count[0] = rows;
    const Hid space(H5Dget_space(array.dataset.get()), H5Sclose);
    const Hid memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose);
    if (H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) < 0 ||
        H5Dread(array.dataset.get(), memory_type<T>(), memory.get(), space.get(), H5P_DEFAULT,
                values.data()) < 0)
      throw damage(fmt::format("'{}'", name));
  }

  template <class T>
  [[nodiscard]] std::vector<T> read_all(const Array& array, std::string_view name) const {
    if (array.elements > memory_bytes() / sizeof(T))
      throw refusal(fmt::format("'{}' has {} elements, which do not fit into memory", name, array.elements),
                    "give a smaller file");
    std::vector<T> values(array.elements);
    read<T>(array, name, 0, values);
    return values;
  }

  struct Attribute {
    Hid id;
    Hid type;
  };

  [[nodiscard]] Attribute open_attribute(std::string_view object, std::string_view name) const {
    const std::string what = fmt::format("attribute '{}'", name);
    const Hid owner = open_object(object, true);
    const htri_t exists = H5Aexists(owner.get(), std::string(name).c_str());
    if (exists < 0) throw damage(what);
    if (exists == 0)
      throw refusal(fmt::format("it has no {}", what), "give a complete file of the kind that belongs here");
    Attribute attribute;
    attribute.id = Hid(H5Aopen(owner.get(), std::string(name).c_str(), H5P_DEFAULT), H5Aclose);
    if (!attribute.id.valid()) throw damage(what);
    attribute.type = Hid(H5Aget_type(attribute.id.get()), H5Tclose);
    const Hid space(H5Aget_space(attribute.id.get()), H5Sclose);
    if (!attribute.type.valid() || !space.valid()) throw damage(what);
    if (H5Sget_simple_extent_type(space.get()) != H5S_SCALAR)
      throw refusal(fmt::format("its {} is no single value", what),
                    "give a file of the kind that belongs here");
    return attribute;
  }

  template <class T>
  [[nodiscard]] T number(std::string_view object, std::string_view name) const {
    const Attribute attribute = open_attribute(object, name);
    if (kind_of(attribute.type.get()) != kind_wanted<T>)
      throw refusal(fmt::format("its attribute '{}' is no {}", name,
                                std::is_integral_v<T> ? "integer" : "floating-point number"),
                    "give a file of the kind that belongs here");
    T value{};
    if (H5Aread(attribute.id.get(), memory_type<T>(), &value) < 0)
      throw damage(fmt::format("attribute '{}'", name));
    return value;
  }

  // Length and padding of a fixed-length text type; Error(input) for any other.
  [[nodiscard]] std::pair<std::size_t, H5T_str_t> text_layout(hid_t type, std::string_view what) const {
    if (H5Tget_class(type) != H5T_STRING)
      throw refusal(fmt::format("its {} is no text", what), "give a file of the kind that belongs here");
    if (H5Tis_variable_str(type) != 0)
      throw refusal(fmt::format("its {} is a text of variable length", what),
                    "write it with a fixed length, as numpy.bytes_ in h5py");
    const std::size_t length = H5Tget_size(type);
    if (length == 0 || length > longest_text)
      throw refusal(fmt::format("its {} is a text of {} bytes", what, length),
                    fmt::format("at most {}", longest_text));
    return {length, H5Tget_strpad(type)};
  }
};

Hdf5Reader::Hdf5Reader(std::filesystem::path path) {
  const Hdf5Lock lock;
  impl_ = std::make_unique<Impl>();
  impl_->path = std::move(path);
  check_input(impl_->path);
  std::array<char, 8> start{};
  std::ifstream stream(impl_->path, std::ios::binary);
  if (!stream.read(start.data(), start.size()) || std::string_view(start.data(), start.size()) != signature)
    throw impl_->refusal("it is no HDF5 file", "give a file that spinflow wrote");
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
  const Array array = impl_->open_numbers<T>(name);
  if (array.shape != shape)
    throw impl_->refusal(fmt::format("'{}' has shape ({}) where ({}) belongs", name,
                                     fmt::join(array.shape, ", "), fmt::join(shape, ", ")),
                         "give a file whose parts belong together");
  return impl_->read_all<T>(array, name);
}

template <class T>
std::vector<T> Hdf5Reader::read(std::string_view name) const {
  const Hdf5Lock lock;
  const Array array = impl_->open_numbers<T>(name);
  if (array.shape.size() != 1)
    throw impl_->refusal(fmt::format("'{}' has {} axes where one belongs", name, array.shape.size()),
                         "give a file of the kind that belongs here");
  return impl_->read_all<T>(array, name);
}

template <class T>
void Hdf5Reader::read_rows(std::string_view name, std::size_t first_row, std::span<T> values) const {
  const Hdf5Lock lock;
  impl_->read<T>(impl_->open_numbers<T>(name), name, first_row, values);
}

std::size_t Hdf5Reader::rows_per_chunk(std::string_view name) const {
  const Hdf5Lock lock;
  const Array array = impl_->open_array(name);
  const std::size_t row_bytes = array.row_elements * std::max<std::size_t>(H5Tget_size(array.type.get()), 1);
  const std::size_t step = array.chunk.empty() ? 1 : array.chunk[0];
  const std::size_t rows = std::max<std::size_t>(chunk_bytes / row_bytes / step, 1) * step;
  return std::clamp<std::size_t>(rows, 1, std::max<std::size_t>(array.shape[0], 1));
}

std::vector<std::string> Hdf5Reader::texts(std::string_view name) const {
  const Hdf5Lock lock;
  const Array array = impl_->open_array(name);
  const auto [length, padding] = impl_->text_layout(array.type.get(), fmt::format("'{}'", name));
  if (array.shape.size() != 1 || array.elements > memory_bytes() / length)
    throw impl_->refusal(fmt::format("'{}' is no plain list of texts", name),
                         "give a file of the kind that belongs here");
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
