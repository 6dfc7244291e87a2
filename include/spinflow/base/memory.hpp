// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace spinflow::base {

/// Bytes of main memory of this machine, or the limit of the container if that is less.
[[nodiscard]] double memory_of_machine();

/// Error(input) beginning with `where` if `bytes` of memory are more than this machine has. `mend`: how the
/// user can ask for less.
void check_memory(double bytes, std::string_view where,
                  std::string_view mend = "ask for fewer or smaller configurations");

}  // namespace spinflow::base
