// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "io/hdf5_bytes.hpp"
#include "io/hdf5_messages.hpp"

namespace spinflow::io {

// The structure of an HDF5 file ("HDF5 File Format Specification Version 3.0"). All functions throw
// Error(input), one sentence, for damaged files and for features that spinflow and h5py do not write.

/// The address of the root group. Error(input) too for a file that is cut off or still open in another
/// program.
[[nodiscard]] std::uint64_t read_superblock(Hdf5Bytes& file);

/// All messages of the object at `address`, but for those that only tell where others stand.
[[nodiscard]] std::vector<Hdf5Message> read_messages(Hdf5Bytes& file, std::uint64_t address);

/// The entries of a group, at most 100,000. None if the object is not a group.
[[nodiscard]] std::vector<Hdf5Link> read_links(Hdf5Bytes& file, const std::vector<Hdf5Message>& messages);

/// All attributes of an object, at most 100,000.
[[nodiscard]] std::vector<Hdf5Attribute> read_attributes(Hdf5Bytes& file,
                                                         const std::vector<Hdf5Message>& messages);

/// Calls `visit(key, child)` for the children of a version 1 B-tree's leaves, from left to right. `kind`: 0
/// of groups, 1 of chunks; `key_size`: bytes of a key, the one before the child is handed over.
void visit_tree_1(Hdf5Bytes& file, std::uint64_t address, std::uint8_t kind, std::size_t key_size,
                  std::string_view what, const std::function<void(ByteView, std::uint64_t)>& visit);

/// Calls `visit(record)` for all records of a version 2 B-tree of type `kind`, whose size is `record_size`.
void visit_tree_2(Hdf5Bytes& file, std::uint64_t address, std::uint8_t kind, std::size_t record_size,
                  std::string_view what, const std::function<void(ByteView)>& visit);

/// A fractal heap: the pieces, named by identifiers, in which groups and objects with many members keep them.
class Hdf5Heap {
 public:
  Hdf5Heap(Hdf5Bytes& file, std::uint64_t address, std::string_view what);

  [[nodiscard]] std::size_t id_size() const { return id_size_; }
  [[nodiscard]] Bytes piece(ByteView id);

 private:
  struct Block {
    std::uint64_t begin;  // in the heap's own counting
    Bytes bytes;
  };

  void read_header(std::uint64_t address);
  void read_direct(std::uint64_t address, std::uint64_t begin, std::uint64_t size);
  void read_indirect(std::uint64_t address, std::uint64_t begin, std::size_t rows, int depth);
  [[nodiscard]] std::uint64_t row_block(std::size_t row) const;
  [[nodiscard]] Bytes managed(Hdf5Cursor& id) const;
  [[nodiscard]] Bytes huge(Hdf5Cursor& id);

  Hdf5Bytes& file_;
  std::string what_;
  std::uint64_t address_ = 0;
  std::size_t id_size_ = 0;
  std::size_t offset_size_ = 0;
  std::size_t length_size_ = 0;
  bool checksums_ = false;
  std::uint64_t huge_tree_ = undefined_address;
  std::size_t width_ = 0;
  std::uint64_t first_block_ = 0;
  std::uint64_t largest_block_ = 0;
  std::vector<Block> blocks_;
};

/// Object number `index` of the global heap's collection at `address`, where values of variable length stand.
/// Error(input) that names `what` unless it has `length` bytes there.
[[nodiscard]] Bytes read_global_heap(Hdf5Bytes& file, std::uint64_t address, std::uint32_t index,
                                     std::uint32_t length, std::string_view what);

/// Deflate compresses by at most a factor of about 1032. An array that claims a larger factor is refused.
inline constexpr std::uint64_t best_compression = 1100;

/// One stored chunk of an array.
struct Hdf5Chunk {
  std::uint64_t address = undefined_address;
  std::uint64_t size = 0;             ///< stored bytes
  std::uint32_t skipped_filters = 0;  ///< bit i: the filter number i was not applied
};

/// All chunks of an array in row-major order of their places. `bytes`: of a chunk before any filter. Those
/// never written have an undefined address. Error(input) if one lies outside the file, or if all together are
/// longer.
[[nodiscard]] std::vector<Hdf5Chunk> read_chunks(Hdf5Bytes& file, const Hdf5Layout& layout,
                                                 const Hdf5Space& space, std::uint64_t bytes, bool filtered,
                                                 std::string_view what);

/// The bytes of a chunk as they were before the filters. `bytes`: how many these are; `element`: bytes of one
/// number. Error(input) that names `what` if the stored ones do not give as many.
[[nodiscard]] Bytes read_chunk(const Hdf5Bytes& file, const Hdf5Chunk& chunk,
                               const std::vector<Filter>& filters, std::uint64_t bytes, std::size_t element,
                               std::string_view what);

}  // namespace spinflow::io
