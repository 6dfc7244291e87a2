// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "command/command.hpp"
#include "command/json.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/networks/dense.hpp"
#include "spinflow/networks/rbm_likelihood.hpp"

namespace spinflow::program {

// What the subcommands of `spinflow train` share.

/// The configurations to train on: all of ENSEMBLE, or those of the given temperatures.
[[nodiscard]] ensemble::Ensemble training_data(const Invocation& invocation);

[[nodiscard]] Json dense_history(const networks::Dense& net);

/// `command` with ENSEMBLE, its own flags, `options`, and those of every training.
[[nodiscard]] Command with_training_flags(Command command, std::vector<Flag> options);

[[nodiscard]] Command train_dense_command();

/// The same configurations without their temperatures and readings: what networks without labels learn from.
[[nodiscard]] ensemble::Ensemble training_spins(const Invocation& invocation);

[[nodiscard]] Json rbm_history(const networks::Rbm& rbm);

/// --resume, of trainings that may be interrupted.
[[nodiscard]] Flag resume_flag();
/// Files of an unfinished training stay for --resume, are removed with --force, and are refused otherwise.
void check_unfinished(const Invocation& invocation, const std::vector<std::filesystem::path>& files);

/// The row of the history to which the weights belong: the last, or with patience the best.
[[nodiscard]] const networks::RbmHistoryRow& kept_row(const networks::Rbm& rbm);

/// A warning if the likelihood of the configurations under the network is lower than for independent random
/// spins (-ln 2 nats per spin); otherwise empty. A difference of a few per cent is not reported, because of
/// sampling errors and of data that are random spins themselves.
[[nodiscard]] std::string word_on_coins(const networks::Rbm& rbm,
                                        const std::optional<networks::LogLikelihood>& likelihood);

[[nodiscard]] Command train_rbm_command();

}  // namespace spinflow::program
