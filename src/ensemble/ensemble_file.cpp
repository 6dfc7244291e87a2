// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/ensemble_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "ensemble/ensemble_rows.hpp"
#include "io/named_arrays.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/io/spin_file.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/lattice/size.hpp"

namespace spinflow::ensemble {

namespace {

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

/// Whether another program wrote the file: it holds an array of spins and nothing that we add.
bool is_foreign(const std::filesystem::path& path) {
  io::check_input(path);
  if (!io::is_hdf5(path)) return true;
  const io::Hdf5Reader file(path);
  return !file.has_attribute("/", "format") && (file.holds_array("spins") || file.holds_array("samples"));
}

/// The axes of a configuration: one for a chain, (Ly, Lx) for a square lattice.
lattice::Lattice foreign_lattice(const io::SpinFile& file, const Origin& origin, const std::string& where) {
  std::vector<std::size_t> shape = file.shape();
  if (shape.size() == 4 && shape[1] == 1) shape.erase(shape.begin() + 1);  // one channel of an image
  const auto misfit = [&](const std::string& mend) {
    return input_error(where, fmt::format("its spins have shape ({})", fmt::join(file.shape(), ", ")), mend);
  };
  constexpr std::string_view turned =
      "the sample seems to be the last axis; in Python, numpy.moveaxis(a, -1, 0) makes it the first";
  if (!origin.size.empty()) {
    const auto others = static_cast<double>(file.n_rows() * file.n_columns() / shape.back());
    const auto fits = [&](double n) {
      return lattice::sites_of_text(origin.size, 1) == n || lattice::sites_of_text(origin.size, 2) == n;
    };
    if (!fits(static_cast<double>(file.n_columns())) && fits(others)) throw misfit(std::string(turned));
    const auto given = lattice::lattice_of_sites(origin.size, file.n_columns(), origin.boundary, where);
    if (shape.size() == 3 && given.shape() != std::vector<std::size_t>{shape[1], shape[2]})
      throw misfit(fmt::format("a lattice of {} (Lx x Ly) has the axes (n, Ly, Lx)", origin.size));
    return given;
  }
  if (shape.size() == 2)
    throw misfit(
        fmt::format("say which lattice the {0} numbers of a row are: {0} for a chain, or Lx x Ly as in 8x8 "
                    "(-L)",
                    file.n_columns()));
  if (shape.size() != 3) throw misfit("(n, N), (n, Ly, Lx) or (n, 1, Ly, Lx) can be read");
  if (shape[0] == shape[1] && shape[2] > 2 * shape[1])
    throw misfit(fmt::format("{} (if it is the first already, name the lattice)", turned));
  return lattice_of(shape, origin.boundary, where);
}

/// The temperatures (n) that stand beside the spins by the name `temperature`; empty if there are none.
std::vector<double> foreign_temperatures(const std::filesystem::path& path, std::size_t n) {
  const auto format = io::foreign_format(path);
  if (format == io::ForeignFormat::npy || format == io::ForeignFormat::text) return {};
  auto values = io::NamedArrays(path).column("temperature", n);
  for (const double t : values)
    if (t < 0 || std::isinf(t))
      throw input_error(path.string(), fmt::format("its temperature holds {}", t),
                        "temperatures are numbers of at least 0 in J/k_B, or NaN where they are not known");
  return values;
}

struct ForeignContent {
  lattice::Lattice lattice;
  kernels::PackedSpins spins;
};

ForeignContent foreign_content(const std::filesystem::path& path, const Origin& origin) {
  io::SpinFile file(path, origin.array);
  ForeignContent result{foreign_lattice(file, origin, path.string()),
                        kernels::PackedSpins(file.n_rows(), file.n_columns())};
  std::vector<std::int8_t> row(file.n_columns());
  for (std::size_t r = 0; r < file.n_rows(); ++r) {
    file.read_next(row);
    result.spins.pack(r, row);
  }
  return result;
}

/// As read_for_training.
Ensemble foreign_for_training(const std::filesystem::path& path, std::span<const double> temperatures) {
  ForeignContent content = foreign_content(path, {});
  Ensemble result = empty_ensemble(content.lattice);
  if (temperatures.empty()) {
    result.spins = std::move(content.spins);
    return result;
  }
  const auto of_rows = foreign_temperatures(path, content.spins.n_rows());
  std::vector<std::size_t> rows;
  for (const double t : std::set<double>(temperatures.begin(), temperatures.end()))
    for (std::size_t row = 0; row < of_rows.size(); ++row)
      if (of_rows[row] == t) rows.push_back(row);
  result.spins = kernels::PackedSpins(rows.size(), content.spins.n_columns());
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::ranges::copy(content.spins.row(rows[i]), result.spins.row(i).begin());
  return result;
}

}  // namespace

const io::Columns<SamplingRecord>& sampling_columns() {
  using Record = SamplingRecord;
  static const auto columns = io::Columns<Record>()
                                  .add("temperature", &Record::temperature)
                                  .add("sampler", &Record::sampler)
                                  .add("tau_int", &Record::tau_int)
                                  .add("tau_int_error", &Record::tau_int_error)
                                  .add("burn_in", &Record::burn_in)
                                  .add("thinning", &Record::thinning)
                                  .add("chains", &Record::chains);
  return columns;
}

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
  if (!ensemble.sampling.empty()) {
    const std::string sampling = inside(group, "sampling");
    file.group(sampling);
    sampling_columns().write(file, sampling, ensemble.sampling);
  }
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
                   {.format = std::string(ensemble_format.name),
                    .seed = ensemble.seed,
                    .command = ensemble.command,
                    .model = ensemble.model == nullptr ? std::string() : models::to_toml(*ensemble.model)});
  write_group(file, "", ensemble);
  file.commit();
}

