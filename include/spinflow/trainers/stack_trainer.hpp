// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/base/options.hpp"
#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/networks/stack.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"

namespace spinflow::trainers {

/// Names as on the command line and in TOML; each layer is trained by contrastive divergence with them.
struct StackTrainingOptions {
  std::vector<std::int64_t> hidden = {64, 16};  ///< units of each hidden layer, from below
  std::int64_t k = 1;
  double learning_rate = 0;        ///< of the first update; 0: 0.8 / sqrt(sites of the lowest layer)
  double final_learning_rate = 0;  ///< reached geometrically at the last; 0: a tenth of the first
  double momentum = 0.5;
  double shrinkage = 0.006;  ///< lambda: after each update W <- sign(W) max(|W| - rate lambda, 0)
  std::int64_t batch_size = 200;
  double epochs = 80;  ///< per layer
  double initial_sigma = 0.01;
};

[[nodiscard]] base::Options<StackTrainingOptions> stack_training_options();

struct StackTraining {
  networks::Stack stack;
  std::int64_t updates = 0;  ///< of all layers
  double seconds = 0;
  double updates_per_second = 0;
};

/// Looks at a layer (1: the lowest) after every epoch of its training, before its units are arranged; if it
/// returns true, the layer stays as it is, and the next one begins.
using AfterLayerEpoch = std::function<bool(std::size_t layer, const networks::Rbm& rbm)>;

///     networks::Stack stack = trainers::train_stack(data, {.hidden = {64, 16}}, 1).stack;
///
/// Greedy training, layer by layer without biases (Hinton, Osindero, Teh 2006): each layer learns the sampled
/// hidden configurations of the one below. Hidden units are arranged on the coarse lattice before the next
/// layer is trained (networks::arrangement). What was saved of an interrupted training is taken up.
/// Error(input) for layers that do not divide the lattice; Error(failure) if a training diverges or all units
/// of a layer are dead, naming lambda.
[[nodiscard]] StackTraining train_stack(const ensemble::Ensemble& data, const StackTrainingOptions& options,
                                        std::uint64_t seed, base::Observer& observer = base::silent(),
                                        const AfterLayerEpoch& after_epoch = {},
                                        const Savepoint& savepoint = {});

/// Where the trainings of the layers are saved on the way and found again: `path` with -1, -2, ... behind it.
[[nodiscard]] std::vector<std::filesystem::path> layer_savepoints(const std::filesystem::path& path,
                                                                  std::size_t layers);

}  // namespace spinflow::trainers
