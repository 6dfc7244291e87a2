// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <numeric>

#include "io/hdf5_structure.hpp"

namespace spinflow::io {

namespace {

constexpr std::uint64_t most_chunks = std::uint64_t{1} << 22;

// The chunks of an array as a grid of places.
class Grid {
 public:
  Grid(const Hdf5Bytes& file, const Hdf5Layout& layout, const Hdf5Space& space, std::string_view what)
      : file_(file), layout_(layout), what_(what) {
    if (layout.chunk.size() != space.dims.size()) throw file.damage(what);
    std::uint64_t all = 1;
    for (std::size_t axis = 0; axis < space.dims.size(); ++axis) {
      const auto along = [&](std::uint64_t length) {
        return length / layout.chunk[axis] + (length % layout.chunk[axis] != 0 ? 1 : 0);
      };
      count_.push_back(along(space.dims[axis]));
      most_.push_back(along(space.most[axis]));
      if (count_.back() > most_chunks || (all *= count_.back()) > most_chunks)
        throw file.refusal(fmt::format("{} claims more than {} chunks", what, most_chunks),
                           "store it in larger chunks");
    }
    chunks_.resize(static_cast<std::size_t>(all));
  }

  [[nodiscard]] std::size_t size() const { return chunks_.size(); }
  [[nodiscard]] std::vector<Hdf5Chunk> chunks() && { return std::move(chunks_); }

  // Axis by axis, where the chunk of this number lies.
  [[nodiscard]] std::vector<std::uint64_t> place(std::size_t number) const {
    std::vector<std::uint64_t> at(count_.size());
    std::uint64_t rest = number;
    for (std::size_t axis = count_.size(); axis-- > 0; rest /= count_[axis]) at[axis] = rest % count_[axis];
    return at;
  }

  // The number of a chunk in an index that has room for the largest size of the array.
  [[nodiscard]] std::uint64_t number_in_index(std::size_t number) const {
    std::uint64_t in_index = 0;
    const auto at = place(number);
    for (std::size_t axis = 0; axis < at.size(); ++axis) {
      if (in_index > most_chunks) break;
      in_index = in_index * most_[axis] + at[axis];
    }
    if (in_index > most_chunks) throw file_.damage(what_);
    return in_index;
  }

  void set(std::size_t number, const Hdf5Chunk& chunk) {
    if (chunks_[number].address != undefined_address) throw file_.damage(what_);
    chunks_[number] = chunk;
  }

  // The chunk whose first element stands at these places along the axes.
  void set_at(Hdf5Cursor& offsets, const Hdf5Chunk& chunk) {
    std::uint64_t number = 0;
    for (std::size_t axis = 0; axis < count_.size(); ++axis) {
      const auto offset = offsets.u64();
      const std::uint64_t at = offset / layout_.chunk[axis];
      offsets.require(offset % layout_.chunk[axis] == 0 && at < count_[axis]);
      number = number * count_[axis] + at;
    }
    set(static_cast<std::size_t>(number), chunk);
  }

 private:
  const Hdf5Bytes& file_;
  const Hdf5Layout& layout_;
  std::string_view what_;
  std::vector<std::uint64_t> count_;
  std::vector<std::uint64_t> most_;
  std::vector<Hdf5Chunk> chunks_;
};

void read_tree(Hdf5Bytes& file, const Hdf5Layout& layout, Grid& grid, std::string_view what) {
  const std::size_t key_size = 8 + 8 * (layout.chunk.size() + 1);
  visit_tree_1(file, layout.address, 1, key_size, what, [&](ByteView key, std::uint64_t child) {
    Hdf5Cursor cursor(file, key, what);
    Hdf5Chunk chunk{.address = child, .size = cursor.u32(), .skipped_filters = cursor.u32()};
    grid.set_at(cursor, chunk);
  });
}

// The entries of a fixed array, whose data are cut into pages if they are many.
std::vector<Bytes> read_pages(Hdf5Bytes& file, std::uint64_t address, std::uint64_t entries,
                              std::size_t width, unsigned page_bits, std::string_view what) {
  constexpr std::uint64_t head = 4 + 1 + 1 + 8;
  const std::uint64_t page = std::uint64_t{1} << page_bits;
  if (entries <= page) {
    const Bytes block = file.checked_block(address, head + entries * width + 4, "FADB", what);
    return {Bytes(block.begin() + head, block.end() - 4)};
  }
  const std::uint64_t pages = (entries + page - 1) / page;
  const std::uint64_t flags = (pages + 7) / 8;
  (void)file.checked_block(address, head + flags + 4, "FADB", what);
  std::vector<Bytes> content;
  std::uint64_t at = address + head + flags + 4;
  for (std::uint64_t first = 0; first < entries; first += page) {
    const std::uint64_t bytes = std::min(page, entries - first) * width;
    Bytes block = file.structure(at, bytes + 4, what);
    Hdf5Cursor checksum(file, ByteView(block).last(4), what);
    block.resize(block.size() - 4);
    file.check_sum(checksum.u32(), jenkins_hash(block), what);
    content.push_back(std::move(block));
    at += page * width + 4;
  }
  return content;
}

void read_fixed_array(Hdf5Bytes& file, const Hdf5Layout& layout, std::uint64_t bytes, bool filtered,
                      Grid& grid, std::string_view what) {
  const Bytes block = file.checked_block(layout.address, 28, "FAHD", what);
  Hdf5Cursor cursor(file, block, what);
  cursor.skip(4);
  cursor.expect(0);
  cursor.expect(filtered ? 1 : 0);
  const std::size_t width = cursor.u8();
  const unsigned page_bits = cursor.u8();
  const auto entries = cursor.u64();
  cursor.require(entries <= most_chunks && page_bits < 32 &&
                 (filtered ? width > 12 && width <= 20 : width == 8));
  const auto pages = read_pages(file, cursor.u64(), entries, width, page_bits, what);
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const std::uint64_t number = grid.number_in_index(i);
    cursor.require(number < entries);
    const Bytes& page = pages[pages.size() == 1 ? 0 : number >> page_bits];
    const std::uint64_t in_page = pages.size() == 1 ? number : number % (std::uint64_t{1} << page_bits);
    Hdf5Cursor entry(file, ByteView(page).subspan(static_cast<std::size_t>(in_page * width), width), what);
    Hdf5Chunk chunk{.address = entry.u64(), .size = bytes};
    if (filtered) {
      chunk.size = entry.number(width - 12);
      chunk.skipped_filters = entry.u32();
    }
    grid.set(i, chunk);
  }
}

void fill(Hdf5Bytes& file, const Hdf5Layout& layout, std::uint64_t bytes, bool filtered, Grid& grid,
          std::string_view what) {
  if (layout.index == ChunkIndex::other)
    throw file.refusal(fmt::format("{} is stored in a way that is not read here", what),
                       "store it again with h5py's default options");
  if (layout.address == undefined_address) return;
  switch (layout.index) {
    case ChunkIndex::single:
      if (grid.size() != 1) throw file.damage(what);
      grid.set(0, {.address = layout.address,
                   .size = filtered ? layout.single_size : bytes,
                   .skipped_filters = layout.single_mask});
      break;
    case ChunkIndex::implicit:
      if (filtered || layout.address > file.size() || bytes > file.size()) throw file.damage(what);
      for (std::size_t i = 0; i < grid.size(); ++i)
        grid.set(i, {.address = layout.address + grid.number_in_index(i) * bytes, .size = bytes});
      break;
    case ChunkIndex::fixed_array:
      read_fixed_array(file, layout, bytes, filtered, grid, what);
      break;
    default:
      read_tree(file, layout, grid, what);
  }
}

}  // namespace

