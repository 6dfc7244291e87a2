// SPDX-License-Identifier: Apache-2.0
// Hugging Face's format: the length of a JSON text (8 bytes), the text, the arrays.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "io/json.hpp"
#include "io/number_stream.hpp"
#include "spinflow/base/error.hpp"

namespace spinflow::io {

namespace {

constexpr std::uint64_t longest_text = std::uint64_t{1} << 20;

ElementType type_from(const std::string& dtype, const std::string& where) {
  const std::string digits = dtype.size() > 1 ? dtype.substr(1) : "";
  const char kind = dtype.empty() ? '?' : dtype[0];
  if (dtype == "BOOL") return {'b', 1};
  if (kind == 'F' && (digits == "16" || digits == "32" || digits == "64"))
    return {'f', static_cast<std::size_t>(std::stoi(digits) / 8)};
  if ((kind == 'I' || kind == 'U') && (digits == "8" || digits == "16" || digits == "32" || digits == "64"))
    return {kind == 'I' ? 'i' : 'u', static_cast<std::size_t>(std::stoi(digits) / 8)};
  throw input_error(where, fmt::format("its elements are of type '{}'", dtype),
                    "save integers, Booleans or floats of at most 8 bytes");
}

Error no_safetensors(const std::filesystem::path& path) {
  return input_error(path.string(), "it is not a complete .safetensors file", "make or fetch it again");
}

struct TensorHeader {
  nlohmann::ordered_json arrays;
  std::uint64_t data = 0;   ///< where the arrays begin
  std::uint64_t bytes = 0;  ///< of all arrays
};

TensorHeader read_safetensors_header(const std::filesystem::path& path) {
  const std::uint64_t size = std::filesystem::file_size(path);
  if (size < 8) throw no_safetensors(path);
  std::string start(8, '\0');
  FileBytes(path, 0, 8).read(start);
  std::uint64_t length = 0;
  for (std::size_t i = 8; i-- > 0;) length = length << 8 | static_cast<unsigned char>(start[i]);
  if (length > longest_text || length > size - 8) throw no_safetensors(path);
  std::string text(static_cast<std::size_t>(length), '\0');
  FileBytes(path, 8, length).read(text);
  auto header = parse_json(text);
  if (!header || !header->is_object()) throw no_safetensors(path);
  header->erase("__metadata__");
  return {std::move(*header), 8 + length, size - 8 - length};
}

std::vector<std::string> keys_of(const TensorHeader& header) {
  std::vector<std::string> names;
  for (const auto& [key, value] : header.arrays.items()) names.push_back(key);
  return names;
}

}  // namespace

std::vector<std::string> safetensors_names(const std::filesystem::path& path) {
  return keys_of(read_safetensors_header(path));
}

std::unique_ptr<NumberStream> safetensors_numbers(const std::filesystem::path& path, std::string_view name) {
  const std::string where = path.string();
  const TensorHeader header = read_safetensors_header(path);
  const auto& entry = header.arrays.at(chosen_array(keys_of(header), name, where));
  const auto whole = [&](const nlohmann::ordered_json& number) {
    if (!number.is_number_unsigned()) throw no_safetensors(path);
    return number.get<std::uint64_t>();
  };
  if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string() ||
      !entry.contains("shape") || !entry["shape"].is_array() || !entry.contains("data_offsets") ||
      !entry["data_offsets"].is_array() || entry["data_offsets"].size() != 2)
    throw no_safetensors(path);
  std::vector<std::size_t> shape;
  for (const auto& axis : entry["shape"]) shape.push_back(whole(axis));
  const std::uint64_t begin = whole(entry["data_offsets"][0]);
  const std::uint64_t end = whole(entry["data_offsets"][1]);
  if (begin > end || end > header.bytes) throw no_safetensors(path);
  return raw_numbers(std::make_unique<FileBytes>(path, header.data + begin, end - begin),
                     type_from(entry["dtype"].get<std::string>(), where), std::move(shape), false, where);
}

}  // namespace spinflow::io
