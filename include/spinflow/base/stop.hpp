// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spinflow/base/observer.hpp"

namespace spinflow::base {

/// While it lives, long work of this thread, and of the parallel loops that it begins, asks `observer` now
/// and then whether to go on, also where no Observer is handed down: between the pieces of every parallel
/// loop, and wherever `check_stop` is called. Scopes nest; the innermost one is asked, but `silent()` hides
/// no other.
class StopScope {
 public:
  explicit StopScope(Observer& observer);
  ~StopScope();
  StopScope(const StopScope&) = delete;
  StopScope& operator=(const StopScope&) = delete;

 private:
  Observer* outer_;
};

/// For loops that have no news to tell: `advance(0)` of the observer of the innermost StopScope, which throws
/// Error(Fault::interrupted) when the user wants to stop. Does nothing outside of any scope.
void check_stop();

/// The observer of the innermost scope of this thread; nullptr: none. A loop that hands work to other threads
/// opens a scope with it there.
[[nodiscard]] Observer* stop_observer();

}  // namespace spinflow::base
