// SPDX-License-Identifier: Apache-2.0
// Networks that a run trains once.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "runs/run_folder.hpp"
#include "spinflow/networks/dense.hpp"
#include "spinflow/networks/stack.hpp"
#include "spinflow/trainers/stack_trainer.hpp"
#include "spinflow/trainers/trainer.hpp"

namespace spinflow::runs {

/// A trained network, or why there is none.
template <class Network>
struct Trained {
  std::optional<Network> network;
  std::string failure;  ///< of a training that diverged, say; empty: fine
};

/// Makes a network, and saves itself on the way.
template <class Result>
using Training = std::function<Result(const trainers::Savepoint& savepoint)>;

/// The RBM in the file of that name; trained and written if it is not there. A training that fails is what is
/// found too (and is tried again when the run is resumed); any other error ends the run. `train` is handed
/// where it saves itself: a training that was interrupted goes on when the run is resumed.
///
///     const auto [rbm, failure] =
///         runs::kept_rbm(folder, "rbm-V-0", [&](const auto& savepoint) { return trainer.train(...,
///         savepoint); });
[[nodiscard]] Trained<networks::Rbm> kept_rbm(const RunFolder& folder, const std::string& name,
                                              const Training<trainers::RbmTraining>& train);
/// Likewise.
[[nodiscard]] Trained<networks::Stack> kept_stack(const RunFolder& folder, const std::string& name,
                                                  const Training<trainers::StackTraining>& train);
/// Likewise, of a training whose failure ends the run.
[[nodiscard]] networks::Dense kept_dense(const RunFolder& folder, const std::string& name,
                                         const Training<networks::Dense>& train);

}  // namespace spinflow::runs
