// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "spinflow/base/citation.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/base/options.hpp"
#include "spinflow/base/registry.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/networks/rbm.hpp"
#include "spinflow/trainers/savepoint.hpp"

namespace spinflow::trainers {

/// A trained RBM and what the training took.
struct RbmTraining {
  networks::Rbm rbm;         ///< with its training settings and history
  std::int64_t updates = 0;  ///< of the parameters
  double seconds = 0;        ///< of the update loop with shuffling; not the history
  double updates_per_second = 0;
};

class RbmTrainer;     // spinflow/trainers/rbm_trainer.hpp
class NegativePhase;  // src/trainers/negative_phase.hpp
struct PhaseStart;

/// A way to train an RBM: where the second term of the gradient comes from.
struct TrainerEntry {
  std::string name;
  std::string help;
  std::vector<base::Citation> citations;
  std::vector<base::OptionSpec> own_options = {};  ///< besides those of every training
  /// Begins the negative phase of a training. `own`: all of `own_options`, checked.
  std::function<std::unique_ptr<NegativePhase>(const base::Values& own, const PhaseStart& start)>
      negative_phase;
  /// Own options with which the first update has the mean of CD-k if the chains begin at the batch: the
  /// contract test holds it against the enumerated expectation.
  base::Values like_cd = {};

  /// Those of every training (rbm_training_options), then its own.
  [[nodiscard]] std::vector<base::OptionSpec> options() const;

  /// A training before its first update. `values`: of `options()`; Error(input) for bad ones or an empty
  /// ensemble. `data` must outlive the trainer.
  [[nodiscard]] RbmTrainer begun(const ensemble::Ensemble& data, const base::Values& values,
                                 std::uint64_t seed) const;
  /// Trains on all configurations, from where an interrupted training was saved; errors as `begun`, and
  /// Error(failure) "... at update N" if a parameter becomes infinite or NaN.
  [[nodiscard]] RbmTraining train(const ensemble::Ensemble& data, const base::Values& values,
                                  std::uint64_t seed, base::Observer& observer,
                                  const Savepoint& savepoint = {}) const;
};

[[nodiscard]] base::Registry<TrainerEntry>& registry();

}  // namespace spinflow::trainers
