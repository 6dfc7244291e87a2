// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "spinflow/base/error.hpp"

namespace spinflow::base {

/// Bytes of main memory of this machine, or the limit of the container if that is less.
[[nodiscard]] double memory_of_machine();

/// What was handed over is good, but too much for this machine.
class MemoryError : public Error {
 public:
  using Error::Error;
};

/// MemoryError(input) beginning with `where` if `bytes` of memory are more than this machine has. `mend`: how the
/// user can ask for less.
void check_memory(double bytes, std::string_view where,
                  std::string_view mend = "ask for fewer or smaller configurations");

}  // namespace spinflow::base
