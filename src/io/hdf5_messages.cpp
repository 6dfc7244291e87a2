// SPDX-License-Identifier: Apache-2.0
#include "io/hdf5_messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace spinflow::io {

namespace {

constexpr std::size_t most_axes_of_hdf5 = 32;
constexpr std::size_t type_head = 8;  // bytes of a type before the properties of its class

bool plain_width(std::size_t size) { return size == 1 || size == 2 || size == 4 || size == 8; }

void read_integer(Hdf5Cursor& cursor, std::uint64_t bits, Hdf5Type& type) {
  const auto offset = cursor.u16();
  const auto precision = cursor.u16();
  type.big_endian = (bits & 1U) != 0;
  type.is_signed = (bits & 8U) != 0;
  if (offset == 0 && plain_width(type.size) && precision == 8 * type.size) type.kind = NumberKind::integer;
}

// IEEE 754 single and double alone.
void read_real(Hdf5Cursor& cursor, std::uint64_t bits, Hdf5Type& type) {
  const auto offset = cursor.u16();
  const auto precision = cursor.u16();
  std::array<std::uint64_t, 4> parts{};
  for (auto& part : parts) part = cursor.u8();
  const auto bias = cursor.u32();
  type.big_endian = (bits & 1U) != 0;
  const std::uint64_t sign = bits >> 8 & 0xffU;
  const bool usual = offset == 0 && precision == 8 * type.size && (bits & 0x40U) == 0 &&
                     (bits >> 4 & 3U) == 2 && sign + 1 == precision;
  const bool single = type.size == 4 && parts == std::array<std::uint64_t, 4>{23, 8, 0, 23} && bias == 127;
  const bool twice = type.size == 8 && parts == std::array<std::uint64_t, 4>{52, 11, 0, 52} && bias == 1023;
  if (usual && (single || twice)) type.kind = NumberKind::real;
}

}  // namespace

Hdf5Type parse_type(const Hdf5Bytes& file, ByteView body, std::string_view what) {
  Hdf5Cursor cursor(file, body, what);
  const auto first = cursor.u8();
  const unsigned version = first >> 4;
  cursor.require(version >= 1 && version <= 5);
  const std::uint64_t bits = cursor.number(3);
  Hdf5Type type;
  type.size = cursor.u32();
  cursor.require(type.size > 0);
  switch (first & 15U) {
    case 0:
      read_integer(cursor, bits, type);
      break;
    case 1:
      read_real(cursor, bits, type);
      break;
    case 3:
      type.kind = NumberKind::text;
      type.space_padded = (bits & 15U) == 2;
      break;
    case 8:  // names for integers, as h5py stores Booleans
      if (body.size() > type_head && (std::to_integer<unsigned>(std::byte(body[type_head])) & 15U) == 0) {
        const Hdf5Type base = parse_type(file, body.subspan(type_head), what);
        if (base.size == type.size) type = base;
      }
      break;
    case 9:
      if ((bits & 15U) == 1) type.kind = NumberKind::variable_text;
      break;
    default:
      break;
  }
  return type;
}

Hdf5Space parse_space(const Hdf5Bytes& file, ByteView body, std::string_view what) {
  Hdf5Cursor cursor(file, body, what);
  const auto version = cursor.u8();
  const std::size_t rank = cursor.u8();
  const auto flags = cursor.u8();
  cursor.require((version == 1 || version == 2) && rank <= most_axes_of_hdf5);
  Hdf5Space space;
  if (version == 1) {
    cursor.skip(5);
    space.scalar = rank == 0;
  } else {
    const auto type = cursor.u8();
    cursor.require(type <= 2 && (type == 1) == (rank > 0));
    space.scalar = type == 0;
  }
  for (std::size_t axis = 0; axis < rank; ++axis) space.dims.push_back(cursor.u64());
  for (std::size_t axis = 0; axis < rank; ++axis) {
    space.most.push_back((flags & 1U) != 0 ? cursor.u64() : space.dims[axis]);
    cursor.require(space.most[axis] >= space.dims[axis]);
  }
  return space;
}

