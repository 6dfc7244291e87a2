// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "io/hdf5_input.hpp"
#include "spinflow/io/hdf5.hpp"

namespace spinflow::io {

namespace {

std::string without_padding(std::string text, const Hdf5Type& type) {
  text.resize(std::min(text.find('\0'), text.size()));
  if (type.space_padded) text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace

bool is_hdf5(const std::filesystem::path& path) {
  constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
  std::array<char, signature.size()> start{};
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none)) return false;  // a pipe may never say anything
  std::ifstream stream(path, std::ios::binary);
  return stream.read(start.data(), start.size()) && std::string_view(start.data(), start.size()) == signature;
}

Hdf5Reader::Hdf5Reader(std::filesystem::path path) : impl_(std::make_unique<Impl>(std::move(path))) {}

Hdf5Reader::~Hdf5Reader() = default;

const std::filesystem::path& Hdf5Reader::path() const { return impl_->file.path(); }

bool Hdf5Reader::contains(std::string_view name) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->find_address(name, false) != undefined_address;
}

std::vector<std::string> Hdf5Reader::children(std::string_view group) const {
  const std::lock_guard lock(impl_->mutex);
  const std::uint64_t address = impl_->find_address(group);
  if (!impl_->object_at(address).is_group())
    throw impl_->file.refusal(fmt::format("'{}' is no group", group),
                              "give a file of the kind that belongs here");
  std::vector<std::string> names;
  for (const auto& link : impl_->links_at(address)) names.push_back(link.name);
  return names;
}

std::vector<std::size_t> Hdf5Reader::shape(std::string_view name) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->open_array(name).shape;
}

bool Hdf5Reader::holds_integers(std::string_view name) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->open_array(name).type.kind == NumberKind::integer;
}

bool Hdf5Reader::holds_array(std::string_view name) const {
  const std::lock_guard lock(impl_->mutex);
  const std::uint64_t address = impl_->find_address(name, false);
  return address != undefined_address && impl_->object_at(address).is_array();
}

std::uint64_t Hdf5Reader::stored_bytes(std::string_view name) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->open_array(name).stored;
}

void Hdf5Reader::take_memory(double bytes) const {
  const std::lock_guard lock(impl_->mutex);
  impl_->take(bytes);
}

template <class T>
std::vector<T> Hdf5Reader::read(std::string_view name, const std::vector<std::size_t>& shape) const {
  const std::lock_guard lock(impl_->mutex);
  Hdf5Array& array = impl_->open_numbers<T>(name);
  if (array.shape != shape)
    throw impl_->file.refusal(fmt::format("'{}' has shape ({}) where ({}) belongs", name,
                                          fmt::join(array.shape, ", "), fmt::join(shape, ", ")),
                              "give a file whose parts belong together");
  return impl_->read_all<T>(array, name);
}

template <class T>
std::vector<T> Hdf5Reader::read(std::string_view name) const {
  const std::lock_guard lock(impl_->mutex);
  Hdf5Array& array = impl_->open_numbers<T>(name);
  if (array.shape.size() != 1)
    throw impl_->file.refusal(fmt::format("'{}' has {} axes where one belongs", name, array.shape.size()),
                              "give a file of the kind that belongs here");
  return impl_->read_all<T>(array, name);
}

template <class T>
void Hdf5Reader::read_rows(std::string_view name, std::size_t first_row, std::span<T> values) const {
  const std::lock_guard lock(impl_->mutex);
  impl_->read<T>(impl_->open_numbers<T>(name), name, first_row, values);
}

std::size_t Hdf5Reader::rows_per_chunk(std::string_view name) const {
  const std::lock_guard lock(impl_->mutex);
  Hdf5Array& array = impl_->open_array(name);
  const std::size_t row_bytes = array.row_elements * array.type.size;
  const std::size_t step = array.chunk.empty() ? 1 : array.chunk[0];
  const std::size_t rows = std::max<std::size_t>(chunk_bytes / row_bytes / step, 1) * step;
  return std::clamp<std::size_t>(rows, 1, std::max<std::size_t>(array.shape[0], 1));
}

