// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/base/options.hpp"
#include "spinflow/base/registry.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/networks/rbm.hpp"

namespace spinflow::trainers {

/// A trained RBM and what the training took.
struct RbmTraining {
  networks::Rbm rbm;         ///< with its training settings and history
  std::int64_t updates = 0;  ///< of the parameters
  double seconds = 0;        ///< of the update loop with shuffling; not the history
  double updates_per_second = 0;
};

/// A way to train an RBM.
struct TrainerEntry {
  std::string name;
  std::string help;
  std::vector<std::string> citations;
  std::vector<base::OptionSpec> options;
  /// Trains on all configurations. `options` as `options` above; Error(input) for bad ones or an empty
  /// ensemble, Error(failure) "... at update N" if a parameter becomes infinite or NaN.
  std::function<RbmTraining(const ensemble::Ensemble&, const base::Values& options, std::uint64_t seed,
                            base::Observer&)>
      train;
  /// One update of `rbm` by the whole `batch` (n, n_visible), chains of k steps begun at the batch, learning
  /// rate 1, neither momentum nor decay: the contract test holds its mean over seeds against the enumerated
  /// expectation.
  std::function<networks::Rbm(const networks::Rbm& rbm, const kernels::PackedSpins& batch, std::int64_t k,
                              std::uint64_t seed)>
      one_update;
};

[[nodiscard]] base::Registry<TrainerEntry>& registry();

}  // namespace spinflow::trainers
