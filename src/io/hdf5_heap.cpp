// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>

#include "io/hdf5_structure.hpp"

namespace spinflow::io {

namespace {

constexpr std::uint64_t longest_piece = std::uint64_t{1} << 26;

}  // namespace

Hdf5Heap::Hdf5Heap(Hdf5Bytes& file, std::uint64_t address, std::string_view what)
    : file_(file), what_(what), address_(address) {
  read_header(address);
}

void Hdf5Heap::read_header(std::uint64_t address) {
  constexpr std::size_t length = 146;  // without filters, which are refused
  const Bytes block = file_.checked_block(address, length, "FRHP", what_);
  Hdf5Cursor cursor(file_, block, what_);
  cursor.skip(4);
  cursor.expect(0);
  id_size_ = cursor.u16();
  cursor.require(cursor.u16() == 0);
  checksums_ = (cursor.u8() & 2U) != 0;
  const std::uint64_t largest_piece = cursor.u32();
  cursor.skip(8);
  huge_tree_ = cursor.u64();
  cursor.skip(10 * 8);
  width_ = cursor.u16();
  first_block_ = cursor.u64();
  largest_block_ = cursor.u64();
  const std::size_t bits = cursor.u16();
  cursor.skip(2);
  const auto root = cursor.u64();
  const std::size_t rows = cursor.u16();
  cursor.require(width_ >= 1 && width_ <= 1024 && std::has_single_bit(first_block_) &&
                 std::has_single_bit(largest_block_) && first_block_ <= largest_block_ &&
                 largest_block_ <= longest_piece && bits >= 8 && bits <= 64 && id_size_ >= 4 &&
                 id_size_ <= 64);
  offset_size_ = (bits + 7) / 8;
  length_size_ = std::min((static_cast<std::size_t>(std::countr_zero(largest_block_)) + 7) / 8,
                          bytes_to_store(largest_piece));
  if (root == undefined_address) return;
  if (rows == 0)
    read_direct(root, 0, first_block_);
  else
    read_indirect(root, 0, rows, 0);
}

std::uint64_t Hdf5Heap::row_block(std::size_t row) const {
  return row == 0 ? first_block_ : first_block_ << (row - 1);
}

void Hdf5Heap::read_direct(std::uint64_t address, std::uint64_t begin, std::uint64_t size) {
  Bytes block = file_.structure(address, size, what_);
  Hdf5Cursor cursor(file_, block, what_);
  cursor.require(cursor.text(4) == "FHDB");
  cursor.expect(0);
  cursor.require(cursor.u64() == address_ && cursor.number(offset_size_) == begin);
  if (checksums_) {
    const std::size_t at = block.size() - cursor.left();
    const auto checksum = cursor.u32();
    // The checksum is taken with zeros in its own place.
    std::fill_n(block.begin() + static_cast<std::ptrdiff_t>(at), 4, std::uint8_t{0});
    file_.check_sum(checksum, jenkins_hash(block), what_);
  }
  blocks_.push_back({begin, std::move(block)});
}

void Hdf5Heap::read_indirect(std::uint64_t address, std::uint64_t begin, std::size_t rows, int depth) {
  const auto direct_rows =
      static_cast<std::size_t>(std::countr_zero(largest_block_) - std::countr_zero(first_block_) + 2);
  const std::uint64_t head = 4 + 1 + 8 + std::uint64_t{offset_size_};
  if (rows > 48 || depth > 4) throw file_.damage(what_);
  const Bytes block = file_.checked_block(address, head + 8 * rows * width_ + 4, "FHIB", what_);
  Hdf5Cursor cursor(file_, block, what_);
  cursor.skip(4);
  cursor.expect(0);
  cursor.require(cursor.u64() == address_ && cursor.number(offset_size_) == begin);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::uint64_t size = row_block(row);
    for (std::size_t column = 0; column < width_; ++column, begin += size) {
      const auto child = cursor.u64();
      if (child == undefined_address) continue;
      if (row < direct_rows)
        read_direct(child, begin, size);
      else  // as many rows as make up `size`
        read_indirect(child, begin,
                      static_cast<std::size_t>(std::countr_zero(size) - std::countr_zero(first_block_) -
                                               std::countr_zero(std::bit_floor(width_)) + 1),
                      depth + 1);
    }
  }
}

Bytes Hdf5Heap::piece(ByteView id) {
  Hdf5Cursor cursor(file_, id, what_);
  const auto kind = cursor.u8();
  cursor.require(kind == 0 || kind == 0x10);
  return kind == 0 ? managed(cursor) : huge(cursor);
}

Bytes Hdf5Heap::managed(Hdf5Cursor& id) const {
  const auto offset = id.number(offset_size_);
  const auto length = id.number(length_size_);
  const auto after = std::ranges::upper_bound(blocks_, offset, {}, &Block::begin);
  id.require(after != blocks_.begin());
  const Block& block = *std::prev(after);
  const std::uint64_t at = offset - block.begin;
  id.require(at <= block.bytes.size() && length <= block.bytes.size() - at);
  const auto first = block.bytes.begin() + static_cast<std::ptrdiff_t>(at);
  return {first, first + static_cast<std::ptrdiff_t>(length)};
}

Bytes Hdf5Heap::huge(Hdf5Cursor& id) {
  const std::uint64_t number = id.number(std::min<std::size_t>(id_size_ - 1, 8));
  id.require(huge_tree_ != undefined_address);
  std::uint64_t address = undefined_address;
  std::uint64_t length = 0;
  visit_tree_2(file_, huge_tree_, 1, 24, what_, [&](ByteView record) {
    Hdf5Cursor cursor(file_, record, what_);
    const auto at = cursor.u64();
    const auto size = cursor.u64();
    if (cursor.u64() == number) address = at, length = size;
  });
  id.require(address != undefined_address && length <= longest_piece);
  return file_.structure(address, length, what_);
}

Bytes read_global_heap(Hdf5Bytes& file, std::uint64_t address, std::uint32_t index, std::uint32_t length,
                       std::string_view what) {
  constexpr std::uint64_t head_size = 16;
  const Bytes head = file.structure(address, head_size, what);
  Hdf5Cursor start(file, head, what);
  start.require(start.text(4) == "GCOL");
  start.expect(1);
  start.skip(3);
  const auto size = start.u64();
  start.require(size >= head_size && size <= longest_piece && index > 0);
  const Bytes collection = file.structure(address + head_size, size - head_size, what);
  Hdf5Cursor cursor(file, collection, what);
  while (true) {
    const auto number = cursor.u16();
    cursor.skip(2 + 4);  // how many refer to it
    const auto bytes = cursor.u64();
    cursor.require(number != 0);  // 0: the free space at the end
    if (number == index) {
      cursor.require(length <= bytes);
      const ByteView found = cursor.take(length);
      return {found.begin(), found.end()};
    }
    cursor.require(bytes <= cursor.left());
    cursor.skip((bytes + 7) / 8 * 8);
  }
}

}  // namespace spinflow::io
