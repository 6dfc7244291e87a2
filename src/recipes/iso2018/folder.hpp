// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "recipes/iso2018/measurements.hpp"

namespace spinflow::recipes::iso2018 {

[[nodiscard]] inline RunFolder run_folder(const RunContext& context) { return {context, "iso2018"}; }

/// Of the flow of a variant from a start, so that a study can repeat it.
[[nodiscard]] std::uint64_t flow_seed(const RunFolder& folder, const Variant& variant, std::size_t replicate,
                                      std::size_t start);

}  // namespace spinflow::recipes::iso2018
