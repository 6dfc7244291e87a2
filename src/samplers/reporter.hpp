// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "spinflow/base/observer.hpp"

namespace spinflow::samplers {

/// Passes the progress of one piece of work on to the observer every now and then, not update by update.
class Reporter {
 public:
  /// `every`: updates between two calls of the observer.
  Reporter(base::Observer& observer, std::uint64_t every) : observer_(observer), every_(every) {}

  /// `n` more updates are done; 0: still at work.
  void add(std::uint64_t n) {
    since_ += n;
    if (n == 0 || since_ >= every_) flush();
  }
  void flush() {
    observer_.advance(since_);
    since_ = 0;
  }

 private:
  base::Observer& observer_;
  std::uint64_t every_;
  std::uint64_t since_ = 0;
};

}  // namespace spinflow::samplers
