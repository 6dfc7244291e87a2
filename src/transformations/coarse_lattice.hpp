// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "spinflow/lattice/lattice.hpp"

namespace spinflow::transformations {

/// The lattice of the blocks of side b: b x b sites (b on a chain) become one. Error(input) beginning with
/// `where` unless b divides every side and leaves sides >= 2.
[[nodiscard]] lattice::Lattice coarse_lattice(const lattice::Lattice& fine, std::int64_t factor,
                                              std::string_view where);

}  // namespace spinflow::transformations
