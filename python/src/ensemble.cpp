// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/ensemble.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "module.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/observables/observable.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/studies/configurations.hpp"
#include "spinflow/studies/sampling.hpp"
#include "work.hpp"

namespace spinflow::python {

namespace {

namespace fs = std::filesystem;
using ensemble::Ensemble;

/// Removes itself with what is in it.
struct TemporaryFolder {
  fs::path path;
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "spinflow-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw failure(name, "the folder cannot be made", "set TMPDIR to a folder that can be written to");
    path = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
};

nb::object shape_tuple(const lattice::Lattice& lattice) { return nb::tuple(nb::cast(lattice.shape())); }

/// One number per row, or one for all.
template <class T>
void fill_column(std::vector<T>& column, nb::handle given, const std::string& argument) {
  const auto numbers = numbers_from(given, argument);
  if (numbers.size() != column.size() && numbers.size() != 1)
    throw input_error(argument,
                      fmt::format("it has {} numbers for {} configurations", numbers.size(), column.size()),
                      "give one for each, or a single one");
  for (std::size_t i = 0; i < column.size(); ++i)
    column[i] = static_cast<T>(numbers.size() == 1 ? numbers[0] : numbers[i]);
}

/// `spins` with the axes of the lattice that L names.
nb::object with_axes_of(nb::handle spins, nb::handle side) {
  if (side.is_none()) return nb::borrow(spins);
  if (nb::isinstance<Ensemble>(spins))
    throw input_error("L", "an Ensemble has its lattice already", "leave it out");
  nb::list sides;  // (Ly, Lx), of Lx x Ly
  const std::string text = size_text(side, "Ensemble");
  for (std::string_view rest = text; !rest.empty();) {
    const auto cross = std::min(rest.find('x'), rest.size());
    int length = 0;
    if (std::from_chars(rest.data(), rest.data() + cross, length).ptr != rest.data() + cross || length < 1)
      throw input_error("L", "'" + text + "' is not a size of a lattice",
                        "give 8, (16, 8) or '16x8' (Lx x Ly)");
    sides.insert(0, nb::cast(length));
    rest.remove_prefix(std::min(cross + 1, rest.size()));
  }
  return helper("_arrays", "on_lattice")(spins, sides, "spins");
}

void make_ensemble(Ensemble* place, nb::handle spins, nb::handle temperature, nb::handle model,
                   nb::handle boundary, nb::handle chain, nb::handle sweep, nb::handle side) {
  const auto ends = lattice::boundary_from(text_from(boundary, "boundary"), "boundary");
  const nb::object shaped = with_axes_of(spins, side);
  const Configurations given(shaped, "spins", ends);
  std::shared_ptr<const models::Model> hamiltonian;
  auto lattice = given.ensemble().lattice;
  if (!model.is_none()) {
    hamiltonian = model_of(model, "model");
    if (!std::ranges::equal(hamiltonian->lattice().shape(), lattice.shape()))
      throw input_error(
          "model",
          fmt::format("it lives on {} sites, the spins on {}", hamiltonian->lattice().text(), lattice.text()),
          "give spins and a model of the same shape");
    lattice = hamiltonian->lattice();
  }
  Ensemble made = ensemble::from_spins(given.spins(), lattice, hamiltonian);
  if (!temperature.is_none()) {
    fill_column(made.temperature, temperature, "temperature");
    for (const double t : made.temperature)
      if (t < 0 || std::isinf(t))
        throw input_error("temperature", fmt::format("{} is out of range", t),
                          "give numbers of at least 0, or NaN for rows of no known temperature");
  }
  if (!chain.is_none()) {
    fill_column(made.chain, chain, "chain");
    made.independent_pieces = ensemble::IndependentPieces::chain;
  }
  if (!sweep.is_none()) fill_column(made.sweep, sweep, "sweep");
  new (place) Ensemble(std::move(made));
}

std::string known(const std::vector<double>& temperatures) {
  return temperatures.empty() ? "the configurations have no temperatures"
                              : fmt::format("there is T = {}", fmt::join(temperatures, ", "));
}

Ensemble at(const Ensemble& data, nb::handle temperature) {
  const auto groups = ensemble::by_temperature(data);
  std::vector<double> there;
  for (const auto& group : groups)
    if (std::isfinite(group.temperature)) there.push_back(group.temperature);
  std::vector<std::size_t> rows;
  auto wanted = numbers_from(temperature, "at: T");
  std::ranges::sort(wanted);
  for (const double t : wanted) {
    const auto found = std::ranges::find_if(
        groups, [&](const auto& group) { return std::abs(group.temperature - t) <= 1e-9 * std::abs(t); });
    if (found == groups.end())
      throw input_error("at", fmt::format("there are no configurations at T = {}", t), known(there));
    rows.insert(rows.end(), found->rows.begin(), found->rows.end());
  }
  return ensemble::select(data, rows);
}

Ensemble rows_of(const Ensemble& data, nb::handle key) {
  const auto rows = nb::cast<std::vector<std::size_t>>(helper("_arrays", "rows")(data.size(), key));
  return ensemble::select(data, rows);
}

nb::object measure(const Ensemble& data, nb::handle names) {
  std::vector<std::string> wanted = observables::measure_defaults();
  if (!names.is_none()) {
    wanted = nb::cast<std::vector<std::string>>(helper("_written", "observables")(names));
    for (const auto* entry : observables::entries(wanted))
      if (const auto why = observables::obstacle(*entry, data); !why.empty())
        throw input_error("measure: observable " + entry->name, why, "leave it out");
  }
  const auto groups = work([&](base::Observer&) { return observables::measure(data, wanted); });
  nb::list list;
  for (const auto& group : groups) {
    nb::dict row;
    row["temperature"] = group.temperature;
    row["n"] = group.n;
    row["tau_int"] = tuple_of(group.tau_int);
    row["short_series"] = group.short_series;
    row["readings"] = dict_of(group.readings);
    list.append(row);
  }
  return helper("_frames", "measured")(list);
}

nb::object sampling_of(const Ensemble& data) {
  nb::list list;
  for (const auto& record : data.sampling) {
    nb::dict row = dict_of(record, ensemble::sampling_columns());
    row["tau_int"] = tuple_of({record.tau_int, record.tau_int_error});
    nb::del(row["tau_int_error"]);
    list.append(row);
  }
  return list;
}

Ensemble sample(nb::handle model, nb::handle side, nb::handle temperatures, nb::handle couplings,
                std::int64_t n, const std::string& sampler, std::uint64_t seed, const std::string& boundary,
                const nb::kwargs& options) {
  samplers::SampleRequest request;
  request.temperatures = temperatures_from(temperatures, couplings, "sample");
  studies::check_distinct(request.temperatures, "sample");
  if (n < 1) throw input_error("sample: n", fmt::format("{} is out of range", n), "give at least 1");
  request.samples_per_temperature = static_cast<std::size_t>(n);
  request.seed = seed;
  request.model = model_from(model, side, boundary, options, "sample");
  return work([&](base::Observer& observer) { return samplers::sample(request, sampler, observer); });
}

/// A view of a column that lives as long as the ensemble.
template <auto Column>
nb::object column(nb::handle self) {
  const auto& data = nb::cast<const Ensemble&>(self);
  return view_of(std::span(data.*Column), {data.size()}, self);
}

nb::object model_or_none(const Ensemble& data) {
  return data.model ? nb::cast(ModelHandle{data.model}) : nb::none();
}

void bind_columns(nb::class_<Ensemble>& c) {
  c.def_prop_ro(
       "spins", [](const Ensemble& e) { return unpacked(e.spins, e.lattice.shape()); },
       nb::sig("def spins(self) -> numpy.ndarray"), "int8 (n, Ly, Lx) or (n, L), -1 and 1: a new array.")
      .def_prop_ro(
          "words",
          [](nb::handle self) {
            const auto& e = nb::cast<const Ensemble&>(self);
            return view_of(e.spins.words(), {e.size(), e.spins.words_per_row()}, self);
          },
          nb::sig("def words(self) -> numpy.ndarray"),
          "uint64 (n, words): the spins as they are kept, read-only and without a copy. Bit i % 64 of word\n"
          "i // 64 is 1 where spin i (row-major) is up.")
      .def_prop_ro(
          "temperature", column<&Ensemble::temperature>, nb::sig("def temperature(self) -> numpy.ndarray"),
          "float64 (n), in J/k_B; NaN: not an equilibrium configuration of a known T. Read-only view.")
      .def_prop_ro("energy", column<&Ensemble::energy>, nb::sig("def energy(self) -> numpy.ndarray"),
                   "float64 (n), per site, in J; NaN without a model. Read-only view.")
      .def_prop_ro("magnetization", column<&Ensemble::magnetization>,
                   nb::sig("def magnetization(self) -> numpy.ndarray"),
                   "float64 (n), per site, signed. Read-only view.")
      .def_prop_ro("chain", column<&Ensemble::chain>, nb::sig("def chain(self) -> numpy.ndarray"),
                   "int32 (n): which chain a row came from. Read-only view.")
      .def_prop_ro("sweep", column<&Ensemble::sweep>, nb::sig("def sweep(self) -> numpy.ndarray"),
                   "int64 (n): updates of the algorithm since the chain began. Read-only view.")
      .def_prop_ro(
          "shape", [](const Ensemble& e) { return shape_tuple(e.lattice); },
          nb::sig("def shape(self) -> tuple[int, ...]"), "(Ly, Lx), or (L,) of a chain.")
      .def_prop_ro(
          "boundary", [](const Ensemble& e) { return std::string(to_string(e.lattice.boundary())); },
          "'periodic' or 'open'.")
      .def_prop_ro("model", model_or_none, nb::sig("def model(self) -> Model | None"),
                   "The Hamiltonian whose energy is recorded; None for spins of unknown origin.")
      .def_prop_ro(
          "sampling", sampling_of, nb::sig("def sampling(self) -> list[dict]"),
          "How the rows of each temperature were sampled; empty if not made by a sampler. tau_int is\n"
          "(value, error) in updates of the algorithm, as are burn_in and thinning.")
      .def_ro("seed", &Ensemble::seed, "The seed it was made with.")
      .def_rw("command", &Ensemble::command, "How it was made; stands in the file.");
}

/// What an ensemble becomes: a file, a data set of xarray or ArviZ, a text, a pickle.
void bind_files(nb::class_<Ensemble>& c) {
  using namespace nb::literals;
  c.def(
       "save", [](const Ensemble& e, const fs::path& path) { ensemble::write(e, path); }, "path"_a,
       "Writes the file that `spinflow sample` writes. It appears complete or not at all. RuntimeError if "
       "the\n"
       "disk is full.")
      .def(
          "to_xarray", [](nb::handle self) { return helper("_frames", "ensemble_dataset")(self); },
          nb::sig("def to_xarray(self) -> xarray.Dataset"),
          "spins (sample, y, x) with temperature, energy and the other columns as coordinates.")
      .def(
          "to_arviz",
          [](nb::handle self, nb::handle functions) {
            return helper("_frames", "inference_data")(self, functions);
          },
          "functions"_a = nb::tuple(),
          nb::sig("def to_arviz(self, functions: collections.abc.Sequence[collections.abc.Callable] = ()) -> "
                  "arviz.InferenceData"),
          "The series of every chain for ArviZ, (chain, draw): energy, magnetization and abs_magnetization, "
          "per\n"
          "site, and functions of the spins (n, Ly, Lx) that return a number per configuration.\n\n"
          "Independent configurations, each of a chain of its own, are one chain; chains of different "
          "lengths are\n"
          "cut to the shortest. ValueError for several temperatures.\n\n"
          ">>> import spinflow as sf\n"
          ">>> data = sf.sample('ising-square', L=4, T=2.27, n=40)\n"
          ">>> sorted(data.to_arviz().posterior)\n"
          "['abs_magnetization', 'energy', 'magnetization']\n")
      .def("__repr__",
           [](const Ensemble& e) {
             return fmt::format("<spinflow.Ensemble: {} configurations of {} on {} sites ({})>", e.size(),
                                e.model ? e.model->name() : "an unknown model", e.lattice.text(),
                                to_string(e.lattice.boundary()));
           })
      .def("__getstate__",
           [](const Ensemble& e) {
             return bytes_of_file([&](const fs::path& path) { ensemble::write(e, path); });
           })
      .def("__setstate__", [](Ensemble& e, const nb::bytes& state) {
        with_file_of_bytes(state, [&](const fs::path& path) { new (&e) Ensemble(ensemble::read(path)); });
      });
}

void bind_ensemble(nb::module_& m) {
  nb::class_<Ensemble> c(
      m, "Ensemble",
      "Spin configurations on one lattice with their temperatures and origin.\n\n"
      "spins: (n, Ly, Lx) or (n, L), of -1 and 1 or of 0 and 1; with L=(Lx, Ly) also rows (n, Lx Ly).\n"
      "temperature: in J/k_B, one number or (n).\n"
      "model: a Model of the same shape, whose energies are measured. chain, sweep: (n), where rows of one\n"
      "chain are correlated and stand in time order; without them all rows are independent.\n"
      "ValueError for anything else.\n\n"
      ">>> import numpy as np, spinflow as sf\n"
      ">>> data = sf.Ensemble(np.ones((3, 4, 4)), temperature=1.5)\n"
      ">>> len(data), data.shape, data.magnetization.tolist()\n"
      "(3, (4, 4), [1.0, 1.0, 1.0])\n");
  using namespace nb::literals;
  c.def("__init__", make_ensemble, "spins"_a.none(), nb::kw_only(), "temperature"_a = nb::none(),
        "model"_a = nb::none(), "boundary"_a.none() = "periodic", "chain"_a = nb::none(),
        "sweep"_a = nb::none(), "L"_a = nb::none(),
        nb::sig("def __init__(self, spins, *, temperature=None, model=None, boundary: str = 'periodic', "
                "chain=None, sweep=None, L=None) -> None"))
      .def("__len__", &Ensemble::size)
      .def("__getitem__", rows_of, "rows"_a, nb::sig("def __getitem__(self, rows) -> Ensemble"),
           "Some of the configurations: an index, a slice, an array of indices or a mask.")
      .def("at", at, "T"_a, nb::sig("def at(self, T) -> Ensemble"),
           "The configurations of one temperature or several, in J/k_B, coldest first.\n"
           "ValueError, which names the temperatures there are, for another one.")
      .def("measure", measure, "observables"_a = nb::none(),
           nb::sig("def measure(self, observables=None) -> pandas.DataFrame"),
           "What is read of every temperature: a row each, with columns of values and <name>_error.\n\n"
           "observables: names (sf.names('observables')) and functions of the spins (n, Ly, Lx) that return "
           "a\n"
           "number per configuration, whose mean is read. Errors are one standard error over independent\n"
           "pieces (docs/measuring.md); NaN where the rows do not determine it. tau_int: in rows of a "
           "chain.\n\n"
           ">>> import spinflow as sf\n"
           ">>> data = sf.sample('ising-square', L=4, T=[1, 2], n=10)\n"
           ">>> data.measure(['energy']).columns.tolist()\n"
           "['temperature', 'n', 'tau_int', 'tau_int_error', 'short_series', 'energy', 'energy_error']\n");
  bind_files(c);
  bind_columns(c);
  m.def(
      "concatenate", [](const std::vector<Ensemble>& parts) { return ensemble::concatenated(parts); },
      "ensembles"_a,
      "The configurations of all ensembles, by temperature; chains are renumbered.\n"
      "ValueError for none, or for different lattices or models.\n\n"
      ">>> import spinflow as sf\n"
      ">>> len(sf.concatenate([sf.sample('ising-chain', L=8, T=T, n=5) for T in (1, 2)]))\n"
      "10\n");
  m.def(
      "read_ensemble", [](const fs::path& path) { return studies::configurations(path.string()); }, "path"_a);
}

}  // namespace

nb::bytes bytes_of_file(const std::function<void(const fs::path&)>& write) {
  const TemporaryFolder folder;
  write(folder.path / "object.h5");
  std::ifstream file(folder.path / "object.h5", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return nb::bytes(bytes.data(), bytes.size());
}

void with_file_of_bytes(const nb::bytes& bytes, const std::function<void(const fs::path&)>& read) {
  const TemporaryFolder folder;
  {
    std::ofstream file(folder.path / "object.h5", std::ios::binary);
    file.write(bytes.c_str(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush())
      throw failure((folder.path / "object.h5").string(), "it cannot be written", "free some disk");
  }
  read(folder.path / "object.h5");
}

void bind_ensembles(nb::module_& m) {
  using namespace nb::literals;
  bind_ensemble(m);
  m.def(
      "sample", sample, "model"_a.none(), nb::kw_only(), "L"_a = nb::none(), "T"_a = nb::none(),
      "K"_a = nb::none(), "n"_a = 1000, "sampler"_a = "auto", "seed"_a = 1, "boundary"_a = "periodic",
      "options"_a,
      nb::sig("def sample(model, *, L=None, T=None, K=None, n: int = 1000, sampler: str = 'auto', "
              "seed: int = 1, boundary: str = 'periodic', **options) -> Ensemble"),
      "Equilibrated, independent spin configurations: what `spinflow sample` draws, bit for bit.\n\n"
      "model: a name (sf.names('models')) with L and its options, or a Model. T: temperatures in J/k_B, one\n"
      "or several; or K: inverse temperatures. n: configurations per temperature. sampler: 'auto' or a name\n"
      "(sf.names('samplers')). ValueError for what cannot be sampled.\n\n"
      ">>> import spinflow as sf\n"
      ">>> data = sf.sample('ising-square', L=10, T=[1.0, 6.0], n=100, seed=1)\n"
      ">>> data.spins.shape, len(data.at(6.0))\n"
      "((200, 10, 10), 100)\n");
}

}  // namespace spinflow::python
