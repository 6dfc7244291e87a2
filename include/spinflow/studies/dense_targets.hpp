// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/trainers/supervised_targets.hpp"

namespace spinflow::studies {

/// The targets of `spinflow train dense --target ...` for every row of `data`:
///   decimation:b         every b-th spin of every axis
///   majority:b           block majority of side b; an even block needs `ties` = corner | random, else "none"
///   label:temperature    the class of the row's temperature
///   sign-magnetization   two classes, m < 0 and m >= 0
///   magnetization        the number m
///   autoencode           the row itself
/// Error(input) beginning with `where` for another word, a factor that does not fit the lattice, an even
/// block without a tie rule, and what the rows cannot supply (fewer than two temperatures, rows without one,
/// rows of one sign only).
[[nodiscard]] trainers::Targets dense_targets(const ensemble::Ensemble& data, std::string_view target,
                                              std::string_view ties, std::uint64_t seed,
                                              std::string_view where);

}  // namespace spinflow::studies
