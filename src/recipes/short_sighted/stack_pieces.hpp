// SPDX-License-Identifier: Apache-2.0
// What is kept of a finished stack in the run folder: tables whose columns are the members of the structs, an
// estimate as two.
#pragma once

#include <array>

#include "recipes/short_sighted/measurements.hpp"

namespace spinflow::recipes::short_sighted {

/// Bins of the distance within a coarse lattice: 1, sqrt 2, 2 and sqrt 5, about 3, 4, 5.
inline constexpr std::array<double, 7> pair_edges = {0.5, 1.2, 1.7, 2.5, 3.5, 4.5, 5.7};

[[nodiscard]] RunFolder::Tables empty_stack_tables();

/// Appends a row to the table of its kind.
void keep(RunFolder::Tables& tables, const LayerReading& r);
void keep(RunFolder::Tables& tables, const ProfilePoint& p);
void keep(RunFolder::Tables& tables, const LayerStudy& s);
void keep(RunFolder::Tables& tables, const LayerCorrelation& c);

/// Appends what the tables hold.
void append(StackMeasurements& all, const RunFolder::Tables& tables);

}  // namespace spinflow::recipes::short_sighted
