// SPDX-License-Identifier: Apache-2.0
#include "networks/file_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/io/toml.hpp"

namespace spinflow::networks {

std::string inside(std::string_view group, std::string_view name) {
  return group == "/" ? std::string(name) : fmt::format("{}/{}", group, name);
}

void write_lattice(io::Hdf5Writer& file, std::string_view group, const lattice::Lattice& lattice) {
  file.attribute(group, "units", "spin");
  file.attribute(group, "lattice", lattice.text());
  file.attribute(group, "dimension", std::int64_t{lattice.dimension()});
  file.attribute(group, "boundary", lattice::to_string(lattice.boundary()));
}

void write_origin(io::Hdf5Writer& file, std::string_view group, const lattice::Lattice& visible,
                  const base::Values& training) {
  write_lattice(file, group, visible);
  file.attribute(group, "training", io::to_toml({{"", training}}));
}

lattice::Lattice read_lattice(const io::Hdf5Reader& file, std::string_view group) {
  const std::string where = file.path().string();
  if (file.text_attribute(group, "units") != "spin")
    throw input_error(where, "its units are not spins +-1", "convert the parameters to units = \"spin\"");
  const std::int64_t dimension = file.integer_attribute(group, "dimension");
  if (dimension != 1 && dimension != 2)
    throw input_error(where, fmt::format("it has a lattice of dimension {}", dimension), "1 and 2 are known");
  return lattice::lattice_from_text(file.text_attribute(group, "lattice"), static_cast<int>(dimension),
                                    lattice::boundary_from(file.text_attribute(group, "boundary"), where),
                                    where);
}

base::Values read_training(const io::Hdf5Reader& file, std::string_view group) {
  auto settings = io::settings_from_toml(file.text_attribute(group, "training"), file.path().string());
  return settings[""];
}

std::vector<float> read_finite(const io::Hdf5Reader& file, const std::string& name,
                               const std::vector<std::size_t>& shape) {
  auto values = file.read<float>(name, shape);
  if (!std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); }))
    throw input_error(file.path().string(), fmt::format("'{}' holds numbers that are not finite", name),
                      "the training that made it has failed; train again with a smaller learning rate");
  return values;
}

}  // namespace spinflow::networks
