// SPDX-License-Identifier: Apache-2.0
#include "spinflow/models/model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/fill_once.hpp"
#include "spinflow/io/toml.hpp"

namespace spinflow::models {

void register_entries();  // generated (cmake/catalogue.cmake)

base::Registry<ModelEntry>& registry() {
  static base::Registry<ModelEntry> entries("model");
  static base::FillOnce filled;
  filled(register_entries);
  return entries;
}

int dimension_of(const ModelEntry& entry, const base::Values& options) {
  if (entry.dimensions.size() == 1) return entry.dimensions.front();
  const auto spec = std::ranges::find(entry.options, "dimension", &base::OptionSpec::name);
  const auto given = options.find("dimension");
  const base::Value value =
      given == options.end() ? spec->fallback : base::checked(*spec, given->second, "model " + entry.name);
  return static_cast<int>(std::get<std::int64_t>(value));
}

std::string to_toml(const Model& model) {
  io::Settings settings;
  auto& section = settings["model"];
  section = model.options();
  section["name"] = std::string(model.name());
  section["lattice"] = model.lattice().text();
  section["boundary"] = std::string(lattice::to_string(model.lattice().boundary()));
  return io::to_toml(settings);
}

std::shared_ptr<const Model> from_toml(std::string_view text, std::string_view where) {
  io::Settings settings = io::settings_from_toml(text, where);
  auto section = settings["model"];
  const auto take = [&](std::string_view key) {
    const auto found = section.find(key);
    if (found == section.end() || !std::holds_alternative<std::string>(found->second))
      throw input_error(where, fmt::format("its model has no text '{}'", key),
                        "use a file that spinflow wrote");
    std::string value = std::get<std::string>(found->second);
    section.erase(found);
    return value;
  };
  const ModelEntry& entry = registry().find(take("name"));
  const std::string size = take("lattice");
  const lattice::Boundary boundary = lattice::boundary_from(take("boundary"), where);
  return entry.make(lattice::lattice_from_text(size, dimension_of(entry, section), boundary, where), section);
}

}  // namespace spinflow::models
