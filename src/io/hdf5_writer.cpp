// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <map>
#include <numeric>

#include "io/atomic_file.hpp"
#include "io/hdf5_common.hpp"
#include "io/hdf5_library.hpp"
#include "spinflow/io/hdf5.hpp"

namespace spinflow::io {

std::string hdf5_library_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

Hdf5Lock::Hdf5Lock() {
  static std::mutex mutex;
  lock_ = std::unique_lock(mutex);
  // Without its exit handler HDF5 does not try again, and complain, to flush a file that met a full disk.
  static const herr_t first = H5dont_atexit();
  (void)first;
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

namespace {

// Entries of a group stay in its header, however many: the reader refuses the other way to store them (see
// children).
constexpr unsigned most_compact_links = 65535;

// The errno that HDF5's error stack tells in words; 0 if none.
int error_number_of_stack() {
  int number = 0;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned, const H5E_error2_t* entry, void* result) -> herr_t {
        const char* found = entry->desc != nullptr ? std::strstr(entry->desc, "errno = ") : nullptr;
        if (found != nullptr) *static_cast<int*>(result) = std::atoi(found + std::strlen("errno = "));
        return 0;
      },
      &number);
  return number;
}

Hid fixed_text_type(std::size_t longest) {
  Hid type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), std::max<std::size_t>(longest, 1));
  H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  return type;
}

std::vector<hsize_t> extents(const std::vector<std::size_t>& shape) { return {shape.begin(), shape.end()}; }

}  // namespace

struct Hdf5Writer::Impl {
  struct Array {
    Hid dataset;
    std::vector<std::size_t> shape;
    std::size_t row_elements = 1;
    std::size_t rows_per_chunk = 1;
  };

  Impl(std::filesystem::path path, Existing existing) : file(std::move(path), existing) {}

  AtomicFile file;
  Hid id;
  std::map<std::string, Array, std::less<>> arrays;

  [[noreturn]] void fail() const { throw_write_failure(file.target(), error_number_of_stack()); }
  void check(herr_t status) const {
    if (status < 0) fail();
  }
  Hid checked(hid_t made, Hid::Close close) const {
    if (made < 0) fail();
    return {made, close};
  }

  /// Makes every missing group whose name ends at a slash of `name`. (HDF5 would make those on the way to an
  /// object by itself, but with the time of day in them.)
  void make_groups(const std::string& name) const {
    const Hid properties = checked(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
    check(H5Pset_link_phase_change(properties.get(), most_compact_links, most_compact_links));
    check(H5Pset_obj_track_times(properties.get(), false));
    for (auto slash = name.find('/', 1); slash != std::string::npos; slash = name.find('/', slash + 1)) {
      const std::string group = name.substr(0, slash);
      const htri_t exists = H5Lexists(id.get(), group.c_str(), H5P_DEFAULT);
      check(exists);
      if (exists == 0)
        (void)checked(H5Gcreate2(id.get(), group.c_str(), H5P_DEFAULT, properties.get(), H5P_DEFAULT),
                      H5Gclose);
    }
  }

  Hid create_array(std::string_view name, hid_t type, const std::vector<std::size_t>& shape,
                   std::size_t chunk_rows) {
    const auto dims = extents(shape);
    const Hid space =
        checked(H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose);
    const Hid properties = checked(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    check(H5Pset_obj_track_times(properties.get(), false));
    if (shape[0] > 0) {
      auto chunk = dims;
      chunk[0] = chunk_rows;
      check(H5Pset_chunk(properties.get(), static_cast<int>(chunk.size()), chunk.data()));
      check(H5Pset_deflate(properties.get(), 1));
    }
    make_groups(std::string(name));
    return checked(H5Dcreate2(id.get(), std::string(name).c_str(), type, space.get(), H5P_DEFAULT,
                              properties.get(), H5P_DEFAULT),
                   H5Dclose);
  }

  void write_attribute(std::string_view object, std::string_view name, hid_t stored, hid_t memory,
                       const void* value) const {
    const Hid owner = checked(H5Oopen(id.get(), std::string(object).c_str(), H5P_DEFAULT), H5Oclose);
    const Hid space = checked(H5Screate(H5S_SCALAR), H5Sclose);
    const Hid attribute = checked(
        H5Acreate2(owner.get(), std::string(name).c_str(), stored, space.get(), H5P_DEFAULT, H5P_DEFAULT),
        H5Aclose);
    check(H5Awrite(attribute.get(), memory, value));
  }

  /// An attribute of one axis.
  void write_list_attribute(std::string_view object, const char* name, const Hid& type, std::size_t n,
                            const void* values) const;
};

Hdf5Writer::Hdf5Writer(std::filesystem::path path, Existing existing) {
  const Hdf5Lock lock;
  impl_ = std::make_unique<Impl>(std::move(path), existing);
  const Hid creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  impl_->check(H5Pset_obj_track_times(creation.get(), false));
  impl_->check(H5Pset_link_phase_change(creation.get(), most_compact_links, most_compact_links));
  const Hid access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  // The formats of 1.10 carry checksums over all metadata: a damaged file is noticed rather than believed.
  impl_->check(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_V110));
  impl_->check(H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG));
  // Nobody else knows the temporary name, and network file systems may lack locks.
  impl_->check(H5Pset_file_locking(access.get(), false, true));
  impl_->id = impl_->checked(
      H5Fcreate(impl_->file.temporary().c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose);
}

Hdf5Writer::~Hdf5Writer() {
  const Hdf5Lock lock;
  impl_.reset();
}

void Hdf5Writer::group(std::string_view name) {
  const Hdf5Lock lock;
  impl_->make_groups(std::string(name) + '/');
}

template <class T>
void Hdf5Writer::create(std::string_view name, const std::vector<std::size_t>& shape) {
  const Hdf5Lock lock;
  Impl::Array array;
  array.shape = shape;
  array.row_elements = std::accumulate(shape.begin() + 1, shape.end(), std::size_t{1}, std::multiplies<>());
  array.rows_per_chunk = std::clamp<std::size_t>(chunk_bytes / (array.row_elements * sizeof(T)), 1,
                                                 std::max<std::size_t>(shape[0], 1));
  array.dataset = impl_->create_array(name, file_type<T>(), shape, array.rows_per_chunk);
  impl_->arrays.emplace(name, std::move(array));
}

template <class T>
void Hdf5Writer::write_rows(std::string_view name, std::size_t first_row, std::span<const T> values) {
  const Hdf5Lock lock;
  const Impl::Array& array = impl_->arrays.find(name)->second;
  if (values.empty()) return;
  auto start = std::vector<hsize_t>(array.shape.size(), 0);
  auto count = extents(array.shape);
  start[0] = first_row;
  count[0] = values.size() / array.row_elements;
  const Hid space = impl_->checked(H5Dget_space(array.dataset.get()), H5Sclose);
  impl_->check(
      H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr));
  const Hid memory =
      impl_->checked(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose);
  impl_->check(
      H5Dwrite(array.dataset.get(), memory_type<T>(), memory.get(), space.get(), H5P_DEFAULT, values.data()));
}