Ensemble read(const std::filesystem::path& path) {
  if (is_foreign(path)) return import_spins(path);
  const io::Hdf5Reader file(path);
  const io::FileHeader header = io::expect_header(file, ensemble_format);
  Ensemble result = read_group(file, "");
  result.seed = header.seed;
  result.command = header.command;
  return result;
}

std::vector<double> temperatures(const std::filesystem::path& path) {
  if (is_foreign(path)) {
    const auto rows = foreign_temperatures(path, io::SpinFile(path).n_rows());
    std::set<double> distinct;
    std::ranges::copy_if(rows, std::inserter(distinct, distinct.end()),
                         [](double t) { return !std::isnan(t); });
    return {distinct.begin(), distinct.end()};
  }
  const io::Hdf5Reader file(path);
  static_cast<void>(io::expect_header(file, ensemble_format));
  std::vector<double> result;
  for (const auto& [temperature, rows] : rows_by_temperature(file)) result.push_back(temperature);
  return result;
}

Content content(const io::Hdf5Reader& file) {
  static_cast<void>(io::expect_header(file, ensemble_format));
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
  if (is_foreign(path)) return foreign_for_training(path, temperatures);
  const io::Hdf5Reader file(path);
  const io::FileHeader header = io::expect_header(file, ensemble_format);
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

Ensemble import_spins(const std::filesystem::path& path, const Origin& origin) {
  io::check_input(path);
  if (io::is_hdf5(path))
    if (const io::Hdf5Reader file(path); file.has_attribute("/", "format"))
      throw input_error(path.string(), "it is a file of spinflow's",
                        "give it to the other commands as it is");
  ForeignContent content = foreign_content(path, origin);
  Ensemble result = from_spins(std::move(content.spins), content.lattice, nullptr);
  std::ranges::fill(result.temperature, origin.temperature);
  if (std::isnan(origin.temperature))
    if (auto beside = foreign_temperatures(path, result.size()); !beside.empty())
      result.temperature = std::move(beside);
  std::ranges::fill(result.chain, 0);
  std::iota(result.sweep.begin(), result.sweep.end(), std::int64_t{0});
  result.independent_pieces = IndependentPieces::chain;
  return result;
}

}  // namespace spinflow::ensemble
