// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "spinflow/base/memory.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/base/stop.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "trainers/rbm_options.hpp"

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
  const base::StopScope scope(observer);
  RbmTrainer trainer = begun_training(data, options, seed);
  observer.begin("train rbm", static_cast<std::uint64_t>(trainer.total_updates()), "updates");
  // About a thousand news in all, but never more than a hundred updates of silence.
  const std::int64_t piece = std::clamp<std::int64_t>(trainer.total_updates() / 1000, 1, 100);
  while (!trainer.done()) {
    const std::int64_t before = trainer.updates();
    const std::int64_t epoch = trainer.updates_per_epoch();
    trainer.update(after_epoch ? std::min(piece, epoch - before % epoch) : piece, observer);
    observer.advance(static_cast<std::uint64_t>(trainer.updates() - before));
    const bool looks = after_epoch && (trainer.done() || trainer.updates() % epoch == 0);
    if (looks && after_epoch(trainer.rbm())) break;
  }
  RbmTraining result{.rbm = trainer.rbm(), .updates = trainer.updates(), .seconds = trainer.seconds()};
  result.updates_per_second = static_cast<double>(result.updates) / std::max(result.seconds, 1e-9);
  return result;
}

RbmTraining TrainerEntry::train(const ensemble::Ensemble& data, const base::Values& values,
                                std::uint64_t seed, base::Observer& observer) const {
  return train_rbm(data, options_of(name, values, name), seed, observer);
}

}  // namespace spinflow::trainers
