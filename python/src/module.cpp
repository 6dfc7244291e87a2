// SPDX-License-Identifier: Apache-2.0
#include "module.hpp"

#include <typeinfo>

#include "spinflow/base/error.hpp"
#include "spinflow/base/parallel.hpp"
#include "spinflow/base/version.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/observables/observable.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/thermometers/thermometer.hpp"
#include "spinflow/trainers/trainer.hpp"
#include "spinflow/transformations/transformation.hpp"

namespace spinflow::python {

namespace {

void translate(const std::exception_ptr& pointer, void*) {
  try {
    std::rethrow_exception(pointer);
  } catch (const Error& error) {
    PyObject* kind = error.fault() == Fault::input     ? PyExc_ValueError
                     : error.fault() == Fault::failure ? PyExc_RuntimeError
                                                       : PyExc_KeyboardInterrupt;
    PyErr_SetString(kind, error.what());
  } catch (const std::bad_cast&) {
    PyErr_SetString(PyExc_TypeError, "a value is of another kind than is asked for; see help()");
  }
}

/// name: help.
template <class Entries>
nb::dict helps(const Entries& entries) {
  nb::dict dict;
  for (const auto& entry : entries) dict[entry.name.c_str()] = entry.help;
  return dict;
}

nb::dict names(const std::string& of) {
  if (of == "models") return helps(models::registry().entries());
  if (of == "samplers") return helps(samplers::registry().entries());
  if (of == "methods") return helps(trainers::registry().entries());
  if (of == "maps") return helps(transformations::registry().entries());
  if (of == "thermometers") return helps(thermometers::registry().entries());
  if (of == "observables") return helps(observables::registry().entries());
  if (of == "recipes") return helps(recipes::registry().entries());
  throw input_error(
      "names", "there is no list '" + of + "'",
      suggestion(of, {"models", "samplers", "methods", "maps", "thermometers", "observables", "recipes"}));
}

}  // namespace

}  // namespace spinflow::python

NB_MODULE(_core, m) {
  using namespace spinflow::python;
  using namespace nanobind::literals;
  nb::register_exception_translator(translate);
  // What is left at the end of a session (an exception's traceback, a cell's output) is no leak of ours.
  nb::set_leak_warnings(false);
  m.attr("__version__") = std::string(spinflow::base::software()).substr(std::string("spinflow ").size());
  m.def("names", names, "of"_a,
        "Names and helps of 'models', 'samplers', 'methods' (of training RBMs), 'maps', 'thermometers',\n"
        "'observables' or 'recipes': what is asked for by name. ValueError for another list.\n\n"
        ">>> import spinflow as sf\n"
        ">>> 'heat-bath' in sf.names('samplers')\n"
        "True\n");
  m.def("set_threads", spinflow::base::set_threads, "n"_a,
        "At most n >= 1 threads from now on; unless set those that the process was given. No result depends "
        "on it. ValueError for n "
        "< 1.\n\n"
        ">>> import spinflow as sf\n"
        ">>> sf.set_threads(2)  # doctest: +SKIP\n");
  bind_models(m);
  bind_ensembles(m);
  bind_exact(m);
  bind_networks(m);
  bind_exchange(m);
  bind_training(m);
  bind_maps(m);
  bind_flows(m);
  bind_analyses(m);
  bind_runs(m);
}
