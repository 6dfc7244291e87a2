// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "module.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/studies/sampling.hpp"

namespace spinflow::python {

std::string size_text(nb::handle side, const std::string& where) {
  if (side.is_none()) throw input_error(where, "L is missing", "give the sides of the lattice, as in L=10");
  if (PyUnicode_Check(side.ptr())) return nb::cast<std::string>(side);
  std::string text;
  const auto lengths = numbers_from(side, where + ": L");
  const auto kind =
      nb::cast<std::string>(nb::module_::import_("numpy").attr("asarray")(side).attr("dtype").attr("kind"));
  const bool whole = kind == "i" || kind == "u";
  for (const double length : lengths) {
    if (!whole || !(length >= 1) || length > 1e9)
      throw input_error(where + ": L",
                        whole ? fmt::format("{:.0f} is no number of sites", length)
                              : fmt::format("{} is no whole number", nb::repr(side).c_str()),
                        "give whole numbers, as in L=10 or L=(16, 10)");
    text += fmt::format("{}{:.0f}", text.empty() ? "" : "x", length);
  }
  return text;
}

std::shared_ptr<const models::Model> model_of(nb::handle given, const std::string& argument) {
  if (nb::isinstance<ModelHandle>(given)) return nb::cast<ModelHandle&>(given).model;
  throw input_error(argument, "it is no Model", "give one, as in sf.Model('ising-square', L=10)");
}

std::shared_ptr<const models::Model> model_from(nb::handle model, nb::handle side,
                                                const std::string& boundary, nb::handle options,
                                                const std::string& where) {
  if (nb::isinstance<ModelHandle>(model)) {
    if (!side.is_none() || nb::len(options) > 0)
      throw input_error(where, "a Model has its lattice and options already", "leave them out");
    return nb::cast<ModelHandle&>(model).model;
  }
  if (!PyUnicode_Check(model.ptr()))
    throw input_error(where + ": model", "it is neither a name nor a Model",
                      fmt::format("known: {}", fmt::join(models::registry().names(), ", ")));
  const auto name = nb::cast<std::string>(model);
  const auto& entry = models::registry().find(name);
  base::Values values = values_of(options, where);
  for (const auto& [option, value] : values)
    if (std::ranges::count(entry.options, option, &base::OptionSpec::name) == 0)
      throw base::no_such_option(where, option, entry.options);
  return studies::named_model(
      {.name = name, .size = size_text(side, where), .boundary = boundary, .options = std::move(values)},
      where);
}

std::vector<double> temperatures_from(nb::handle temperatures, nb::handle couplings,
                                      const std::string& where) {
  if (temperatures.is_none() == couplings.is_none())
    throw input_error(where,
                      temperatures.is_none() ? "the temperatures are missing" : "T and K are both given",
                      "give either T or K (inverse temperatures)");
  if (!temperatures.is_none()) return numbers_from(temperatures, where + ": T");
  auto numbers = numbers_from(couplings, where + ": K");
  for (double& k : numbers) {
    if (!(k > 0) || !std::isfinite(1 / k))
      throw input_error(where + ": K", fmt::format("{} is no inverse of a finite temperature", k),
                        "give K = 1/T > 0; spins at infinite temperature are independent coins");
    k = 1 / k;
  }
  return numbers;
}

void bind_models(nb::module_& m) {
  using namespace nb::literals;
  nb::class_<ModelHandle>(
      m, "Model",
      "A Hamiltonian on its lattice: name (sf.names('models')), L, boundary and options.\n\n"
      "L: 10, (16, 10) for Lx and Ly, or '16x10'. Options as `spinflow models` lists them.\n\n"
      ">>> import spinflow as sf\n"
      ">>> sf.Model('ising-square', L=4, field=0.5).energy([[[1] * 4] * 4]).tolist()\n"
      "[-2.5]\n")
      .def(
          "__init__",
          [](ModelHandle* place, nb::handle name, nb::handle side, nb::handle boundary,
             const nb::kwargs& options) {
            const std::string ends = text_from(boundary, "Model: boundary");
            new (place) ModelHandle{
                model_from(nb::str(text_from(name, "Model: name").c_str()), side, ends, options, "Model")};
          },
          "name"_a.none(), "L"_a.none(), "boundary"_a.none() = "periodic", "options"_a,
          nb::sig("def __init__(self, name: str, L, boundary: str = 'periodic', **options) -> None"))
      .def_prop_ro("name", [](const ModelHandle& h) { return std::string(h.model->name()); })
      .def_prop_ro(
          "shape", [](const ModelHandle& h) { return nb::tuple(nb::cast(h.model->lattice().shape())); },
          nb::sig("def shape(self) -> tuple[int, ...]"), "(Ly, Lx), or (L,) of a chain.")
      .def_prop_ro("boundary",
                   [](const ModelHandle& h) { return std::string(to_string(h.model->lattice().boundary())); })
      .def_prop_ro("options", [](const ModelHandle& h) { return dict_of(h.model->options()); })
      .def(
          "energy",
          [](const ModelHandle& h, nb::handle spins) {
            const Configurations given(spins, "spins");
            return array_of(
                ensemble::from_spins(given.spins(static_cast<std::size_t>(h.model->lattice().n_sites())),
                                     h.model->lattice(), h.model)
                    .energy);
          },
          "spins"_a.none(), nb::sig("def energy(self, spins) -> numpy.ndarray"),
          "Energy per site of each configuration, in the units of J: float64 (n). ValueError for another "
          "lattice.")
      .def("__repr__",
           [](const ModelHandle& h) {
             return fmt::format("<spinflow.Model: {} on {} sites ({})>", h.model->name(),
                                h.model->lattice().text(), to_string(h.model->lattice().boundary()));
           })
      .def("__getstate__", [](const ModelHandle& h) { return models::to_toml(*h.model); })
      .def("__setstate__", [](ModelHandle& h, const std::string& text) {
        new (&h) ModelHandle{models::from_toml(text, "pickled model")};
      });
}

}  // namespace spinflow::python
