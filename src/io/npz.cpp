// SPDX-License-Identifier: Apache-2.0
// Archives of numpy.savez: zip files of .npy files (PKWARE's APPNOTE 6.3.9).
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "io/number_stream.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::io {

namespace {

constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::uint32_t entry_signature = 0x02014b50;
constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::uint64_t end_size = 22;
constexpr std::uint64_t longest_comment = 65535;
constexpr std::uint32_t in_extra = 0xffffffff;  // the number stands in the extra field of zip64
constexpr std::size_t most_entries = 1000;
constexpr std::uint64_t largest_directory = std::uint64_t{1} << 20;
constexpr std::uint64_t best_deflate = 1032;  // bytes that one deflated byte can become

std::uint64_t little(std::string_view bytes, std::size_t at, std::size_t n) {
  std::uint64_t value = 0;
  for (std::size_t i = n; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

struct ZipEntry {
  std::string name;
  std::uint64_t method = 0;  // 0 stored, 8 deflated
  std::uint32_t crc = 0;
  std::uint64_t packed = 0;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;  // of the local header
};

class Zip {
 public:
  explicit Zip(const std::filesystem::path& path)
      : path_(path), where_(path.string()), size_(std::filesystem::file_size(path)) {
    read_directory();
  }

  [[nodiscard]] const std::vector<ZipEntry>& entries() const { return entries_; }
  [[nodiscard]] std::unique_ptr<ByteStream> open(const ZipEntry& entry) const;

 private:
  [[nodiscard]] Error damage() const {
    return input_error(where_, "it is no complete .npz archive", "save it again with numpy.savez");
  }
  [[nodiscard]] std::string part(std::uint64_t offset, std::uint64_t n) const {
    if (n > size_ || offset > size_ - n) throw damage();
    std::string bytes(static_cast<std::size_t>(n), '\0');
    FileBytes(path_, offset, n).read(bytes);
    return bytes;
  }
  void read_directory();
  [[nodiscard]] ZipEntry entry_at(std::string_view directory, std::size_t at, std::size_t& next) const;
  /// Numbers that do not fit into 32 bits, in this order: size, packed, offset.
  void read_extra(std::string_view extra, ZipEntry& entry) const;

  std::filesystem::path path_;
  std::string where_;
  std::uint64_t size_;
  std::vector<ZipEntry> entries_;
};

void Zip::read_extra(std::string_view extra, ZipEntry& entry) const {
  for (std::size_t at = 0; at + 4 <= extra.size();) {
    const std::size_t length = little(extra, at + 2, 2);
    if (length > extra.size() - at - 4) throw damage();
    if (little(extra, at, 2) == 1) {
      std::size_t field = at + 4;
      for (std::uint64_t* number : {&entry.size, &entry.packed, &entry.offset}) {
        if (*number != in_extra) continue;
        if (field + 8 > at + 4 + length) throw damage();
        *number = little(extra, field, 8);
        field += 8;
      }
      return;
    }
    at += 4 + length;
  }
}

ZipEntry Zip::entry_at(std::string_view directory, std::size_t at, std::size_t& next) const {
  constexpr std::size_t fixed = 46;
  if (at + fixed > directory.size() || little(directory, at, 4) != entry_signature) throw damage();
  const std::size_t name = little(directory, at + 28, 2);
  const std::size_t extra = little(directory, at + 30, 2);
  next = at + fixed + name + extra + little(directory, at + 32, 2);
  if (next > directory.size()) throw damage();
  ZipEntry entry{.name = std::string(directory.substr(at + fixed, name)),
                 .method = little(directory, at + 10, 2),
                 .crc = static_cast<std::uint32_t>(little(directory, at + 16, 4)),
                 .packed = little(directory, at + 20, 4),
                 .size = little(directory, at + 24, 4),
                 .offset = little(directory, at + 42, 4)};
  read_extra(directory.substr(at + fixed + name, extra), entry);
  return entry;
}

void Zip::read_directory() {
  if (size_ < end_size) throw damage();
  const std::uint64_t tail = std::min(size_, end_size + longest_comment);
  const std::string end = part(size_ - tail, tail);
  std::size_t at = end.size() - end_size;
  while (little(end, at, 4) != end_signature)
    if (at-- == 0) throw damage();
  const std::size_t n = little(end, at + 10, 2);
  const std::uint64_t bytes = little(end, at + 12, 4);
  if (n > most_entries || bytes > largest_directory)
    throw input_error(where_, fmt::format("it holds {} files", n), "give an archive with few arrays");
  const std::string directory = part(little(end, at + 16, 4), bytes);
  std::size_t place = 0;
  for (std::size_t i = 0; i < n; ++i) entries_.push_back(entry_at(directory, place, place));
}

std::unique_ptr<ByteStream> Zip::open(const ZipEntry& entry) const {
  constexpr std::uint64_t fixed = 30;
  const std::string header = part(entry.offset, fixed);
  if (little(header, 0, 4) != local_signature) throw damage();
  if (entry.method != 0 && entry.method != 8)
    throw input_error(where_, fmt::format("'{}' is packed by method {}", entry.name, entry.method),
                      "save it with numpy.savez or numpy.savez_compressed");
  const std::uint64_t data = entry.offset + fixed + little(header, 26, 2) + little(header, 28, 2);
  if (entry.packed > size_ || data > size_ - entry.packed) throw damage();
  const bool deflated = entry.method == 8;
  if (deflated ? entry.size / best_deflate > entry.packed : entry.size != entry.packed) throw damage();
  return std::make_unique<InflatedBytes>(std::make_unique<FileBytes>(path_, data, entry.packed), deflated,
                                         entry.size, entry.crc, where_);
}

constexpr std::string_view ending = ".npy";

std::vector<std::string> names_in(const Zip& zip, const std::filesystem::path& path) {
  if (std::ranges::any_of(zip.entries(), [](const auto& entry) { return entry.name.ends_with("/data.pkl"); }))
    throw input_error(
        path.string(), "torch.save wrote it, and such a file can run programs",
        "safetensors.torch.save_file(net.state_dict(), 'net.safetensors') writes what can be read");
  std::vector<std::string> names;
  for (const auto& entry : zip.entries())
    if (entry.name.ends_with(ending))
      names.push_back(entry.name.substr(0, entry.name.size() - ending.size()));
  return names;
}

}  // namespace

std::vector<std::string> npz_names(const std::filesystem::path& path) { return names_in(Zip(path), path); }

std::unique_ptr<NumberStream> npz_numbers(const std::filesystem::path& path, std::string_view name) {
  const Zip zip(path);
  const std::string wanted = chosen_array(names_in(zip, path), name, path.string());
  const auto found = std::ranges::find_if(
      zip.entries(), [&](const ZipEntry& entry) { return entry.name == wanted + std::string(ending); });
  return npy_numbers(zip.open(*found), path.string());
}

}  // namespace spinflow::io
