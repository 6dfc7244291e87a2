// SPDX-License-Identifier: Apache-2.0
// What the training of a dense net carries from update to update.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "trainers/dense_loop.hpp"
#include "trainers/optimizers.hpp"

namespace spinflow::trainers {

struct DenseState {
  networks::Dense net;  ///< settings and history; the parameters are in `layers`
  std::vector<Layer> layers;
  std::unique_ptr<Optimizer> optimizer;
  std::int64_t updates = 0;  ///< done
  LossSum learnt = {};       ///< of the updates since the last row of the history
  /// Parameters of the row of the history that the training ends with; those at the beginning before it.
  std::vector<networks::DenseLayer> best;
  std::int64_t best_rows = 0;  ///< of the history, up to this one
  double seconds = 0;          ///< spent in updates

  DenseState(networks::Dense start, const DenseCourse& course);

  /// Without a better held-out loss, up to the last row of the history.
  [[nodiscard]] std::int64_t rows_since_best() const {
    return static_cast<std::int64_t>(net.history.size()) - best_rows;
  }
  [[nodiscard]] std::int64_t updates_of_last_row() const {
    return net.history.empty() ? 0 : net.history.back().update;
  }

  /// `words`: those of the course, which tell it from others. Error(failure) if the disk is full.
  void save(const std::filesystem::path& path, std::uint64_t words) const;
  /// Takes up what a training with the same settings and words has saved; false, and nothing is changed, if
  /// it is of another one. Error(input) beginning with the path; the state is of no further use then.
  [[nodiscard]] bool load(const std::filesystem::path& path, const DenseCourse& course);
};

}  // namespace spinflow::trainers
