// SPDX-License-Identifier: Apache-2.0
// The loop in which every dense net learns.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/trainers/savepoint.hpp"
#include "spinflow/trainers/supervised.hpp"

namespace spinflow::trainers {

/// What tells one training from another.
struct DenseCourse {
  std::string_view where;               ///< begins messages and names the work
  std::string_view shuffle;             ///< purpose of the streams that order the rows of an epoch
  std::uint64_t words = 0;              ///< seed of these streams
  std::vector<std::uint32_t> training;  ///< rows, ascending, at least one
  std::vector<std::uint32_t> held_out;  ///< rows that no update sees, at least one
  std::size_t batch_size = 1;           ///< at most; rows of an update
  std::int64_t updates = 0;             ///< at most
  std::int64_t patience = 0;  ///< evaluations without a better held-out loss before it stops; 0: never
  std::string optimizer = "adam";
  double momentum = 0;
  std::function<double(std::int64_t done)> rate;       ///< learning rate of the next update
  std::function<bool(std::int64_t update)> evaluates;  ///< whether the net is evaluated after the update
};

/// Trains `net`, minibatch by minibatch of shuffled rows; the history has a row per evaluation. With patience
/// the result is the net of the lowest held-out loss. What an interrupted training with the same settings and
/// words has saved is taken up. Errors as `train_supervised`.
[[nodiscard]] DenseTraining trained(networks::Dense net, const ensemble::Ensemble& data,
                                    const Targets& targets, const DenseCourse& course,
                                    base::Observer& observer, const Checkpoints& checkpoints,
                                    const Savepoint& savepoint);

}  // namespace spinflow::trainers
