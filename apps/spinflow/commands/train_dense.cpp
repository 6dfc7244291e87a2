// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "command/inputs.hpp"
#include "command/time_limit.hpp"
#include "commands/train.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/networks/dense_file.hpp"
#include "spinflow/studies/dense_targets.hpp"
#include "spinflow/trainers/supervised.hpp"

namespace spinflow::program {

namespace {

/// --hidden is a list that may be empty, which a list of numbers on the command line cannot be.
std::vector<std::int64_t> hidden_of(const Invocation& invocation) {
  const auto& text = invocation.get<std::string>("hidden");
  if (text == "none") return {};
  base::Value units;
  try {
    units = base::from_text(text, std::vector<std::int64_t>{}, invocation.path + " --hidden");
  } catch (const Error&) {
    // Its hint speaks of numbers like 2.25.
  }
  const auto* whole = std::get_if<std::vector<std::int64_t>>(&units);
  if (whole == nullptr || whole->empty() || *std::ranges::min_element(*whole) < 1)
    throw input_error(invocation.path + " --hidden", fmt::format("'{}' is no number of units", text),
                      "give whole numbers of at least 1, as in 128,64, or none for a linear map");
  return *whole;
}

trainers::SupervisedOptions options_of(const Invocation& invocation) {
  const auto binder = trainers::supervised_options();
  base::Values given = invocation.only(binder.specs());
  if (invocation.has("hidden")) given["hidden"] = hidden_of(invocation);
  if (invocation.has("momentum") && invocation.get<std::string>("optimizer") == "adam")
    throw input_error(invocation.path, "--momentum has no meaning for adam",
                      "leave it out, or add --optimizer sgd");
  return binder.parse(given, invocation.path);
}

/// Bytes: parameters with gradient, moments and transpose, and a batch on its way up and down.
double memory_of(const trainers::SupervisedOptions& options, const ensemble::Ensemble& data,
                 std::size_t n_outputs) {
  std::vector<double> sizes(options.hidden.begin(), options.hidden.end());
  sizes.push_back(static_cast<double>(n_outputs));
  const double batch = std::min(static_cast<double>(options.batch_size), static_cast<double>(data.size()));
  double below = data.lattice.n_sites();
  double bytes = 0;
  for (const double n : sizes) {
    bytes += n * (28 * below + 12 * batch);
    below = n;
  }
  return bytes;
}

int train_dense(const Invocation& invocation) {
  const auto options = options_of(invocation);
  const TrainingOutput output(invocation);
  const ensemble::Ensemble data = training_data(invocation);
  const auto seed = seed_of(invocation);
  const auto targets =
      studies::dense_targets(data, invocation.get<std::string>("target"), invocation.get<std::string>("ties"),
                             seed, invocation.path + " --target");
  base::check_memory(memory_of(options, data, targets.n_outputs), invocation.path);
  heed_time_limit(invocation);
  auto result = [&] {
    Progress progress;
    return trainers::train_supervised(data, targets, options, seed, progress, {}, output.savepoint());
  }();
  networks::Dense& net = result.net;
  net.command = invocation.line;
  networks::write_dense(net, output.path(), existing_output(invocation));
  output.complete();
  if (invocation.json()) {
    print_json({{"updates", result.updates},
                {"seconds", result.seconds},
                {"updates_per_second", result.updates_per_second},
                {"history", dense_history(net)}});
    return 0;
  }
  TextTable table({"update", "epoch", "loss", "accuracy", "held-out loss", "held-out accuracy"});
  for (const auto& row : net.history)
    table.add({fmt::format("{}", row.update), fmt::format("{}", row.epoch), plain(row.loss_train),
               plain(row.accuracy_train), plain(row.loss_held_out), plain(row.accuracy_held_out)});
  print(fmt::format("{}{} updates in {:.2f} s ({:.0f} per second) on {} configurations, seed {}, in {}\n",
                    table.text(), result.updates, result.seconds, result.updates_per_second, data.size(),
                    seed, printable(output.path().string())));
  return 0;
}

}  // namespace

Command train_dense_command() {
  std::vector<Flag> flags = {
      {.names = "--target",
       .spec = {.name = "target",
                .help = "what the net is to make of a configuration, see below",
                .fallback = std::string()},
       .required = true,
       .words = {"decimation:4", "majority:3", "label:temperature", "sign-magnetization", "magnetization",
                 "autoencode"}},
      {.names = "--ties",
       .spec = {.name = "ties",
                .help = "what a block of total spin 0 becomes under a majority of even side",
                .fallback = std::string("none"),
                .choices = {"none", "corner", "random"}}}};
  for (auto& flag : flags_of(trainers::supervised_options().specs())) {
    if (flag.spec.name == "hidden") {
      flag.spec = {.name = "hidden",
                   .help = flag.spec.help + ": 128, or 128,64, or none for a linear map",
                   .fallback = std::string("128")};
    }
    flags.push_back(std::move(flag));
  }
  return with_training_flags(
      {.name = "dense",
       .help = "train a fully connected net to compute something of a configuration",
       .footer = "Targets:\n"
                 "  decimation:b        every b-th spin of every axis\n"
                 "  majority:b          the sign of every block of side b; an even b needs --ties\n"
                 "  autoencode          the configuration itself\n"
                 "  label:temperature   which of the temperatures in the file it has\n"
                 "  sign-magnetization  the sign of its magnetization m, + at 0\n"
                 "  magnetization       the number m\n\n"
                 "The loss is the mean squared error of spins (+-1) and of m, the cross-entropy of labels "
                 "and signs.\n"
                 "A net with spins for a target is a map for `spinflow flow`: the signs of its outputs.\n\n"
                 "Example:\n  spinflow train dense chains.h5 --target decimation:4 -o net.h5",
       .run = train_dense},
      std::move(flags));
}

}  // namespace spinflow::program
