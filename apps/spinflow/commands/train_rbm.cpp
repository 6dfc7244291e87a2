// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <optional>
#include <string>

#include "command/commands.hpp"
#include "command/inputs.hpp"
#include "command/json.hpp"
#include "command/ranks.hpp"
#include "command/time_limit.hpp"
#include "commands/likelihood_text.hpp"
#include "commands/train.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "spinflow/trainers/trainer.hpp"

namespace spinflow::program {

namespace {

std::vector<Flag> rbm_options() {
  std::vector<Flag> flags;
  for (const auto& entry : trainers::registry().entries()) add_missing(flags, entry.options());
  return flags;
}

/// The training that the flags describe, before its first update or, with --continue, where the network's
/// ended.
trainers::ContinuedTraining asked_training(const Invocation& invocation, const ensemble::Ensemble& data) {
  if (!invocation.has("continue")) {
    const auto& entry = trainers::registry().find(invocation.get<std::string>("method"));
    refuse_foreign(invocation, rbm_options(), entry.options(), "method " + entry.name);
    return {.trainer = entry.begun(data, invocation.only(entry.options()), seed_of(invocation)), .anew = {}};
  }
  const auto& file = invocation.get<std::string>("continue");
  base::Values changes;
  for (const auto& flag : rbm_options())
    if (invocation.has(flag.spec.name)) changes[flag.spec.name] = invocation.given.at(flag.spec.name);
  if (invocation.has("method")) changes["method"] = invocation.get<std::string>("method");
  return trainers::continued_training(
      data, file, changes, invocation.has("seed") ? std::optional(seed_of(invocation)) : std::nullopt);
}

struct TrainedRbm {
  trainers::RbmTraining training;
  std::optional<networks::LogLikelihood> likelihood = {};
  std::string anew = {};  ///< ContinuedTraining::anew
};

void print_trained(const Invocation& invocation, const TrainedRbm& trained) {
  const auto& likelihood = trained.likelihood;
  const auto& result = trained.training;
  Json answer = {{"updates", result.updates},
                 {"seconds", result.seconds},
                 {"updates_per_second", result.updates_per_second},
                 {"history", rbm_history(result.rbm)},
                 {"kept_update", kept_row(result.rbm).update}};
  if (invocation.has("continue")) answer["begun_anew"] = trained.anew.empty() ? Json() : Json(trained.anew);
  if (likelihood) {
    answer["log_likelihood"] = likelihood->value;
    answer["log_likelihood_error"] = likelihood->error;
    answer["log_likelihood_method"] = likelihood->method;
    answer["log_likelihood_converged"] = networks::converged(*likelihood);
    answer["log_likelihood_reverse"] = likelihood->reverse ? to_json(*likelihood->reverse) : Json();
  }
  if (invocation.json()) return print_json(answer);
  TextTable table({"update", "reconstruction error", "pseudo-likelihood (nats)", "held out (nats)", "|W|"});
  for (const auto& row : result.rbm.history)
    table.add({fmt::format("{}", row.update), plain(row.reconstruction_error),
               plain(row.pseudo_likelihood_train), plain(row.pseudo_likelihood_held_out),
               plain(row.weight_norm)});
  print(table.text());
  if (likelihood) print(likelihood_text(*likelihood));
  print(word_on_coins(result.rbm, likelihood));
  if (kept_row(result.rbm).update != result.rbm.history.back().update)
    print(fmt::format(
        "the weights are those of update {}, the best for the configurations that were held out\n",
        kept_row(result.rbm).update));
  if (!trained.anew.empty())
    print(fmt::format("a new training began at the weights of {}, because {}\n",
                      printable(invocation.get<std::string>("continue")), trained.anew));
}

int train_rbm(const Invocation& invocation) {
  std::vector<std::filesystem::path> inputs;
  if (invocation.has("continue")) inputs.emplace_back(invocation.get<std::string>("continue"));
  const bool first = ranks().rank() == 0;
  std::optional<TrainingOutput> output;  // the first rank writes
  base::together(ranks(), [&] {
    if (first) output.emplace(invocation, std::move(inputs));
  });
  const trainers::Savepoint savepoint = savepoint_beside(invocation.get<std::string>("output"));
  heed_time_limit(invocation);
  std::optional<ensemble::Ensemble> data;  // must outlive the training
  std::optional<trainers::ContinuedTraining> asked;
  base::together(ranks(), [&] {
    data = training_spins(invocation);
    asked = asked_training(invocation, *data);
    if (trainers::take_up(asked->trainer, data->spins, savepoint.path)) savepoint.saved();
  });
  asked->trainer.share_among(ranks());
  TrainedRbm trained = [&] {
    Progress progress;
    TrainedRbm result{.training = trainers::finished(asked->trainer, progress, savepoint),
                      .anew = std::move(asked->anew)};
    if (first && invocation.get<bool>("log_likelihood"))
      result.likelihood = networks::log_likelihood(result.training.rbm, data->spins, networks::AisOptions{},
                                                   result.training.rbm.seed, progress);
    return result;
  }();
  if (!first) return 0;
  trained.training.rbm.command = invocation.line;
  networks::write_rbm(trained.training.rbm, output->path(), existing_output(invocation));
  output->complete();
  print_trained(invocation, trained);
  if (!invocation.json())
    print(fmt::format("{} updates in {:.2f} s ({:.0f} per second) on {} configurations, seed {}, in {}\n",
                      trained.training.updates, trained.training.seconds, trained.training.updates_per_second,
                      data->size(), trained.training.rbm.seed, printable(output->path().string())));
  return 0;
}

}  // namespace

Command train_rbm_command() {
  return with_training_flags(
      {.name = "rbm",
       .help = "train a restricted Boltzmann machine on configurations",
       .flags =
           {{.names = "--method",
             .spec = {.name = "method",
                      .help = "training algorithm: see Methods below",
                      .fallback = std::string("cd"),
                      .choices = trainers::registry().names()}},
            {.names = "--log-likelihood",
             .spec = {.name = "log_likelihood",
                      .help = fmt::format(
                          "also the mean log-likelihood: exact up to {} units in the smaller layer, else AIS",
                          networks::most_exact_units),
                      .fallback = false}},
            {.names = "--continue",
             .spec =
                 {.name = "continue",
                  .help =
                      "network whose training goes on for --epochs more; its options hold unless others are "
                      "given",
                  .fallback = std::string()},
             .completes = Completes::file,
             .shows_default = false}},
       .footer =
           listing("Methods", trainers::registry().entries()) +
           "\nThe network's file keeps what its training needs to go on.\n"
           "In a build with MPI (`spinflow doctor`) the processes of mpirun share one training, with the "
           "bits of one process.\n\n"
           "Examples:\n  spinflow train rbm spins.h5 --hidden 64 -o v.h5\n"
           "  spinflow train rbm spins.h5 --continue v.h5 --epochs 20 -o w.h5\n"
           "  mpirun -n 4 spinflow train rbm large.h5 --hidden 1024 --batch-size 512 -o x.h5",
       .run = train_rbm,
       .shared = true},
      rbm_options());
}

}  // namespace spinflow::program
