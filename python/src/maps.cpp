// SPDX-License-Identifier: Apache-2.0
#include "maps.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "spinflow/base/digest.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/observables/observable.hpp"
#include "spinflow/transformations/dense_map.hpp"
#include "spinflow/transformations/from_text.hpp"
#include "spinflow/transformations/rbm_reconstruct.hpp"
#include "spinflow/transformations/stack_maps.hpp"
#include "work.hpp"

namespace spinflow::python {

namespace {

using namespace nb::literals;
using ensemble::Ensemble;
using transformations::Transformation;

/// A map that is a function of the spins. Called without the GIL, in the thread of the flow.
class WrittenMap final : public Transformation {
 public:
  explicit WrittenMap(nb::handle function) : function_(nb::borrow(function)), name_(name_of(function)) {}
  ~WrittenMap() override {
    const nb::gil_scoped_acquire held;
    function_.reset();
  }
  WrittenMap(const WrittenMap&) = delete;
  WrittenMap& operator=(const WrittenMap&) = delete;

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] std::string identity() const override { return "python " + name_; }
  /// Asks the function for the shape of its output on two configurations, all up and all down, once a
  /// lattice.
  [[nodiscard]] lattice::Lattice output_lattice(const lattice::Lattice& input) const override {
    {
      const std::scoped_lock lock(mutex_);
      for (const auto& [from, to] : known_)
        if (from == input) return to;
    }
    kernels::PackedSpins probe(2, static_cast<std::size_t>(input.n_sites()));
    probe.flip(0);
    const auto output = made(probe, input, 0).lattice;
    const std::scoped_lock lock(mutex_);
    known_.emplace_back(input, output);
    return output;
  }
  [[nodiscard]] Ensemble apply(const Ensemble& input, std::uint64_t seed) const override {
    Ensemble output = made(input.spins, input.lattice, seed);
    return transformations::mapped(input, std::move(output.spins), output.lattice);
  }
  [[nodiscard]] bool commutes_with_flip() const override { return false; }

 private:
  [[nodiscard]] Ensemble made(const kernels::PackedSpins& spins, const lattice::Lattice& lattice,
                              std::uint64_t seed) const {
    const nb::gil_scoped_acquire held;
    const nb::object result = helper("_written", "mapped")(function_, unpacked(spins, lattice.shape()), seed);
    const Configurations output(result, name_, lattice.boundary());
    if (output.spins().n_rows() != spins.n_rows())
      throw input_error(
          name_, fmt::format("it made {} configurations of {}", output.spins().n_rows(), spins.n_rows()),
          "a map returns one for each");
    return output.ensemble();
  }

  nb::object function_;
  std::string name_;
  mutable std::mutex mutex_;
  mutable std::vector<std::pair<lattice::Lattice, lattice::Lattice>> known_;
};

class WrittenThermometer final : public thermometers::Thermometer {
 public:
  WrittenThermometer(nb::handle function, const lattice::Lattice& lattice)
      : function_(nb::borrow(function)), name_(name_of(function)), lattice_(lattice) {}
  ~WrittenThermometer() override {
    const nb::gil_scoped_acquire held;
    function_.reset();
  }
  WrittenThermometer(const WrittenThermometer&) = delete;
  WrittenThermometer& operator=(const WrittenThermometer&) = delete;

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return lattice_; }
  [[nodiscard]] thermometers::Reading read(const Ensemble& ensemble) const override {
    const nb::gil_scoped_acquire held;
    const nb::object spins = unpacked(ensemble.spins, ensemble.lattice.shape());
    const auto [value, error] =
        nb::cast<std::pair<double, double>>(helper("_written", "temperature")(function_, spins, name_));
    return {.value = value, .error = error};
  }
  [[nodiscard]] std::pair<double, double> range() const override {
    return {0, std::numeric_limits<double>::infinity()};
  }

 private:
  nb::object function_;
  std::string name_;
  lattice::Lattice lattice_;
};

/// Functions that are observables, by name. They stay to the end of the process, as entries of a registry do.
std::map<std::string, nb::object>& written_observables() {
  static auto* functions = new std::map<std::string, nb::object>();
  return *functions;
}

/// Enters a function into the registry of observables; one of the same name that was written before is
/// replaced.
std::string add_observable(nb::handle function) {
  const std::string name = name_of(function);
  auto& functions = written_observables();
  if (functions.contains(name)) {
    functions[name] = nb::borrow(function);
    return name;
  }
  for (const auto& entry : observables::registry().entries())
    for (const auto& number : entry.numbers)
      if (entry.name == name || number.name == name)
        throw input_error("observables", fmt::format("'{}' is the name of an observable of spinflow", name),
                          "give the function another name");
  functions[name] = nb::borrow(function);
  observables::registry().add({.name = name,
                               .help = "written in Python",
                               .numbers = {{.name = name, .symbol = name}},
                               .read = [name](const ensemble::Rows& rows) -> std::vector<stats::Estimate> {
                                 std::vector<double> values;
                                 {
                                   const nb::gil_scoped_acquire held;
                                   const nb::object spins =
                                       unpacked(rows.ensemble().spins, rows.lattice().shape());
                                   values = nb::cast<std::vector<double>>(helper("_written", "numbers")(
                                       written_observables().at(name), spins, name));
                                 }
                                 return {rows.mean(values)};
                               },
                               .reference = {}});
  return name;
}

