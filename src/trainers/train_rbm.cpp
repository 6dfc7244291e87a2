// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>

#include "spinflow/base/error.hpp"
#include "spinflow/base/memory.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/base/ranks.hpp"
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
  RbmTrainer trainer = begun_training(data, options, seed);
  return finished(trainer, observer, {}, after_epoch);
}

namespace {

void save(const RbmTrainer& trainer, const Savepoint& savepoint) {
  trainer.save(savepoint.path);
  if (savepoint.saved) savepoint.saved();
}

}  // namespace

bool take_up(RbmTrainer& trainer, const kernels::PackedSpins& data, const std::filesystem::path& saved) {
  if (!std::filesystem::exists(saved)) return false;
  auto resumed = RbmTrainer::resume(data, saved);
  if (!resumed.same_course(trainer))
    throw input_error(saved.string(), "it is an unfinished training with other options or configurations",
                      "resume it with the command that began it, or use --force to begin anew");
  trainer = std::move(resumed);
  return true;
}

RbmTraining finished(RbmTrainer& trainer, base::Observer& observer, const Savepoint& savepoint,
                     const AfterEpoch& after_epoch) {
  using Clock = std::chrono::steady_clock;
  const base::StopScope scope(observer);
  const std::int64_t begun_at = trainer.updates();
  const double seconds_before = trainer.seconds();
  const std::int64_t left = trainer.total_updates() - begun_at;
  observer.begin("train rbm", static_cast<std::uint64_t>(left), "updates");
  // About a thousand news in all, but never more than a hundred updates of silence.
  const std::int64_t piece = std::clamp<std::int64_t>(left / 1000, 1, 100);
  const auto since = [](Clock::time_point then) {
    return std::chrono::duration<double>(Clock::now() - then).count();
  };
  const auto started = Clock::now();
  auto saved = started;
  double wait = savepoint.seconds;
  while (!trainer.done()) {
    const std::int64_t before = trainer.updates();
    trainer.update(after_epoch ? std::min(piece, trainer.updates_left_in_epoch()) : piece, observer);
    observer.advance(static_cast<std::uint64_t>(trainer.updates() - before));
    const bool looks =
        after_epoch && (trainer.done() || trainer.updates_left_in_epoch() == trainer.updates_per_epoch());
    if (looks && after_epoch(trainer.rbm())) break;
    if (savepoint.path.empty() || !base::as_first_says(trainer.ranks(), since(saved) >= wait)) continue;
    const auto begun = Clock::now();
    save(trainer, savepoint);
    wait = std::max(savepoint.seconds, 50 * since(begun));
    saved = Clock::now();
  }
  if (!savepoint.path.empty() && base::as_first_says(trainer.ranks(), since(started) >= savepoint.seconds))
    save(trainer, savepoint);
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
                                std::uint64_t seed, base::Observer& observer) const {
  return train_rbm(data, options_of(name, values, name), seed, observer);
}

}  // namespace spinflow::trainers
