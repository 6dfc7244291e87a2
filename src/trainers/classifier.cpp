// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/trainers/supervised.hpp"
#include "trainers/dense_training.hpp"

namespace spinflow::trainers {

base::Options<ClassifierOptions> classifier_options() {
  base::Options<ClassifierOptions> options;
  options
      .add("hidden", &ClassifierOptions::hidden, "units of the hidden layer", {.least = 1, .most = 1 << 20})
      .add("activation", &ClassifierOptions::activation, "of the hidden layer", {}, {"tanh", "relu"})
      .add("learning_rate", &ClassifierOptions::learning_rate, "rate of Adam", {.least = 0})
      .add("batch_size", &ClassifierOptions::batch_size, "configurations per update",
           {.least = 1, .most = 1 << 24})
      .add("epochs", &ClassifierOptions::epochs, "passes over the data, at most", {.least = 1, .most = 1e9})
      .add("patience", &ClassifierOptions::patience, "epochs without a better held-out loss before it stops",
           {.least = 1, .most = 1e9})
      .add("held_out", &ClassifierOptions::held_out,
           "fraction of the configurations of every temperature that decides when to stop",
           {.least = 0.001, .most = 0.9});
  return options;
}

namespace {

constexpr std::string_view where = "train classifier";

/// The temperatures of the data, at least two. Error(input) otherwise.
std::vector<ensemble::TemperatureGroup> groups_of(const ensemble::Ensemble& data) {
  auto groups = ensemble::by_temperature(data);
  if (!groups.empty() && std::isnan(groups.back().temperature))
    throw input_error(where, "some configurations have no temperature",
                      "use an ensemble made by `spinflow sample`");
  if (groups.size() < 2)
    throw input_error(where, fmt::format("the ensemble has {} temperature(s)", groups.size()),
                      "a classifier needs at least two");
  return groups;
}

struct Split {
  std::vector<std::uint32_t> training;  // ascending
  std::vector<std::uint32_t> held_out;
};

// Every temperature gives the same fraction of its rows, and at least one row, to the held-out set.
Split split_rows(const std::vector<ensemble::TemperatureGroup>& groups, double fraction,
                 std::uint64_t words) {
  Split split;
  for (std::size_t c = 0; c < groups.size(); ++c) {
    std::vector<std::uint32_t> rows(groups[c].rows.begin(), groups[c].rows.end());
    if (rows.size() < 2)
      throw input_error(where, fmt::format("T = {:g} has a single configuration", groups[c].temperature),
                        "sample at least two per temperature");
    base::shuffle(rows, base::RandomStream(words, "classifier.held_out", c));
    const auto n_out = static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(
        static_cast<std::size_t>(std::llround(fraction * static_cast<double>(rows.size()))), 1,
        rows.size() - 1));
    split.held_out.insert(split.held_out.end(), rows.begin(), rows.begin() + n_out);
    split.training.insert(split.training.end(), rows.begin() + n_out, rows.end());
  }
  std::sort(split.training.begin(), split.training.end());
  return split;
}

Targets targets_of(const std::vector<ensemble::TemperatureGroup>& groups, std::size_t n) {
  Targets targets{.n_outputs = groups.size()};
  targets.classes.resize(n);
  for (std::size_t c = 0; c < groups.size(); ++c)
    for (const auto row : groups[c].rows) targets.classes[row] = static_cast<std::uint32_t>(c);
  return targets;
}

/// The epochs: stops early, and keeps the network of the smallest held-out loss.
ClassifierTraining trained(networks::Dense net, const ensemble::Ensemble& data, const Targets& targets,
                           const Split& split, const ClassifierOptions& options, std::uint64_t words,
                           base::Observer& observer) {
  Batch held_out(split.held_out.size(), data.spins.n_columns(), targets);
  held_out.fill(data.spins, targets, split.held_out);
  const std::size_t batch_size =
      std::min(static_cast<std::size_t>(options.batch_size), split.training.size());
  const std::size_t batches = split.training.size() / batch_size;
  const float scale = 1.0f / static_cast<float>(batch_size);
  auto layers = to_kernel_layout(net);
  Backpropagation backpropagation(layers, net.activation, batch_size);
  const auto optimizer = make_optimizer("adam", 0, layers);
  Batch batch(batch_size, data.spins.n_columns(), targets);

  ClassifierTraining result{.net = net};
  double best_loss = std::numeric_limits<double>::infinity();
  std::int64_t best_epoch = 0;
  observer.begin(where, static_cast<std::uint64_t>(options.epochs) * batches, "updates");
  for (std::int64_t epoch = 1; epoch <= options.epochs && epoch - best_epoch <= options.patience; ++epoch) {
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::uint32_t> order = split.training;
    base::shuffle(order, base::RandomStream(words, "classifier.shuffle", static_cast<std::uint64_t>(epoch)));
    LossSum learnt;
    for (std::size_t b = 0; b < batches; ++b) {
      batch.fill(data.spins, targets, std::span(order).subspan(b * batch_size, batch_size));
      backpropagation.run(layers, batch.spins, batch.targets);
      learnt.add(backpropagation.sum());
      ++result.updates;
      if (!optimizer->step(layers, backpropagation.gradient(), scale, options.learning_rate))
        throw no_number(result.updates, where);
      observer.advance(1);
    }
    result.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    store(layers, net);
    check_parameters(net, result.updates, where);
    net.history.push_back(history_row(epoch, result.updates, mean(learnt, batches * batch_size, targets),
                                      score(net, held_out.spins, held_out.targets)));
    if (net.history.back().loss_held_out < best_loss) {
      best_loss = net.history.back().loss_held_out;
      best_epoch = epoch;
      result.net = net;
    }
  }
  result.net.history = net.history;
  result.updates_per_second = static_cast<double>(result.updates) / std::max(result.seconds, 1e-9);
  return result;
}

}  // namespace

ClassifierTraining train_classifier(const ensemble::Ensemble& data, const ClassifierOptions& wanted,
                                    std::uint64_t seed, base::Observer& observer) {
  const base::StopScope scope(observer);
  const ClassifierOptions options = classifier_options().parse(classifier_options().values(wanted), where);
  const auto groups = groups_of(data);
  const Targets targets = targets_of(groups, data.size());
  const std::vector<std::size_t> sizes = {static_cast<std::size_t>(options.hidden), groups.size()};
  const std::uint64_t words = stream_seed(seed, where, sizes, data, targets);
  const Split split = split_rows(groups, options.held_out, words);
  networks::Dense net = networks::random_dense(data.lattice, sizes,
                                               networks::activation_from(options.activation, where), words);
  net.seed = seed;
  net.purpose = "classifier";
  for (const auto& group : groups) net.temperatures.push_back(group.temperature);
  net.training = classifier_options().values(options);
  if (data.model != nullptr) net.model_toml = models::to_toml(*data.model);
  return trained(std::move(net), data, targets, split, options, words, observer);
}

}  // namespace spinflow::trainers
