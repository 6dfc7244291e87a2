// SPDX-License-Identifier: Apache-2.0
#include "spinflow/trainers/stack_trainer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/ensemble/identity.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/networks/receptive_fields.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"

namespace spinflow::trainers {

base::Options<StackTrainingOptions> stack_training_options() {
  // The limits are those of a single RBM's training.
  base::Options<StackTrainingOptions> options;
  options
      .add("hidden", &StackTrainingOptions::hidden, "units of each hidden layer, from below",
           {.least = 1, .most = 1 << 20})
      .add("k", &StackTrainingOptions::k, "steps of the chain per update", {.least = 1, .most = 1 << 20})
      .add("learning_rate", &StackTrainingOptions::learning_rate,
           "rate of the first update of a layer; 0: 0.8 / sqrt(sites of the lowest layer)", {.least = 0})
      .add("final_learning_rate", &StackTrainingOptions::final_learning_rate,
           "rate at the last update, reached geometrically; 0: a tenth of the first", {.least = 0})
      .add("momentum", &StackTrainingOptions::momentum, "part of the last step that is repeated",
           {.least = 0, .most = 0.9999})
      .add("shrinkage", &StackTrainingOptions::shrinkage,
           "lambda: every update ends with W <- sign(W) max(|W| - rate lambda, 0)", {.least = 0})
      .add("batch_size", &StackTrainingOptions::batch_size, "configurations per update",
           {.least = 1, .most = 1 << 24})
      .add("epochs", &StackTrainingOptions::epochs, "passes over the data per layer, may be a fraction",
           {.least = 1e-9, .most = 1e9})
      .add("initial_sigma", &StackTrainingOptions::initial_sigma, "standard deviation of the initial weights",
           {.least = 0});
  return options;
}

namespace {

/// Refuses layers that are not blocks of blocks.
void check_hidden(const std::vector<std::int64_t>& hidden, lattice::Lattice below) {
  if (hidden.empty())
    throw input_error("train stack --hidden", "there are no layers", "give their units, as in 64,16");
  for (const auto n : hidden) below = networks::hidden_lattice(below, static_cast<std::size_t>(n));
}

networks::Rbm trained_layer(const ensemble::Ensemble& data, std::size_t layer,
                            const RbmTrainingOptions& options, std::uint64_t seed, StackTraining& result,
                            base::Observer& observer, const AfterLayerEpoch& after_epoch,
                            const Savepoint& savepoint) {
  AfterEpoch of_layer;
  if (after_epoch) of_layer = [&](const networks::Rbm& rbm) { return after_epoch(layer, rbm); };
  try {
    auto trainer = begun_training(data, options, base::derived_seed(seed, "stack.layer", layer));
    take_up(trainer, data.spins, savepoint.path);
    RbmTraining one = finished(trainer, observer, savepoint, of_layer);
    result.updates += one.updates;
    result.seconds += one.seconds;
    return std::move(one.rbm);
  } catch (const Error& error) {
    if (error.fault() != Fault::failure) throw;
    throw Error(Fault::failure, fmt::format("layer {} of the stack: {}", layer, error.what()));
  }
}

}  // namespace

std::vector<std::filesystem::path> layer_savepoints(const std::filesystem::path& path, std::size_t layers) {
  std::vector<std::filesystem::path> all;
  for (std::size_t l = 1; l <= layers; ++l) all.emplace_back(fmt::format("{}-{}", path.string(), l));
  return all;
}

StackTraining train_stack(const ensemble::Ensemble& data, const StackTrainingOptions& options,
                          std::uint64_t seed, base::Observer& observer, const AfterLayerEpoch& after_epoch,
                          const Savepoint& savepoint) {
  const base::StopScope scope(observer);
  const auto binder = stack_training_options();
  const StackTrainingOptions good = binder.parse(binder.values(options), "train stack");
  const auto& hidden = good.hidden;
  check_hidden(hidden, data.lattice);
  const double rate = good.learning_rate > 0 ? good.learning_rate
                                             : 0.8 / std::sqrt(static_cast<double>(data.lattice.n_sites()));
  RbmTrainingOptions layer_options{
      .k = good.k,
      .learning_rate = rate,
      .final_learning_rate = good.final_learning_rate > 0 ? good.final_learning_rate : rate / 10,
      .momentum = good.momentum,
      .weight_decay = 0,
      .shrinkage = good.shrinkage,
      .batch_size = good.batch_size,
      .epochs = good.epochs,
      .initial_sigma = good.initial_sigma};
  const std::uint64_t words =
      base::derived_seed(seed, fmt::format("train stack {} on {}", fmt::join(hidden, ","),
                                           ensemble::identity(data.lattice, data.spins)));
  StackTraining result;
  result.stack.seed = seed;
  if (data.model != nullptr) result.stack.model_toml = models::to_toml(*data.model);
  // What the next layer learns from: the data, then the hidden layer of the last one.
  const ensemble::Ensemble* below = &data;
  std::optional<ensemble::Ensemble> hidden_layer;
  for (std::size_t l = 0; l < hidden.size(); ++l) {
    layer_options.hidden = hidden[l];
    Savepoint own = savepoint;
    if (!own.path.empty()) own.path = layer_savepoints(own.path, l + 1).back();
    networks::Rbm rbm =
        trained_layer(*below, l + 1, layer_options, words, result, observer, after_epoch, own);
    if (std::ranges::all_of(networks::receptive_fields(rbm), [](const auto& field) { return field.dead; }))
      throw failure(
          "train stack",
          fmt::format("all {} hidden units of layer {} are dead (sum |w| < 0.1) after {} updates with the "
                      "shrinkage lambda = {}",
                      hidden[l], l + 1, rbm.history.back().update, good.shrinkage),
          good.shrinkage > 0 ? "choose a smaller lambda" : "train longer or with a larger learning rate");
    const auto coarse = networks::hidden_lattice(below->lattice, rbm.n_hidden);
    rbm = networks::arranged(rbm, networks::arrangement(rbm, coarse));
    rbm.seed = seed;
    rbm.state = nullptr;  // its units stand in another order
    rbm.model_toml = result.stack.model_toml;
    result.stack.layers.push_back(std::move(rbm));
    if (l + 1 == hidden.size()) break;
    hidden_layer =
        ensemble::from_spins(networks::up(result.stack, below->spins, l, l + 1, networks::HiddenMode::sampled,
                                          base::derived_seed(words, "stack.hidden")),
                             coarse, nullptr);
    below = &*hidden_layer;
  }
  result.updates_per_second = static_cast<double>(result.updates) / std::max(result.seconds, 1e-9);
  return result;
}

}  // namespace spinflow::trainers
