// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace spinflow::base {

/// Bytes of main memory that this machine has or, in a container with less, may use.
[[nodiscard]] double memory_of_machine();

/// Error(input) beginning with `where` if about `bytes` of memory are more than this machine has; `mend`: how
/// to ask for less.
void check_memory(double bytes, std::string_view where,
                  std::string_view mend = "ask for fewer or smaller configurations");

}  // namespace spinflow::base