std::string Hdf5Reader::text(std::string_view name) const {
  constexpr std::size_t longest = 4096;
  const std::lock_guard lock(impl_->mutex);
  const std::string what = fmt::format("'{}'", name);
  const Hdf5Object& object = impl_->find_object(name);
  const Hdf5Message* type_message = object.find(MessageType::datatype);
  const Hdf5Message* space = object.find(MessageType::dataspace);
  const Hdf5Message* layout = object.find(MessageType::layout);
  if (type_message == nullptr || space == nullptr || layout == nullptr || type_message->shared() ||
      space->shared() || layout->shared() || !parse_space(impl_->file, space->body, what).scalar)
    throw impl_->file.refusal(fmt::format("{} is not a single text", what),
                              "give a file of the kind that belongs here");
  const Hdf5Type type = parse_type(impl_->file, type_message->body, what);
  if (type.kind != NumberKind::variable_text) impl_->check_text(type, what);
  const auto too_long = [&](std::uint64_t length) {
    return impl_->file.refusal(fmt::format("{} is a text of {} bytes", what, length),
                               fmt::format("at most {}", longest));
  };
  if (type.size > longest) throw too_long(type.size);
  Hdf5Layout place = parse_layout(impl_->file, layout->body, what);
  Bytes bytes = std::move(place.compact);
  if (place.storage == StorageKind::contiguous) bytes = impl_->file.structure(place.address, type.size, what);
  if (bytes.size() < type.size) throw impl_->file.damage(what);
  if (type.kind == NumberKind::text)
    return without_padding({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(type.size)}, type);
  Hdf5Cursor cursor(impl_->file, bytes, what);
  const auto length = cursor.u32();
  const auto heap = cursor.u64();
  const auto index = cursor.u32();
  if (length > longest) throw too_long(length);
  if (length == 0) return {};
  const Bytes found = read_global_heap(impl_->file, heap, index, length, what);
  return without_padding({found.begin(), found.end()}, type);
}

std::vector<std::string> Hdf5Reader::texts(std::string_view name) const {
  const std::lock_guard lock(impl_->mutex);
  Hdf5Array& array = impl_->open_array(name);
  impl_->check_text(array.type, fmt::format("'{}'", name));
  const std::size_t length = array.type.size;
  if (array.shape.size() != 1)
    throw impl_->file.refusal(fmt::format("'{}' is no plain list of texts", name),
                              "give a file of the kind that belongs here");
  impl_->take_whole(static_cast<double>(array.elements) * static_cast<double>(length));
  impl_->take(static_cast<double>(array.elements) * sizeof(std::string));
  Bytes all(array.elements * length);
  impl_->copy_rows(array, name, 0, array.elements, all);
  std::vector<std::string> values;
  for (std::size_t i = 0; i < array.elements; ++i) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(i * length);
    values.push_back(without_padding({first, first + static_cast<std::ptrdiff_t>(length)}, array.type));
  }
  return values;
}

bool Hdf5Reader::has_attribute(std::string_view object, std::string_view name) const {
  const std::lock_guard lock(impl_->mutex);
  const auto& attributes = impl_->find_object(object).attributes;
  return std::ranges::count(attributes, name, &Hdf5Attribute::name) > 0;
}

std::string Hdf5Reader::text_attribute(std::string_view object, std::string_view name) const {
  const std::lock_guard lock(impl_->mutex);
  const auto attribute = impl_->open_attribute(object, name);
  impl_->check_text(attribute.type, fmt::format("attribute '{}'", name));
  const auto first = attribute.value.begin();
  return without_padding({first, first + static_cast<std::ptrdiff_t>(attribute.type.size)}, attribute.type);
}

std::int64_t Hdf5Reader::integer_attribute(std::string_view object, std::string_view name) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->number<std::int64_t>(object, name);
}

std::uint64_t Hdf5Reader::unsigned_attribute(std::string_view object, std::string_view name) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->number<std::uint64_t>(object, name);
}

double Hdf5Reader::real_attribute(std::string_view object, std::string_view name) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->number<double>(object, name);
}

#define SPINFLOW_READ(T)                                                                                \
  template std::vector<T> Hdf5Reader::read<T>(std::string_view, const std::vector<std::size_t>&) const; \
  template std::vector<T> Hdf5Reader::read<T>(std::string_view) const;                                  \
  template void Hdf5Reader::read_rows<T>(std::string_view, std::size_t, std::span<T>) const;
SPINFLOW_READ(std::int8_t)
SPINFLOW_READ(std::int32_t)
SPINFLOW_READ(std::int64_t)
SPINFLOW_READ(std::uint64_t)
SPINFLOW_READ(float)
SPINFLOW_READ(double)
#undef SPINFLOW_READ

}  // namespace spinflow::io
