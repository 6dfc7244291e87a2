// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/stop.hpp"

namespace spinflow::base {

namespace {

thread_local const StopScope* innermost = nullptr;

}  // namespace

StopScope::StopScope(Observer& observer) : observer_(observer), outer_(innermost) {
  // The silent observer never stops anything, so it does not hide the outer one.
  if (&observer != &silent()) innermost = this;
}

StopScope::~StopScope() { innermost = outer_; }

void check_stop() {
  if (innermost == nullptr) return;
  // While an observer answers, the scopes outside of it are there: one that hands the question to `silent()`,
  // which asks again, would otherwise be asked for ever.
  struct Restored {
    const StopScope* asked = innermost;
    ~Restored() { innermost = asked; }
  } const restored;
  innermost = restored.asked->outer_;
  restored.asked->observer_.advance(0);
}

Observer* stop_observer() { return innermost == nullptr ? nullptr : &innermost->observer_; }

}  // namespace spinflow::base
