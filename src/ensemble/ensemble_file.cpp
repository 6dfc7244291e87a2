// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/ensemble_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "spinflow/base/error.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/npy.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/lattice/size.hpp"
#include "spinflow/models/identity.hpp"

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
    base::check_stop();
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
  auto temperature = file.read<double>(group + "/temperature");
  for (double& t : temperature) t += 0.0;  // -0 is 0
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

// An ensemble of which nothing but the lattice is known yet.
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

// All of a group but its rows.
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

// Rows of a column that are read at once, 1 MB, and of spins, 8 MB in bits.
constexpr std::size_t rows_of_piece = std::size_t{1} << 17;
constexpr std::size_t spins_of_piece = std::size_t{1} << 26;

// use(first row, piece) for all rows of a group, in order and piece by piece. A piece has temperatures,
// energies and magnetizations; what the file says of these has been held against the spins.
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

// Rows of each temperature that is known, in ascending order.
std::map<double, std::size_t> rows_by_temperature(const io::Hdf5Reader& file) {
  std::map<double, std::size_t> rows;
  const std::size_t n = file.shape("temperature")[0];
  for (std::size_t first = 0; first < n; first += rows_of_piece)
    for (const double t : read_temperatures(file, "temperature", first, std::min(rows_of_piece, n - first)))
      if (!std::isnan(t)) ++rows[t];
  return rows;
}

// Refuses files that are neither HDF5 nor .npy, and says how their spins can be imported.
void refuse_other_formats(const std::filesystem::path& path) {
  io::check_input(path);
  if (io::is_hdf5(path)) return;
  throw input_error(
      path.string(), "it is neither an ensemble of `spinflow sample` nor a .npy file",
      "in Python, numpy.save('spins.npy', a) brings spins of any origin: a of shape (n, L) or (n, Ly, "
      "Lx), +1 and -1 or 1 and 0");
}

struct NpyContent {
  lattice::Lattice lattice;
  kernels::PackedSpins spins;
};

NpyContent npy_content(const std::filesystem::path& path, lattice::Boundary boundary) {
  io::NpySpins file(path);
  NpyContent result{lattice_of(file.shape(), boundary, path.string()),
                    kernels::PackedSpins(file.n_rows(), file.n_columns())};
  std::vector<std::int8_t> row(file.n_columns());
  for (std::size_t r = 0; r < file.n_rows(); ++r) {
    base::check_stop();
    file.read_next(row);
    result.spins.pack(r, row);
  }
  return result;
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
  Ensemble result = read_frame(file, group);
  const std::size_t n = file.shape(inside(group, "spins"))[0];
  const auto sites = static_cast<std::size_t>(result.lattice.n_sites());
  file.take_memory(static_cast<double>(n) *
                   (8 * static_cast<double>((sites + 63) / 64) + 3 * sizeof(double)));
  for (auto* column : {&result.temperature, &result.energy, &result.magnetization}) column->reserve(n);
  for_pieces(file, group, result, n, [&](std::size_t first, const Ensemble& piece) {
    // Only after the first piece has been checked: until then the size is not confirmed.
    if (first == 0) result.spins = kernels::PackedSpins(n, sites);
    std::ranges::copy(piece.spins.words(), result.spins.row(first).data());
    const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    append(result.temperature, piece.temperature);
    append(result.energy, piece.energy);
    append(result.magnetization, piece.magnetization);
  });
  result.chain = file.read<std::int32_t>(inside(group, "chain"), {n});
  result.sweep = file.read<std::int64_t>(inside(group, "sweep"), {n});
  return result;
}

void write(const Ensemble& ensemble, const std::filesystem::path& path, io::Existing existing) {
  io::Hdf5Writer file(path, existing);
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
  refuse_other_formats(path);
  const io::Hdf5Reader file(path);
  const io::FileHeader header = io::expect_header(file, format);
  Ensemble result = read_group(file, "");
  result.seed = header.seed;
  result.command = header.command;
  return result;
}