std::string hidden_mode(const std::string& text) {
  if (text != "sampled" && text != "sign")
    throw input_error("StackUp: hidden_mode", "there is no mode '" + text + "'",
                      suggestion(text, {"sampled", "sign"}));
  return text;
}

/// What makes a map again: one of the functions below, and what it was called with.
template <class... Arguments>
nb::object maker(const char* function, const Arguments&... arguments) {
  return nb::make_tuple(helper("maps", "_made"),
                        nb::make_tuple(function, nb::cast(arguments, nb::rv_policy::copy)...));
}

void bind_map_makers(nb::module_& m) {
  m.def("named_map", [](const std::string& name, const nb::dict& options) {
    const auto& entry = transformations::registry().find(name);
    const auto values = values_of(options, name);
    for (const auto& [option, value] : values)
      if (std::ranges::count(entry.options, option, &base::OptionSpec::name) == 0)
        throw base::no_such_option(name, option, entry.options);
    return MapHandle{entry.make(values), maker("named_map", name, options)};
  });
  m.def("stack_up", [](const networks::Stack& stack, const std::string& mode) {
    return MapHandle{
        std::make_shared<transformations::StackUp>(
            stack, hidden_mode(mode) == "sign" ? networks::HiddenMode::sign : networks::HiddenMode::sampled),
        maker("stack_up", stack, mode)};
  });
  m.def("stack_reconstruct", [](const networks::Stack& stack, std::int64_t top_steps) {
    if (top_steps < 0)
      throw input_error("StackReconstruct: top_steps", fmt::format("{} is out of range", top_steps),
                        "give at least 0");
    return MapHandle{std::make_shared<transformations::StackReconstruct>(stack, top_steps),
                     maker("stack_reconstruct", stack, top_steps)};
  });
  m.def("add_observable", [](nb::handle function) { return add_observable(function); });
}

}  // namespace

std::string name_of(nb::handle function) {
  return nb::cast<std::string>(helper("_written", "name")(function));
}

std::unique_ptr<thermometers::Thermometer> written_thermometer(nb::handle function,
                                                               const lattice::Lattice& lattice) {
  return std::make_unique<WrittenThermometer>(function, lattice);
}

MapHandle map_from(nb::handle given, const std::string& argument) {
  if (nb::isinstance<MapHandle>(given)) return nb::cast<MapHandle&>(given);
  if (nb::isinstance<networks::Rbm>(given))
    return {std::make_shared<transformations::RbmReconstruct>(nb::cast<const networks::Rbm&>(given))};
  if (nb::isinstance<networks::Stack>(given))
    return {std::make_shared<transformations::StackUp>(nb::cast<const networks::Stack&>(given),
                                                       networks::HiddenMode::sampled)};
  if (nb::isinstance<networks::Dense>(given))
    return {std::make_shared<transformations::DenseMap>(nb::cast<const networks::Dense&>(given))};
  if (nb::isinstance(given, helper("rbm", "RBM"))) return map_from(given.attr("_fitted")(), argument);
  if (PyUnicode_Check(given.ptr()) || nb::hasattr(given, "__fspath__"))
    return {transformations::from_text(nb::cast<std::string>(nb::str(given)))};
  if (PyCallable_Check(given.ptr()) != 0) return {std::make_shared<WrittenMap>(given)};
  throw input_error(argument, "it is no map",
                    "give an RBM, a Stack, a Dense, one of sf.maps, a text or a function");
}

void bind_maps(nb::module_& m) {
  nb::class_<MapHandle>(m, "Map",
                        "A map of configurations: what sf.flow iterates. Called, it makes one step.\n\n"
                        ">>> import spinflow as sf\n"
                        ">>> data = sf.sample('ising-square', L=4, T=2.27, n=10)\n"
                        ">>> sf.maps.BlockMajority(2)(data).shape\n"
                        "(2, 2)\n")
      .def(
          "__call__",
          [](const MapHandle& h, nb::handle data, std::uint64_t seed) {
            const Configurations given(data, "data");
            return work([&](base::Observer&) {
              static_cast<void>(h.map->output_lattice(given.ensemble().lattice));
              return h.map->apply(given.ensemble(), seed);
            });
          },
          "data"_a.none(), nb::kw_only(), "seed"_a = 1,
          "The configurations that the map makes of each: an Ensemble. ValueError if it does not fit.")
      .def("__reduce__", [](const MapHandle& h) { return h.maker; })
      .def_prop_ro("name", [](const MapHandle& h) { return std::string(h.map->name()); })
      .def("__repr__",
           [](const MapHandle& h) { return fmt::format("<spinflow.Map: {}>", h.map->identity()); });
  bind_map_makers(m);
}

}  // namespace spinflow::python
