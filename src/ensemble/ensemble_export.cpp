// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/ensemble_export.hpp"

#include <fmt/format.h>

#include <numeric>

#include "io/array_output.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/base/version.hpp"
#include "spinflow/io/hdf5.hpp"

namespace spinflow::ensemble {

namespace {

/// Rows unpacked at once.
constexpr std::size_t export_piece = std::size_t{1} << 20;

/// Calls use(rows as int8, row-major) for all rows, piece by piece.
template <class Use>
void for_unpacked(const Ensemble& ensemble, const Use& use) {
  const std::size_t sites = ensemble.spins.n_columns();
  const std::size_t rows = std::max<std::size_t>(1, export_piece / sites);
  std::vector<std::int8_t> piece;
  for (std::size_t first = 0; first < ensemble.size(); first += rows) {
    base::check_stop();
    const std::size_t count = std::min(rows, ensemble.size() - first);
    piece.resize(count * sites);
    for (std::size_t i = 0; i < count; ++i)
      ensemble.spins.unpack(first + i, std::span(piece).subspan(i * sites, sites));
    use(std::span<const std::int8_t>(piece));
  }
}

std::vector<std::size_t> shape_of_spins(const Ensemble& ensemble) {
  auto shape = ensemble.lattice.shape();
  shape.insert(shape.begin(), ensemble.size());
  return shape;
}

io::ArrayOutput spins_of(const Ensemble& ensemble) {
  return {.name = "spins",
          .type = {.kind = 'i', .size = 1},
          .shape = shape_of_spins(ensemble),
          .bytes = [&ensemble](const auto& write) {
            for_unpacked(ensemble, [&](std::span<const std::int8_t> piece) {
              write(std::string_view(reinterpret_cast<const char*>(piece.data()), piece.size()));
            });
          }};
}

/// The longest elements first, so that each array is aligned.
std::vector<io::ArrayOutput> arrays_of(const Ensemble& ensemble) {
  const std::vector<std::size_t> n = {ensemble.size()};
  return {io::array_output<double>("temperature", ensemble.temperature, n),
          io::array_output<double>("energy", ensemble.energy, n),
          io::array_output<double>("magnetization", ensemble.magnetization, n),
          io::array_output<std::int64_t>("sweep", ensemble.sweep, n),
          io::array_output<std::int32_t>("chain", ensemble.chain, n),
          spins_of(ensemble)};
}

void write_csv(const Ensemble& ensemble, const std::filesystem::path& path, io::Existing existing) {
  io::OutputBytes file(path, existing);
  file.write(fmt::format("# spins of {} on {} sites ({}): a configuration per line, row by row\n",
                         ensemble.model ? ensemble.model->name() : "an unknown model",
                         ensemble.lattice.text(), lattice::to_string(ensemble.lattice.boundary())));
  const std::size_t sites = ensemble.spins.n_columns();
  for_unpacked(ensemble, [&](std::span<const std::int8_t> piece) {
    std::string text;
    for (std::size_t i = 0; i < piece.size(); ++i) {
      text += piece[i] > 0 ? "1" : "-1";
      text += (i + 1) % sites == 0 ? '\n' : ',';
    }
    file.write(text);
  });
  file.publish();
}

void write_netcdf(const Ensemble& ensemble, const std::filesystem::path& path, io::Existing existing) {
  const auto shape = shape_of_spins(ensemble);
  const std::vector<std::string> axes = shape.size() == 3 ? std::vector<std::string>{"sample", "y", "x"}
                                                          : std::vector<std::string>{"sample", "x"};
  io::Hdf5Writer file(path, existing);
  file.create<std::int8_t>("spins", shape);
  std::size_t first = 0;
  for_unpacked(ensemble, [&](std::span<const std::int8_t> piece) {
    file.write_rows<std::int8_t>("spins", first, piece);
    first += piece.size() / ensemble.spins.n_columns();
  });
  std::map<std::string, std::vector<std::string>> dimensions = {{"spins", axes}};
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    std::vector<std::int64_t> numbers(shape[axis]);
    std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
    file.dataset(axes[axis], numbers);
    dimensions[axes[axis]] = {axes[axis]};
  }
  file.dataset("temperature", ensemble.temperature);
  file.dataset("energy", ensemble.energy);
  file.dataset("magnetization", ensemble.magnetization);
  file.dataset("chain", ensemble.chain);
  file.dataset("sweep", ensemble.sweep);
  for (const char* column : {"temperature", "energy", "magnetization", "chain", "sweep"})
    dimensions[column] = {"sample"};
  file.attribute("/", "boundary", lattice::to_string(ensemble.lattice.boundary()));
  file.attribute("/", "model", ensemble.model ? models::to_toml(*ensemble.model) : std::string());
  file.attribute("/", "seed", ensemble.seed);
  file.attribute("/", "software", base::software());
  file.attribute("spins", "coordinates", "temperature energy magnetization chain sweep");
  file.attribute("temperature", "units", "J/k_B");
  file.attribute("energy", "units", "J per site");
  file.dimensions(dimensions);
  file.commit();
}

}  // namespace

const std::vector<io::ExportFormat>& export_formats() {
  static const std::vector<io::ExportFormat> formats = {{"npy", {".npy"}, "the spins alone, a numpy array"},
                                                        {"npz", {".npz"}, "numpy arrays"},
                                                        {"safetensors", {".safetensors"}, "for PyTorch"},
                                                        {"csv", {".csv", ".txt"}, "a configuration per line"},
                                                        {"netcdf", {".nc"}, "NetCDF-4, for xarray"}};
  return formats;
}

void export_ensemble(const Ensemble& ensemble, const std::filesystem::path& path, std::string_view format,
                     io::Existing existing) {
  const std::string name = io::export_format(path, format, export_formats());
  if (name == "npy")
    io::write_npy(path, spins_of(ensemble), existing);
  else if (name == "npz")
    io::write_npz(path, arrays_of(ensemble), existing);
  else if (name == "safetensors")
    io::write_safetensors(path, arrays_of(ensemble), existing);
  else if (name == "csv")
    write_csv(ensemble, path, existing);
  else
    write_netcdf(ensemble, path, existing);
}

}  // namespace spinflow::ensemble
