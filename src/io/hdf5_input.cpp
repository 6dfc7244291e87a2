// SPDX-License-Identifier: Apache-2.0
#include "io/hdf5_input.hpp"

#include <array>
#include <utility>

#include "spinflow/base/memory.hpp"

namespace spinflow::io {

namespace {

constexpr std::size_t longest_text = std::size_t{1} << 24;
constexpr std::size_t most_axes = 4;
constexpr std::uint64_t largest_array = std::uint64_t{1} << 62;
// A chunk is unpacked as a whole. Ours have a megabyte, or one row where that is more.
constexpr std::uint64_t largest_chunk = std::uint64_t{1} << 28;
// Memory for unpacked chunks, so that successive rows need not unpack them again.
constexpr std::size_t most_unpacked = std::size_t{1} << 25;

constexpr std::string_view plain_storage = "store plain numbers in the file itself, deflated or not";
constexpr std::string_view right_kind = "give a file of the kind that belongs here";

}  // namespace

const Hdf5Message* Hdf5Object::find(MessageType type) const {
  const auto found = std::ranges::find_if(messages, [&](const auto& message) { return message.is(type); });
  return found == messages.end() ? nullptr : &*found;
}

const Hdf5Object& Hdf5Reader::Impl::object_at(std::uint64_t address) {
  const auto known = objects.find(address);
  if (known != objects.end()) return known->second;
  Hdf5Object object;
  object.messages = read_messages(file, address);
  object.attributes = read_attributes(file, object.messages);
  return objects.emplace(address, std::move(object)).first->second;
}

const std::vector<Hdf5Link>& Hdf5Reader::Impl::links_at(std::uint64_t address) {
  const auto known = links.find(address);
  if (known != links.end()) return known->second;
  auto found = read_links(file, object_at(address).messages);
  std::ranges::sort(found, {}, &Hdf5Link::name);
  const auto twice = std::ranges::adjacent_find(found, {}, &Hdf5Link::name);
  if (twice != found.end()) throw file.damage("the entries of a group");
  return links.emplace(address, std::move(found)).first->second;
}

std::uint64_t Hdf5Reader::Impl::find_address(std::string_view name, bool required) {
  std::string reached;
  std::uint64_t address = root;
  std::string_view rest = name;
  while (!rest.empty()) {
    const auto slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
    if (part.empty()) continue;
    if (!reached.empty()) reached += '/';
    reached += part;
    const auto& entries = links_at(address);
    const auto link = std::ranges::lower_bound(entries, part, {}, &Hdf5Link::name);
    if (link == entries.end() || link->name != part) {
      if (!required) return undefined_address;
      throw file.refusal(fmt::format("it has no '{}'", reached),
                         "give a complete file of the kind that belongs here");
    }
    if (!link->hard)
      throw file.refusal(fmt::format("'{}' is a link to elsewhere", reached),
                         "store the data in the file itself");
    address = link->address;
  }
  return address;
}

Hdf5Array& Hdf5Reader::Impl::open_array(std::string_view name) {
  const auto known = arrays.find(name);
  if (known != arrays.end()) return known->second;
  const std::string what = fmt::format("'{}'", name);
  const Hdf5Object& object = find_object(name);
  if (!object.is_array()) throw file.refusal(fmt::format("{} is no array", what), right_kind);
  const Hdf5Message* type = object.find(MessageType::datatype);
  const Hdf5Message* space = object.find(MessageType::dataspace);
  if (type == nullptr || space == nullptr) throw file.damage(what);
  if (type->shared() || space->shared())
    throw file.refusal(fmt::format("{} has a type that stands elsewhere in the file", what), plain_storage);
  Hdf5Array array;
  array.type = parse_type(file, type->body, what);
  const Hdf5Space extent = parse_space(file, space->body, what);
  check_shape(array, extent, what);
  open_storage(array, object, extent, what);
  check_claim(array, what);
  return arrays.emplace(name, std::move(array)).first->second;
}

void Hdf5Reader::Impl::check_shape(Hdf5Array& array, const Hdf5Space& space, std::string_view what) const {
  const std::size_t rank = space.dims.size();
  if (rank < 1 || rank > most_axes)
    throw file.refusal(fmt::format("{} has {} axes", what, rank),
                       fmt::format("1 to {} can be read", most_axes));
  std::uint64_t bytes = array.type.size;
  array.elements = 1;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const std::uint64_t length = space.dims[axis];
    array.shape.push_back(length);
    if (axis > 0 && length == 0)
      throw file.refusal(fmt::format("{} has an empty axis", what), "give a file with data in it");
    if (length > 0 && bytes > largest_array / length)
      throw file.refusal(fmt::format("{} is too large", what), "give a smaller array");
    bytes *= length;
    array.elements *= length;
    if (axis > 0) array.row_elements *= length;
  }
}

