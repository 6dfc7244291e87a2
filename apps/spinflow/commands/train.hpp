// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command/command.hpp"
#include "command/json.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/networks/dense.hpp"

namespace spinflow::program {

// What the subcommands of `spinflow train` share.

/// The configurations to train on: all of ENSEMBLE, or those of the given temperatures.
[[nodiscard]] ensemble::Ensemble training_data(const Invocation& invocation);

[[nodiscard]] Json dense_history(const networks::Dense& net);

/// `command` with ENSEMBLE, its own flags, `options`, and those of every training.
[[nodiscard]] Command with_training_flags(Command command, std::vector<Flag> options);

[[nodiscard]] Command train_dense_command();

}  // namespace spinflow::program
