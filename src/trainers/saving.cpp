// SPDX-License-Identifier: Apache-2.0
#include "trainers/saving.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/undisturbed.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/base/stop.hpp"

namespace spinflow::trainers {

namespace {

constexpr std::chrono::seconds patience{4};

double seconds_since(std::chrono::steady_clock::time_point then) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - then).count();
}

}  // namespace

void StopBetweenUpdates::advance(std::uint64_t n) {
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

bool StopBetweenUpdates::wished() {
  const std::scoped_lock lock(mutex_);
  return wish_ != nullptr;
}

void StopBetweenUpdates::stop() {
  outer_.advance(0);
  if (wish_ == nullptr) throw Error(Fault::interrupted, "interrupted; the first process was asked to stop");
  std::rethrow_exception(wish_);
}

Saving::Saving(const Savepoint& savepoint, base::Observer& observer, base::Ranks& ranks)
    : savepoint_(savepoint), observer_(observer), ranks_(ranks), stop_(observer), wait_(savepoint.seconds) {}

base::Observer& Saving::heard() {
  return finishes_updates() ? static_cast<base::Observer&>(stop_) : observer_;
}

void Saving::between_updates(const Write& write) {
  const bool stopping = stops();
  const double enough = stopping ? savepoint_.when_stopped : wait_;
  if (saves() && base::as_first_says(ranks_, seconds_since(saved_) >= enough)) {
    const auto begun = Clock::now();
    save(write);
    wait_ = std::max(savepoint_.seconds, 50 * seconds_since(begun));
    saved_ = Clock::now();
  }
  if (stopping) stop_.stop();
}

void Saving::at_the_end(const Write& write) {
  if (saves() && base::as_first_says(ranks_, seconds_since(started_) >= savepoint_.seconds)) save(write);
}

void Saving::save(const Write& write) {
  // Whoever has stopped the training would stop its file too.
  base::Observer deaf;
  const base::StopScope scope(deaf);
  const base::Undisturbed undisturbed;
  try {
    write(savepoint_.path);
  } catch (const Error& error) {
    // The disk may have room again later, so the next time is not left out.
    if (!warned_)
      observer_.warn(fmt::format("nothing of the training can be saved on its way: {}", error.what()));
    warned_ = true;
    return;
  }
  if (savepoint_.saved) savepoint_.saved();
}

bool take_up(const std::filesystem::path& path,
             const std::function<bool(const std::filesystem::path& path)>& read) {
  if (path.empty() || !std::filesystem::exists(path)) return false;
  bool same = false;
  try {
    same = read(path);
  } catch (const Error& error) {
    if (error.fault() != Fault::input) throw;
    throw with_advice(error, "remove it, or use --force to begin anew");
  }
  if (same) return true;
  throw input_error(path.string(), "it is an unfinished training with other options or configurations",
                    "resume it with the command that began it, or use --force to begin anew");
}

}  // namespace spinflow::trainers
