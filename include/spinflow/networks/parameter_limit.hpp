// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

namespace spinflow::networks {

/// A weight or bias beyond this is no result of a training that worked: in float32 sums with it lose the
/// other terms. The same for all networks, trained here or read from a file.
inline constexpr float largest_parameter = 1e6f;

/// The first of the values that is beyond `largest_parameter`, infinite or NaN.
[[nodiscard]] inline std::optional<float> unusable_parameter(std::span<const float> values) {
  const auto bad = std::ranges::find_if(values, [](float x) { return !(std::abs(x) <= largest_parameter); });
  return bad == values.end() ? std::nullopt : std::optional(*bad);
}

}  // namespace spinflow::networks
