// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "io/hdf5_bytes.hpp"

namespace spinflow::io {

// The messages of object headers ("HDF5 File Format Specification Version 3.0", chapter IV.A.2).

enum class MessageType : std::uint16_t {
  dataspace = 0x01,
  link_info = 0x02,
  datatype = 0x03,
  link = 0x06,
  external_files = 0x07,
  layout = 0x08,
  filters = 0x0b,
  attribute = 0x0c,
  continuation = 0x10,
  symbol_table = 0x11,
  attribute_info = 0x15
};

struct Hdf5Message {
  std::uint16_t type = 0;
  std::uint8_t flags = 0;
  Bytes body;

  [[nodiscard]] bool is(MessageType wanted) const { return type == static_cast<std::uint16_t>(wanted); }
  /// Whether the message is stored elsewhere, for example a type that many arrays share.
  [[nodiscard]] bool shared() const { return (flags & 2U) != 0; }
};

enum class NumberKind { integer, real, text, variable_text, other };

/// The element type of an array or an attribute. Only numbers of the usual widths are read, although HDF5 can
/// describe any bit layout.
struct Hdf5Type {
  NumberKind kind = NumberKind::other;
  std::size_t size = 1;  ///< bytes of an element, at least 1
  bool is_signed = false;
  bool big_endian = false;
  bool space_padded = false;
};

struct Hdf5Space {
  bool scalar = false;  ///< a single value, without axes
  std::vector<std::uint64_t> dims;
  std::vector<std::uint64_t> most;  ///< lengths to which the axes may grow
};

enum class StorageKind { compact, contiguous, chunked, other };
enum class ChunkIndex { single, implicit, fixed_array, tree, other };

struct Hdf5Layout {
  StorageKind storage = StorageKind::other;
  Bytes compact;
  std::uint64_t address = undefined_address;  ///< of the data or of the index of the chunks
  std::uint64_t size = 0;                     ///< bytes of contiguous data
  std::vector<std::uint64_t> chunk;           ///< axes of a chunk, in elements
  ChunkIndex index = ChunkIndex::other;
  std::uint64_t single_size = 0;  ///< stored bytes of the single chunk, where filters may have changed them
  std::uint32_t single_mask = 0;
};

enum class Filter : std::uint16_t { deflate = 1, shuffle = 2, fletcher32 = 3 };

struct Hdf5Attribute {
  std::string name;
  bool shared = false;  ///< its type or space is stored elsewhere
  Bytes type;
  Bytes space;
  Bytes value;
};

struct Hdf5Link {
  std::string name;
  bool hard = true;  ///< leads to an object of the file itself
  std::uint64_t address = undefined_address;
};

/// Each of these throws Error(input) that names `what` unless the message holds what it claims.
[[nodiscard]] Hdf5Type parse_type(const Hdf5Bytes& file, ByteView body, std::string_view what);
[[nodiscard]] Hdf5Space parse_space(const Hdf5Bytes& file, ByteView body, std::string_view what);
[[nodiscard]] Hdf5Layout parse_layout(const Hdf5Bytes& file, ByteView body, std::string_view what);
/// In the order in which they were applied. Error(input) for a filter that is not read here.
[[nodiscard]] std::vector<Filter> parse_filters(const Hdf5Bytes& file, ByteView body, std::string_view what);
[[nodiscard]] Hdf5Attribute parse_attribute(const Hdf5Bytes& file, ByteView body);
[[nodiscard]] Hdf5Link parse_link(const Hdf5Bytes& file, ByteView body);

}  // namespace spinflow::io
