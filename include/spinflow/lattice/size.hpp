// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace spinflow::lattice {

/// Bytes per site that the tables of a lattice need while they are built.
inline constexpr double bytes_per_site = 40;

/// Number of sites of a size such as "16x10" or, in one dimension, "10"; 0 if the text is not a size. Nothing
/// of that size is allocated.
[[nodiscard]] double sites_of_text(std::string_view text, int dimension);

}  // namespace spinflow::lattice
