// SPDX-License-Identifier: Apache-2.0
// What an RBM trainer carries from update to update.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/io/hdf5.hpp"
#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "trainers/negative_phase.hpp"
#include "trainers/rbm_gradient.hpp"

namespace spinflow::trainers {

struct RbmTrainer::State {
  const kernels::PackedSpins* data;
  networks::Rbm rbm;  // lattice, origin, seed, settings and history; the parameters are in `parameters`
  RbmTrainingOptions options;
  std::uint64_t seed;  // of the streams

  RbmParameters parameters;
  kernels::FloatMatrix velocity;
  kernels::FloatMatrix visible_velocity;
  kernels::FloatMatrix hidden_velocity;
  std::vector<std::uint32_t> held_out;  // rows kept out of training, ascending
  std::vector<std::uint32_t> order;     // the other rows, in the order of the epoch `order_epoch`
  std::size_t batch_size = 0;
  std::int64_t order_epoch = -1;
  PseudoLikelihood on_training;
  PseudoLikelihood on_held_out;
  std::unique_ptr<NegativePhase> phase;
  RbmGradient gradient;

  std::int64_t updates = 0;
  std::int64_t total_updates = 0;
  std::int64_t updates_per_epoch = 0;
  std::int64_t changed_spins = 0;  // since the update `counted_from`, that of the last row of the history
  std::int64_t counted_from = 0;
  std::int64_t rate_from = 0;  // the update at which the course of the learning rate began
  double log_rate_ratio = 0;
  double seconds = 0;

  // Of a training with patience: the parameters of the row of the history with the best held-out
  // pseudo-likelihood.
  std::optional<RbmParameters> best;
  double best_score = -std::numeric_limits<double>::infinity();
  std::int64_t rows_since_best = 0;

  /// `wanted` is within its limits; `start.seed` is the caller's.
  State(const kernels::PackedSpins& spins, networks::Rbm start, const RbmTrainingOptions& wanted,
        std::uint64_t stream_seed);

  void one_update(base::Observer& observer);
  /// A row of the history.
  void record();
  [[nodiscard]] bool done() const { return updates >= total_updates || patience_is_over(); }
  [[nodiscard]] bool patience_is_over() const {
    return options.patience > 0 && rows_since_best >= options.patience;
  }

  /// A copy of everything but parameters, settings and history.
  [[nodiscard]] std::shared_ptr<const networks::TrainingState> going() const;
  /// What `going` wrote into `group` ("/" or another one). Error(input) beginning with the path.
  void load(const io::Hdf5Reader& file, std::string_view group);

 private:
  [[nodiscard]] std::unique_ptr<NegativePhase> begun_phase();
  void choose_order(std::int64_t epoch);
  [[nodiscard]] float rate() const;
  // The weights and their transpose; false if one is infinite or NaN.
  [[nodiscard]] bool move_weights(float scale, float momentum);
  [[nodiscard]] std::string way_out() const;
  void check_parameters() const;
  void keep_best(double score);
};

/// Error(input) for no rows, too many, or another number of spins than the network has.
void check_data(const kernels::PackedSpins& data, const networks::Rbm& rbm);

}  // namespace spinflow::trainers
