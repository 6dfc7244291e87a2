// SPDX-License-Identifier: Apache-2.0
// Greedy training of stacks, on planted block spins whose answer is known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/networks/receptive_fields.hpp"
#include "spinflow/trainers/stack_trainer.hpp"
#include "testing/testing.hpp"
#include "trainers/rbm_testing.hpp"

namespace spinflow::trainers {
namespace {

using lattice::Lattice;

/// Every spin of `coarse` becomes its block on `fine`, each site flipped with a probability.
kernels::PackedSpins blown_up(const kernels::PackedSpins& blocks, const Lattice& coarse, const Lattice& fine,
                              double flip, std::uint64_t seed) {
  kernels::PackedSpins spins(blocks.n_rows(), static_cast<std::size_t>(fine.n_sites()));
  base::RandomStream stream(seed, "test.noise");
  const int b = fine.lx() / coarse.lx();
  for (std::size_t r = 0; r < spins.n_rows(); ++r)
    for (int i = 0; i < fine.n_sites(); ++i) {
      const int x = i % fine.lx() / b;
      const int y = fine.dimension() == 2 ? i / fine.lx() / b : 0;
      const int s = blocks.spin(r, static_cast<std::size_t>(coarse.site(x, y)));
      spins.set(r, static_cast<std::size_t>(i), stream.uniform() < flip ? -s : s);
    }
  return spins;
}

kernels::PackedSpins independent_spins(std::size_t n, const Lattice& lattice) {
  kernels::PackedSpins spins(n, static_cast<std::size_t>(lattice.n_sites()));
  base::RandomStream stream(1, "test.blocks");
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t i = 0; i < spins.n_columns(); ++i) spins.set(r, i, stream.uniform() < 0.5 ? 1 : -1);
  return spins;
}

/// Unit a has its weight on block a and nowhere else: the strongest weights are those of the block, they are
/// of one sign and of one size.
void expect_block_spins(const networks::Rbm& rbm, const Lattice& coarse) {
  const auto fields = networks::receptive_fields(rbm);
  const auto found = networks::arrangement(rbm, coarse);
  const auto b = static_cast<std::size_t>(rbm.visible.n_sites() / coarse.n_sites());  // sites of a block
  for (std::size_t a = 0; a < rbm.n_hidden; ++a) {
    EXPECT_EQ(found.place[a], a);
    EXPECT_EQ(found.sign[a], 1);
    EXPECT_NEAR(fields[a].participation, static_cast<double>(b), 0.15 * static_cast<double>(b))
        << "unit " << a;
    EXPECT_GT(fields[a].coherence, 0.9) << "unit " << a;
    std::vector<std::pair<double, double>> sites;  // (weight, distance)
    for (std::size_t i = 0; i < rbm.n_visible(); ++i)
      sites.emplace_back(
          rbm.weights[a * rbm.n_visible() + i],
          networks::distance_to_block(rbm.visible, coarse, static_cast<int>(a), static_cast<int>(i)));
    std::ranges::sort(sites, std::greater<>{});
    double farthest = 0;
    for (std::size_t i = 0; i < b; ++i) farthest = std::max(farthest, sites[i].second);
    for (std::size_t i = b; i < sites.size(); ++i) EXPECT_GT(sites[i].second, farthest) << "unit " << a;
    EXPECT_LT(sites[b].first, 0.3 * sites[b - 1].first) << "unit " << a;
  }
}

TEST(StackTrainer, RecoversPlantedBlockSpins) {
  struct Case {
    Lattice fine;
    Lattice coarse;
  };
  const Case cases[] = {
      {Lattice::square(8, 8), Lattice::square(4, 4)},
      {Lattice::square(9, 9), Lattice::square(3, 3)},
      {Lattice::square(8, 4, lattice::Boundary::open), Lattice::square(4, 2, lattice::Boundary::open)},
      {Lattice::chain(12), Lattice::chain(4)}};
  for (const auto& [fine, coarse] : cases) {
    const auto data =
        ensemble::from_spins(blown_up(independent_spins(2000, coarse), coarse, fine, 0.03, 2), fine, nullptr);
    StackTrainingOptions options{.hidden = {static_cast<double>(coarse.n_sites())}, .epochs = 60};
    options.shrinkage = 0.02;
    const auto result = train_stack(data, options, 3, base::silent());
    SCOPED_TRACE(fine.text());
    ASSERT_EQ(result.stack.layers.size(), 1u);
    expect_block_spins(result.stack.layers[0], coarse);
  }
}

}  // namespace
}  // namespace spinflow::trainers
