// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/ranks.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "trainers/rbm_options.hpp"
#include "trainers/saving.hpp"

namespace spinflow::trainers {

RbmTrainer begun_training(const ensemble::Ensemble& data, const RbmTrainingOptions& options,
                          std::uint64_t seed) {
  const RbmTrainingOptions good = checked(options);
  const auto hidden = static_cast<std::size_t>(good.hidden);
  base::check_memory(32 * static_cast<double>(hidden) * data.lattice.n_sites(), "train rbm");
  networks::Rbm start = networks::random_rbm(data.lattice, hidden, good.initial_sigma,
                                             stream_seed(data.lattice, hidden, data.spins, seed));
  if (data.model != nullptr) start.model_toml = models::to_toml(*data.model);
  return {data.spins, std::move(start), good, seed};
}

RbmTraining train_rbm(const ensemble::Ensemble& data, const RbmTrainingOptions& options, std::uint64_t seed,
                      base::Observer& observer, const AfterEpoch& after_epoch) {
  RbmTrainer trainer = begun_training(data, options, seed);
  return finished(trainer, observer, {}, after_epoch);
}

bool take_up(RbmTrainer& trainer, const kernels::PackedSpins& data, const std::filesystem::path& saved) {
  return take_up(saved, [&](const std::filesystem::path& path) {
    auto resumed = RbmTrainer::resume(data, path);
    const bool same = resumed.same_course(trainer);
    if (same) trainer = std::move(resumed);
    return same;
  });
}

RbmTraining finished(RbmTrainer& trainer, base::Observer& observer, const Savepoint& savepoint,
                     const AfterEpoch& after_epoch) {
  const base::StopScope scope(observer);
  Saving saving(savepoint, observer, trainer.ranks());
  const auto save = [&](const std::filesystem::path& path) { trainer.save(path); };
  const std::int64_t begun_at = trainer.updates();
  const double seconds_before = trainer.seconds();
  const std::int64_t left = trainer.total_updates() - begun_at;
  observer.begin("train rbm", static_cast<std::uint64_t>(left), "updates");
  // About a thousand news in all, but never more than a hundred updates of silence.
  const std::int64_t piece = std::clamp<std::int64_t>(left / 1000, 1, 100);
  while (!trainer.done()) {
    const std::int64_t before = trainer.updates();
    const std::int64_t wanted =
        before + (after_epoch ? std::min(piece, trainer.updates_left_in_epoch()) : piece);
    while (!trainer.done() && trainer.updates() < wanted && !saving.stops())
      trainer.update(saving.finishes_updates() ? 1 : wanted - before, saving.heard());
    saving.heard().advance(static_cast<std::uint64_t>(trainer.updates() - before));
    const bool looks =
        after_epoch && (trainer.done() || trainer.updates_left_in_epoch() == trainer.updates_per_epoch());
    if (looks && after_epoch(trainer.rbm())) break;
    saving.between_updates(save);
  }
  saving.at_the_end(save);
  RbmTraining result{.rbm = trainer.rbm(), .updates = trainer.updates(), .seconds = trainer.seconds()};
  result.updates_per_second =
      static_cast<double>(result.updates - begun_at) / std::max(result.seconds - seconds_before, 1e-9);
  return result;
}

RbmTrainer TrainerEntry::begun(const ensemble::Ensemble& data, const base::Values& values,
                               std::uint64_t seed) const {
  return begun_training(data, options_of(name, values, name), seed);
}

RbmTraining TrainerEntry::train(const ensemble::Ensemble& data, const base::Values& values,
                                std::uint64_t seed, base::Observer& observer,
                                const Savepoint& savepoint) const {
  RbmTrainer trainer = begun(data, values, seed);
  take_up(trainer, data.spins, savepoint.path);
  return finished(trainer, observer, savepoint);
}

}  // namespace spinflow::trainers
