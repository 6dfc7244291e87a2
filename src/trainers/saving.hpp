// SPDX-License-Identifier: Apache-2.0
// How every training saves itself on its way and when it is stopped, and finds again what it saved.
#pragma once

#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <mutex>

#include "spinflow/base/observer.hpp"
#include "spinflow/base/ranks.hpp"
#include "spinflow/trainers/savepoint.hpp"

namespace spinflow::trainers {

/// Keeps the wish to stop until the update under way is made, after which the training can be saved; not
/// longer than some seconds.
class StopBetweenUpdates final : public base::Observer {
 public:
  explicit StopBetweenUpdates(base::Observer& outer) : outer_(outer) {}

  void advance(std::uint64_t n) override;
  [[nodiscard]] bool wished();
  /// The words of an interruption may be others when something was saved.
  [[noreturn]] void stop();

 private:
  using Clock = std::chrono::steady_clock;
  base::Observer& outer_;
  std::mutex mutex_;
  std::exception_ptr wish_;
  Clock::time_point since_;
};

/// Goes with the loop of a training.
class Saving {
 public:
  using Write = std::function<void(const std::filesystem::path& path)>;

  /// All must outlive it.
  Saving(const Savepoint& savepoint, base::Observer& observer, base::Ranks& ranks = base::alone());

  /// Whether an update that has begun is made before the training stops.
  [[nodiscard]] bool finishes_updates() const { return saves(); }
  /// What the updates are told to; the observer does not hear of them otherwise.
  [[nodiscard]] base::Observer& heard();
  /// Whether no further update should begin: on all ranks, if the first one was asked to stop.
  [[nodiscard]] bool stops() { return base::as_first_says(ranks_, stop_.wished()); }

  /// Saves if it is time to; throws what the observer threw if the training is to stop. `write` is called on
  /// all ranks.
  void between_updates(const Write& write);
  /// After the last update: saves if the training took longer than the savepoint's seconds, because what
  /// comes after it may fail, too.
  void at_the_end(const Write& write);

 private:
  using Clock = std::chrono::steady_clock;
  [[nodiscard]] bool saves() const { return !savepoint_.path.empty(); }
  void save(const Write& write);

  const Savepoint& savepoint_;
  base::Observer& observer_;
  base::Ranks& ranks_;
  StopBetweenUpdates stop_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point saved_ = started_;
  double wait_;
  bool warned_ = false;
};

/// Takes up what an interrupted training saved in the file, if it is there, and says whether it was. `read`
/// returns false if that is another training. Error(input) beginning with the path; it says how to begin
/// anew.
bool take_up(const std::filesystem::path& path,
             const std::function<bool(const std::filesystem::path& path)>& read);

}  // namespace spinflow::trainers
