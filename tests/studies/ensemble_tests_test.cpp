// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/ensemble_tests.hpp"

#include <gtest/gtest.h>

#include "spinflow/samplers/product_measure.hpp"

namespace spinflow::studies {
namespace {

ensemble::Ensemble spins_of_mean(double m, std::uint64_t seed) {
  const auto model = models::registry().find("ising-square").make(lattice::Lattice::square(4, 4), {});
  return samplers::product_measure(model, m, 60, seed);
}

TEST(EnsembleTests, TellDifferentEnsemblesApartAndEqualOnesNot) {
  std::vector<EnsemblePair> pairs;
  for (const std::size_t seed : {0, 1, 2}) {
    pairs.push_back({"a", "the same", seed, spins_of_mean(0.3, 2 * seed), spins_of_mean(0.3, 2 * seed + 1)});
    pairs.push_back({"a", "other", seed, spins_of_mean(0.3, 2 * seed), spins_of_mean(0.9, 2 * seed + 1)});
  }
  const auto tests = test_ensembles(pairs, 99, [](std::size_t i) { return i + 1; });
  ASSERT_EQ(tests.size(), 6u);
  EXPECT_EQ(tests[3].second, "other");
  EXPECT_EQ(tests[3].repetition, 1u);
  const auto all = compared(tests);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].second, "the same");
  EXPECT_LT(all[0].effect().value, 0.5 * all[1].effect().value);
  EXPECT_GT(all[0].largest_p, 0.05);
  EXPECT_NEAR(all[1].effect().value, 0.065, 0.02);
  EXPECT_GT(all[1].effect().error, 0);
  EXPECT_EQ(all[1].largest_p, 0.01);
  const auto table = ensemble_comparison_record().table(all);
  EXPECT_EQ(table.columns, (std::vector<std::string>{"first", "second", "seeds", "effect", "effect_error",
                                                     "smallest_p", "largest_p"}));
}

}  // namespace
}  // namespace spinflow::studies
