// SPDX-License-Identifier: Apache-2.0
#include "recipes/evidence.hpp"

#include <algorithm>
#include <set>

#include "spinflow/base/error.hpp"

namespace spinflow::recipes {

bool is_declared(const std::vector<std::string>& declared, std::string_view name) {
  return std::ranges::any_of(declared, [&](std::string_view one) {
    const auto hole = one.find("{}");
    if (hole == std::string_view::npos) return one == name;
    const auto before = one.substr(0, hole);
    const auto after = one.substr(hole + 2);
    return name.size() > before.size() + after.size() && name.starts_with(before) && name.ends_with(after);
  });
}

void drop_evidence_not_made(const std::vector<std::string>& declared, results::Results& results) {
  std::set<std::string> made;
  for (const auto& figure : results.figures) made.insert(figure.id);
  for (const auto& [name, table] : results.tables) made.insert(name);
  for (auto& claim : results.claims) {
    for (const auto& name : claim.evidence)
      if (!is_declared(declared, name))
        throw Error(Fault::failure,
                    fmt::format("recipe: claim {} names '{}' as evidence, which is none of the "
                                "figures and tables that the recipe declares",
                                claim.id, name));
    std::erase_if(claim.evidence, [&](const std::string& name) { return !made.contains(name); });
  }
}

}  // namespace spinflow::recipes