template <class T>
void Hdf5Writer::dataset(std::string_view name, std::span<const T> values,
                         const std::vector<std::size_t>& shape) {
  create<T>(name, shape);
  write_rows<T>(name, 0, values);
}

std::size_t Hdf5Writer::rows_per_chunk(std::string_view name) const {
  return impl_->arrays.find(name)->second.rows_per_chunk;
}

void Hdf5Writer::text(std::string_view name, std::string_view value) {
  const Hdf5Lock lock;
  const Hid type = fixed_text_type(value.size());
  const Hid space = impl_->checked(H5Screate(H5S_SCALAR), H5Sclose);
  const Hid properties = impl_->checked(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  impl_->check(H5Pset_obj_track_times(properties.get(), false));
  impl_->make_groups(std::string(name));
  const Hid dataset = impl_->checked(H5Dcreate2(impl_->id.get(), std::string(name).c_str(), type.get(),
                                                space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT),
                                     H5Dclose);
  impl_->check(
      H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, std::string(value).c_str()));
}

void Hdf5Writer::texts(std::string_view name, const std::vector<std::string>& values) {
  const Hdf5Lock lock;
  std::size_t longest = 1;
  for (const auto& value : values) longest = std::max(longest, value.size());
  std::string padded(values.size() * longest, '\0');
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i].copy(padded.data() + i * longest, values[i].size());
  const Hid type = fixed_text_type(longest);
  const Hid dataset = impl_->create_array(name, type.get(), {values.size()}, values.size());
  if (!values.empty())
    impl_->check(H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, padded.data()));
}

void Hdf5Writer::attribute(std::string_view object, std::string_view name, std::string_view text) {
  const Hdf5Lock lock;
  const std::string value(text.substr(0, text.find('\0')));
  const Hid type = fixed_text_type(value.size());
  impl_->write_attribute(object, name, type.get(), type.get(), value.c_str());
}

void Hdf5Writer::attribute(std::string_view object, std::string_view name, std::int64_t number) {
  const Hdf5Lock lock;
  impl_->write_attribute(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &number);
}

void Hdf5Writer::attribute(std::string_view object, std::string_view name, std::uint64_t number) {
  const Hdf5Lock lock;
  impl_->write_attribute(object, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, &number);
}

