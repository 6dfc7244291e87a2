// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace spinflow::results {

/// The sentence with a dash for every "nan", which stands for a number that is not known.
[[nodiscard]] std::string with_dashes(std::string_view sentence);

}  // namespace spinflow::results
