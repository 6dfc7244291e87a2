// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>

#include "module.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/studies/dense_targets.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "spinflow/trainers/stack_trainer.hpp"
#include "spinflow/trainers/supervised.hpp"
#include "trainers/rbm_options.hpp"
#include "work.hpp"

namespace spinflow::python {

namespace {

namespace fs = std::filesystem;
using namespace nb::literals;

/// A training and the configurations it learns from.
class RbmTraining {
 public:
  /// From random weights, or from the network `start` (Rbm or None).
  RbmTraining(nb::handle data, const std::string& method, const nb::dict& options, std::uint64_t seed,
              nb::handle start)
      : data_(std::make_unique<Configurations>(data, "X")),
        trainer_(begun(*data_, trainers::options_of(method, values_of(options, "RBM"), "RBM"), seed, start)) {
  }

  void go_on_with(nb::handle data) {
    auto next = std::make_unique<Configurations>(data, "X");
    trainer_.go_on_with(next->spins(data_->spins().n_columns()));
    data_ = std::move(next);
  }

  void update(std::int64_t n) {
    work([&](base::Observer& observer) {
      observer.begin("train rbm", static_cast<std::uint64_t>(std::min(n, trainer_.total_updates())),
                     "updates");
      const std::int64_t piece = std::clamp<std::int64_t>(n / 1000, 1, 100);
      for (; n > 0 && !trainer_.done(); n -= piece) {
        const std::int64_t before = trainer_.updates();
        trainer_.update(std::min(n, piece), observer);
        observer.advance(static_cast<std::uint64_t>(trainer_.updates() - before));
      }
      return 0;
    });
  }

  [[nodiscard]] const trainers::RbmTrainer& trainer() const { return trainer_; }

 private:
  static trainers::RbmTrainer begun(const Configurations& data, const trainers::RbmTrainingOptions& options,
                                    std::uint64_t seed, nb::handle start) {
    if (start.is_none()) return trainers::begun_training(data.ensemble(), options, seed);
    const auto& rbm = nb::cast<const networks::Rbm&>(start);
    return trainers::begun_at(rbm, data.spins(rbm.n_visible()), options, seed);
  }

