// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/trainers/supervised.hpp"
#include "trainers/dense_loop.hpp"
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

constexpr std::string_view classifier_command = "train classifier";

/// The temperatures of the data, at least two. Error(input) otherwise.
std::vector<ensemble::TemperatureGroup> groups_of(const ensemble::Ensemble& data) {
  auto groups = ensemble::by_temperature(data);
  if (!groups.empty() && std::isnan(groups.back().temperature))
    throw input_error(classifier_command, "some configurations have no temperature",
                      "use an ensemble made by `spinflow sample`");
  if (groups.size() < 2)
    throw input_error(classifier_command, fmt::format("the ensemble has {} temperature(s)", groups.size()),
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
      throw input_error(classifier_command,
                        fmt::format("T = {:g} has a single configuration", groups[c].temperature),
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

}  // namespace

DenseTraining train_classifier(const ensemble::Ensemble& data, const ClassifierOptions& wanted,
                               std::uint64_t seed, base::Observer& observer, const Checkpoints& checkpoints,
                               const Savepoint& savepoint) {
  const base::StopScope scope(observer);
  const ClassifierOptions options =
      classifier_options().parse(classifier_options().values(wanted), classifier_command);
  const auto groups = groups_of(data);
  const Targets targets = targets_of(groups, data.size());
  const std::vector<std::size_t> sizes = {static_cast<std::size_t>(options.hidden), groups.size()};
  const std::uint64_t words = stream_seed(seed, classifier_command, sizes, data, targets);
  Split split = split_rows(groups, options.held_out, words);
  networks::Dense net = networks::random_dense(
      data.lattice, sizes, networks::activation_from(options.activation, classifier_command), words);
  net.seed = seed;
  net.purpose = "classifier";
  for (const auto& group : groups) net.temperatures.push_back(group.temperature);
  net.training = classifier_options().values(options);
  if (data.model != nullptr) net.model_toml = models::to_toml(*data.model);
  const std::size_t batch_size =
      std::min(static_cast<std::size_t>(options.batch_size), split.training.size());
  const auto updates_per_epoch = static_cast<std::int64_t>(split.training.size() / batch_size);
  return trained(std::move(net), data, targets,
                 {.where = classifier_command,
                  .shuffle = "classifier.shuffle",
                  .words = words,
                  .training = std::move(split.training),
                  .held_out = std::move(split.held_out),
                  .batch_size = batch_size,
                  .updates = options.epochs * updates_per_epoch,
                  .patience = options.patience,
                  .rate = [&](std::int64_t) { return options.learning_rate; },
                  .evaluates = [=](std::int64_t update) { return update % updates_per_epoch == 0; }},
                 observer, checkpoints, savepoint);
}

}  // namespace spinflow::trainers
