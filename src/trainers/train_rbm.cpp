// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <exception>
#include <mutex>

#include "base/undisturbed.hpp"
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
  // Whoever has stopped the training would stop its file too.
  base::Observer deaf;
  const base::StopScope scope(deaf);
  const base::Undisturbed undisturbed;
  trainer.save(savepoint.path);
  if (savepoint.saved) savepoint.saved();
}

/// Keeps the wish to stop until the update under way is made, after which the training can be saved; not
/// longer than `patience`.
class StopBetweenUpdates final : public base::Observer {
 public:
  explicit StopBetweenUpdates(base::Observer& outer) : outer_(outer) {}

  void advance(std::uint64_t n) override {
    try {
      outer_.advance(n);
    } catch (const Error& error) {
      if (error.fault() != Fault::interrupted) throw;
      const std::scoped_lock lock(mutex_);
      if (!wish_) {
        wish_ = std::current_exception();
        since_ = Clock::now();
      } else if (Clock::now() - since_ > patience) {
        throw;
      }
    }
  }
  [[nodiscard]] bool wished() {
    const std::scoped_lock lock(mutex_);
    return wish_ != nullptr;
  }
  /// The words of an interruption may be others when something was saved.
  [[noreturn]] void stop() {
    outer_.advance(0);
    std::rethrow_exception(wish_);
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds patience{4};
  base::Observer& outer_;
  std::mutex mutex_;
  std::exception_ptr wish_;
  Clock::time_point since_;
};

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
  const bool saves = !savepoint.path.empty();
  StopBetweenUpdates stop(observer);
  // Several ranks stop in the midst of an update, since one cannot finish it without the others.
  const bool finishes_updates = saves && trainer.ranks().size() == 1;
  base::Observer& heard = finishes_updates ? static_cast<base::Observer&>(stop) : observer;
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
    const std::int64_t wanted =
        before + (after_epoch ? std::min(piece, trainer.updates_left_in_epoch()) : piece);
    while (!trainer.done() && trainer.updates() < wanted && !stop.wished())
      trainer.update(finishes_updates ? 1 : wanted - before, heard);
    heard.advance(static_cast<std::uint64_t>(trainer.updates() - before));
    const bool looks =
        after_epoch && (trainer.done() || trainer.updates_left_in_epoch() == trainer.updates_per_epoch());
    if (looks && after_epoch(trainer.rbm())) break;
    const bool stops = stop.wished();
    const double enough = stops ? savepoint.when_stopped : wait;
    if (saves && base::as_first_says(trainer.ranks(), since(saved) >= enough)) {
      const auto begun = Clock::now();
      save(trainer, savepoint);
      wait = std::max(savepoint.seconds, 50 * since(begun));
      saved = Clock::now();
    }
    if (stops) stop.stop();
  }
  if (saves && base::as_first_says(trainer.ranks(), since(started) >= savepoint.seconds))
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
                                std::uint64_t seed, base::Observer& observer,
                                const Savepoint& savepoint) const {
  RbmTrainer trainer = begun(data, values, seed);
  if (!savepoint.path.empty()) take_up(trainer, data.spins, savepoint.path);
  return finished(trainer, observer, savepoint);
}

}  // namespace spinflow::trainers
