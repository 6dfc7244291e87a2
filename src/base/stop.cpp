// SPDX-License-Identifier: Apache-2.0
#include "spinflow/base/stop.hpp"

namespace spinflow::base {

namespace {

thread_local Observer* innermost = nullptr;

}  // namespace

StopScope::StopScope(Observer& observer) : outer_(innermost) {
  // Whoever hands down silence has nothing to say about stopping: the outer one is asked.
  if (&observer != &silent()) innermost = &observer;
}

StopScope::~StopScope() { innermost = outer_; }

void check_stop() {
  if (innermost != nullptr) innermost->advance(0);
}

Observer* stop_observer() { return innermost; }

}  // namespace spinflow::base
