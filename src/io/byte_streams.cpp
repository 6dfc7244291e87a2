// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "io/number_stream.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::io {

namespace {

constexpr std::size_t packed_piece = std::size_t{1} << 16;

Error cut_off(const std::string& where) {
  return input_error(where, "its end is missing", "give a complete file");
}

}  // namespace

FileBytes::FileBytes(const std::filesystem::path& path, std::uint64_t offset, std::uint64_t size)
    : ByteStream(size), where_(path.string()), stream_(path, std::ios::binary) {
  if (!stream_.seekg(static_cast<std::streamoff>(offset))) throw cut_off(where_);
}

void FileBytes::read(std::span<char> bytes) {
  if (bytes.size() > left_ || !stream_.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    throw cut_off(where_);
  left_ -= bytes.size();
}

InflatedBytes::InflatedBytes(std::unique_ptr<ByteStream> packed, bool deflated, std::uint64_t size,
                             std::uint32_t crc, std::string where)
    : ByteStream(size),
      packed_(std::move(packed)),
      deflated_(deflated),
      crc_(crc),
      seen_(static_cast<std::uint32_t>(::crc32(0, nullptr, 0))),
      where_(std::move(where)),
      buffer_(packed_piece) {
  // Raw deflate, as in a zip archive.
  if (deflated_ && inflateInit2(&zlib_, -MAX_WBITS) != Z_OK)
    throw failure(where_, "zlib cannot be started", "free some memory");
}

InflatedBytes::~InflatedBytes() {
  if (deflated_) inflateEnd(&zlib_);
}

void InflatedBytes::inflate_into(std::span<char> bytes) {
  zlib_.next_out = reinterpret_cast<Bytef*>(bytes.data());
  zlib_.avail_out = static_cast<uInt>(bytes.size());
  while (zlib_.avail_out > 0) {
    if (zlib_.avail_in == 0 && packed_->left() > 0) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(packed_piece, packed_->left()));
      packed_->read(std::span(buffer_).first(n));
      zlib_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
      zlib_.avail_in = static_cast<uInt>(n);
    }
    const int result = inflate(&zlib_, Z_NO_FLUSH);
    const bool ended = result == Z_STREAM_END && zlib_.avail_out == 0;
    if (result != Z_OK && !ended)
      throw input_error(where_, "its compressed data are damaged", "make or fetch it again");
  }
}

void InflatedBytes::read(std::span<char> bytes) {
  if (bytes.size() > left_) throw cut_off(where_);
  // zlib counts in 32 bits.
  for (std::size_t done = 0; done < bytes.size();) {
    const auto part = bytes.subspan(done, std::min<std::size_t>(bytes.size() - done, std::size_t{1} << 24));
    if (deflated_)
      inflate_into(part);
    else
      packed_->read(part);
    seen_ = static_cast<std::uint32_t>(
        ::crc32(seen_, reinterpret_cast<const Bytef*>(part.data()), static_cast<uInt>(part.size())));
    done += part.size();
  }
  left_ -= bytes.size();
  if (left_ == 0 && seen_ != crc_)
    throw input_error(where_, "its checksum is wrong", "the file is damaged: make or fetch it again");
}

}  // namespace spinflow::io
