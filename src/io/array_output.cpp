// SPDX-License-Identifier: Apache-2.0
#include "io/array_output.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>

#include "io/json.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/io/export_format.hpp"

namespace spinflow::io {

std::string export_format(const std::filesystem::path& path, std::string_view given,
                          const std::vector<ExportFormat>& formats) {
  std::vector<std::string> names;
  std::vector<std::string> endings;
  const std::string ending = path.extension().string();
  for (const auto& format : formats) {
    if (given.empty() ? std::ranges::count(format.endings, ending) > 0 : format.name == given)
      return std::string(format.name);
    names.emplace_back(format.name);
    endings.insert(endings.end(), format.endings.begin(), format.endings.end());
  }
  if (!given.empty())
    throw input_error(path.string(), fmt::format("it cannot be written as {}", given),
                      fmt::format("known: {}", fmt::join(names, ", ")));
  throw input_error(path.string(), "its name does not say in which format to write",
                    fmt::format("let it end with {}", fmt::join(endings, ", ")));
}

OutputBytes::OutputBytes(const std::filesystem::path& path, Existing existing)
    : file_(path, existing), stream_(file_.temporary(), std::ios::binary) {}

void OutputBytes::write(std::string_view bytes) {
  errno = 0;
  if (!stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    throw_write_failure(file_.target(), errno);
}

void OutputBytes::publish() {
  errno = 0;
  stream_.close();
  if (!stream_) throw_write_failure(file_.target(), errno);
  file_.publish();
}

std::uint64_t ArrayOutput::size() const {
  std::uint64_t total = type.size;
  for (const std::size_t axis : shape) total *= axis;
  return total;
}

namespace {

/// The header of a .npy file of version 1.
std::string npy_header(const ArrayOutput& array) {
  std::string text = fmt::format("{{'descr': '{}{}{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                 array.type.size == 1 ? '|' : '<', array.type.kind, array.type.size,
                                 fmt::join(array.shape, ", "), array.shape.size() == 1 ? "," : "");
  constexpr std::size_t before = 10;
  text.resize((before + text.size() + 1 + 63) / 64 * 64 - before - 1, ' ');
  text += '\n';
  std::string header("\x93NUMPY\x01\x00", 8);
  header += static_cast<char>(text.size() & 0xff);
  header += static_cast<char>(text.size() >> 8);
  return header + text;
}

void append_little(std::string& bytes, std::uint64_t number, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xff);
}

/// A file of a zip archive, stored as it is.
struct Stored {
  std::string name;
  std::string header;  // of the .npy
  std::uint32_t crc = 0;
  std::uint64_t size = 0;
  std::uint64_t offset = 0;
};

// What the local header of a file and its entry in the directory have in common. 1980-01-01: the format's
// zero.
std::string common_fields(const Stored& file) {
  std::string bytes;
  append_little(bytes, 20, 2);  // version needed
  append_little(bytes, 0, 2);
  append_little(bytes, 0, 2);  // stored
  append_little(bytes, 0, 2);
  append_little(bytes, 0x21, 2);
  append_little(bytes, file.crc, 4);
  append_little(bytes, file.size, 4);
  append_little(bytes, file.size, 4);
  append_little(bytes, file.name.size(), 2);
  append_little(bytes, 0, 2);
  return bytes;
}

Stored as_stored(const ArrayOutput& array) {
  Stored file{.name = array.name + ".npy", .header = npy_header(array)};
  file.size = file.header.size() + array.size();
  const auto add = [&](std::string_view bytes) {
    // zlib counts in 32 bits.
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 1 << 24))) {
      base::check_stop();
      const auto part = bytes.substr(0, 1 << 24);
      file.crc = static_cast<std::uint32_t>(
          ::crc32(file.crc, reinterpret_cast<const Bytef*>(part.data()), static_cast<uInt>(part.size())));
    }
  };
  add(file.header);
  array.bytes(add);
  return file;
}

std::string directory_of(const std::vector<Stored>& files, std::uint64_t begin) {
  std::string bytes;
  for (const auto& file : files) {
    append_little(bytes, 0x02014b50, 4);
    append_little(bytes, 20, 2);  // version that made it
    bytes += common_fields(file);
    bytes.append(2 + 2 + 2 + 4, '\0');
    append_little(bytes, file.offset, 4);
    bytes += file.name;
  }
  const std::size_t length = bytes.size();
  append_little(bytes, 0x06054b50, 4);
  append_little(bytes, 0, 4);
  append_little(bytes, files.size(), 2);
  append_little(bytes, files.size(), 2);
  append_little(bytes, length, 4);
  append_little(bytes, begin, 4);
  append_little(bytes, 0, 2);
  return bytes;
}

}  // namespace

void write_npy(const std::filesystem::path& path, const ArrayOutput& array, Existing existing) {
  OutputBytes file(path, existing);
  file.write(npy_header(array));
  array.bytes([&](std::string_view bytes) { file.write(bytes); });
  file.publish();
}

void write_npz(const std::filesystem::path& path, const std::vector<ArrayOutput>& arrays, Existing existing) {
  constexpr std::uint64_t most = 0xffffffff - (std::uint64_t{1} << 20);
  std::uint64_t all = 0;
  for (const auto& array : arrays) all += array.size();
  if (all > most)
    throw input_error(path.string(), fmt::format("its arrays would have {} bytes, more than a .npz", all),
                      "write .safetensors or .npy");
  OutputBytes file(path, existing);
  std::vector<Stored> files;
  std::uint64_t offset = 0;
  for (const auto& array : arrays) {
    Stored one = as_stored(array);
    one.offset = offset;
    std::string head;
    append_little(head, 0x04034b50, 4);
    head += common_fields(one) + one.name + one.header;
    file.write(head);
    array.bytes([&](std::string_view bytes) { file.write(bytes); });
    offset += head.size() + array.size();
    files.push_back(std::move(one));
  }
  file.write(directory_of(files, offset));
  file.publish();
}

void write_safetensors(const std::filesystem::path& path, const std::vector<ArrayOutput>& arrays,
                       Existing existing) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  std::uint64_t offset = 0;
  for (const auto& array : arrays) {
    const char kind = array.type.kind == 'f' ? 'F' : 'I';
    header[array.name] = {{"dtype", fmt::format("{}{}", kind, 8 * array.type.size)},
                          {"shape", array.shape},
                          {"data_offsets", {offset, offset + array.size()}}};
    offset += array.size();
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::string start;
  append_little(start, text.size(), 8);
  OutputBytes file(path, existing);
  file.write(start + text);
  for (const auto& array : arrays) array.bytes([&](std::string_view bytes) { file.write(bytes); });
  file.publish();
}

}  // namespace spinflow::io
