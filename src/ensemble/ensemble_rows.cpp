// SPDX-License-Identifier: Apache-2.0
#include "ensemble/ensemble_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "spinflow/base/error.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/lattice/size.hpp"
#include "spinflow/models/identity.hpp"

namespace spinflow::ensemble {

namespace {

// The tables of a lattice take some 40 bytes per site; a few bytes of a hostile file could claim any size.
constexpr std::size_t most_sites = std::size_t{1} << 25;

std::vector<SamplingRecord> read_sampling(const io::Hdf5Reader& file, const std::string& group) {
  auto records = sampling_columns().read(file, group);
  for (auto& record : records) record.temperature += 0.0;  // -0 is 0
  return records;
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

// Rows first ... first + count - 1.
kernels::PackedSpins read_spins(const io::Hdf5Reader& file, const std::string& name, std::size_t first,
                                std::size_t count, std::size_t sites) {
  kernels::PackedSpins spins(count, sites);
  const std::size_t chunk = file.rows_per_chunk(name);
  std::vector<std::int8_t> buffer(std::min(chunk, count) * sites);
  for (std::size_t done = 0; done < count;) {
    base::check_stop();
    // Up to the end of a chunk, so that none is unpacked twice within a piece.
    const std::size_t rows = std::min(chunk - (first + done) % chunk, count - done);
    const auto part = std::span(buffer).first(rows * sites);
    file.read_rows<std::int8_t>(name, first + done, part);
    const auto is_bad = [](std::int8_t s) { return s != 1 && s != -1; };
    int n_bad = 0;  // without a way out of the loop, which compilers turn into vector code
    for (const std::int8_t s : part) n_bad |= static_cast<int>(is_bad(s));
    if (n_bad != 0) {
      const auto bad = std::ranges::find_if(part, is_bad);
      const auto index = static_cast<std::size_t>(bad - part.begin());
      throw input_error(file.path().string(),
                        fmt::format("'{}' holds {} in row {}, site {}", name, static_cast<int>(*bad),
                                    first + done + index / sites, index % sites),
                        "spins are +1 and -1");
    }
    for (std::size_t i = 0; i < rows; ++i) spins.pack(done + i, part.subspan(i * sites, sites));
    done += rows;
  }
  return spins;
}

// What the file says of its rows, of which this is the one numbered `first` and those behind it, must be what
// its spins say; NaN: it does not say.
// `unit`: of the quantity, against which zeros are compared.
void check_against_spins(std::span<const double> stored, std::span<const double> measured, std::size_t first,
                         double unit, std::string_view what, const std::string& where) {
  for (std::size_t row = 0; row < stored.size(); ++row) {
    if (std::isnan(stored[row])) continue;
    const double tolerance = 1e-6 * (unit + std::abs(measured[row]));
    if (!(std::abs(stored[row] - measured[row]) <= tolerance))
      throw input_error(where,
                        fmt::format("the {} of row {} is {}, its spins have {}", what, first + row,
                                    stored[row], measured[row]),
                        "give a file whose parts belong together");
  }
}

template <class T>
std::vector<T> read_part(const io::Hdf5Reader& file, const std::string& name, std::size_t first,
                         std::size_t count) {
  std::vector<T> values(count);
  file.read_rows<T>(name, first, values);
  return values;
}

template <class T>
void check_column(const io::Hdf5Reader& file, const std::string& name, std::size_t n) {
  const auto shape = file.shape(name);
  if (shape != std::vector{n})
    throw input_error(file.path().string(),
                      fmt::format("'{}' has shape ({}) where ({}) belongs", name, fmt::join(shape, ", "), n),
                      "give a file whose parts belong together");
  file.read_rows<T>(name, 0, {});  // refuses another type
}

std::vector<double> read_temperatures(const io::Hdf5Reader& file, const std::string& name, std::size_t first,
                                      std::size_t count) {
  auto temperature = read_part<double>(file, name, first, count);
  for (double& t : temperature) t += 0.0;  // -0 is 0
  for (std::size_t row = 0; row < count; ++row)
    if (temperature[row] < 0 || std::isinf(temperature[row]))
      throw input_error(file.path().string(),
                        fmt::format("the temperature of row {} is {}", first + row, temperature[row]),
                        "temperatures are finite and at least 0, or NaN where none is known");
  return temperature;
}

// Rows of a column that are read at once, 1 MB, and of spins, 8 MB in bits.
constexpr std::size_t rows_of_piece = std::size_t{1} << 17;
constexpr std::size_t spins_of_piece = std::size_t{1} << 26;

}  // namespace

std::string inside(std::string_view group, std::string_view name) {
  return group.empty() || group == "/" ? std::string(name) : fmt::format("{}/{}", group, name);
}

std::string object_of(std::string_view group) { return group.empty() ? "/" : std::string(group); }

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

Ensemble empty_ensemble(const lattice::Lattice& lattice) {
  return {.lattice = lattice,
          .spins = {},
          .temperature = {},
          .energy = {},
          .magnetization = {},
          .chain = {},
          .sweep = {},
          .model = nullptr,
          .sampling = {},
          .command = {}};
}

Ensemble read_frame(const io::Hdf5Reader& file, std::string_view group) {
  const std::string where = file.path().string();
  const std::string object = object_of(group);
  const auto shape = file.shape(inside(group, "spins"));
  auto boundary = lattice::Boundary::periodic;
  if (file.has_attribute(object, "boundary"))
    boundary = lattice::boundary_from(file.text_attribute(object, "boundary"), where);
  double sites = 1;
  for (std::size_t axis = 1; axis < shape.size(); ++axis) sites *= static_cast<double>(shape[axis]);
  file.take_memory(lattice::bytes_per_site * sites);
  const lattice::Lattice lattice = lattice_of(shape, boundary, where);
  auto model = model_of(file.text_attribute(object, "model"), lattice, where);
  const std::string pieces = file.text_attribute(object, "independent_pieces");
  if (pieces != "chain" && pieces != "sample")
    throw input_error(where, fmt::format("its independent_pieces is '{}'", pieces), "it is chain or sample");
  for (const auto* name : {"temperature", "energy", "magnetization"})
    check_column<double>(file, inside(group, name), shape[0]);
  check_column<std::int32_t>(file, inside(group, "chain"), shape[0]);
  check_column<std::int64_t>(file, inside(group, "sweep"), shape[0]);
  Ensemble frame = empty_ensemble(lattice);
  frame.model = std::move(model);
  frame.independent_pieces = pieces == "chain" ? IndependentPieces::chain : IndependentPieces::sample;
  const std::string sampling = inside(group, "sampling");
  if (file.contains(sampling)) frame.sampling = read_sampling(file, sampling);
  return frame;
}

void for_pieces(const io::Hdf5Reader& file, std::string_view group, const Ensemble& frame, std::size_t n,
                const std::function<void(std::size_t, const Ensemble&)>& use) {
  const std::string where = file.path().string();
  const auto sites = static_cast<std::size_t>(frame.lattice.n_sites());
  const std::size_t rows = std::clamp<std::size_t>(spins_of_piece / sites, 1, rows_of_piece);
  for (std::size_t first = 0; first < n; first += rows) {
    const std::size_t count = std::min(rows, n - first);
    Ensemble piece =
        from_spins(read_spins(file, inside(group, "spins"), first, count, sites), frame.lattice, frame.model);
    piece.temperature = read_temperatures(file, inside(group, "temperature"), first, count);
    if (frame.model != nullptr)
      check_against_spins(read_part<double>(file, inside(group, "energy"), first, count), piece.energy, first,
                          models::energy_unit(*frame.model), "energy", where);
    check_against_spins(read_part<double>(file, inside(group, "magnetization"), first, count),
                        piece.magnetization, first, 1, "magnetization", where);
    use(first, piece);
  }
}

std::map<double, std::size_t> rows_by_temperature(const io::Hdf5Reader& file) {
  std::map<double, std::size_t> rows;
  const std::size_t n = file.shape("temperature")[0];
  for (std::size_t first = 0; first < n; first += rows_of_piece)
    for (const double t : read_temperatures(file, "temperature", first, std::min(rows_of_piece, n - first)))
      if (!std::isnan(t)) ++rows[t];
  return rows;
}

}  // namespace spinflow::ensemble
