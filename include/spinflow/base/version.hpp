// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace spinflow::base {

/// "spinflow 0.1.0", as written into every file.
[[nodiscard]] std::string_view software();

}  // namespace spinflow::base
