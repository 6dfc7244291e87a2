// SPDX-License-Identifier: Apache-2.0
#include "networks/file_parts.hpp"

#include <fmt/format.h>

#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/lattice/size.hpp"
#include "spinflow/networks/parameter_limit.hpp"

namespace spinflow::networks {

namespace {

// The tables of a lattice take some 40 bytes per site; a few bytes of a hostile file could claim any size.
constexpr std::size_t most_units = std::size_t{1} << 25;
// The last digits of weights are random, so weights cannot be compressed much more than this; a compressed
// file of zeros could claim gigabytes.
constexpr double always_plausible = 1 << 26;
constexpr double best_compression = 128;
constexpr std::size_t most_rows = std::size_t{1} << 22;

}  // namespace

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

lattice::Lattice read_lattice(const io::Hdf5Reader& file, std::string_view group, std::size_t units,
                              std::string_view what) {
  const std::string where = file.path().string();
  if (file.text_attribute(group, "units") != "spin")
    throw input_error(where, "its units are not spins +-1", "convert the parameters to units = \"spin\"");
  const std::int64_t dimension = file.integer_attribute(group, "dimension");
  if (dimension != 1 && dimension != 2)
    throw input_error(where, fmt::format("it has a lattice of dimension {}", dimension), "1 and 2 are known");
  const std::string size = file.text_attribute(group, "lattice");
  const double sites = lattice::sites_of_text(size, static_cast<int>(dimension));
  if (sites != 0 && sites != static_cast<double>(units))
    throw input_error(where, fmt::format("it has {} {} for a lattice of {}", units, what, size),
                      "give a file whose parts belong together");
  if (units > most_units)
    throw input_error(where, fmt::format("it has {} {}", units, what),
                      fmt::format("at most {} are read", most_units));
  file.take_memory(lattice::bytes_per_site * sites);
  return lattice::lattice_from_text(size, static_cast<int>(dimension),
                                    lattice::boundary_from(file.text_attribute(group, "boundary"), where),
                                    where);
}

base::Values read_training(const io::Hdf5Reader& file, std::string_view group) {
  auto settings = io::settings_from_toml(file.text_attribute(group, "training"), file.path().string());
  return settings[""];
}

std::vector<std::size_t> weight_shape(const io::Hdf5Reader& file, const std::string& name) {
  auto shape = file.shape(name);
  if (shape.size() != 2 || shape[0] < 1)
    throw input_error(file.path().string(), fmt::format("'{}' is no matrix (units, inputs)", name),
                      "give a file made by `spinflow train`");
  return shape;
}

std::vector<float> read_parameters(const io::Hdf5Reader& file, const std::string& name,
                                   const std::vector<std::size_t>& shape) {
  double bytes = sizeof(float);
  for (const std::size_t length : file.shape(name)) bytes *= static_cast<double>(length);
  if (bytes > always_plausible && bytes > best_compression * static_cast<double>(file.stored_bytes(name)))
    throw input_error(file.path().string(),
                      fmt::format("'{}' claims {:.3g} bytes where {} are stored, which no trained net does",
                                  name, bytes, file.stored_bytes(name)),
                      "the file is damaged or cut off: make or fetch it again");
  auto values = file.read<float>(name, shape);
  if (const auto bad = unusable_parameter(values))
    throw input_error(file.path().string(),
                      std::isfinite(*bad) ? fmt::format("'{}' holds {:.3g}, beyond the largest weight {:.0e}",
                                                        name, *bad, largest_parameter)
                                          : fmt::format("'{}' holds numbers that are not finite", name),
                      "the training that made it has failed; train again with a smaller learning rate");
  return values;
}

std::size_t rows_of_history(const io::Hdf5Reader& file, const std::string& column) {
  const auto shape = file.shape(column);
  if (shape.size() == 1 && shape[0] <= most_rows) return shape[0];
  throw input_error(file.path().string(), fmt::format("'{}' is no history of a training", column),
                    fmt::format("it has one axis with at most {} rows", most_rows));
}

}  // namespace spinflow::networks
