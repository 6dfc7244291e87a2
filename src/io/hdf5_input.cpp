// SPDX-License-Identifier: Apache-2.0
#include "io/hdf5_input.hpp"

#include <algorithm>
#include <array>

#include "spinflow/base/memory.hpp"
#include "spinflow/base/text.hpp"

namespace spinflow::io {

namespace {

constexpr std::size_t longest_text = std::size_t{1} << 24;
constexpr std::size_t most_axes = 4;
// Deflate cannot shrink more than about 1032-fold, so an array that claims more was never written.
constexpr std::uint64_t best_compression = 1100;
// A chunk is unpacked as a whole. Ours have a megabyte, or one row where that is more.
constexpr std::uint64_t largest_chunk = std::uint64_t{1} << 28;

}  // namespace

// Only the plain widths: HDF5 can describe numbers of any bit layout, which nobody needs and few readers
// survive.
NumberKind number_kind(hid_t type) {
  const hid_t integers[] = {H5T_STD_I8LE, H5T_STD_I16LE, H5T_STD_I32LE, H5T_STD_I64LE,
                            H5T_STD_U8LE, H5T_STD_U16LE, H5T_STD_U32LE, H5T_STD_U64LE,
                            H5T_STD_I8BE, H5T_STD_I16BE, H5T_STD_I32BE, H5T_STD_I64BE,
                            H5T_STD_U8BE, H5T_STD_U16BE, H5T_STD_U32BE, H5T_STD_U64BE};
  const hid_t reals[] = {H5T_IEEE_F32LE, H5T_IEEE_F64LE, H5T_IEEE_F32BE, H5T_IEEE_F64BE};
  const auto same = [&](hid_t other) { return H5Tequal(type, other) > 0; };
  if (std::any_of(std::begin(integers), std::end(integers), same)) return NumberKind::integer;
  if (std::any_of(std::begin(reals), std::end(reals), same)) return NumberKind::real;
  return NumberKind::other;
}

namespace {

// What the call that failed last says of its reason; empty if nothing.
std::string innermost_reason() {
  std::string reason;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned, const H5E_error2_t* entry, void* text) -> herr_t {
        auto& found = *static_cast<std::string*>(text);
        if (found.empty() && entry->desc != nullptr) found = entry->desc;
        return 0;
      },
      &reason);
  return reason;
}

}  // namespace

Error Hdf5Reader::Impl::damage(std::string_view what) const {
  const std::string reason = innermost_reason();
  const std::string told = reason.empty() ? std::string() : fmt::format(" (HDF5: {})", reason);
  // A mark that a writer sets and takes away when it closes the file.
  if (reason.find("h5clear") != std::string::npos)
    return refusal(fmt::format("a program has it open for writing, or ended without closing it{}", told),
                   fmt::format("close it there; if that program is gone, run `h5clear -s {}`",
                               base::shell_quoted(path.string())));
  return refusal(fmt::format("{} cannot be read{}", what, told),
                 "the file is damaged or cut off: make or fetch it again");
}

Hid Hdf5Reader::Impl::open_object(std::string_view name, bool required) const {
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
      throw refusal(fmt::format("'{}' is a link to elsewhere", reached), "store the data in the file itself");
  }
  Hid object(H5Oopen(id.get(), reached.empty() ? "/" : reached.c_str(), H5P_DEFAULT), H5Oclose);
  if (!object.valid()) throw damage(fmt::format("'{}'", name));
  return object;
}

Hdf5Array Hdf5Reader::Impl::open_array(std::string_view name) const {
  Hdf5Array array;
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
  if (H5Sget_simple_extent_type(space.get()) != H5S_SIMPLE || rank < 1 || rank > static_cast<int>(most_axes))
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

void Hdf5Reader::Impl::check_storage(Hdf5Array& array, hid_t properties, std::uint64_t bytes,
                                     std::string_view name) const {
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
  if (one > largest_chunk)
    throw refusal(fmt::format("'{}' is stored in chunks of {} bytes", name, one),
                  fmt::format("store it in chunks of at most {} bytes", largest_chunk));
}

void Hdf5Reader::Impl::take(double bytes) {
  taken += bytes;
  base::check_memory(taken, path.string(), "give a smaller file");
}

void Hdf5Reader::Impl::take_whole(double bytes) {
  take(bytes);
  whole += bytes;
  if (whole > static_cast<double>(size) * best_compression)
    throw refusal(fmt::format("its arrays claim more than {:.3g} bytes, it has {}", whole, size),
                  "the file is damaged or cut off: make or fetch it again");
}

Hdf5Reader::Impl::Attribute Hdf5Reader::Impl::open_attribute(std::string_view object,
                                                             std::string_view name) const {
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

std::pair<std::size_t, H5T_str_t> Hdf5Reader::Impl::text_layout(hid_t type, std::string_view what) const {
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

}  // namespace spinflow::io
