// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "spinflow/studies/critical_point.hpp"

namespace spinflow::studies {

/// A run of the nearest-neighbour model on small squares about its exact K_c, without a pilot.
inline CriticalPlan square_plan(std::vector<std::int64_t> sizes, std::int64_t records, std::uint64_t seed) {
  CriticalPlan plan;
  plan.model = "ising-square";
  plan.model_options = {{"coupling", 1.0}, {"field", 0.0}};
  plan.sizes = std::move(sizes);
  for (const auto size : plan.sizes) {
    for (const double side : {-1.0, 0.0, 1.0})
      plan.couplings.push_back(0.44 + 0.3 * side / static_cast<double>(size));
    plan.burn_in.push_back(60);
    plan.thinning.push_back(2);
    plan.records.push_back(records);
  }
  plan.seed = seed;
  return plan;
}

}  // namespace spinflow::studies
