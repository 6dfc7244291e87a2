// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <mutex>
#include <thread>

namespace spinflow::base {

/// Fills a registry when it is first asked for, by whichever thread.
class FillOnce {
 public:
  /// Calls `fill` if nobody has, and returns when the call has ended. Within `fill` it does nothing: what is
  /// being filled is asked for there.
  void operator()(void (*fill)()) {
    if (filling_ == std::this_thread::get_id()) return;
    std::call_once(once_, [&] {
      filling_ = std::this_thread::get_id();
      fill();
      filling_ = std::thread::id();
    });
  }

 private:
  std::once_flag once_;
  std::atomic<std::thread::id> filling_;
};

}  // namespace spinflow::base
