// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "spinflow/ensemble/rows.hpp"

namespace spinflow::observables {

/// f of the variance of the energy per site over the rows, without bias of order 1/n, with its error; f(0) =
/// 0.
[[nodiscard]] stats::Estimate of_energy_variance(const ensemble::Rows& rows,
                                                 const std::function<double(double)>& f);

}  // namespace spinflow::observables
