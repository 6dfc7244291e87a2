// SPDX-License-Identifier: Apache-2.0
#include "io/hdf5_bytes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>

#include "spinflow/io/text_file.hpp"

namespace spinflow::io {

namespace {

// Limit of the structure (everything but arrays) read of one file. A gigabyte of spins has about 100 kB of
// it.
constexpr std::uint64_t most_structure = std::uint64_t{1} << 28;

// The next up to 12 bytes as three little-endian numbers, zeros where none are left.
void add(ByteView bytes, std::array<std::uint32_t, 3>& state) {
  for (std::size_t i = 0; i < std::min<std::size_t>(bytes.size(), 12); ++i)
    state[i / 4] += static_cast<std::uint32_t>(bytes[i]) << (8 * (i % 4));
}

}  // namespace

std::uint32_t jenkins_hash(ByteView bytes) {
  const auto start = 0xdeadbeefU + static_cast<std::uint32_t>(bytes.size());
  std::array<std::uint32_t, 3> state{start, start, start};
  auto& [a, b, c] = state;
  while (bytes.size() > 12) {
    add(bytes, state);
    a -= c, a ^= std::rotl(c, 4), c += b;
    b -= a, b ^= std::rotl(a, 6), a += c;
    c -= b, c ^= std::rotl(b, 8), b += a;
    a -= c, a ^= std::rotl(c, 16), c += b;
    b -= a, b ^= std::rotl(a, 19), a += c;
    c -= b, c ^= std::rotl(b, 4), b += a;
    bytes = bytes.subspan(12);
  }
  if (bytes.empty()) return c;
  add(bytes, state);
  c ^= b, c -= std::rotl(b, 14);
  a ^= c, a -= std::rotl(c, 11);
  b ^= a, b -= std::rotl(a, 25);
  c ^= b, c -= std::rotl(b, 16);
  a ^= c, a -= std::rotl(c, 4);
  b ^= a, b -= std::rotl(a, 14);
  c ^= b, c -= std::rotl(b, 24);
  return c;
}

std::size_t bytes_to_store(std::uint64_t most) {
  return most == 0 ? 1 : (static_cast<std::size_t>(std::bit_width(most)) + 7) / 8;
}

Hdf5Bytes::Hdf5Bytes(std::filesystem::path path) : path_(std::move(path)) {
  check_input(path_);
  descriptor_ = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (descriptor_ < 0 || fstat(descriptor_, &status) != 0) {
    const int error_number = errno;
    if (descriptor_ >= 0) close(descriptor_);
    throw refusal(fmt::format("it cannot be read ({})", std::strerror(error_number)),
                  "check its permissions");
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
  // Blocks of unknown length are read in two steps, the beginning first.
  structure_left_ = std::min(4 * size_ + 4096, most_structure);
}

Hdf5Bytes::~Hdf5Bytes() { close(descriptor_); }

Error Hdf5Bytes::refusal(std::string_view what, std::string_view mend) const {
  return input_error(path_.string(), what, mend);
}

Error Hdf5Bytes::damage(std::string_view what) const {
  return refusal(fmt::format("{} cannot be read", what),
                 "the file is damaged or cut off: make or fetch it again");
}

void Hdf5Bytes::check_sum([[maybe_unused]] std::uint32_t stored, [[maybe_unused]] std::uint32_t right,
                          [[maybe_unused]] std::string_view what) const {
#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  if (stored != right) throw damage(what);
#endif
}

void Hdf5Bytes::data(std::uint64_t address, std::span<std::uint8_t> into, std::string_view what) const {
  if (address > size_ || into.size() > size_ - address) throw damage(what);
  while (!into.empty()) {
    const ssize_t got = pread(descriptor_, into.data(), into.size(), static_cast<off_t>(address));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw refusal(fmt::format("reading it failed ({})", std::strerror(errno)), "check the disk");
    if (got == 0) throw damage(what);
    into = into.subspan(static_cast<std::size_t>(got));
    address += static_cast<std::uint64_t>(got);
  }
}

Bytes Hdf5Bytes::structure(std::uint64_t address, std::uint64_t length, std::string_view what) {
  if (address > size_ || length > size_ - address || length > structure_left_) throw damage(what);
  structure_left_ -= length;
  Bytes bytes(static_cast<std::size_t>(length));
  data(address, bytes, what);
  return bytes;
}

Bytes Hdf5Bytes::checked_block(std::uint64_t address, std::uint64_t length, std::string_view signature,
                               std::string_view what) {
  Bytes bytes = structure(address, length, what);
  if (bytes.size() < 8 || !std::equal(signature.begin(), signature.end(), bytes.begin())) throw damage(what);
  const ByteView content = ByteView(bytes).first(bytes.size() - 4);
  Hdf5Cursor checksum(*this, ByteView(bytes).last(4), what);
  check_sum(checksum.u32(), jenkins_hash(content), what);
  return bytes;
}

}  // namespace spinflow::io
