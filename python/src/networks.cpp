// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "module.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/networks/dense_file.hpp"
#include "spinflow/networks/identity.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/networks/rbm_likelihood.hpp"
#include "spinflow/networks/rbm_tempering.hpp"
#include "spinflow/networks/stack_file.hpp"
#include "spinflow/studies/configurations.hpp"
#include "spinflow/studies/network_samples.hpp"
#include "spinflow/transformations/rbm_reconstruct.hpp"
#include "work.hpp"

namespace spinflow::python {

namespace {

namespace fs = std::filesystem;
using namespace nb::literals;
using networks::Dense;
using networks::Rbm;
using networks::Stack;

std::shared_ptr<const models::Model> model_of_network(const std::string& toml) {
  return toml.empty() ? nullptr : models::from_toml(toml, "the network");
}

/// Configurations of a network's visible layer.
ensemble::Ensemble of_network(kernels::PackedSpins spins, const lattice::Lattice& lattice,
                              const std::string& model_toml) {
  const auto model = model_of_network(model_toml);
  return ensemble::from_spins(std::move(spins), lattice,
                              model != nullptr && model->lattice() == lattice ? model : nullptr);
}

template <class Row>
nb::list history_of(const std::vector<Row>& rows, const io::Columns<Row>& columns) {
  nb::list list;
  for (const auto& row : rows) list.append(dict_of(row, columns));
  return list;
}

ensemble::Ensemble rbm_sample(const Rbm& rbm, std::int64_t n, std::int64_t rounds, std::int64_t replicas,
                              std::uint64_t seed) {
  return work([&](base::Observer& observer) {
    return studies::network_samples(rbm, n, {.rounds = rounds, .replicas = replicas}, seed, observer).rows;
  });
}

nb::dict log_likelihood(const Rbm& rbm, nb::handle v, std::uint64_t seed, const nb::dict& options) {
  networks::AisOptions ais;
  for (const auto& [name, value] : values_of(options, "log_likelihood"))
    (name == "chains"     ? ais.chains
     : name == "steps"    ? ais.steps
     : name == "replicas" ? ais.replicas
                          : ais.rounds) = std::get<std::int64_t>(value);
  const Configurations given(v, "X");
  const auto& spins = given.spins(rbm.n_visible());
  const auto found = work(
      [&](base::Observer& observer) { return networks::log_likelihood(rbm, spins, ais, seed, observer); });
  nb::dict answer;
  answer["value"] = found.value;
  answer["error"] = found.error;
  answer["method"] = found.method;
  answer["effective_sample_size"] = found.effective_sample_size;
  answer["reverse"] = found.reverse ? nb::object(tuple_of(*found.reverse)) : nb::none();
  answer["converged"] = networks::converged(found);
  return answer;
}

/// `read`(rbm, spins) without the GIL.
template <class Read>
auto read_rows(const Rbm& rbm, nb::handle v, const Read& read) {
  const Configurations given(v, "X");
  const auto& spins = given.spins(rbm.n_visible());
  return work([&](base::Observer&) { return read(rbm, spins); });
}

void bind_parameters(nb::class_<Rbm>& c) {
  c.def_prop_ro("weights",
                [](nb::handle self) {
                  const auto& rbm = nb::cast<const Rbm&>(self);
                  return view_of(std::span(rbm.weights), {rbm.n_hidden, rbm.n_visible()}, self);
                })
      .def_prop_ro("visible_bias",
                   [](nb::handle self) {
                     const auto& rbm = nb::cast<const Rbm&>(self);
                     return view_of(std::span(rbm.visible_bias), {rbm.n_visible()}, self);
                   })
      .def_prop_ro("hidden_bias",
                   [](nb::handle self) {
                     const auto& rbm = nb::cast<const Rbm&>(self);
                     return view_of(std::span(rbm.hidden_bias), {rbm.n_hidden}, self);
                   })
      .def_prop_ro("shape", [](const Rbm& rbm) { return nb::tuple(nb::cast(rbm.visible.shape())); })
      .def_prop_ro("history",
                   [](const Rbm& rbm) { return history_of(rbm.history, networks::rbm_history_columns()); })
      .def_prop_ro("training", [](const Rbm& rbm) { return dict_of(rbm.training); })
      .def_ro("seed", &Rbm::seed)
      .def_rw("command", &Rbm::command);
}

void bind_rbm(nb::module_& m) {
  nb::class_<Rbm> c(m, "RbmCore");
  bind_parameters(c);
  c.def("hidden_means",
        [](const Rbm& rbm, nb::handle v) {
          const auto means = read_rows(rbm, v, networks::hidden_means);
          return array_of(means.unpadded(), {means.n_rows(), means.n_columns()});
        })
      .def("free_energy",
           [](const Rbm& rbm, nb::handle v) { return array_of(read_rows(rbm, v, networks::free_energy)); })
      .def("pseudo_likelihood",
           [](const Rbm& rbm, nb::handle v) {
             return array_of(read_rows(rbm, v, networks::pseudo_log_likelihood));
           })
      .def("sample_hidden",
           [](const Rbm& rbm, nb::handle v, std::uint64_t seed) {
             const auto h = read_rows(rbm, v, [&](const Rbm& net, const kernels::PackedSpins& spins) {
               return networks::sample_hidden(net, spins, seed);
             });
             return unpacked(h, {rbm.n_hidden});
           })
      .def("reconstruct",
           [](const Rbm& rbm, nb::handle v, std::uint64_t seed) {
             return of_network(read_rows(rbm, v,
                                         [&](const Rbm& net, const kernels::PackedSpins& spins) {
                                           return transformations::RbmReconstruct(net).reconstructed(spins,
                                                                                                     seed);
                                         }),
                               rbm.visible, rbm.model_toml);
           })
      .def("sample", rbm_sample)
      .def("log_likelihood", log_likelihood)
      .def("save", [](const Rbm& rbm, const fs::path& path) { networks::write_rbm(rbm, path); })
      .def("__getstate__",
           [](const Rbm& rbm) {
             return bytes_of_file([&](const fs::path& path) { networks::write_rbm(rbm, path); });
           })
      .def("__setstate__", [](Rbm& rbm, const nb::bytes& state) {
        with_file_of_bytes(state, [&](const fs::path& path) { new (&rbm) Rbm(networks::read_rbm(path)); });
      });
}

networks::HiddenMode mode_from(const std::string& text) {
  if (text == "sampled") return networks::HiddenMode::sampled;
  if (text == "sign") return networks::HiddenMode::sign;
  throw input_error("hidden_mode", "there is no mode '" + text + "'", suggestion(text, {"sampled", "sign"}));
}

ensemble::Ensemble stack_up(const Stack& stack, nb::handle v, std::size_t layer, const std::string& mode,
                            std::uint64_t seed) {
  if (layer < 1 || layer > stack.layers.size())
    throw input_error("up: layer", fmt::format("there is no hidden layer {}", layer),
                      fmt::format("give 1 to {}", stack.layers.size()));
  const Configurations given(v, "X");
  const auto& spins = given.spins(stack.layers.front().n_visible());
  const auto how = mode_from(mode);
  return ensemble::from_spins(
      work([&](base::Observer&) { return networks::up(stack, spins, 0, layer, how, seed); }),
      stack.lattice(layer), nullptr);
}

ensemble::Ensemble stack_sample(const Stack& stack, std::int64_t n, std::int64_t steps, std::uint64_t seed) {
  return work([&](base::Observer&) { return studies::network_samples(stack, n, steps, seed).rows; });
}

void bind_layers(nb::class_<Stack>& c) {
  c.def("__len__", [](const Stack& stack) { return stack.layers.size(); })
      .def("__repr__",
           [](const Stack& stack) {
             std::string text = stack.lattice(0).text();
             for (std::size_t l = 1; l <= stack.layers.size(); ++l) text += " -> " + stack.lattice(l).text();
             return fmt::format("<spinflow.Stack: {}>", text);
           })
      .def_prop_ro(
          "layers",
          [](const Stack& stack) {
            nb::list all;
            for (const auto& rbm : stack.layers) all.append(helper("rbm", "fitted")(nb::cast(rbm)));
            return all;
          },
          nb::sig("def layers(self) -> list[RBM]"), "The RBMs, the lowest first.")
      .def_prop_ro(
          "shapes",
          [](const Stack& stack) {
            nb::list all;
            for (std::size_t l = 0; l <= stack.layers.size(); ++l)
              all.append(nb::tuple(nb::cast(stack.lattice(l).shape())));
            return all;
          },
          nb::sig("def shapes(self) -> list[tuple[int, ...]]"),
          "The lattice of every layer: that of the spins first.");
}

void bind_stack(nb::module_& m) {
  nb::class_<Stack> c(
      m, "Stack",
      "RBMs on top of each other, without biases: what sf.train_stack returns.\n\n"
      "A map of flows: each step is one layer up (sf.maps.StackUp; sf.maps.StackReconstruct).\n\n"
      ">>> import spinflow as sf\n"
      ">>> data = sf.sample('ising-square', L=8, T=2.27, n=100)\n"
      ">>> stack = sf.train_stack(data, hidden=[16, 4], epochs=2)\n"
      ">>> stack, len(stack.layers)\n"
      "(<spinflow.Stack: 8x8 -> 4x4 -> 2x2>, 2)\n"
      ">>> stack.up(data, layer=2).spins.shape, stack.sample(5, steps=3).spins.shape\n"
      "((100, 2, 2), (5, 8, 8))\n");
  bind_layers(c);
  c.def(
       "up", stack_up, "X"_a.none(), nb::kw_only(), "layer"_a = 1, "hidden_mode"_a = "sampled", "seed"_a = 1,
       nb::sig("def up(self, X, *, layer: int = 1, hidden_mode: str = 'sampled', seed: int = 1) -> Ensemble"),
       "Hidden layer `layer` (1: the lowest) of configurations X: an Ensemble, drawn, or with\n"
       "hidden_mode='sign' the more probable sign of each unit. ValueError for another layer, or an X of\n"
       "another lattice.")
      .def(
          "sample", stack_sample, "n"_a = 1000, nb::kw_only(), "steps"_a = 1000, "seed"_a = 1,
          "n >= 1 configurations drawn from the stack as a deep belief net, an Ensemble: `steps` >= 0 Gibbs\n"
          "steps at the top from random spins, then down. ValueError for numbers out of range.")
      .def_ro("seed", &Stack::seed, "The seed it was trained with.")
      .def_rw("command", &Stack::command, "How it was made; stands in the file.")
      .def(
          "save", [](const Stack& stack, const fs::path& path) { networks::write_stack(stack, path); },
          "path"_a, "Writes the file that `spinflow train stack` writes.")
      .def("__getstate__",
           [](const Stack& stack) {
             return bytes_of_file([&](const fs::path& path) { networks::write_stack(stack, path); });
           })
      .def("__setstate__", [](Stack& stack, const nb::bytes& state) {
        with_file_of_bytes(state,
                           [&](const fs::path& path) { new (&stack) Stack(networks::read_stack(path)); });
      });
}

nb::object evaluated(const Dense& net, nb::handle v,
                     kernels::FloatMatrix (networks::DenseForward::*of)(const kernels::PackedSpins&,
                                                                        std::size_t, std::size_t) const) {
  const Configurations given(v, "X");
  const auto& spins = given.spins(net.n_visible());
  const auto found =
      work([&](base::Observer&) { return (networks::DenseForward(net).*of)(spins, 0, spins.n_rows()); });
  return array_of(found.unpadded(), {found.n_rows(), found.n_columns()});
}

void bind_layers(nb::class_<Dense>& c) {
  c.def_prop_ro(
       "layers",
       [](nb::handle self) {
         nb::list all;
         for (const auto& layer : nb::cast<const Dense&>(self).layers)
           all.append(nb::make_tuple(view_of(std::span(layer.weights), {layer.n_out, layer.n_in}, self),
                                     view_of(std::span(layer.bias), {layer.n_out}, self)));
         return all;
       },
       nb::sig("def layers(self) -> list[tuple[numpy.ndarray, numpy.ndarray]]"),
       "(weights (n_out, n_in), bias (n_out)) of each layer, the lowest first: read-only views.")
      .def_prop_ro(
          "shape", [](const Dense& net) { return nb::tuple(nb::cast(net.visible.shape())); },
          nb::sig("def shape(self) -> tuple[int, ...]"), "Of the configurations it takes.")
      .def("__repr__",
           [](const Dense& net) {
             std::string text = net.visible.text();
             for (const auto& layer : net.layers) text += fmt::format(" -> {}", layer.n_out);
             return fmt::format("<spinflow.Dense: {}, {}>", text, net.purpose);
           })
      .def_ro("purpose", &Dense::purpose, "'classifier', or the target it was trained for.")
      .def_ro("temperatures", &Dense::temperatures, "Of the classes of a classifier, ascending, in J/k_B.")
      .def_prop_ro(
          "history",
          [](const Dense& net) {
            return helper("_frames", "frame")(history_of(net.history, networks::dense_history_columns()));
          },
          nb::sig("def history(self) -> pandas.DataFrame"), "The course of the training.")
      .def_prop_ro(
          "training", [](const Dense& net) { return dict_of(net.training); },
          "The options it was trained with.");
}

void bind_dense(nb::module_& m) {
  nb::class_<Dense> c(
      m, "Dense",
      "A fully connected net on spins: what sf.train_dense and sf.train_classifier return.\n\n"
      "With spins for outputs it is a map of flows; a classifier is a thermometer.\n\n"
      ">>> import spinflow as sf\n"
      ">>> data = sf.sample('ising-square', L=4, T=[1, 4], n=100)\n"
      ">>> net = sf.train_classifier(data, hidden=8, epochs=2)\n"
      ">>> net, net.temperatures\n"
      "(<spinflow.Dense: 4x4 -> 8 -> 2, classifier>, [1.0, 4.0])\n"
      ">>> net.outputs(data).shape, net.features(data).shape, net.probabilities(data).shape\n"
      "((200, 2), (200, 8), (200, 2))\n");
  bind_layers(c);
  c.def(
       "outputs",
       [](const Dense& net, nb::handle v) { return evaluated(net, v, &networks::DenseForward::outputs); },
       "X"_a.none(), nb::sig("def outputs(self, X) -> numpy.ndarray"),
       "The linear outputs: float32 (n, n_outputs). ValueError for an X of another lattice.")
      .def(
          "features",
          [](const Dense& net, nb::handle v) { return evaluated(net, v, &networks::DenseForward::features); },
          "X"_a.none(), nb::sig("def features(self, X) -> numpy.ndarray"),
          "Values of the highest hidden layer: float32 (n, its units). ValueError as for outputs.")
      .def(
          "probabilities",
          [](const Dense& net, nb::handle v) {
            return evaluated(net, v, &networks::DenseForward::probabilities);
          },
          "X"_a.none(), nb::sig("def probabilities(self, X) -> numpy.ndarray"),
          "Of the classes, the softmax of the outputs, 0 .. 1: float32 (n, n_classes). ValueError as for "
          "outputs.")
      .def_ro("seed", &Dense::seed, "The seed it was trained with.")
      .def_rw("command", &Dense::command, "How it was made; stands in the file.")
      .def(
          "save", [](const Dense& net, const fs::path& path) { networks::write_dense(net, path); }, "path"_a,
          "Writes the file that `spinflow train dense` writes.")
      .def("__getstate__",
           [](const Dense& net) {
             return bytes_of_file([&](const fs::path& path) { networks::write_dense(net, path); });
           })
      .def("__setstate__", [](Dense& net, const nb::bytes& state) {
        with_file_of_bytes(state,
                           [&](const fs::path& path) { new (&net) Dense(networks::read_dense(path)); });
      });
}

/// What a file of ours holds, by its header, or a folder; other files are spins in .npy.
nb::object load(const fs::path& path) {
  if (fs::is_directory(path)) return nb::module_::import_("spinflow._core").attr("results_of")(path.string());
  if (studies::configurations_name(path.string()).step)
    return nb::cast(studies::configurations(path.string()));
  if (!io::is_hdf5(path)) return nb::cast(ensemble::read(path));
  const io::Hdf5Reader file(path);
  const auto format = io::read_header(file).format;
  if (format == networks::rbm_format.name) return helper("rbm", "fitted")(nb::cast(networks::read_rbm(file)));
  if (format == networks::stack_format.name) return nb::cast(networks::read_stack(file));
  if (format == networks::dense_format.name) return nb::cast(networks::read_dense(file));
  if (format == flow::flow_format.name) return helper("flows", "loaded")(nb::cast(flow::read(file)));
  return nb::cast(ensemble::read(path));
}

}  // namespace

void bind_networks(nb::module_& m) {
  bind_rbm(m);
  bind_stack(m);
  bind_dense(m);
  m.def("load", load, "path"_a, nb::sig("def load(path: str | os.PathLike)"),
        "What a file holds: an Ensemble, RBM, Stack, Dense or Flow; of .npy an Ensemble of the spins in it; "
        "of\n"
        "'flow.h5@12' or 'flow.h5@12,T=6' the Ensemble that a flow kept after step 12 (of the start at T = "
        "6); of\n"
        "the folder of a finished run its Results.\n"
        "ValueError, which names the file, for everything that is wrong with it.\n\n"
        ">>> import spinflow as sf, tempfile, os\n"
        ">>> file = os.path.join(tempfile.mkdtemp(), 'spins.h5')\n"
        ">>> sf.sample('ising-square', L=4, T=2, n=3).save(file)\n"
        ">>> sf.load(file)\n"
        "<spinflow.Ensemble: 3 configurations of ising-square on 4x4 sites (periodic)>\n");
}

}  // namespace spinflow::python
