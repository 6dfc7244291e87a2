// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace spinflow::results {

/// A sentence for people: every number in it that is not known, which formatting writes as nan, is a dash.
[[nodiscard]] std::string with_dashes(std::string_view sentence);

}  // namespace spinflow::results