  std::unique_ptr<Configurations> data_;
  trainers::RbmTrainer trainer_;
};

nb::list option_specs(const std::vector<base::OptionSpec>& specs) {
  nb::list list;
  for (const auto& spec : specs) {
    nb::dict one;
    one["name"] = spec.name;
    one["help"] = spec.help;
    one["default"] = object_of(spec.fallback);
    list.append(one);
  }
  return list;
}

/// What a callback of Python's says to what it is called with: whether the training ends. Called without the
/// GIL.
template <class... Things>
bool ends(nb::handle callback, const Things&... things) {
  const nb::gil_scoped_acquire held;
  return nb::cast<bool>(helper("_written", "ends")(callback(nb::cast(things, nb::rv_policy::copy)...)));
}

trainers::Checkpoints looks_of(nb::handle callback) {
  if (callback.is_none()) return {};
  return {.evaluated = [callback](const networks::Dense& net) { return ends(callback, net); }};
}

networks::Stack train_stack(nb::handle data, std::uint64_t seed, nb::handle callback,
                            const nb::kwargs& options) {
  const Configurations given(data, "data");
  const auto asked =
      trainers::stack_training_options().parse(values_of(options, "train_stack"), "train_stack");
  trainers::AfterLayerEpoch after_epoch;
  if (!callback.is_none())
    after_epoch = [callback](std::size_t layer, const networks::Rbm& rbm) {
      const nb::gil_scoped_acquire held;
      return ends(callback, helper("rbm", "fitted")(nb::cast(rbm)), layer);
    };
  return work([&](base::Observer& observer) {
           return trainers::train_stack(given.ensemble(), asked, seed, observer, after_epoch);
         })
      .stack;
}

networks::Dense train_classifier(nb::handle data, std::uint64_t seed, nb::handle callback,
                                 const nb::kwargs& options) {
  const Configurations given(data, "data");
  const auto asked =
      trainers::classifier_options().parse(values_of(options, "train_classifier"), "train_classifier");
  return work([&](base::Observer& observer) {
           return trainers::train_classifier(given.ensemble(), asked, seed, observer, looks_of(callback));
         })
      .net;
}

/// Targets as the user's own array: numbers (n), classes (n) of whole numbers, or spins (n, ...).
trainers::Targets targets_from(nb::handle target, std::size_t n) {
  const auto [kind, values] =
      nb::cast<std::pair<std::string, nb::object>>(helper("_arrays", "targets")(target, n));
  trainers::Targets targets{.name = "own " + kind};
  if (kind == "spins") {
    const Configurations given(values, "target");
    targets.spins = given.spins();
    targets.n_outputs = targets.spins.n_columns();
    targets.lattice = given.ensemble().lattice;
    return targets;
  }
  const auto numbers = nb::cast<std::vector<double>>(values);
  targets.n_outputs = 1;
  for (const double x : numbers) {
    if (kind == "numbers") {
      targets.numbers.push_back(static_cast<float>(x));
    } else {
      targets.classes.push_back(static_cast<std::uint32_t>(x));
      targets.n_outputs = std::max<std::size_t>(targets.n_outputs, targets.classes.back() + 1);
    }
  }
  return targets;
}

networks::Dense train_dense(nb::handle data, nb::handle target, const std::string& ties, std::uint64_t seed,
                            nb::handle callback, const nb::kwargs& options) {
  const Configurations given(data, "data");
  const auto asked = trainers::supervised_options().parse(values_of(options, "train_dense"), "train_dense");
  const auto targets = PyUnicode_Check(target.ptr())
                           ? studies::dense_targets(given.ensemble(), nb::cast<std::string>(target), ties,
                                                    seed, "train_dense: target")
                           : targets_from(target, given.ensemble().size());
  return work([&](base::Observer& observer) {
           return trainers::train_supervised(given.ensemble(), targets, asked, seed, observer,
                                             looks_of(callback));
         })
      .net;
}

void bind_rbm_training(nb::module_& m) {
  nb::class_<RbmTraining>(m, "RbmTraining")
      .def(nb::init<nb::handle, const std::string&, const nb::dict&, std::uint64_t, nb::handle>(),
           nb::arg().none(), nb::arg(), nb::arg(), nb::arg(), nb::arg().none())
      .def("update", &RbmTraining::update)
      .def("go_on_with", &RbmTraining::go_on_with, nb::arg().none())
      .def_prop_ro("done", [](const RbmTraining& t) { return t.trainer().done(); })
      .def_prop_ro("updates", [](const RbmTraining& t) { return t.trainer().updates(); })
      .def_prop_ro("total_updates", [](const RbmTraining& t) { return t.trainer().total_updates(); })
      .def_prop_ro("updates_per_epoch", [](const RbmTraining& t) { return t.trainer().updates_per_epoch(); })
      .def("rbm", [](const RbmTraining& t) { return t.trainer().rbm(); });
  m.def("rbm_options",
        [](const std::string& method) { return option_specs(trainers::registry().find(method).options()); });
}

void bind_stack_training(nb::module_& m) {
  m.def(
      "train_stack", train_stack, "data"_a.none(), nb::kw_only(), "seed"_a = 1, "callback"_a = nb::none(),
      "options"_a,
      nb::sig("def train_stack(data, *, seed: int = 1, callback: collections.abc.Callable | None = None, "
              "**options) -> Stack"),
      "RBMs on top of each other, layer by layer: what `spinflow train stack` trains, bit for bit.\n\n"
      "data: an Ensemble, or spins (n, Ly, Lx) or (n, L). options: hidden=[64, 16] (units of each layer, "
      "from\n"
      "below), k, learning_rate, final_learning_rate, momentum, shrinkage, batch_size, epochs, "
      "initial_sigma,\n"
      "as `spinflow train stack --help` tells. callback: called as callback(rbm, layer) after every epoch of "
      "a\n"
      "layer (1: the lowest) with the RBM as it then stands; if it returns True, this layer is ready and "
      "the\n"
      "next one begins. A stack that was trained cannot go on: begin anew with more epochs.\n"
      "ValueError for layers that do not divide the lattice, RuntimeError if the training diverges.\n\n"
      ">>> import spinflow as sf\n"
      ">>> data = sf.sample('ising-square', L=4, T=2.27, n=200)\n"
      ">>> sf.train_stack(data, hidden=[4], epochs=2).shapes\n"
      "[(4, 4), (2, 2)]\n");
}

void bind_net_training(nb::module_& m) {
  m.def("train_classifier", train_classifier, "data"_a.none(), nb::kw_only(), "seed"_a = 1,
        "callback"_a = nb::none(), "options"_a,
        nb::sig("def train_classifier(data, *, seed: int = 1, callback: collections.abc.Callable | None = "
                "None, **options) -> "
                "Dense"),
        "A net that tells the temperatures of an Ensemble apart: what `spinflow train classifier` trains.\n\n"
        "options: hidden=64, activation='tanh', learning_rate, batch_size, epochs, patience, held_out.\n"
        "callback: called as callback(net) after every epoch with the net as it then stands; the training "
        "ends\n"
        "there if it returns True. A net that was trained cannot go on: begin anew with more "
        "epochs.\n"
        "ValueError if a row has no temperature, or all have the same.\n\n"
        ">>> import spinflow as sf\n"
        ">>> data = sf.sample('ising-square', L=4, T=[1, 4], n=200)\n"
        ">>> sf.train_classifier(data, hidden=8, epochs=2).temperatures\n"
        "[1.0, 4.0]\n");
  m.def("train_dense", train_dense, "data"_a.none(), "target"_a.none(), nb::kw_only(), "ties"_a = "none",
        "seed"_a = 1, "callback"_a = nb::none(), "options"_a,
        nb::sig("def train_dense(data, target, *, ties: str = 'none', seed: int = 1, callback: "
                "collections.abc.Callable | None = "
                "None, **options) -> Dense"),
        "A net that computes something of a configuration: what `spinflow train dense` trains.\n\n"
        "target: 'decimation:4', 'majority:3' (an even side needs ties='corner' or 'random'), 'autoencode',\n"
        "'label:temperature', 'sign-magnetization', 'magnetization'; or an array with a row per "
        "configuration:\n"
        "floats (n) are numbers, integers (n) from 0 are classes, (n, L) or (n, Ly, Lx) are spins. options:\n"
        "hidden=[128], activation, optimizer, learning_rate, schedule, momentum, batch_size, updates, "
        "held_out,\n"
        "evaluate_every, patience. callback: called as callback(net) after every evaluation (evaluate_every "
        "updates;\n"
        "20 in all unless given) with the net as it then stands, whose history tells how well it does; the "
        "training\n"
        "ends there if it returns True. A net that was trained cannot go on: begin anew with "
        "more\n"
        "updates. ValueError for targets that do not fit.\n\n"
        ">>> import spinflow as sf\n"
        ">>> data = sf.sample('ising-chain', L=8, T=1, n=200)\n"
        ">>> net = sf.train_dense(data, 'decimation:2', hidden=[16], updates=100)\n"
        ">>> net.outputs(data).shape\n"
        "(200, 4)\n");
}

}  // namespace

void bind_training(nb::module_& m) {
  bind_rbm_training(m);
  bind_stack_training(m);
  bind_net_training(m);
}

}  // namespace spinflow::python
