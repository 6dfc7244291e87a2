// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace spinflow::io {

/// The JSON text as a value; nothing if it is not valid JSON, or if it is nested more deeply than any file of
/// spinflow. The JSON library handles nesting by recursion, so a deeply nested text could overflow the stack.
[[nodiscard]] std::optional<nlohmann::ordered_json> parse_json(std::string_view text);

}  // namespace spinflow::io
