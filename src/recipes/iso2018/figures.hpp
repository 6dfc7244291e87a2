// SPDX-License-Identifier: Apache-2.0
// What the figures of iso2018 share.
#pragma once

#include "recipes/figures.hpp"
#include "recipes/iso2018/measurements.hpp"

namespace spinflow::recipes::iso2018 {

[[nodiscard]] inline const FigureTexts& texts() { return FigureTexts::of("iso2018"); }

/// Readings near infinity would flatten everything else: those above are not drawn.
inline constexpr double highest_drawn = 7;

[[nodiscard]] inline results::Rule tc_rule(bool vertical = false) {
  return {square_critical_temperature, "T_c", vertical};
}

/// "from T = 6".
[[nodiscard]] inline std::string start_name(const Measurements& m, std::size_t start) {
  return fmt::format("from T = {}", m.settings.flow.starts[start]);
}

/// The reading of one gauge along the flow: mean over seeds in 1/T, converted last; +- one standard error. A
/// seed that reads T = 0 puts the mean there. Readings above `highest` are not drawn.
[[nodiscard]] std::vector<Point> along_flow(const VariantResult& result, std::size_t start,
                                            const std::string& gauge, double highest);

}  // namespace spinflow::recipes::iso2018
