// SPDX-License-Identifier: Apache-2.0
// The names of what the stages of iso2018 keep.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "recipes/iso2018/measurements.hpp"

namespace spinflow::recipes::iso2018 {

std::vector<std::string> pieces(const Settings& s) {
  const auto all = variants(s);
  std::vector<std::string> names = {"ensemble-critical", "classifier-large", "classifier-small",
                                    "flow-calibration", "study-two-sample"};
  std::set<std::int64_t> sizes;
  for (const auto& variant : all) sizes.insert(variant.size);
  bool any_studied = false;
  for (const auto& variant : all) any_studied = any_studied || in_study(variant, s);
  if (any_studied) names.emplace_back("ensemble-test");
  for (std::int64_t seed = 0; seed < s.train.seeds; ++seed) {
    for (const auto size : sizes)
      names.push_back(size == s.ensemble.size ? fmt::format("ensemble-{}", seed)
                                              : fmt::format("ensemble-size-{}-{}", size, seed));
    for (const auto& variant : all) {
      names.push_back(fmt::format("rbm-{}-{}", variant.id, seed));
      names.push_back(fmt::format("flow-{}-{}", variant.id, seed));
      if (in_study(variant, s)) names.push_back(fmt::format("study-quality-{}-{}", variant.id, seed));
    }
    names.push_back(fmt::format("flow-temperatures-{}", seed));
    names.push_back(fmt::format("study-couplings-{}", seed));
  }
  std::set<std::int64_t> blocked(s.rg.sizes.begin(), s.rg.sizes.end());
  if (s.ensemble.size % 2 == 0) blocked.insert(s.ensemble.size);
  for (const auto size : blocked) names.push_back(fmt::format("flow-blocks-{}", size));
  if (!s.rg.sizes.empty()) names.emplace_back("study-couplings-blocks");
  for (const char* id : {"V", "gap", "C"})
    if (std::ranges::find(all, id, &Variant::id) != all.end())
      names.push_back(fmt::format("ensemble-read-{}", id));
  return names;
}

}  // namespace spinflow::recipes::iso2018
