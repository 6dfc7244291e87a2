// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

namespace spinflow::io {

/// The JSON text as a value; nothing if it is no JSON, or nested deeper than anything that spinflow writes:
/// the JSON library walks over what is nested by recursion, which a hostile text could make overflow the
/// stack.
[[nodiscard]] std::optional<nlohmann::ordered_json> parse_json(std::string_view text);

}  // namespace spinflow::io