void Hdf5Writer::attribute(std::string_view object, std::string_view name, double number) {
  const Hdf5Lock lock;
  impl_->write_attribute(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &number);
}

namespace {

/// An array that has a scale along one of its axes.
struct ScaleUser {
  hobj_ref_t array;
  int axis;
};

// The HDF5 library believes in a scale only if its class is a text of this type.
Hid terminated_text_type(std::size_t length) {
  Hid type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), length + 1);
  return type;
}

}  // namespace

void Hdf5Writer::Impl::write_list_attribute(std::string_view object, const char* name, const Hid& type,
                                            std::size_t n, const void* values) const {
  const Hid owner = checked(H5Oopen(id.get(), std::string(object).c_str(), H5P_DEFAULT), H5Oclose);
  const hsize_t length = n;
  const Hid space = checked(H5Screate_simple(1, &length, nullptr), H5Sclose);
  const Hid attribute =
      checked(H5Acreate2(owner.get(), name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  check(H5Awrite(attribute.get(), type.get(), values));
}

// "HDF5 Dimension Scale Specification and Design Notes".
void Hdf5Writer::dimensions(const std::map<std::string, std::vector<std::string>>& axes) {
  const Hdf5Lock lock;
  const auto reference_to = [&](const std::string& name) {
    hobj_ref_t reference = 0;
    impl_->check(H5Rcreate(&reference, impl_->id.get(), name.c_str(), H5R_OBJECT, -1));
    return reference;
  };
  std::map<std::string, std::vector<ScaleUser>> users;
  const Hid list_type = impl_->checked(H5Tvlen_create(H5T_STD_REF_OBJ), H5Tclose);
  for (const auto& [array, scales] : axes) {
    if (scales == std::vector{array}) continue;  // a scale itself
    std::vector<hobj_ref_t> references;
    for (const auto& scale : scales) {
      references.push_back(reference_to(scale));
      users[scale].push_back({reference_to(array), static_cast<int>(references.size() - 1)});
    }
    std::vector<hvl_t> lists;
    for (auto& reference : references) lists.push_back({1, &reference});
    impl_->write_list_attribute(array, "DIMENSION_LIST", list_type, lists.size(), lists.data());
  }
  const Hid user_type = impl_->checked(H5Tcreate(H5T_COMPOUND, sizeof(ScaleUser)), H5Tclose);
  impl_->check(H5Tinsert(user_type.get(), "dataset", offsetof(ScaleUser, array), H5T_STD_REF_OBJ));
  impl_->check(H5Tinsert(user_type.get(), "dimension", offsetof(ScaleUser, axis), H5T_NATIVE_INT));
  for (const auto& [scale, list] : users) {
    for (const auto& [attribute, text] : {std::pair<const char*, std::string>{"CLASS", "DIMENSION_SCALE"},
                                          std::pair<const char*, std::string>{"NAME", scale}}) {
      const Hid type = terminated_text_type(text.size());
      impl_->write_attribute(scale, attribute, type.get(), type.get(), text.c_str());
    }
    // Without what stands in memory behind the numbers.
    std::vector<char> bytes(list.size() * sizeof(ScaleUser), '\0');
    for (std::size_t i = 0; i < list.size(); ++i) {
      char* const to = bytes.data() + i * sizeof(ScaleUser);
      std::memcpy(to + offsetof(ScaleUser, array), &list[i].array, sizeof(hobj_ref_t));
      std::memcpy(to + offsetof(ScaleUser, axis), &list[i].axis, sizeof(int));
    }
    impl_->write_list_attribute(scale, "REFERENCE_LIST", user_type, list.size(), bytes.data());
  }
}

void Hdf5Writer::commit() {
  const Hdf5Lock lock;
  for (auto& [name, array] : impl_->arrays)
    if (!array.dataset.reset()) impl_->fail();
  impl_->check(H5Fflush(impl_->id.get(), H5F_SCOPE_GLOBAL));
  if (!impl_->id.reset()) impl_->fail();
  impl_->file.publish();
}

#define SPINFLOW_WRITE(T)                                                                     \
  template void Hdf5Writer::create<T>(std::string_view, const std::vector<std::size_t>&);     \
  template void Hdf5Writer::write_rows<T>(std::string_view, std::size_t, std::span<const T>); \
  template void Hdf5Writer::dataset<T>(std::string_view, std::span<const T>, const std::vector<std::size_t>&);
SPINFLOW_WRITE(std::int8_t)
SPINFLOW_WRITE(std::int32_t)
SPINFLOW_WRITE(std::int64_t)
SPINFLOW_WRITE(std::uint64_t)
SPINFLOW_WRITE(float)
SPINFLOW_WRITE(double)
#undef SPINFLOW_WRITE

}  // namespace spinflow::io
