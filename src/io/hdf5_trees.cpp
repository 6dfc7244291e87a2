// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "io/hdf5_structure.hpp"

namespace spinflow::io {

namespace {

void visit_node_1(Hdf5Bytes& file, std::uint64_t address, std::uint8_t kind, std::size_t key_size, int level,
                  std::string_view what, const std::function<void(ByteView, std::uint64_t)>& visit) {
  const Bytes start = file.structure(address, 24, what);
  Hdf5Cursor head(file, start, what);
  head.require(head.text(4) == "TREE");
  head.expect(kind);
  const int own_level = head.u8();
  head.require(level < 0 || own_level == level);
  const std::size_t entries = head.u16();
  const Bytes body = file.structure(address + 24, entries * (key_size + 8), what);
  Hdf5Cursor cursor(file, body, what);
  for (std::size_t i = 0; i < entries; ++i) {
    const ByteView key = cursor.take(key_size);
    const auto child = cursor.u64();
    if (own_level == 0)
      visit(key, child);
    else
      visit_node_1(file, child, kind, key_size, own_level - 1, what, visit);
  }
}

}  // namespace

void visit_tree_1(Hdf5Bytes& file, std::uint64_t address, std::uint8_t kind, std::size_t key_size,
                  std::string_view what, const std::function<void(ByteView, std::uint64_t)>& visit) {
  visit_node_1(file, address, kind, key_size, -1, what, visit);
}

namespace {

constexpr std::size_t frame = 4 + 1 + 1 + 4;  // signature, version, type and checksum of a node

// A version 2 B-tree. The layout of its inner nodes depends on the number of records that fit below them.
class Tree2 {
 public:
  Tree2(Hdf5Bytes& file, std::uint8_t kind, std::size_t record_size, std::string_view what,
        const std::function<void(ByteView)>& visit)
      : file_(file), kind_(kind), record_size_(record_size), what_(what), visit_(visit) {}

  void read(std::uint64_t address) {
    const Bytes block = file_.checked_block(address, 38, "BTHD", what_);
    Hdf5Cursor cursor(file_, block, what_);
    cursor.skip(4);
    cursor.expect(0);
    cursor.expect(kind_);
    node_size_ = cursor.u32();
    cursor.require(cursor.u16() == record_size_ && node_size_ >= frame + record_size_);
    const std::size_t depth = cursor.u16();
    cursor.skip(2);
    const auto root = cursor.u64();
    const std::uint64_t records = cursor.u16();
    cursor.require(depth <= 16);
    std::uint64_t below = (node_size_ - frame) / record_size_;
    leaf_width_ = bytes_to_store(below);
    below_widths_.assign(1, 0);
    for (std::size_t level = 1; level <= depth; ++level) {
      const std::uint64_t pointer = 8 + leaf_width_ + below_widths_.back();
      cursor.require(node_size_ >= frame + 2 * pointer + record_size_ && below < (std::uint64_t{1} << 40));
      const std::uint64_t most = (node_size_ - frame - pointer) / (record_size_ + pointer);
      below = (most + 1) * below + most;
      below_widths_.push_back(bytes_to_store(below));
    }
    if (root != undefined_address) visit_node(root, records, depth);
  }

 private:
  void visit_node(std::uint64_t address, std::uint64_t records, std::size_t level) {
    const std::size_t pointer = level == 0 ? 0 : 8 + leaf_width_ + below_widths_[level - 1];
    const std::uint64_t length = frame + records * record_size_ + (level == 0 ? 0 : (records + 1) * pointer);
    if (records > node_size_ || length > node_size_) throw file_.damage(what_);
    const Bytes block = file_.checked_block(address, length, level == 0 ? "BTLF" : "BTIN", what_);
    Hdf5Cursor cursor(file_, block, what_);
    cursor.skip(4);
    cursor.expect(0);
    cursor.expect(kind_);
    for (std::uint64_t i = 0; i < records; ++i) visit_(cursor.take(record_size_));
    if (level == 0) return;
    for (std::uint64_t i = 0; i <= records; ++i) {
      const auto child = cursor.u64();
      const auto child_records = cursor.number(leaf_width_);
      cursor.skip(below_widths_[level - 1]);
      visit_node(child, child_records, level - 1);
    }
  }

  Hdf5Bytes& file_;
  std::uint8_t kind_;
  std::size_t record_size_;
  std::string_view what_;
  const std::function<void(ByteView)>& visit_;
  std::uint64_t node_size_ = 0;
  std::size_t leaf_width_ = 0;
  std::vector<std::size_t> below_widths_;  // by level: bytes of the number of all records below a pointer
};

}  // namespace

void visit_tree_2(Hdf5Bytes& file, std::uint64_t address, std::uint8_t kind, std::size_t record_size,
                  std::string_view what, const std::function<void(ByteView)>& visit) {
  Tree2(file, kind, record_size, what, visit).read(address);
}

}  // namespace spinflow::io
