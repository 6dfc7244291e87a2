// SPDX-License-Identifier: Apache-2.0
// What every registered transformation must do, whoever adds it.
#include <gtest/gtest.h>

#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/transformations/transformation.hpp"
#include "transformations/flip_testing.hpp"

namespace spinflow::transformations {
namespace {

class EveryTransformation : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { map_ = registry().find(GetParam()).make({}); }

  static ensemble::Ensemble random_rows(std::size_t n, std::uint64_t seed) {
    const auto lattice = lattice::Lattice::square(12, 12);
    kernels::PackedSpins spins(n, 144);
    base::RandomStream stream(seed, "test.rows");
    // Biased spins, so that a map that mixes up signs shows.
    for (std::size_t row = 0; row < n; ++row)
      for (std::size_t site = 0; site < 144; ++site) spins.set(row, site, stream.uniform() < 0.6 ? 1 : -1);
    return ensemble::from_spins(std::move(spins), lattice, nullptr);
  }

  std::unique_ptr<Transformation> map_;
};

TEST_P(EveryTransformation, DeliversTheShapeItDeclares) {
  const auto input = random_rows(5, 1);
  const auto output = map_->apply(input, 1);
  EXPECT_EQ(output.lattice, map_->output_lattice(input.lattice));
  EXPECT_EQ(output.spins.n_columns(), static_cast<std::size_t>(output.lattice.n_sites()));
  EXPECT_EQ(output.size(), input.size());
  EXPECT_EQ(output.chain, input.chain);
}

TEST_P(EveryTransformation, IsAPureFunctionForAnyNumberOfThreads) {
  const auto input = random_rows(1500, 2);
  const int before = base::threads();
  const auto first = map_->apply(input, 5);
  for (const int threads : {1, 2, 3}) {
    base::set_threads(threads);
    EXPECT_EQ(map_->apply(input, 5).spins, first.spins) << threads << " threads";
  }
  base::set_threads(before);
}

TEST_P(EveryTransformation, CommutesWithTheFlipIfItSaysSo) {
  if (!map_->commutes_with_flip()) GTEST_SKIP() << "declares that it does not";
  expect_commutes_with_flip(*map_, random_rows(3000, 3));
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryTransformation, ::testing::ValuesIn(registry().names()),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace spinflow::transformations
