// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

namespace spinflow::networks {

/// Largest absolute value of a weight or bias, for all networks, trained here or read from a file. A larger
/// one comes from a failed training: in float32 a sum with it loses the other terms.
inline constexpr float largest_parameter = 1e6f;

/// The first of the values whose absolute value is above `largest_parameter`, infinite or NaN; nothing if
/// there is none.
[[nodiscard]] inline std::optional<float> unusable_parameter(std::span<const float> values) {
  const auto bad = std::ranges::find_if(values, [](float x) { return !(std::abs(x) <= largest_parameter); });
  return bad == values.end() ? std::nullopt : std::optional(*bad);
}

}  // namespace spinflow::networks