std::vector<double> temperatures(const std::filesystem::path& path) {
  if (io::is_npy(path)) return {};
  refuse_other_formats(path);
  const io::Hdf5Reader file(path);
  static_cast<void>(io::expect_header(file, format));
  std::vector<double> result;
  for (const auto& [temperature, rows] : rows_by_temperature(file)) result.push_back(temperature);
  return result;
}

Content content(const std::filesystem::path& path) {
  const io::Hdf5Reader file(path);
  static_cast<void>(io::expect_header(file, format));
  Ensemble frame = read_frame(file, "");
  if (frame.model != nullptr && !frame.model->nearest_neighbour_coupling()) frame.model = nullptr;
  Content result{
      .lattice = frame.lattice, .n = file.shape("spins")[0], .independent_pieces = frame.independent_pieces};
  bool some_unknown = false;
  std::set<double> known;
  for_pieces(file, "", frame, result.n, [&](std::size_t, const Ensemble& piece) {
    for (const double t : piece.temperature) {
      some_unknown |= std::isnan(t);
      if (!std::isnan(t)) known.insert(t);
    }
  });
  result.temperatures.assign(known.begin(), known.end());
  if (some_unknown) result.temperatures.push_back(std::numeric_limits<double>::quiet_NaN());
  return result;
}

Ensemble read_for_training(const std::filesystem::path& path, std::span<const double> temperatures) {
  if (io::is_npy(path)) {
    NpyContent content = npy_content(path, lattice::Boundary::periodic);
    Ensemble result = empty_ensemble(content.lattice);
    if (temperatures.empty()) result.spins = std::move(content.spins);
    return result;
  }
  refuse_other_formats(path);
  const io::Hdf5Reader file(path);
  const io::FileHeader header = io::expect_header(file, format);
  Ensemble result = read_frame(file, "");
  result.seed = header.seed;
  result.command = header.command;
  const std::size_t n = file.shape("spins")[0];
  const auto sites = static_cast<std::size_t>(result.lattice.n_sites());
  if (temperatures.empty()) {
    file.take_memory(static_cast<double>(n) * 8 * static_cast<double>((sites + 63) / 64));
    for_pieces(file, "", result, n, [&](std::size_t first, const Ensemble& piece) {
      if (first == 0) result.spins = kernels::PackedSpins(n, sites);
      std::ranges::copy(piece.spins.words(), result.spins.row(first).data());
    });
    return result;
  }
  file.take_memory(static_cast<double>(n) * 8 * static_cast<double>((sites + 63) / 64));
  const std::set<double> wanted(temperatures.begin(), temperatures.end());
  // Where the next row of a temperature belongs.
  std::map<double, std::size_t> place;
  std::size_t n_wanted = 0;
  for (const auto& [temperature, rows] : rows_by_temperature(file))
    if (wanted.contains(temperature)) {
      place.emplace(temperature, n_wanted);
      n_wanted += rows;
    }
  result.spins = kernels::PackedSpins(n_wanted, sites);
  for_pieces(file, "", result, n, [&](std::size_t, const Ensemble& piece) {
    for (std::size_t row = 0; row < piece.size(); ++row) {
      if (std::isnan(piece.temperature[row])) continue;
      const auto to = place.find(piece.temperature[row]);
      if (to != place.end()) std::ranges::copy(piece.spins.row(row), result.spins.row(to->second++).begin());
    }
  });
  return result;
}

Ensemble import_npy(const std::filesystem::path& path, lattice::Boundary boundary) {
  NpyContent content = npy_content(path, boundary);
  Ensemble result = from_spins(std::move(content.spins), content.lattice, nullptr);
  std::ranges::fill(result.chain, 0);
  std::iota(result.sweep.begin(), result.sweep.end(), std::int64_t{0});
  result.independent_pieces = IndependentPieces::chain;
  return result;
}

}  // namespace spinflow::ensemble
