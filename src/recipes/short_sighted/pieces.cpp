// SPDX-License-Identifier: Apache-2.0
// The names of what the stages of short-sighted keep.
#include <fmt/format.h>

#include "recipes/short_sighted/measurements.hpp"

namespace spinflow::recipes::short_sighted {

std::vector<std::string> pieces(const Settings& s) {
  std::vector<std::string> names;
  const auto add_stacks = [&](const StackSettings& kind, const std::string& id) {
    for (std::int64_t seed = 0; seed < kind.seeds && !kind.shrinkages.empty(); ++seed) {
      names.push_back(fmt::format("blocks-{}-{}-{}", id, kind.size, seed));
      for (const double shrinkage : kind.shrinkages) {
        const auto stack = stack_name(id, kind.size, shrinkage, static_cast<std::size_t>(seed));
        names.push_back(stack);
        names.push_back("layers-" + stack);
      }
    }
  };
  for (const auto& id : s.models.use) {
    names.push_back("critical-" + id);
    for (const auto size : s.rbm.sizes)
      for (std::int64_t seed = 0; seed < s.rbm.seeds; ++seed) {
        names.push_back(fmt::format("flow-data-{}-{}-{}", id, size, seed));
        for (const auto& arm : s.rbm.arms)
          for (const char* what : {"rbm", "flow"})
            names.push_back(fmt::format("{}-{}-{}-{}-{}", what, arm, id, size, seed));
      }
    for (const char* range : ranges)
      for (std::int64_t seed = 0; seed < s.range.seeds; ++seed)
        for (const char* what : {"rbm", "flow"})
          names.push_back(fmt::format("{}-{}-{}-{}", what, range, id, seed));
    add_stacks(s.large, id);
    add_stacks(s.stack, id);
    if (id == "nearest") names.emplace_back("couplings");
  }
  return names;
}

}  // namespace spinflow::recipes::short_sighted
