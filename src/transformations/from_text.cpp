// SPDX-License-Identifier: Apache-2.0
#include "spinflow/transformations/from_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "spinflow/base/error.hpp"

namespace spinflow::transformations {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view how_to_write =
    "write a name or a file, options behind a colon: block-majority:factor=3,ties=random";

bool is_there(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

/// The colon before the options; npos if there are none.
std::size_t colon_of(const std::string& text) {
  if (registry().contains(text) || is_there(text)) return std::string::npos;
  for (auto at = text.rfind(':'); at != std::string::npos && at > 0; at = text.rfind(':', at - 1))
    if (is_there(text.substr(0, at))) return at;
  return text.find(':');
}

/// "`spinflow train rbm`, ...": what writes files that are maps.
std::string makers_of_maps() {
  std::vector<std::string> commands;
  for (const auto& format : file_formats().entries())
    if (format.make_map) commands.push_back(fmt::format("`{}`", format.format.made_by));
  return fmt::format("{}", fmt::join(commands, ", "));
}

}  // namespace

MapText::MapText(std::string_view whole) {
  const std::string text(whole);
  const auto colon = colon_of(text);
  name_ = text.substr(0, colon);
  if (name_.empty()) throw input_error("map", fmt::format("'{}' names no map", text), how_to_write);
  if (registry().contains(name_))
    entry_ = &registry().find(name_);
  else if (is_there(name_))
    open(name_);
  else
    throw input_error("map", fmt::format("'{}' is neither a file nor a transformation", name_),
                      suggestion(name_, registry().names()));
  if (colon != std::string::npos) read_options(std::string_view(text).substr(colon + 1));
}

MapText MapText::of_file(const fs::path& path, const base::Values& options) {
  MapText map;
  map.open(path.string());
  for (const auto& [name, value] : options)
    map.options_[name] = base::checked(map.spec_of(name), value, map.name_);
  return map;
}

void MapText::open(const std::string& path) {
  name_ = path;
  file_ = std::make_shared<const io::Hdf5Reader>(path);
  const std::string format = io::read_header(*file_).format;
  if (file_formats().contains(format)) format_ = &file_formats().find(format);
  if (format_ == nullptr || !format_->make_map)
    throw input_error(
        path,
        fmt::format("it holds a {} where a network belongs that maps configurations to configurations",
                    format),
        fmt::format("give a file made by one of {}", makers_of_maps()));
}

const base::OptionSpec& MapText::spec_of(std::string_view option) const {
  const auto found = std::ranges::find(specs(), option, &base::OptionSpec::name);
  if (found != specs().end()) return *found;
  if (specs().empty())
    throw input_error(name_, fmt::format("there is no option '{}'", option), "this map has none");
  throw base::no_such_option(name_, option, specs());
}

void MapText::read_options(std::string_view text) {
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    const auto part = text.substr(at, end - at);
    at = end + 1;
    const auto equals = part.find('=');
    if (equals == std::string_view::npos)
      throw input_error(name_, fmt::format("'{}' behind the colon is no option with its value", part),
                        how_to_write);
    const auto& spec = spec_of(part.substr(0, equals));
    if (options_.contains(spec.name))
      throw input_error(name_, fmt::format("the option {} is given twice", spec.name), "give it once");
    const std::string where = fmt::format("{}: {}", name_, spec.name);
    options_[spec.name] =
        base::checked(spec, base::from_text(part.substr(equals + 1), spec.fallback, where), name_);
  }
}

const std::vector<base::OptionSpec>& MapText::specs() const {
  return entry_ != nullptr ? entry_->options : format_->options;
}

const OptionNeeds* MapText::missing_for(std::string_view option) const {
  if (format_ == nullptr) return nullptr;
  for (const auto& need : format_->needs) {
    if (need.option != option) continue;
    const auto given = options_.find(need.other);
    const auto spec = std::ranges::find(specs(), need.other, &base::OptionSpec::name);
    if (std::get<std::string>(given != options_.end() ? given->second : spec->fallback) != need.value)
      return &need;
  }
  return nullptr;
}

void MapText::add(const base::Values& values) {
  base::Values added;
  for (const auto& spec : specs())
    if (const auto found = values.find(spec.name); found != values.end() && !options_.contains(spec.name))
      added.insert(*found);
  options_.insert(added.begin(), added.end());
  for (const auto& [option, value] : added)
    if (missing_for(option) != nullptr) options_.erase(option);
}

std::unique_ptr<Transformation> MapText::make(base::Observer& observer) const {
  for (const auto& [option, value] : options_)
    if (const auto* need = missing_for(option))
      throw input_error(name_,
                        fmt::format("{} has a meaning for {}={} only", option, need->other, need->value),
                        fmt::format("add {}={} or leave {} out", need->other, need->value, option));
  return entry_ != nullptr ? entry_->make(options_) : format_->make_map(*file_, options_, observer);
}

std::unique_ptr<Transformation> from_text(std::string_view text, base::Observer& observer) {
  return MapText(text).make(observer);
}

std::unique_ptr<Transformation> from_file(const fs::path& path, const base::Values& options,
                                          base::Observer& observer) {
  return MapText::of_file(path, options).make(observer);
}

}  // namespace spinflow::transformations
