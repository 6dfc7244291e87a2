// SPDX-License-Identifier: Apache-2.0
#include "commands/train.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>

#include "command/commands.hpp"
#include "command/inputs.hpp"
#include "command/json.hpp"
#include "command/signals.hpp"
#include "command/time_limit.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/networks/dense_file.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/networks/rbm_likelihood.hpp"
#include "spinflow/networks/receptive_fields.hpp"
#include "spinflow/networks/stack_file.hpp"
#include "spinflow/studies/configurations.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "spinflow/trainers/stack_trainer.hpp"
#include "spinflow/trainers/supervised.hpp"
#include "spinflow/trainers/trainer.hpp"

namespace spinflow::program {

trainers::Savepoint savepoint_beside(const std::filesystem::path& output, std::size_t layers) {
  const std::filesystem::path saved = output.string() + ".training";
  const auto first = layers == 0 ? saved : trainers::layer_savepoints(saved, layers).front();
  return {.path = saved, .saved = [first] { say_that_it_resumes(first); }};
}

TrainingOutput::TrainingOutput(const Invocation& invocation, std::vector<std::filesystem::path> inputs,
                               std::size_t layers)
    : path_([&] {
        inputs.push_back(studies::configurations_name(invocation.word("ENSEMBLE")).file);
        return checked_output(invocation, inputs);
      }()),
      lock_(path_),
      savepoint_(savepoint_beside(path_, layers)),
      saved_(layers == 0 ? std::vector{savepoint_.path}
                         : trainers::layer_savepoints(savepoint_.path, layers)) {
  check_unfinished(invocation, saved_, "training",
                   [](const std::filesystem::path& file) { std::filesystem::remove(file); });
}

bool TrainingOutput::resumes() const {
  return std::ranges::any_of(saved_, [](const auto& file) { return std::filesystem::exists(file); });
}

void TrainingOutput::complete() const {
  std::error_code none;
  for (const auto& file : saved_) std::filesystem::remove(file, none);
}

ensemble::Ensemble training_data(const Invocation& invocation) {
  const std::string& file = invocation.word("ENSEMBLE");
  return rows_wanted(invocation, configurations_of(invocation, file), file);
}

ensemble::Ensemble training_spins(const Invocation& invocation) {
  const std::filesystem::path file = invocation.word("ENSEMBLE");
  if (says_spins(invocation) || studies::is_flow(studies::configurations_name(file.string()).file))
    return training_data(invocation);
  if (!invocation.has("temperatures")) return ensemble::read_for_training(file);
  return ensemble::read_for_training(
      file, among(invocation.get<std::vector<double>>("temperatures"), ensemble::temperatures(file),
                  invocation.path + " --temperatures", file));
}

Json rbm_history(const networks::Rbm& rbm) { return to_json(rbm.history, networks::rbm_history_columns()); }

const networks::RbmHistoryRow& kept_row(const networks::Rbm& rbm) {
  const auto patience = rbm.training.find("patience");
  const auto* epochs =
      patience == rbm.training.end() ? nullptr : std::get_if<std::int64_t>(&patience->second);
  if (epochs == nullptr || *epochs == 0) return rbm.history.back();
  return *std::ranges::max_element(rbm.history, {}, &networks::RbmHistoryRow::pseudo_likelihood_held_out);
}

std::string word_on_coins(const networks::Rbm& rbm,
                          const std::optional<networks::LogLikelihood>& likelihood) {
  const double coins = -std::log(2.0) * static_cast<double>(rbm.n_visible());
  const double reached = likelihood ? likelihood->value : kept_row(rbm).pseudo_likelihood_train;
  if (!(0.95 * reached < coins)) return {};
  return fmt::format(
      "worse than fair coins, to which a configuration has {:.6g} nats: the training has failed; use a "
      "smaller "
      "learning rate, more updates, or less weight decay\n",
      coins);
}

namespace {

void print_stack(const Invocation& invocation, const trainers::StackTraining& result) {
  const networks::Stack& stack = result.stack;
  Json layers = Json::array();
  TextTable table({"layer", "lattice", "units", "dead", "participation", "coherence", "reconstruction error",
                   "pseudo-likelihood", "|W|"});
  for (std::size_t l = 0; l < stack.layers.size(); ++l) {
    const networks::Rbm& rbm = stack.layers[l];
    const auto summary = networks::layer_summary(rbm);
    const auto lattice = stack.lattice(l + 1).text();
    layers.push_back({{"layer", l + 1},
                      {"lattice", lattice},
                      {"hidden", rbm.n_hidden},
                      {"dead", summary.dead},
                      {"participation", summary.participation},
                      {"coherence", summary.coherence},
                      {"history", rbm_history(rbm)}});
    const auto& last = rbm.history.back();
    table.add({fmt::format("{}", l + 1), lattice, fmt::format("{}", rbm.n_hidden),
               fmt::format("{}", summary.dead), fmt::format("{:.2f}", summary.participation),
               fmt::format("{:.3f}", summary.coherence), plain(last.reconstruction_error),
               plain(last.pseudo_likelihood_train), plain(last.weight_norm)});
  }
  if (invocation.json()) {
    print_json({{"updates", result.updates},
                {"seconds", result.seconds},
                {"updates_per_second", result.updates_per_second},
                {"layers", layers}});
    return;
  }
  std::string words;
  for (std::size_t l = 0; l < result.stack.layers.size(); ++l)
    if (const auto word = word_on_coins(result.stack.layers[l], std::nullopt); !word.empty())
      words += fmt::format("layer {} is {}", l + 1, word);
  print(table.text() + words);
}

int train_stack(const Invocation& invocation) {
  const auto seed = seed_of(invocation);
  const auto binder = trainers::stack_training_options();
  const auto options = binder.parse(invocation.only(binder.specs()), invocation.path);
  const TrainingOutput output(invocation, {}, options.hidden.size());
  const ensemble::Ensemble data = training_spins(invocation);
  // Weights, velocities and gradients, and the hidden fields of all configurations, of at most as many units
  // as the lattice has sites.
  const double sites = data.lattice.n_sites();
  const double units =
      options.hidden.empty() ? 1 : std::min(static_cast<double>(options.hidden.front()), sites);
  base::check_memory(units * (32 * sites + 4 * static_cast<double>(data.size())), invocation.path);
  heed_time_limit(invocation);
  if (output.resumes()) output.savepoint().saved();
  auto result = [&] {
    Progress progress;
    return trainers::train_stack(data, options, seed, progress, {}, output.savepoint());
  }();
  networks::Stack& stack = result.stack;
  stack.command = invocation.line;
  networks::write_stack(stack, output.path(), existing_output(invocation));
  output.complete();
  print_stack(invocation, result);
  if (!invocation.json())
    print(fmt::format("{} updates in {:.2f} s ({:.0f} per second) on {} configurations, seed {}, in {}\n",
                      result.updates, result.seconds, result.updates_per_second, data.size(), seed,
                      printable(output.path().string())));
  return 0;
}

int train_classifier(const Invocation& invocation) {
  const TrainingOutput output(invocation);
  const ensemble::Ensemble data = training_data(invocation);
  const auto seed = seed_of(invocation);
  const auto options = trainers::classifier_options().parse(
      invocation.only(trainers::classifier_options().specs()), invocation.path);
  heed_time_limit(invocation);
  auto result = [&] {
    Progress progress;
    return trainers::train_classifier(data, options, seed, progress, {}, output.savepoint());
  }();
  result.net.command = invocation.line;
  networks::write_dense(result.net, output.path(), existing_output(invocation));
  output.complete();
  TextTable table({"epoch", "loss", "accuracy", "held-out loss", "held-out accuracy"});
  for (const auto& row : result.net.history)
    table.add({fmt::format("{}", row.epoch), plain(row.loss_train), plain(row.accuracy_train),
               plain(row.loss_held_out), plain(row.accuracy_held_out)});
  if (invocation.json()) {
    print_json({{"updates", result.updates},
                {"seconds", result.seconds},
                {"updates_per_second", result.updates_per_second},
                {"history", dense_history(result.net)}});
    return 0;
  }
  const auto& last = result.net.history.back();
  const double guess = std::log(static_cast<double>(result.net.n_outputs()));
  const bool fails = (std::isfinite(last.loss_held_out) ? last.loss_held_out : last.loss_train) > guess;
  print(fmt::format(
      "{}{}{} updates in {:.2f} s on {} configurations, seed {}, in {}\n", table.text(),
      fails ? fmt::format("worse than a blind guess, whose loss is {:.4g}: use a smaller learning "
                          "rate, other epochs or more configurations\n",
                          guess)
            : "",
      result.updates, result.seconds, data.size(), seed, printable(output.path().string())));
  return 0;
}

}  // namespace

Json dense_history(const networks::Dense& net) {
  return to_json(net.history, networks::dense_history_columns());
}

Command with_training_flags(Command command, std::vector<Flag> options) {
  command.positionals = {{.name = "ENSEMBLE",
                          .help = "configurations: a file of `spinflow sample`, or spins of another program",
                          .completes = Completes::file}};
  for (auto& flag : options) command.flags.push_back(std::move(flag));
  command.flags.push_back(temperatures_flag("train on these temperatures of the file only [all]"));
  std::ranges::move(spins_flags(), std::back_inserter(command.flags));
  command.flags.push_back(seed_flag());
  command.flags.push_back(output_flag("HDF5 file for the network", true));
  command.flags.push_back(
      resume_flag("go on with the same command where it was interrupted (OUTPUT.training); begin where there "
                  "is nothing"));
  command.flags.push_back(time_limit_flag());
  command.flags.push_back(force_flag());
  return command;
}

Command train_command() {
  Command stack = with_training_flags(
      {.name = "stack",
       .help = "train RBMs on top of each other, each on the hidden units of the one below",
       .footer =
           "Participation and coherence of the weights are medians over the units that are not dead.\n\n"
           "Example:\n  spinflow train stack spins.h5 --hidden 64,16 --shrinkage 0.006 -o s.h5",
       .run = train_stack},
      flags_of(trainers::stack_training_options().specs()));
  Command classifier =
      with_training_flags({.name = "classifier",
                           .help = "train a net to tell temperatures apart, for use as a thermometer",
                           .run = train_classifier},
                          flags_of(trainers::classifier_options().specs()));
  return {.name = "train",
          .help = "train a network on an ensemble",
          .commands = {train_rbm_command(), std::move(stack), std::move(classifier), train_dense_command()}};
}

}  // namespace spinflow::program
