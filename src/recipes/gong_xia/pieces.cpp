// SPDX-License-Identifier: Apache-2.0
// The names of what the stages of gong-xia keep.
#include <fmt/format.h>

#include "recipes/gong_xia/nets.hpp"

namespace spinflow::recipes::gong_xia {

std::vector<std::string> pieces(const Settings& s) {
  std::vector<std::string> names = {"matrices"};
  for (const auto& plans : {cell_plans(s), limit_plans(s), course_plans(s)})
    for (const auto& plan : plans) names.push_back(net_name(plan.begin));
  for (std::int64_t seed = 0; seed < s.cells.seeds; ++seed) {
    for (const char* arm : depth_arms) names.push_back(fmt::format("depth-{}-{}", arm, seed));
    for (const double coupling : s.field.couplings)
      for (const double field : s.field.fields)
        names.push_back(fmt::format("field-K{}-h{}-{}", coupling, field, seed));
    for (const auto& target : s.generic.targets)
      names.push_back(generic_name(target, static_cast<std::size_t>(seed)));
  }
  return names;
}

}  // namespace spinflow::recipes::gong_xia