namespace {

void read_chunk_layout_3(Hdf5Cursor& cursor, Hdf5Layout& layout) {
  const std::size_t rank = cursor.u8();
  cursor.require(rank >= 2 && rank <= most_axes_of_hdf5 + 1);
  layout.address = cursor.u64();
  for (std::size_t axis = 0; axis + 1 < rank; ++axis) layout.chunk.push_back(cursor.u32());
  cursor.skip(4);  // bytes of an element; the type has them, too
  layout.index = ChunkIndex::tree;
}

void read_chunk_layout_4(Hdf5Cursor& cursor, Hdf5Layout& layout) {
  const auto flags = cursor.u8();
  const std::size_t rank = cursor.u8();
  const std::size_t width = cursor.u8();
  cursor.require(rank >= 2 && rank <= most_axes_of_hdf5 + 1 && width >= 1 && width <= 8);
  for (std::size_t axis = 0; axis + 1 < rank; ++axis) layout.chunk.push_back(cursor.number(width));
  cursor.skip(width);  // bytes of an element
  const auto index = cursor.u8();
  if ((flags & 1U) != 0) return;  // chunks at the border that no filter has seen
  switch (index) {
    case 1:
      layout.index = ChunkIndex::single;
      if ((flags & 2U) != 0) {
        layout.single_size = cursor.u64();
        layout.single_mask = cursor.u32();
      }
      break;
    case 2:
      layout.index = ChunkIndex::implicit;
      break;
    case 3:
      layout.index = ChunkIndex::fixed_array;
      cursor.skip(1);
      break;
    default:
      return;
  }
  layout.address = cursor.u64();
}

}  // namespace

Hdf5Layout parse_layout(const Hdf5Bytes& file, ByteView body, std::string_view what) {
  Hdf5Cursor cursor(file, body, what);
  const auto version = cursor.u8();
  const auto storage = cursor.u8();
  Hdf5Layout layout;
  if (version < 3 || version > 5) return layout;  // 5 differs from 4 in that sizes of chunks may be longer
  switch (storage) {
    case 0: {
      layout.storage = StorageKind::compact;
      const ByteView bytes = cursor.take(cursor.u16());
      layout.compact.assign(bytes.begin(), bytes.end());
      break;
    }
    case 1:
      layout.storage = StorageKind::contiguous;
      layout.address = cursor.u64();
      layout.size = cursor.u64();
      break;
    case 2:
      layout.storage = StorageKind::chunked;
      if (version == 3)
        read_chunk_layout_3(cursor, layout);
      else
        read_chunk_layout_4(cursor, layout);
      cursor.require(std::ranges::count(layout.chunk, 0U) == 0);
      break;
    default:
      break;
  }
  return layout;
}

std::vector<Filter> parse_filters(const Hdf5Bytes& file, ByteView body, std::string_view what) {
  Hdf5Cursor cursor(file, body, what);
  const auto version = cursor.u8();
  const std::size_t n = cursor.u8();
  cursor.require((version == 1 || version == 2) && n <= 32);
  if (version == 1) cursor.skip(6);
  std::vector<Filter> filters;
  for (std::size_t i = 0; i < n; ++i) {
    const auto id = cursor.u16();
    const auto filter = static_cast<Filter>(id);
    const bool known = id >= 1 && id <= 3;
    if (!known || std::ranges::count(filters, filter) > 0)
      throw file.refusal(fmt::format("{} is packed by a filter that is not read here", what),
                         "store plain numbers in the file itself, deflated or not");
    const std::size_t name = version == 1 ? cursor.u16() : 0;
    cursor.skip(2);
    const std::size_t numbers = cursor.u16();
    cursor.skip((name + 7) / 8 * 8);
    cursor.skip(4 * (numbers + (version == 1 ? numbers % 2 : 0)));
    filters.push_back(filter);
  }
  return filters;
}

Hdf5Attribute parse_attribute(const Hdf5Bytes& file, ByteView body) {
  Hdf5Cursor cursor(file, body, "an attribute");
  const auto version = cursor.u8();
  cursor.require(version >= 1 && version <= 3);
  const auto flags = cursor.u8();
  const std::size_t name_size = cursor.u16();
  const std::size_t type_size = cursor.u16();
  const std::size_t space_size = cursor.u16();
  if (version == 3) cursor.skip(1);
  const auto part = [&](std::size_t size) {
    const ByteView bytes = cursor.take(version == 1 ? (size + 7) / 8 * 8 : size);
    return Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
  };
  Hdf5Attribute attribute;
  const Bytes name = part(name_size);
  attribute.name.assign(name.begin(), std::ranges::find(name, std::uint8_t{0}));
  attribute.shared = version > 1 && (flags & 3U) != 0;
  attribute.type = part(type_size);
  attribute.space = part(space_size);
  attribute.value.assign(cursor.rest().begin(), cursor.rest().end());
  return attribute;
}

Hdf5Link parse_link(const Hdf5Bytes& file, ByteView body) {
  Hdf5Cursor cursor(file, body, "a link");
  cursor.expect(1);
  const auto flags = cursor.u8();
  Hdf5Link link;
  if ((flags & 8U) != 0) link.hard = cursor.u8() == 0;
  if ((flags & 4U) != 0) cursor.skip(8);   // order of creation
  if ((flags & 16U) != 0) cursor.skip(1);  // character set
  link.name = cursor.text(cursor.number(std::size_t{1} << (flags & 3U)));
  if (link.hard) link.address = cursor.u64();
  return link;
}

}  // namespace spinflow::io
