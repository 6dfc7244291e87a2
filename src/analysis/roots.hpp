// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

namespace spinflow::analysis {

using RealFunction = std::function<double(double)>;

/// Where f rises through 0 between `lowest` and `highest`, nearest their middle: there the data are, and
/// noise far from them rises, too. `refined(below, above, f_below, f_above)`: the root in a step with f_below
/// < 0 <= f_above, NaN if it is none. NaN if there is no such root; where f is NaN, nothing is known of it.
[[nodiscard]] double rise_nearest_middle(
    const RealFunction& f, double lowest, double highest,
    const std::function<double(double below, double above, double f_below, double f_above)>& refined);

/// The root of f near `start` > 0 by secants, the first one over `first_step` times `start`; there when a
/// step is below `tolerance` times the root. NaN if they leave [lowest, highest] or do not get there in 30
/// steps.
[[nodiscard]] double root_by_secants(const RealFunction& f, double start, double first_step, double tolerance,
                                     double lowest, double highest);

}  // namespace spinflow::analysis
