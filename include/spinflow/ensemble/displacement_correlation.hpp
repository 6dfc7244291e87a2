// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "spinflow/ensemble/ensemble.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::ensemble {

/// <s_x s_(x+d)>, averaged over all rows and over the sites x whose partner exists, not connected, for every
/// displacement d of lattice::Displacements, in its order; exactly 1 at d = 0. Errors as those of
/// `correlation`. The whole ensemble counts: select one temperature first.
[[nodiscard]] std::vector<stats::Estimate> displacement_correlation(const Ensemble& ensemble);

}  // namespace spinflow::ensemble
