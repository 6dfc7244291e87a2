// SPDX-License-Identifier: Apache-2.0
#include "spinflow/trainers/supervised.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "kernels/dense/elementary.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/models/model.hpp"
#include "trainers/dense_loop.hpp"
#include "trainers/dense_training.hpp"

namespace spinflow::trainers {

base::Options<SupervisedOptions> supervised_options() {
  base::Options<SupervisedOptions> options;
  options
      .add("hidden", &SupervisedOptions::hidden, "units of the hidden layers, from below",
           {.least = 1, .most = 1 << 20})
      .add("activation", &SupervisedOptions::activation, "of the hidden layers", {}, {"tanh", "relu"})
      .add("optimizer", &SupervisedOptions::optimizer, "how a gradient becomes a step", {}, {"adam", "sgd"})
      .add("learning_rate", &SupervisedOptions::learning_rate, "rate of the first update", {.least = 0})
      .add("schedule", &SupervisedOptions::schedule, "the rate stays, or falls to 0 as half a cosine", {},
           {"constant", "cosine"})
      .add("momentum", &SupervisedOptions::momentum, "part of the last step that sgd repeats",
           {.least = 0, .most = 0.9999})
      .add("batch_size", &SupervisedOptions::batch_size, "configurations per update",
           {.least = 1, .most = 1 << 24})
      .add("updates", &SupervisedOptions::updates, "steps of the optimizer, at most",
           {.least = 1, .most = 1e12})
      .add("held_out", &SupervisedOptions::held_out, "fraction of the configurations that no update sees",
           {.least = 0.001, .most = 0.9})
      .add("evaluate_every", &SupervisedOptions::evaluate_every,
           "updates between evaluations on held-out configurations; 0: 20 evaluations",
           {.least = 0, .most = 1e12})
      .add("patience", &SupervisedOptions::patience,
           "evaluations without a better held-out loss before it stops and keeps the best net; 0: it never "
           "stops early",
           {.least = 0, .most = 1e9});
  return options;
}

double learning_rate_after(const SupervisedOptions& options, std::int64_t done) {
  if (options.schedule == "constant") return options.learning_rate;
  // cos(pi done / updates); libm's cos differs between machines.
  return options.learning_rate * 0.5 * (1 + kernels::cos_of_turn(done, 2 * options.updates));
}

namespace {

std::size_t rows_of(const Targets& targets) {
  return std::max({targets.spins.n_rows(), targets.classes.size(), targets.numbers.size()});
}

}  // namespace

DenseGradient dense_gradient(const networks::Dense& net, const kernels::PackedSpins& v,
                             const Targets& targets) {
  assert(v.n_rows() >= 1 && rows_of(targets) == v.n_rows() && targets.n_outputs == net.n_outputs());
  const auto layers = to_kernel_layout(net);
  Backpropagation batch(layers, net.activation, v.n_rows());
  batch.run(layers, v, targets);
  const auto n = static_cast<float>(v.n_rows());
  const Score score = mean(batch.sum(), v.n_rows(), targets);
  DenseGradient result{.loss = score.loss, .accuracy = score.accuracy, .layers = {}};
  for (const auto& layer : batch.gradient()) {
    result.layers.push_back(from_kernel_layout(layer));
    for (auto& g : result.layers.back().weights) g /= n;
    for (auto& g : result.layers.back().bias) g /= n;
  }
  return result;
}

namespace {

constexpr std::string_view dense_command = "train dense";

std::vector<std::size_t> layer_sizes(const std::vector<std::int64_t>& hidden, std::size_t n_outputs) {
  std::vector<std::size_t> sizes(hidden.begin(), hidden.end());
  sizes.push_back(n_outputs);
  return sizes;
}

SupervisedOptions checked(const SupervisedOptions& options, const ensemble::Ensemble& data,
                          const Targets& targets) {
  const SupervisedOptions good =
      supervised_options().parse(supervised_options().values(options), dense_command);
  if (good.optimizer == "adam" && good.momentum != 0)
    throw input_error(dense_command, "momentum has no meaning for adam",
                      "leave it out, or use the optimizer sgd");
  if (data.size() < 2)
    throw input_error(dense_command, fmt::format("{} configuration(s) leave none to hold out", data.size()),
                      "sample at least two");
  if (rows_of(targets) != data.size())
    throw input_error(
        dense_command,
        fmt::format("there are {} targets for {} configurations", rows_of(targets), data.size()),
        "give one target per configuration");
  return good;
}

/// Rows that no update sees come first, `n_out` of them in random order; then the others, ascending.
struct SplitRows {
  std::vector<std::uint32_t> held_out;
  std::vector<std::uint32_t> training;
};

SplitRows split_rows(std::size_t n, double fraction, std::uint64_t words) {
  std::vector<std::uint32_t> rows(n);
  std::iota(rows.begin(), rows.end(), 0u);
  const auto n_out = std::clamp<std::size_t>(
      static_cast<std::size_t>(std::llround(fraction * static_cast<double>(n))), 1, n - 1);
  base::sample_to_front(rows, n_out, base::RandomStream(words, "dense.held_out"));
  const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(n_out);
  SplitRows split{.held_out = {rows.begin(), middle}, .training = {middle, rows.end()}};
  std::ranges::sort(split.training);
  return split;
}

bool evaluates(const SupervisedOptions& options, std::int64_t update) {
  if (options.evaluate_every == 0)
    return 20 * update / options.updates != 20 * (update - 1) / options.updates;
  return update % options.evaluate_every == 0 || update == options.updates;
}

/// The network before the first update.
networks::Dense first_net(const ensemble::Ensemble& data, const Targets& targets,
                          const SupervisedOptions& options, const std::vector<std::size_t>& sizes,
                          std::uint64_t seed, std::uint64_t words) {
  networks::Dense net = networks::random_dense(
      data.lattice, sizes, networks::activation_from(options.activation, dense_command), words);
  net.seed = seed;
  net.purpose = targets.name;
  net.output = targets.lattice;
  net.temperatures = targets.temperatures;
  net.training = supervised_options().values(options);
  if (data.model != nullptr) net.model_toml = models::to_toml(*data.model);
  return net;
}

}  // namespace

DenseTraining train_supervised(const ensemble::Ensemble& data, const Targets& targets,
                               const SupervisedOptions& wanted, std::uint64_t seed, base::Observer& observer,
                               const Checkpoints& checkpoints, const Savepoint& savepoint) {
  const base::StopScope scope(observer);
  const SupervisedOptions options = checked(wanted, data, targets);
  const auto sizes = layer_sizes(options.hidden, targets.n_outputs);
  const std::uint64_t words = stream_seed(seed, dense_command, sizes, data, targets);
  SplitRows split = split_rows(data.size(), options.held_out, words);
  networks::Dense net = first_net(data, targets, options, sizes, seed, words);
  return trained(std::move(net), data, targets,
                 {.where = dense_command,
                  .shuffle = "dense.shuffle",
                  .words = words,
                  .training = std::move(split.training),
                  .held_out = std::move(split.held_out),
                  .batch_size = static_cast<std::size_t>(options.batch_size),
                  .updates = options.updates,
                  .patience = options.patience,
                  .optimizer = options.optimizer,
                  .momentum = options.momentum,
                  .rate = [&](std::int64_t done) { return learning_rate_after(options, done); },
                  .evaluates = [&](std::int64_t update) { return evaluates(options, update); }},
                 observer, checkpoints, savepoint);
}

}  // namespace spinflow::trainers
