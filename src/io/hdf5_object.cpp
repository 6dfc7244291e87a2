// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "io/hdf5_structure.hpp"

namespace spinflow::io {

namespace {

constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
constexpr std::string_view header = "the header of an object";
constexpr std::string_view superblock = "its structure";

// What an HDF5 file was when the program that writes it stopped or has not finished.
[[noreturn]] void refuse_open_file(const Hdf5Bytes& file) {
  throw file.refusal("it is marked as open in a program that writes it",
                     "close it there, or, if that program is gone, clear the mark with `h5clear -s FILE`");
}

void check_end(const Hdf5Bytes& file, std::uint64_t end) {
  if (end > file.size())
    throw file.refusal(
        fmt::format("it has {} of its {} bytes", file.size(), end),
        "it is cut off, or the program that writes it has not closed it: close it there, or make "
        "or fetch it again");
}

std::uint64_t superblock_0(Hdf5Cursor& cursor, const Hdf5Bytes& file, unsigned version) {
  cursor.skip(4);
  cursor.require(cursor.u8() == 8 && cursor.u8() == 8);  // bytes of addresses and lengths
  cursor.skip(1 + 2 + 2 + 4 + (version == 1 ? 4 : 0));
  cursor.require(cursor.u64() == 0);  // the base address
  cursor.skip(8);
  check_end(file, cursor.u64());
  cursor.skip(8 + 8);
  return cursor.u64();
}

std::uint64_t superblock_2(Hdf5Cursor& cursor, const Hdf5Bytes& file, ByteView block) {
  cursor.require(cursor.u8() == 8 && cursor.u8() == 8);
  const auto flags = cursor.u8();
  cursor.require(cursor.u64() == 0);
  cursor.skip(8);
  const auto end = cursor.u64();
  const auto root = cursor.u64();
  file.check_sum(cursor.u32(), jenkins_hash(block.first(44)), superblock);
  if (flags != 0) refuse_open_file(file);
  check_end(file, end);
  return root;
}

}  // namespace

std::uint64_t read_superblock(Hdf5Bytes& file) {
  Bytes start = file.structure(0, std::min<std::uint64_t>(file.size(), 9), superblock);
  if (start.size() < 8 || std::string(start.begin(), start.begin() + 8) != signature)
    throw file.refusal("it is no HDF5 file", "give a file that spinflow wrote");
  if (start.size() < 9 || start[8] > 3) throw file.damage(superblock);
  const unsigned version = start[8];
  constexpr std::uint64_t lengths[] = {96, 100, 48, 48};
  const Bytes block = file.structure(0, lengths[version], superblock);
  Hdf5Cursor cursor(file, block, superblock);
  cursor.skip(9);
  return version < 2 ? superblock_0(cursor, file, version) : superblock_2(cursor, file, block);
}

namespace {

constexpr std::uint64_t longest_header = std::uint64_t{1} << 26;

// Reads the blocks of one object header. Blocks refer to each other, so damage could make them a ring.
class HeaderReader {
 public:
  explicit HeaderReader(Hdf5Bytes& file) : file_(file) {}

  std::vector<Hdf5Message> messages;

  void read(std::uint64_t address) {
    const std::uint64_t left = address < file_.size() ? file_.size() - address : 0;
    const Bytes start = file_.structure(address, std::min<std::uint64_t>(left, 34), header);
    // HDF5 reserves the place of a header first and writes it when the file is closed.
    if (!start.empty() && std::ranges::count(start, 0) == static_cast<std::ptrdiff_t>(start.size()))
      throw file_.refusal("parts of it have not been written",
                          "the program that writes it has not closed it: close it there, or make it again");
    Hdf5Cursor cursor(file_, start, header);
    if (!start.empty() && start[0] == 'O')
      read_2(address, cursor);
    else
      read_1(address, cursor);
    for (std::size_t next = 0; next < blocks_.size(); ++next) {
      const auto [begin, length] = blocks_[next];
      if (!seen_.insert(begin).second) cursor.damaged();
      add_block(begin, length);
    }
  }

 private:
  void count(std::uint64_t length) {
    length_ += length;
    if (length > longest_header || length_ > longest_header) throw file_.damage(header);
  }

  void read_1(std::uint64_t address, Hdf5Cursor& cursor) {
    cursor.expect(1);
    cursor.skip(1 + 2 + 4);
    const std::uint64_t size = cursor.u32();
    cursor.skip(4);
    count(size);
    parse(file_.structure(address + 16, size, header));
  }

  void read_2(std::uint64_t address, Hdf5Cursor& cursor) {
    version_2_ = true;
    cursor.skip(4);
    cursor.expect(2);
    flags_ = cursor.u8();
    if ((flags_ & 32U) != 0) cursor.skip(16);  // times
    if ((flags_ & 16U) != 0) cursor.skip(4);   // when attributes move to a heap
    const std::size_t width = std::size_t{1} << (flags_ & 3U);
    const std::uint64_t size = cursor.number(width);
    count(size);
    const std::uint64_t start =
        6 + ((flags_ & 32U) != 0 ? 16 : 0) + ((flags_ & 16U) != 0 ? 4 : 0) + std::uint64_t{width};
    const Bytes block = file_.checked_block(address, start + size + 4, "OHDR", header);
    parse(ByteView(block).subspan(start, size));
  }

  void add_block(std::uint64_t begin, std::uint64_t length) {
    count(length);
    if (!version_2_) {
      parse(file_.structure(begin, length, header));
      return;
    }
    const Bytes block = file_.checked_block(begin, length, "OCHK", header);
    parse(ByteView(block).subspan(4, block.size() - 8));
  }

  void parse(ByteView bytes) {
    Hdf5Cursor cursor(file_, bytes, header);
    const std::size_t prefix = version_2_ ? 4 + ((flags_ & 4U) != 0 ? 2 : 0) : 8;
    while (cursor.left() >= prefix) {
      Hdf5Message message;
      message.type = version_2_ ? cursor.u8() : cursor.u16();
      const std::size_t size = cursor.u16();
      message.flags = cursor.u8();
      cursor.skip(version_2_ ? prefix - 4 : 3);
      const ByteView body = cursor.take(size);
      if (message.is(MessageType::continuation)) {
        Hdf5Cursor place(file_, body, header);
        const auto begin = place.u64();
        blocks_.emplace_back(begin, place.u64());
      } else {
        message.body.assign(body.begin(), body.end());
        messages.push_back(std::move(message));
      }
    }
  }

  Hdf5Bytes& file_;
  bool version_2_ = false;
  std::uint8_t flags_ = 0;
  std::uint64_t length_ = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> blocks_;
  std::set<std::uint64_t> seen_;
};

}  // namespace

std::vector<Hdf5Message> read_messages(Hdf5Bytes& file, std::uint64_t address) {
  HeaderReader reader(file);
  reader.read(address);
  return std::move(reader.messages);
}

}  // namespace spinflow::io
