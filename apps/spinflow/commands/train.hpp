// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "command/command.hpp"
#include "command/json.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/io/output_lock.hpp"
#include "spinflow/networks/dense.hpp"
#include "spinflow/networks/rbm_likelihood.hpp"
#include "spinflow/trainers/savepoint.hpp"

namespace spinflow::program {

// What the subcommands of `spinflow train` share.

/// Where the training of `output` is saved on its way: OUTPUT.training, or of a stack of so many layers one
/// file for each. Whoever interrupts it later is told that it can be resumed.
[[nodiscard]] trainers::Savepoint savepoint_beside(const std::filesystem::path& output,
                                                   std::size_t layers = 0);

/// The file that a training makes, held against other commands, and what an interrupted one left beside it.
class TrainingOutput {
 public:
  /// `inputs`: files besides ENSEMBLE that the output must not be. `layers`: of a stack, which saves each in
  /// a file of its own. Error(input) for an output that cannot be, and for unfinished work without --resume.
  explicit TrainingOutput(const Invocation& invocation, std::vector<std::filesystem::path> inputs = {},
                          std::size_t layers = 0);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const trainers::Savepoint& savepoint() const { return savepoint_; }
  /// Whether an interrupted training left something.
  [[nodiscard]] bool resumes() const;
  /// The network is written: what was saved on the way goes.
  void complete() const;

 private:
  std::filesystem::path path_;
  io::OutputLock lock_;
  trainers::Savepoint savepoint_;
  std::vector<std::filesystem::path> saved_;
};

/// The configurations to train on: all of ENSEMBLE, or those of the given temperatures.
[[nodiscard]] ensemble::Ensemble training_data(const Invocation& invocation);

[[nodiscard]] Json dense_history(const networks::Dense& net);

/// `command` with ENSEMBLE, its own flags, `options`, and those of every training.
[[nodiscard]] Command with_training_flags(Command command, std::vector<Flag> options);

[[nodiscard]] Command train_dense_command();

/// The same configurations without their temperatures and readings: what networks without labels learn from.
[[nodiscard]] ensemble::Ensemble training_spins(const Invocation& invocation);

[[nodiscard]] Json rbm_history(const networks::Rbm& rbm);

/// The row of the history to which the weights belong: the last, or with patience the best.
[[nodiscard]] const networks::RbmHistoryRow& kept_row(const networks::Rbm& rbm);

/// A warning if the likelihood of the configurations under the network is lower than for independent random
/// spins (-ln 2 nats per spin); otherwise empty. A difference of a few per cent is not reported, because of
/// sampling errors and of data that are random spins themselves.
[[nodiscard]] std::string word_on_coins(const networks::Rbm& rbm,
                                        const std::optional<networks::LogLikelihood>& likelihood);

[[nodiscard]] Command train_rbm_command();

}  // namespace spinflow::program
