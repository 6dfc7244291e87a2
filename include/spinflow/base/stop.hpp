// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spinflow/base/observer.hpp"

namespace spinflow::base {

/// While a StopScope exists, long work of this thread, and of the parallel loops that it begins, regularly
/// asks `observer` whether to continue: before the pieces of every parallel loop, and wherever `check_stop`
/// is called. Functions then need no Observer argument. Scopes nest, and the innermost one is asked; a scope
/// with `silent()` is ignored.
class StopScope {
 public:
  explicit StopScope(Observer& observer);
  ~StopScope();
  StopScope(const StopScope&) = delete;
  StopScope& operator=(const StopScope&) = delete;

 private:
  friend void check_stop();
  friend Observer* stop_observer();

  Observer& observer_;
  const StopScope* outer_;
};

/// For loops that report no progress. Calls `advance(0)` of the observer of the innermost StopScope, which
/// throws Error(Fault::interrupted) when the user wants to stop; one that passes this on to `silent()` asks
/// the next outer scope. Does nothing outside of any scope.
void check_stop();

/// The observer of the innermost scope of this thread; nullptr if there is none. A loop that gives work to
/// other threads opens a scope with this observer in each of them.
[[nodiscard]] Observer* stop_observer();

}  // namespace spinflow::base
