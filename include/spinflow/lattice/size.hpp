// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "spinflow/lattice/lattice.hpp"

namespace spinflow::lattice {

/// Bytes per site that the tables of a lattice need while they are built.
inline constexpr double bytes_per_site = 40;

/// Number of sites of a size such as "16x10" or, in one dimension, "10"; 0 if the text is not a size. Nothing
/// of that size is allocated.
[[nodiscard]] double sites_of_text(std::string_view text, int dimension);

/// The lattice of `sites` sites that a text means: "16x8" (Lx x Ly), "128", a chain of as many sites, or "8",
/// which is 8x8 where there are 64. Error(input) beginning with `where` if it has another number of sites.
[[nodiscard]] Lattice lattice_of_sites(std::string_view text, std::size_t sites, Boundary boundary,
                                       const std::string& where);

}  // namespace spinflow::lattice
