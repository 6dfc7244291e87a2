// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/ensemble_tests.hpp"

#include <algorithm>

#include "spinflow/analysis/configuration_test.hpp"
#include "spinflow/base/parallel.hpp"
#include "studies/judging.hpp"

namespace spinflow::studies {

results::Record<EnsembleTest> ensemble_test_record() {
  return results::Record<EnsembleTest>()
      .add("first", &EnsembleTest::first)
      .add("second", &EnsembleTest::second)
      .add("seed", &EnsembleTest::repetition)
      .add("energy_distance", &EnsembleTest::energy_distance)
      .add("effect", &EnsembleTest::effect)
      .add("p_value", &EnsembleTest::p_value);
}

std::vector<EnsembleTest> test_ensembles(const std::vector<EnsemblePair>& pairs, std::size_t permutations,
                                         const std::function<std::uint64_t(std::size_t)>& seed,
                                         base::Observer& observer) {
  std::vector<EnsembleTest> found(pairs.size());
  observer.begin("two-sample tests", pairs.size(), "tests");
  base::parallel_for(pairs.size(), [&](std::size_t i) {
    const auto& pair = pairs[i];
    const auto test = analysis::configuration_test(pair.a, pair.b, permutations, seed(i));
    found[i] = {pair.first, pair.second, pair.repetition, test.energy_distance, test.effect, test.p_value};
    observer.advance(1);
  });
  return found;
}

stats::Estimate EnsembleComparison::effect() const { return over_seeds(effects); }

results::Record<EnsembleComparison> ensemble_comparison_record() {
  return results::Record<EnsembleComparison>()
      .add("first", &EnsembleComparison::first)
      .add("second", &EnsembleComparison::second)
      .show("seeds", [](const EnsembleComparison& c) { return c.effects.size(); })
      .show("effect", &EnsembleComparison::effect)
      .add("smallest_p", &EnsembleComparison::smallest_p)
      .add("largest_p", &EnsembleComparison::largest_p);
}

std::vector<EnsembleComparison> compared(const std::vector<EnsembleTest>& tests) {
  std::vector<EnsembleComparison> all;
  for (const auto& test : tests) {
    auto found = std::ranges::find_if(
        all, [&](const EnsembleComparison& c) { return c.first == test.first && c.second == test.second; });
    if (found == all.end())
      found = all.insert(found, {.first = test.first, .second = test.second, .effects = {}});
    found->effects.push_back(test.effect);
    found->smallest_p = std::min(found->smallest_p, test.p_value);
    found->largest_p = std::max(found->largest_p, test.p_value);
  }
  return all;
}

}  // namespace spinflow::studies
