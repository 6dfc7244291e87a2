// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "spinflow/base/ranks.hpp"
#include "spinflow/trainers/trainer.hpp"

namespace spinflow::trainers {

/// Options of every training; names as on the command line and in TOML.
struct RbmTrainingOptions {
  std::string method = "cd";  ///< name of an entry of trainers::registry()
  std::int64_t hidden = 64;   ///< N_h
  std::int64_t k = 1;         ///< steps of the chain per update
  double learning_rate = 0.01;
  double final_learning_rate = 0;  ///< reached geometrically at the last update; 0: the rate stays constant
  double momentum = 0;
  double weight_decay = 0.1;  ///< inside the gradient: W += rate (gradient - decay W); biases do not decay
  double shrinkage = 0;       ///< lambda: after each update W <- sign(W) max(|W| - rate lambda, 0)
  std::int64_t batch_size = 100;
  double epochs = 20;  ///< passes over the training rows; may be a fraction
  bool biases = false;
  double initial_sigma = 0.01;  ///< W ~ N(0, sigma^2) at the start
  double held_out = 0;          ///< fraction of the rows kept out of training, for the history
  /// Epochs without a better held-out pseudo-likelihood before the training stops, with the best parameters;
  /// 0: never. Needs `held_out`.
  std::int64_t patience = 0;
  /// Options that only the method has (TrainerEntry::own_options), as {{"chains", std::int64_t{70}}}.
  base::Values method_options = {};
};

/// The binder of RbmTrainingOptions, but for the method and what only it has: names, help, limits.
[[nodiscard]] base::Options<RbmTrainingOptions> rbm_training_options();

///     trainers::RbmTrainer trainer(data.spins, networks::random_rbm(data.lattice, 64, 0.01, 1),
///                                  {.method = "pcd", .method_options = {{"chains", std::int64_t{200}}}}, 1);
///     trainer.update(1000);
///     networks::Rbm rbm = trainer.rbm();
///
/// Gradient training of an RBM with +-1 units. Each update takes the next minibatch of the
/// shuffled rows and moves the weights along
///   gradient = mean over the batch of tanh(c + W v) v^T  -  mean over the chains of tanh(c + W v') v'^T,
///   velocity = momentum velocity + rate (gradient - decay W),  W += velocity,
///   W <- sign(W) max(|W| - rate shrinkage, 0), with the rate of this update;
/// the biases likewise with v - v' and tanh(c + W v) - tanh(c + W v'), without decay or shrinkage. The v' are
/// those of the method's negative phase:
///   cd: k steps h ~ P(h | v), v' ~ P(v | h) from each row of the batch;
///   pcd, pt: the v at beta = 1 of networks::RbmTempering after one more round of k steps with the present
///     parameters (pcd: the one beta 1). The chains begin at the first rows of the first epoch, every replica
///     at the same row, and at the first row again where rows are fewer than chains.
/// The history's reconstruction error is a mean over the batches since the last line; where the chains do not
/// begin at the batch (pcd, pt) it is that of the last batch.
///
/// The seed of all streams is derived from the caller's seed, the number of hidden units and the data.
/// Trainings that differ only in the other options therefore have the same initial weights and row order.
/// Rows are shuffled once per epoch, stream (that seed, "rbm.shuffle", epoch); rows that would make an
/// incomplete last batch are not used in this epoch. Chains draw from (that seed, "rbm.chain", update). An
/// update is thus a function of the parameters, its number and the persistent chains, and a training that
/// was saved and resumed gives the same bits as an uninterrupted one. Trainers are independent of each other:
/// several may train at the same time on several threads.
class RbmTrainer {
 public:
  /// `data`: (n, n_visible), n >= 1; must outlive the trainer. Training begins at the parameters of `rbm`
  /// (its history and settings are replaced). Error(input) for options outside their limits or another number
  /// of spins.
  RbmTrainer(const kernels::PackedSpins& data, networks::Rbm rbm, const RbmTrainingOptions& options,
             std::uint64_t seed);
  ~RbmTrainer();
  RbmTrainer(RbmTrainer&&) noexcept;
  RbmTrainer& operator=(RbmTrainer&&) noexcept;

  /// Makes up to `n` updates. Error(failure) "... at update N" as soon as a parameter is infinite or NaN.
  /// `observer` hears advance(0) within long chains; if it throws, the trainer is of no further use.
  void update(std::int64_t n, base::Observer& observer = base::silent());
  /// Goes on with other configurations, (n, n_visible), n >= 1, which must outlive the trainer: parameters,
  /// momentum, persistent chains and history stay. Updates are counted on, so that no random word comes
  /// twice, and the options' epochs are made anew. A learning rate that decreased stays at its last value.
  /// Error(input) for another number of spins, and if the batches would have another size.
  void go_on_with(const kernels::PackedSpins& data);

  /// From now on the processes of `ranks`, which must outlive the trainer, share every update; the bits are
  /// those of one process. All of them call this, `update`, `rbm` and `save` at the same places. Error(input)
  /// if their trainings differ.
  void share_among(base::Ranks& ranks);
  [[nodiscard]] base::Ranks& ranks() const;

