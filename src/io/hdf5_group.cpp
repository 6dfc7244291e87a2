// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "io/hdf5_structure.hpp"

namespace spinflow::io {

namespace {

constexpr std::size_t most_members = 100000;
constexpr std::string_view entries = "the entries of a group";
constexpr std::string_view attributes = "the attributes of an object";

void check_number(const Hdf5Bytes& file, std::size_t n, std::string_view what) {
  if (n > most_members)
    throw file.refusal(fmt::format("{} are more than {}", what, most_members), "give a smaller file");
}

// The names of a group in the layout of HDF5 1.6, one after the other.
Bytes read_local_heap(Hdf5Bytes& file, std::uint64_t address) {
  const Bytes head = file.structure(address, 32, entries);
  Hdf5Cursor cursor(file, head, entries);
  cursor.require(cursor.text(4) == "HEAP");
  cursor.expect(0);
  cursor.skip(3);
  const auto size = cursor.u64();
  cursor.skip(8);
  return file.structure(cursor.u64(), size, entries);
}

void read_symbol_node(Hdf5Bytes& file, std::uint64_t address, ByteView names, std::vector<Hdf5Link>& links) {
  const Bytes head = file.structure(address, 8, entries);
  Hdf5Cursor start(file, head, entries);
  start.require(start.text(4) == "SNOD");
  start.expect(1);
  start.skip(1);
  const std::size_t n = start.u16();
  const Bytes body = file.structure(address + 8, 40 * n, entries);
  Hdf5Cursor cursor(file, body, entries);
  for (std::size_t i = 0; i < n; ++i) {
    const auto at = cursor.u64();
    Hdf5Link link;
    link.address = cursor.u64();
    link.hard = cursor.u32() != 2;
    cursor.skip(4 + 16);
    cursor.require(at < names.size());
    const ByteView name = names.subspan(static_cast<std::size_t>(at));
    const auto end = std::ranges::find(name, std::uint8_t{0});
    cursor.require(end != name.end());
    link.name.assign(name.begin(), end);
    links.push_back(std::move(link));
    check_number(file, links.size(), entries);
  }
}

void read_symbol_table(Hdf5Bytes& file, ByteView body, std::vector<Hdf5Link>& links) {
  Hdf5Cursor cursor(file, body, entries);
  const auto tree = cursor.u64();
  const Bytes names = read_local_heap(file, cursor.u64());
  visit_tree_1(file, tree, 0, 8, entries,
               [&](ByteView, std::uint64_t child) { read_symbol_node(file, child, names, links); });
}

// Where many links or attributes are stored; nothing if they are few and in the header.
struct Elsewhere {
  std::uint64_t heap = undefined_address;
  std::uint64_t tree = undefined_address;
};

Elsewhere parse_elsewhere(const Hdf5Bytes& file, ByteView body, std::size_t order_width,
                          std::string_view what) {
  Hdf5Cursor cursor(file, body, what);
  cursor.expect(0);
  const auto flags = cursor.u8();
  if ((flags & 1U) != 0) cursor.skip(order_width);
  Elsewhere place;
  place.heap = cursor.u64();
  place.tree = cursor.u64();
  return place;
}

// The identifier of a piece in the heap follows `before` other bytes of a record.
void visit_pieces(Hdf5Bytes& file, const Elsewhere& place, std::uint8_t kind, std::size_t before,
                  std::size_t after, std::string_view what, const std::function<void(ByteView)>& visit) {
  if (place.heap == undefined_address || place.tree == undefined_address) return;
  Hdf5Heap heap(file, place.heap, what);
  const std::size_t id_size = heap.id_size();
  visit_tree_2(file, place.tree, kind, before + id_size + after, what, [&](ByteView record) {
    const Bytes piece = heap.piece(record.subspan(before, id_size));
    visit(piece);
  });
}

}  // namespace

std::vector<Hdf5Link> read_links(Hdf5Bytes& file, const std::vector<Hdf5Message>& messages) {
  std::vector<Hdf5Link> links;
  const auto add = [&](ByteView body) {
    links.push_back(parse_link(file, body));
    check_number(file, links.size(), entries);
  };
  for (const auto& message : messages) {
    if (message.is(MessageType::link)) add(message.body);
    if (message.is(MessageType::symbol_table)) read_symbol_table(file, message.body, links);
    if (message.is(MessageType::link_info))
      visit_pieces(file, parse_elsewhere(file, message.body, 8, entries), 5, 4, 0, entries, add);
  }
  return links;
}

std::vector<Hdf5Attribute> read_attributes(Hdf5Bytes& file, const std::vector<Hdf5Message>& messages) {
  std::vector<Hdf5Attribute> found;
  const auto add = [&](ByteView body) {
    found.push_back(parse_attribute(file, body));
    check_number(file, found.size(), attributes);
  };
  for (const auto& message : messages) {
    if (message.is(MessageType::attribute) && !message.shared()) add(message.body);
    if (message.is(MessageType::attribute_info))
      visit_pieces(file, parse_elsewhere(file, message.body, 2, attributes), 8, 0, 1 + 4 + 4, attributes,
                   add);
  }
  return found;
}

}  // namespace spinflow::io