std::vector<Hdf5Chunk> read_chunks(Hdf5Bytes& file, const Hdf5Layout& layout, const Hdf5Space& space,
                                   std::uint64_t bytes, bool filtered, std::string_view what) {
  Grid grid(file, layout, space, what);
  fill(file, layout, bytes, filtered, grid, what);
  auto chunks = std::move(grid).chunks();
  std::uint64_t all = 0;
  for (const auto& chunk : chunks) {
    if (chunk.address == undefined_address) continue;
    if (chunk.size > file.size() || chunk.address > file.size() - chunk.size ||
        (all += chunk.size) > file.size() || (!filtered && chunk.size != bytes))
      throw file.damage(what);
  }
  return chunks;
}

namespace {

// HDF5's own checksum of chunks: Fletcher's over 16-bit big-endian words, both halves modulo 65535.
std::uint32_t fletcher32(ByteView bytes) {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  const auto add = [&](std::uint32_t word) {
    low = (low + word) % 65535;
    high = (high + low) % 65535;
  };
  std::size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2) add(static_cast<std::uint32_t>(bytes[i] << 8 | bytes[i + 1]));
  if (i < bytes.size()) add(static_cast<std::uint32_t>(bytes[i] << 8));
  return high << 16 | low;
}

// At most the chunk and the checksum behind it.
Bytes inflated(const Hdf5Bytes& file, ByteView stored, std::uint64_t most, std::string_view what) {
  if (most / best_compression > stored.size()) throw file.damage(what);
  Bytes bytes(static_cast<std::size_t>(most));
  auto length = static_cast<uLongf>(bytes.size());
  if (uncompress(bytes.data(), &length, stored.data(), static_cast<uLong>(stored.size())) != Z_OK)
    throw file.damage(what);
  bytes.resize(length);
  return bytes;
}

Bytes without_checksum(const Hdf5Bytes& file, Bytes bytes, std::string_view what) {
  if (bytes.size() < 4) throw file.damage(what);
  Hdf5Cursor checksum(file, ByteView(bytes).last(4), what);
  bytes.resize(bytes.size() - 4);
  const std::uint32_t found = checksum.u32();
  // HDF5 writes 65535 where the rest is 0.
  file.check_sum((found >> 16) % 65535 << 16 | (found & 0xffffU) % 65535, fletcher32(bytes), what);
  return bytes;
}

// Shuffled: first the first bytes of all numbers, then the second ones, ...
Bytes unshuffled(const Bytes& bytes, std::size_t element) {
  const std::size_t n = bytes.size() / element;
  Bytes result = bytes;  // the last bytes, if they make no whole element, stay in place
  for (std::size_t part = 0; part < element; ++part)
    for (std::size_t i = 0; i < n; ++i) result[i * element + part] = bytes[part * n + i];
  return result;
}

}  // namespace

Bytes read_chunk(const Hdf5Bytes& file, const Hdf5Chunk& chunk, const std::vector<Filter>& filters,
                 std::uint64_t bytes, std::size_t element, std::string_view what) {
  Bytes content(static_cast<std::size_t>(chunk.size));
  file.data(chunk.address, content, what);
  for (std::size_t i = filters.size(); i-- > 0;) {
    if ((chunk.skipped_filters >> i & 1U) != 0) continue;
    if (filters[i] == Filter::deflate)
      content = inflated(file, content, bytes + 4, what);
    else if (filters[i] == Filter::fletcher32)
      content = without_checksum(file, std::move(content), what);
    else
      content = unshuffled(content, element);
  }
  if (content.size() != bytes) throw file.damage(what);
  return content;
}

}  // namespace spinflow::io
