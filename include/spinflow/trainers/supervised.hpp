// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/base/options.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/networks/dense.hpp"
#include "spinflow/trainers/savepoint.hpp"
#include "spinflow/trainers/supervised_targets.hpp"

namespace spinflow::trainers {

struct ClassifierOptions {
  std::int64_t hidden = 64;         ///< units of the one hidden layer
  std::string activation = "tanh";  ///< of the hidden layer: tanh | relu
  double learning_rate = 1e-3;      ///< of Adam
  std::int64_t batch_size = 100;
  std::int64_t epochs = 50;   ///< at most
  std::int64_t patience = 5;  ///< epochs without a better held-out loss before it stops
  double held_out = 0.1;      ///< fraction of the rows of every temperature that decides when to stop
};

[[nodiscard]] base::Options<ClassifierOptions> classifier_options();

/// A trained net and what the training took.
struct DenseTraining {
  networks::Dense net;       ///< with settings and history
  std::int64_t updates = 0;  ///< done
  double seconds = 0;        ///< of the update loop with shuffling; not the evaluations
  double updates_per_second = 0;
};

/// The loss of one batch and its gradient.
struct DenseGradient {
  double loss = 0;  ///< mean over the rows of the softmax cross-entropy in nats, or mean over rows and
                    ///< outputs of (output - target)^2
  /// Fraction of the rows whose most probable class is right, or of the outputs with the target's sign; NaN
  /// for numbers.
  double accuracy = 0;
  std::vector<networks::DenseLayer>
      layers;  ///< d(loss)/d(weights) and d(loss)/d(bias), shaped like the net's
};

/// By backpropagation, as training uses it. `v`: (n, n_visible), n >= 1; `targets`: of n rows.
[[nodiscard]] DenseGradient dense_gradient(const networks::Dense& net, const kernels::PackedSpins& v,
                                           const Targets& targets);

/// Looks at the net on its way: `at` is called with the net after each of `updates` (ascending; 0: before the
/// first; those it does not come to are left out), `evaluated` after every evaluation, with the history so
/// far; the training ends there if it returns true. Looking changes no bit.
struct Checkpoints {
  std::vector<std::int64_t> updates = {};
  std::function<void(std::int64_t update, const networks::Dense& net)> at = {};
  std::function<bool(const networks::Dense& net)> evaluated = {};
};

///     networks::Dense net = trainers::train_classifier(data, {.hidden = 64}, 1).net;
///
/// Trains a net to tell the temperatures of `data` apart (softmax cross-entropy, Adam, shuffled minibatches,
/// early stop, the net of the lowest held-out loss); it is evaluated after every epoch. What an interrupted
/// training of the same data, options and seed left at the savepoint is taken up: same bits. Error(input) if
/// a row has no temperature or there are fewer than two temperatures, and beginning with the savepoint's path
/// if another training left it; Error(failure) "... at update N" if a parameter becomes infinite or NaN, or
/// exceeds 1e6.
[[nodiscard]] DenseTraining train_classifier(const ensemble::Ensemble& data, const ClassifierOptions& options,
                                             std::uint64_t seed, base::Observer& observer = base::silent(),
                                             const Checkpoints& checkpoints = {},
                                             const Savepoint& savepoint = {});

/// Settings of `train_supervised`; the defaults are those of experiment A (docs/recipes/gong-xia.md).
struct SupervisedOptions {
  std::vector<std::int64_t> hidden = {128};  ///< units of the hidden layers, from below; empty: a linear map
  std::string activation = "tanh";           ///< of the hidden layers: tanh | relu
  std::string optimizer = "adam";            ///< adam | sgd
  double learning_rate = 3e-3;               ///< of the first update
  std::string schedule = "cosine";           ///< constant | cosine (to 0 after the last update)
  double momentum = 0;                       ///< of sgd
  std::int64_t batch_size = 256;
  std::int64_t updates = 3000;      ///< at most
  double held_out = 0.25;           ///< fraction of the rows, drawn at random, that no update sees
  std::int64_t evaluate_every = 0;  ///< updates between evaluations on held-out rows; 0: 20 evaluations
  std::int64_t patience = 0;        ///< evaluations without a better held-out loss before it stops; 0: never
};

[[nodiscard]] base::Options<SupervisedOptions> supervised_options();

/// Learning rate of the update that follows `done` of them: learning_rate, for cosine times
/// (1 + cos(pi done / updates)) / 2.
[[nodiscard]] double learning_rate_after(const SupervisedOptions& options, std::int64_t done);

/// Trains a net to turn the rows of `data` into `targets` (one per row): the net after the last update, with
/// patience that of the lowest held-out loss. Same bits for any number of threads
/// and SIMD level, and also where an interrupted training of the same data, targets, options and seed left
/// something at the savepoint, which is taken up. Error(input) where rows are too few to hold any out, and
/// beginning with the savepoint's path if another training left it; Error(failure) "... at update N" if a
/// parameter becomes infinite or NaN, or exceeds 1e6.
[[nodiscard]] DenseTraining train_supervised(const ensemble::Ensemble& data, const Targets& targets,
                                             const SupervisedOptions& options, std::uint64_t seed,
                                             base::Observer& observer = base::silent(),
                                             const Checkpoints& checkpoints = {},
                                             const Savepoint& savepoint = {});

}  // namespace spinflow::trainers
