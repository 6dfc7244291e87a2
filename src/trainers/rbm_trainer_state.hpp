// SPDX-License-Identifier: Apache-2.0
// What an RBM trainer carries from update to update.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spinflow/base/ranks.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/kernels/float_matrix.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "trainers/negative_phase.hpp"
#include "trainers/rbm_gradient.hpp"

namespace spinflow::trainers {

/// How far a training is and where its parts began.
struct RbmCounts {
  std::int64_t updates = 0;
  std::int64_t total_updates = 0;
  std::int64_t counted_from = 0;   ///< the update of the last row of the history
  std::int64_t changed_spins = 0;  ///< since then
  std::int64_t rate_from = 0;      ///< the update at which the course of the learning rate began
  /// Whole passes over these configurations are counted from the update `pass_from`, at which the epoch
  /// `epoch_from` began: no two epochs have the same order.
  std::int64_t pass_from = 0;
  std::int64_t epoch_from = 0;
  std::uint64_t data_seed = 0;  ///< of `stream_seed` for the configurations that are there
  std::uint64_t start = 0;      ///< a digest of the parameters at the beginning
};

/// Calls `each(name, member)` for all members of `counts`, which may be const.
void for_each_count(auto& counts, auto&& each) {
  each("updates", counts.updates);
  each("total_updates", counts.total_updates);
  each("counted_from", counts.counted_from);
  each("changed_spins", counts.changed_spins);
  each("rate_from", counts.rate_from);
  each("pass_from", counts.pass_from);
  each("epoch_from", counts.epoch_from);
  each("data_seed", counts.data_seed);
  each("start", counts.start);
}

struct RbmTrainer::State : RbmCounts {
  const kernels::PackedSpins* data;
  networks::Rbm rbm;  // lattice, origin, seed, settings and history; the parameters are in `parameters`
  RbmTrainingOptions options;
  std::uint64_t seed;  // of the streams

  base::Ranks* ranks = &base::alone();
  RbmParameters parameters;
  kernels::FloatMatrix velocity;  // of each rank the rows that are its part
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

  std::int64_t updates_per_epoch = 0;
  double seconds = 0;

  // Of a training with patience: the parameters of the row of the history with the best held-out
  // pseudo-likelihood.
  std::optional<RbmParameters> best;
  double best_score = -std::numeric_limits<double>::infinity();
  std::int64_t rows_since_best = 0;

  /// `wanted` is within its limits; `network.seed` is the caller's.
  State(const kernels::PackedSpins& spins, networks::Rbm network, const RbmTrainingOptions& wanted,
        std::uint64_t stream_seed);

  [[nodiscard]] std::int64_t epoch() const { return epoch_from + (updates - pass_from) / updates_per_epoch; }
  [[nodiscard]] std::int64_t updates_of_epoch() const { return (updates - pass_from) % updates_per_epoch; }
  [[nodiscard]] float rate() const;
  /// That of the last update, or the first one's before it.
  [[nodiscard]] double last_rate() const;
  void one_update(base::Observer& observer);
  /// A row of the history.
  void record();
  [[nodiscard]] bool done() const { return updates >= total_updates || patience_is_over(); }
  [[nodiscard]] bool patience_is_over() const {
    return options.patience > 0 && rows_since_best >= options.patience;
  }

  /// A copy of everything but parameters, settings and history; made by all ranks together.
  [[nodiscard]] std::shared_ptr<const networks::TrainingState> going() const;
  /// The file of RbmTrainer::save. `state`: what `going` made.
  void write(const std::filesystem::path& path, const networks::TrainingState& state) const;
  /// What `going` wrote into `group` ("/" or another one). Error(input) beginning with the path.
  void load(const io::Hdf5Reader& file, std::string_view group);

 private:
  [[nodiscard]] std::unique_ptr<NegativePhase> begun_phase();
  void choose_order(std::int64_t epoch);
  [[nodiscard]] double rate_after(std::int64_t done) const;
  // The weights and their transpose; false if one is infinite or NaN.
  [[nodiscard]] bool move_weights(float scale, float momentum);
  [[nodiscard]] std::string way_out() const;
  void check_parameters() const;
  void keep_best(double score);
};

/// The learning rate after `done` of so many updates, which goes geometrically from `first` to `last`;
/// constant if `last` is 0.
[[nodiscard]] double course_of_rate(double first, double last, std::int64_t done, std::int64_t updates);

/// The rate of the last of the updates that are done; of none the first one's.
[[nodiscard]] double last_rate_of(double first, double last, std::int64_t done, std::int64_t updates);

/// Error(input) for no rows, too many, or another number of spins than the network has.
void check_data(const kernels::PackedSpins& data, const networks::Rbm& rbm);

}  // namespace spinflow::trainers
