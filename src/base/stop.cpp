// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/stop.hpp"

namespace spinflow::base {

namespace {

thread_local Observer* innermost = nullptr;

}  // namespace

StopScope::StopScope(Observer& observer) : outer_(innermost) {
  // The silent observer never stops anything, so it does not hide the outer one.
  if (&observer != &silent()) innermost = &observer;
}

StopScope::~StopScope() { innermost = outer_; }

void check_stop() {
  if (innermost != nullptr) innermost->advance(0);
}

Observer* stop_observer() { return innermost; }

}  // namespace spinflow::base