void Hdf5Reader::Impl::open_storage(Hdf5Array& array, const Hdf5Object& object, const Hdf5Space& space,
                                    std::string_view what) {
  const Hdf5Message& message = *object.find(MessageType::layout);
  Hdf5Layout layout = parse_layout(file, message.body, what);
  if (layout.storage == StorageKind::other || message.shared())
    throw file.refusal(fmt::format("{} is stored in a way that is not read here", what), plain_storage);
  if (object.find(MessageType::external_files) != nullptr)
    throw file.refusal(fmt::format("{} is stored in other files", what), plain_storage);
  if (layout.storage == StorageKind::compact) {
    array.stored = layout.compact.size();
    array.compact = std::move(layout.compact);
    return;
  }
  if (layout.storage == StorageKind::contiguous) {
    array.address = layout.address;
    array.stored = layout.address == undefined_address ? 0 : layout.size;
    return;
  }
  const Hdf5Message* filters = object.find(MessageType::filters);
  if (filters != nullptr && filters->shared()) throw file.damage(what);
  if (filters != nullptr) array.filters = parse_filters(file, filters->body, what);
  array.chunk.assign(layout.chunk.begin(), layout.chunk.end());
  array.chunk_size = array.type.size;
  for (const std::uint64_t length : layout.chunk) {
    if (array.chunk_size > largest_chunk / length)
      throw file.refusal(fmt::format("{} has chunks of more than {} bytes", what, largest_chunk),
                         "store it in smaller chunks");
    array.chunk_size *= length;
  }
  array.chunks = read_chunks(file, layout, space, array.chunk_size, !array.filters.empty(), what);
  for (const auto& chunk : array.chunks)
    if (chunk.address != undefined_address) array.stored += chunk.size;
}

void Hdf5Reader::Impl::check_claim(const Hdf5Array& array, std::string_view what) const {
  const std::uint64_t bytes = array.elements * array.type.size;
  const bool deflated = std::ranges::count(array.filters, Filter::deflate) > 0;
  const std::uint64_t stored = std::min(array.stored, file.size());
  if (array.stored > file.size() || bytes > (deflated ? stored * best_compression : stored))
    throw file.refusal(fmt::format("{} claims {} bytes where {} are stored", what, bytes, array.stored),
                       "the file is damaged or cut off: make or fetch it again");
  if (std::ranges::count(array.chunks, undefined_address, &Hdf5Chunk::address) > 0)
    throw file.refusal(fmt::format("parts of {} were never written", what), "write all of it");
}

const Bytes& Hdf5Reader::Impl::unpacked_chunk(Hdf5Array& array, std::size_t number, std::string_view what) {
  const auto known = array.unpacked.find(number);
  if (known != array.unpacked.end()) return known->second;
  if (array.unpacked_bytes + array.chunk_size > most_unpacked) {
    array.forget_unpacked();
  }
  array.unpacked_bytes += array.chunk_size;
  return array.unpacked
      .emplace(number,
               read_chunk(file, array.chunks[number], array.filters, array.chunk_size, array.type.size, what))
      .first->second;
}

void Hdf5Reader::Impl::take(double bytes) {
  taken += bytes;
  base::check_memory(taken, file.path().string(), "give a smaller file");
}

void Hdf5Reader::Impl::take_whole(double bytes) {
  take(bytes);
  whole += bytes;
  if (whole > static_cast<double>(file.size()) * best_compression)
    throw file.refusal(fmt::format("its arrays claim more than {:.3g} bytes, it has {}", whole, file.size()),
                       "the file is damaged or cut off: make or fetch it again");
}