  /// Whether all updates are made, or patience has ended the training.
  [[nodiscard]] bool done() const;
  [[nodiscard]] std::int64_t updates() const;
  [[nodiscard]] std::int64_t total_updates() const;
  [[nodiscard]] std::int64_t updates_per_epoch() const;
  /// Until the end of this pass over the configurations; at its beginning `updates_per_epoch()`.
  [[nodiscard]] std::int64_t updates_left_in_epoch() const;
  /// Seconds spent in updates, without the history.
  [[nodiscard]] double seconds() const;

  /// The network as it stands, with the history so far (a row per epoch and one at the end) and the state
  /// that `continued_training` goes on from. At the end of a training with patience: with the best
  /// parameters, and without a state.
  [[nodiscard]] networks::Rbm rbm() const;

  /// Everything that the rest of the training depends on but the data, written by the first rank.
  /// Error(failure) if the disk is full.
  void save(const std::filesystem::path& path) const;
  /// Continues a saved training. `data`: the same (n, n_visible). Error(input) beginning with the path.
  [[nodiscard]] static RbmTrainer resume(const kernels::PackedSpins& data, const std::filesystem::path& path);

  /// Whether this training and the other one, which may have come less far, have the same settings, seed,
  /// configurations and number of updates.
  [[nodiscard]] bool same_course(const RbmTrainer& other) const;

 private:
  struct State;
  friend RbmTrainer begun_at(const networks::Rbm& start, const kernels::PackedSpins& data,
                             const RbmTrainingOptions& options, std::uint64_t seed);
  friend struct ContinuedTraining continued_training(const ensemble::Ensemble& data,
                                                     const std::filesystem::path& network,
                                                     const base::Values& changes,
                                                     std::optional<std::uint64_t> seed);
  explicit RbmTrainer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// What `train_rbm` trains, before its first update, for those who look at it on its way. Error(input) as for
/// `RbmTrainer`, and for more memory than the machine has. `data` must outlive the trainer.
[[nodiscard]] RbmTrainer begun_training(const ensemble::Ensemble& data, const RbmTrainingOptions& options,
                                        std::uint64_t seed);

/// Looks at a network after every epoch of its training, its history included; the training ends there if it
/// returns true.
using AfterEpoch = std::function<bool(const networks::Rbm& rbm)>;

/// A training that begins at the parameters of a network, with other random words than the one that made it
/// (seed and number of its updates make another seed). `data`: (n, n_visible). Errors as `RbmTrainer`.
[[nodiscard]] RbmTrainer begun_at(const networks::Rbm& start, const kernels::PackedSpins& data,
                                  const RbmTrainingOptions& options, std::uint64_t seed);

/// A training that goes on with a network.
struct ContinuedTraining {
  RbmTrainer trainer;
  /// Empty: the training goes on with the same bits as one long one. Otherwise why a new training begins at
  /// the network's parameters, without their momentum, chains and history.
  std::string anew;
};

/// The training of a network file goes on for more epochs:
///
///     auto next = trainers::continued_training(data, "v.h5", {{"epochs", 10.0}});
///     networks::Rbm rbm = trainers::finished(next.trainer).rbm;
///
/// `changes`: options of the training with other values from now on; `epochs` (20 without it) are those to
/// come. The same configurations and seed, and no changes but of rates, momentum, decay, shrinkage and k,
/// give what one long training gives; otherwise, and for networks of other programs, see
/// `ContinuedTraining::anew`. A learning rate that decreased stays at its last value. `seed`: empty for that
/// of the file. `data` must outlive the trainer. Error(input) for a file that is no RBM, and for another
/// number of spins.
[[nodiscard]] ContinuedTraining continued_training(const ensemble::Ensemble& data,
                                                   const std::filesystem::path& network,
                                                   const base::Values& changes,
                                                   std::optional<std::uint64_t> seed = std::nullopt);

/// Takes up what an interrupted training saved in the file, if it is there, and says whether it was. `data`:
/// those of the trainer. Error(input) beginning with the path for a training with other options,
/// configurations or seed.
bool take_up(RbmTrainer& trainer, const kernels::PackedSpins& data, const std::filesystem::path& saved);

/// Makes all updates that are left, unless `after_epoch` ends the training. The file of the savepoint stays;
/// of a training that took longer than its seconds it has the end. If the observer stops a training that has
/// a savepoint, the update under way is made first (one that takes longer than some seconds is given up), and
/// what it has made is saved. Error(failure) if the training diverges.
[[nodiscard]] RbmTraining finished(RbmTrainer& trainer, base::Observer& observer = base::silent(),
                                   const Savepoint& savepoint = {}, const AfterEpoch& after_epoch = {});

///     networks::Rbm rbm = trainers::train_rbm(data, {.hidden = 64}, 1).rbm;
///
/// Trains an RBM with the options, by their method, on all rows of `data` (at least 1). Looking changes no
/// bit.
[[nodiscard]] RbmTraining train_rbm(const ensemble::Ensemble& data, const RbmTrainingOptions& options,
                                    std::uint64_t seed, base::Observer& observer = base::silent(),
                                    const AfterEpoch& after_epoch = {});

}  // namespace spinflow::trainers
