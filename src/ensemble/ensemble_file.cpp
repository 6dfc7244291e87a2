// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/ensemble_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "spinflow/base/error.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/npy.hpp"
#include "spinflow/io/toml.hpp"

namespace spinflow::ensemble {

namespace {

constexpr std::string_view format = "spinflow/ensemble";
// The tables of a lattice take some 40 bytes per site; a few bytes of a hostile file could claim any size.
constexpr std::size_t most_sites = std::size_t{1} << 25;

std::string inside(std::string_view group, std::string_view name) {
  return group.empty() || group == "/" ? std::string(name) : fmt::format("{}/{}", group, name);
}

std::string object_of(std::string_view group) { return group.empty() ? "/" : std::string(group); }

void write_spins(io::Hdf5Writer& file, const std::string& name, const Ensemble& ensemble) {
  auto shape = ensemble.lattice.shape();
  shape.insert(shape.begin(), ensemble.size());
  file.create<std::int8_t>(name, shape);
  const std::size_t sites = ensemble.spins.n_columns();
  const std::size_t rows = file.rows_per_chunk(name);
  std::vector<std::int8_t> buffer(rows * sites);
  for (std::size_t first = 0; first < ensemble.size(); first += rows) {
    const std::size_t count = std::min(rows, ensemble.size() - first);
    for (std::size_t i = 0; i < count; ++i)
      ensemble.spins.unpack(first + i, std::span(buffer).subspan(i * sites, sites));
    file.write_rows<std::int8_t>(name, first, std::span(buffer).first(count * sites));
  }
}

void write_sampling(io::Hdf5Writer& file, const std::string& group,
                    const std::vector<SamplingRecord>& records) {
  const auto column = [&](auto member) {
    std::vector<std::remove_cvref_t<decltype(records[0].*member)>> values;
    for (const auto& record : records) values.push_back(record.*member);
    return values;
  };
  file.group(group);
  file.dataset(group + "/temperature", column(&SamplingRecord::temperature));
  file.texts(group + "/sampler", column(&SamplingRecord::sampler));
  file.dataset(group + "/tau_int", column(&SamplingRecord::tau_int));
  file.dataset(group + "/tau_int_error", column(&SamplingRecord::tau_int_error));
  file.dataset(group + "/burn_in", column(&SamplingRecord::burn_in));
  file.dataset(group + "/thinning", column(&SamplingRecord::thinning));
  file.dataset(group + "/chains", column(&SamplingRecord::chains));
}

std::vector<SamplingRecord> read_sampling(const io::Hdf5Reader& file, const std::string& group) {
  const auto temperature = file.read<double>(group + "/temperature");
  const std::vector<std::size_t> shape{temperature.size()};
  const auto sampler = file.texts(group + "/sampler");
  const auto tau_int = file.read<double>(group + "/tau_int", shape);
  const auto tau_int_error = file.read<double>(group + "/tau_int_error", shape);
  const auto burn_in = file.read<std::int64_t>(group + "/burn_in", shape);
  const auto thinning = file.read<std::int64_t>(group + "/thinning", shape);
  const auto chains = file.read<std::int64_t>(group + "/chains", shape);
  if (sampler.size() != temperature.size())
    throw input_error(
        file.path().string(),
        fmt::format("'{}' names {} samplers for {} temperatures", group, sampler.size(), temperature.size()),
        "give a file whose parts belong together");
  std::vector<SamplingRecord> records;
  for (std::size_t i = 0; i < temperature.size(); ++i)
    records.push_back(
        {temperature[i], sampler[i], tau_int[i], tau_int_error[i], burn_in[i], thinning[i], chains[i]});
  return records;
}

lattice::Lattice lattice_of(const std::vector<std::size_t>& shape, lattice::Boundary boundary,
                            const std::string& where) {
  if (shape.size() != 2 && shape.size() != 3)
    throw input_error(where, fmt::format("its spins have {} axes", shape.size()),
                      "they have shape (n_samples, L) or (n_samples, Ly, Lx)");
  if (shape[0] == 0) throw input_error(where, "it holds no configurations", "give at least one");
  std::size_t sites = 1;
  for (std::size_t axis = 1; axis < shape.size(); ++axis) {
    if (shape[axis] < 2)
      throw input_error(where, fmt::format("a side of its lattice is {}", shape[axis]),
                        "sides must be at least 2");
    if (shape[axis] > most_sites / sites)
      throw input_error(where, "its lattice is too large",
                        fmt::format("at most {} sites are read", most_sites));
    sites *= shape[axis];
  }
  if (shape.size() == 2) return lattice::Lattice::chain(static_cast<int>(shape[1]), boundary);
  return lattice::Lattice::square(static_cast<int>(shape[2]), static_cast<int>(shape[1]), boundary);
}

// The size of the lattice that a model's TOML names, before anything of that size is made.
void check_model_lattice(const std::string& toml, const lattice::Lattice& lattice, const std::string& where) {
  auto settings = io::settings_from_toml(toml, where);
  const base::Value& size = settings["model"]["lattice"];
  const auto* text = std::get_if<std::string>(&size);
  if (text == nullptr || *text != lattice.text())
    throw input_error(where,
                      fmt::format("its model is for the lattice {}, its spins are on {}",
                                  text == nullptr ? "?" : *text, lattice.text()),
                      "give a file whose parts belong together");
}

std::shared_ptr<const models::Model> model_of(const std::string& toml, const lattice::Lattice& lattice,
                                              const std::string& where) {
  if (toml.empty()) return nullptr;
  check_model_lattice(toml, lattice, where);
  std::shared_ptr<const models::Model> model;
  try {
    model = models::from_toml(toml, where);
  } catch (const Error& error) {
    if (std::string_view(error.what()).starts_with(where)) throw;
    throw input_error(where, fmt::format("its model cannot be used ({})", error.what()),
                      "use the program that wrote it");
  }
  if (!(model->lattice() == lattice))
    throw input_error(where, "its model and its spins have different dimensions or boundaries",
                      "give a file whose parts belong together");
  return model;
}

kernels::PackedSpins read_spins(const io::Hdf5Reader& file, const std::string& name, std::size_t n,
                                std::size_t sites) {
  kernels::PackedSpins spins(n, sites);
  const std::size_t rows = file.rows_per_chunk(name);
  std::vector<std::int8_t> buffer(std::min(rows, n) * sites);
  for (std::size_t first = 0; first < n; first += rows) {
    const auto part = std::span(buffer).first(std::min(rows, n - first) * sites);
    file.read_rows<std::int8_t>(name, first, part);
    const auto bad = std::ranges::find_if(part, [](std::int8_t s) { return s != 1 && s != -1; });
    if (bad != part.end()) {
      const auto index = static_cast<std::size_t>(bad - part.begin());
      throw input_error(file.path().string(),
                        fmt::format("'{}' holds {} in row {}, site {}", name, static_cast<int>(*bad),
                                    first + index / sites, index % sites),
                        "spins are +1 and -1");
    }
    for (std::size_t i = 0; i < part.size() / sites; ++i)
      spins.pack(first + i, part.subspan(i * sites, sites));
  }
  return spins;
}

// What the file says of its rows must be what its spins say; NaN: it does not say.
void check_against_spins(std::span<const double> stored, std::span<const double> measured,
                         std::string_view what, const std::string& where) {
  for (std::size_t row = 0; row < stored.size(); ++row) {
    if (std::isnan(stored[row])) continue;
    const double tolerance = 1e-6 * (1.0 + std::abs(measured[row]));
    if (!(std::abs(stored[row] - measured[row]) <= tolerance))
      throw input_error(
          where,
          fmt::format("the {} of row {} is {}, its spins have {}", what, row, stored[row], measured[row]),
          "give a file whose parts belong together");
  }
}

}  // namespace

void write_group(io::Hdf5Writer& file, std::string_view group, const Ensemble& ensemble) {
  const std::string object = object_of(group);
  const bool nested = object != "/";
  if (nested) file.group(object);
  write_spins(file, inside(group, "spins"), ensemble);
  file.dataset(inside(group, "temperature"), ensemble.temperature);
  file.dataset(inside(group, "energy"), ensemble.energy);
  file.dataset(inside(group, "magnetization"), ensemble.magnetization);
  file.dataset(inside(group, "chain"), ensemble.chain);
  file.dataset(inside(group, "sweep"), ensemble.sweep);
  file.attribute(object, "independent_pieces",
                 ensemble.independent_pieces == IndependentPieces::chain ? "chain" : "sample");
  file.attribute(object, "boundary", lattice::to_string(ensemble.lattice.boundary()));
  if (nested)
    file.attribute(object, "model",
                   ensemble.model == nullptr ? std::string() : models::to_toml(*ensemble.model));
  if (!ensemble.sampling.empty()) write_sampling(file, inside(group, "sampling"), ensemble.sampling);
}

Ensemble read_group(const io::Hdf5Reader& file, std::string_view group) {
  const std::string where = file.path().string();
  const std::string object = object_of(group);
  const std::string spins = inside(group, "spins");
  const auto shape = file.shape(spins);
  auto boundary = lattice::Boundary::periodic;
  if (file.has_attribute(object, "boundary"))
    boundary = lattice::boundary_from(file.text_attribute(object, "boundary"), where);
  const lattice::Lattice lattice = lattice_of(shape, boundary, where);
  auto model = model_of(file.text_attribute(object, "model"), lattice, where);

  Ensemble result = from_spins(read_spins(file, spins, shape[0], static_cast<std::size_t>(lattice.n_sites())),
                               lattice, model);
  const std::vector<std::size_t> rows{shape[0]};
  result.temperature = file.read<double>(inside(group, "temperature"), rows);
  for (std::size_t row = 0; row < rows[0]; ++row)
    if (result.temperature[row] < 0 || std::isinf(result.temperature[row]))
      throw input_error(where, fmt::format("the temperature of row {} is {}", row, result.temperature[row]),
                        "temperatures are finite and at least 0, or NaN where none is known");
  const auto energy = file.read<double>(inside(group, "energy"), rows);
  if (model != nullptr) check_against_spins(energy, result.energy, "energy", where);
  check_against_spins(file.read<double>(inside(group, "magnetization"), rows), result.magnetization,
                      "magnetization", where);
  result.chain = file.read<std::int32_t>(inside(group, "chain"), rows);
  result.sweep = file.read<std::int64_t>(inside(group, "sweep"), rows);
  const std::string pieces = file.text_attribute(object, "independent_pieces");
  if (pieces != "chain" && pieces != "sample")
    throw input_error(where, fmt::format("its independent_pieces is '{}'", pieces), "it is chain or sample");
  result.independent_pieces = pieces == "chain" ? IndependentPieces::chain : IndependentPieces::sample;
  const std::string sampling = inside(group, "sampling");
  if (file.contains(sampling)) result.sampling = read_sampling(file, sampling);
  return result;
}

void write(const Ensemble& ensemble, const std::filesystem::path& path) {
  io::Hdf5Writer file(path);
  io::write_header(file,
                   {.format = std::string(format),
                    .seed = ensemble.seed,
                    .command = ensemble.command,
                    .model = ensemble.model == nullptr ? std::string() : models::to_toml(*ensemble.model)});
  write_group(file, "", ensemble);
  file.commit();
}

Ensemble read(const std::filesystem::path& path) {
  if (io::is_npy(path)) return import_npy(path);
  const io::Hdf5Reader file(path);
  const io::FileHeader header = io::expect_header(file, format);
  Ensemble result = read_group(file, "");
  result.seed = header.seed;
  result.command = header.command;
  return result;
}

Ensemble import_npy(const std::filesystem::path& path, lattice::Boundary boundary) {
  io::NpySpins file(path);
  const lattice::Lattice lattice = lattice_of(file.shape(), boundary, path.string());
  kernels::PackedSpins spins(file.n_rows(), file.n_columns());
  std::vector<std::int8_t> row(file.n_columns());
  for (std::size_t r = 0; r < file.n_rows(); ++r) {
    file.read_next(row);
    spins.pack(r, row);
  }
  Ensemble result = from_spins(std::move(spins), lattice, nullptr);
  std::ranges::fill(result.chain, 0);
  std::iota(result.sweep.begin(), result.sweep.end(), std::int64_t{0});
  result.independent_pieces = IndependentPieces::chain;
  return result;
}

}  // namespace spinflow::ensemble
