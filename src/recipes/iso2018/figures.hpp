// SPDX-License-Identifier: Apache-2.0
// What the figures of iso2018 share.
#pragma once

#include <string>
#include <vector>

#include "recipes/figure_texts.hpp"
#include "recipes/iso2018/measurements.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::iso2018 {

/// Titles and captions.
[[nodiscard]] inline const FigureTexts& texts() { return FigureTexts::of("iso2018"); }

inline constexpr const char* temperature_title = "temperature T (J/k_B)";
inline constexpr double highest_drawn = 7;

[[nodiscard]] inline results::Rule tc_rule(bool vertical = false) {
  return {square_critical_temperature, "T_c", vertical};
}

/// The reading of one gauge along the flow: mean over seeds in 1/T, converted last; +- one standard error. A
/// seed that reads T = 0 puts the mean there. Readings above `highest` are not drawn: near infinity they
/// would flatten everything else.
[[nodiscard]] std::vector<results::Point> along_flow(const VariantResult& result, std::size_t start,
                                                     const std::string& gauge,
                                                     double highest = highest_drawn);

}  // namespace spinflow::recipes::iso2018
