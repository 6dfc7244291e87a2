// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace spinflow::lattice {

/// What the tables of a lattice take per site while they are made.
inline constexpr double bytes_per_site = 40;

/// Sites that a text like "16x10" or "10" asks for, before anything of that size is made; 0 if it is no size.
[[nodiscard]] double sites_of_text(std::string_view text, int dimension);

}  // namespace spinflow::lattice