void Hdf5Reader::Impl::copy_rows(Hdf5Array& array, std::string_view name, std::size_t first_row,
                                 std::size_t rows, std::span<std::uint8_t> into) {
  const std::size_t offset = first_row * array.row_elements * array.type.size;
  if (!array.chunk.empty())
    copy_chunked(array, name, first_row, rows, into);
  else if (array.address != undefined_address)
    file.data(array.address + offset, into, fmt::format("'{}'", name));
  else
    std::copy_n(array.compact.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
}

namespace {

// Four axes; missing ones are inserted with length 1 in front of the last.
std::array<std::size_t, most_axes> four_axes(const std::vector<std::size_t>& axes) {
  std::array<std::size_t, most_axes> all{1, 1, 1, 1};
  all[0] = axes[0];
  for (std::size_t i = 1; i < axes.size(); ++i) all[most_axes - axes.size() + i] = axes[i];
  return all;
}

}  // namespace

void Hdf5Reader::Impl::copy_chunked(Hdf5Array& array, std::string_view name, std::size_t first_row,
                                    std::size_t rows, std::span<std::uint8_t> into) {
  const std::string what = fmt::format("'{}'", name);
  const auto shape = four_axes(array.shape);
  const auto chunk = four_axes(array.chunk);
  std::array<std::size_t, most_axes> count{};
  for (std::size_t i = 0; i < most_axes; ++i) count[i] = (shape[i] - 1) / chunk[i] + 1;
  const std::size_t per_slab = count[1] * count[2] * count[3];
  const std::size_t size = array.type.size;
  const std::size_t end_row = first_row + rows;
  for (std::size_t slab = first_row / chunk[0]; slab * chunk[0] < end_row; ++slab)
    for (std::size_t k = 0; k < per_slab; ++k) {
      const Bytes& bytes = unpacked_chunk(array, slab * per_slab + k, what);
      const std::array<std::size_t, most_axes> first{slab * chunk[0], k / (count[2] * count[3]) * chunk[1],
                                                     k / count[3] % count[2] * chunk[2],
                                                     k % count[3] * chunk[3]};
      const auto end = [&](std::size_t axis) { return std::min(first[axis] + chunk[axis], shape[axis]); };
      const std::size_t run = (end(3) - first[3]) * size;
      for (std::size_t x = std::max(first[0], first_row); x < std::min(end(0), end_row); ++x)
        for (std::size_t y = first[1]; y < end(1); ++y)
          for (std::size_t z = first[2]; z < end(2); ++z) {
            const std::size_t from =
                (((x - first[0]) * chunk[1] + y - first[1]) * chunk[2] + z - first[2]) * chunk[3] * size;
            const std::size_t to =
                ((((x - first_row) * shape[1] + y) * shape[2] + z) * shape[3] + first[3]) * size;
            std::memcpy(into.data() + to, bytes.data() + from, run);
          }
    }
}

Hdf5Reader::Impl::Attribute Hdf5Reader::Impl::open_attribute(std::string_view object, std::string_view name) {
  const std::string what = fmt::format("attribute '{}'", name);
  const auto& all = find_object(object).attributes;
  const auto found = std::ranges::find(all, name, &Hdf5Attribute::name);
  if (found == all.end())
    throw file.refusal(fmt::format("it has no {}", what),
                       "give a complete file of the kind that belongs here");
  if (found->shared)
    throw file.refusal(fmt::format("its {} has a type that stands elsewhere in the file", what),
                       plain_storage);
  Attribute attribute{parse_type(file, found->type, what), found->value};
  if (!parse_space(file, found->space, what).scalar)
    throw file.refusal(fmt::format("its {} is no single value", what), right_kind);
  if (attribute.value.size() < attribute.type.size) throw file.damage(what);
  return attribute;
}

void Hdf5Reader::Impl::check_text(const Hdf5Type& type, std::string_view what) const {
  if (type.kind == NumberKind::variable_text)
    throw file.refusal(fmt::format("its {} is a text of variable length", what),
                       "write it with a fixed length, as numpy.bytes_ in h5py");
  if (type.kind != NumberKind::text) throw file.refusal(fmt::format("its {} is no text", what), right_kind);
  if (type.size > longest_text)
    throw file.refusal(fmt::format("its {} is a text of {} bytes", what, type.size),
                       fmt::format("at most {}", longest_text));
}

}  // namespace spinflow::io
