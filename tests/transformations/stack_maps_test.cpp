// SPDX-License-Identifier: Apache-2.0
#include "spinflow/transformations/stack_maps.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "transformations/flip_testing.hpp"

namespace spinflow::transformations {
namespace {

using lattice::Lattice;
using networks::HiddenMode;

/// 12x8 -> 6x4 -> 3x2.
networks::Stack some_stack(bool biases) {
  networks::Stack stack;
  stack.layers = {networks::random_rbm(Lattice::square(12, 8), 24, 0.3, 1),
                  networks::random_rbm(Lattice::square(6, 4), 6, 0.3, 2)};
  if (biases) stack.layers[1].hidden_bias[3] = 0.25f;
  return stack;
}

ensemble::Ensemble chained_rows(std::size_t n, const Lattice& lattice) {
  kernels::PackedSpins spins(n, static_cast<std::size_t>(lattice.n_sites()));
  base::RandomStream stream(3, "test.rows");
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t i = 0; i < spins.n_columns(); ++i) spins.set(r, i, stream.uniform() < 0.6 ? 1 : -1);
  auto input = ensemble::from_spins(std::move(spins), lattice, nullptr);
  for (std::size_t r = 0; r < n; ++r) input.chain[r] = static_cast<std::int32_t>(r / 7);
  input.temperature.assign(n, 2);
  return input;
}

std::vector<std::unique_ptr<Transformation>> all_maps(bool biases) {
  std::vector<std::unique_ptr<Transformation>> maps;
  maps.push_back(std::make_unique<StackUp>(some_stack(biases), HiddenMode::sampled));
  maps.push_back(std::make_unique<StackUp>(some_stack(biases), HiddenMode::sign));
  maps.push_back(std::make_unique<StackReconstruct>(some_stack(biases), 0));
  maps.push_back(std::make_unique<StackReconstruct>(some_stack(biases), 3));
  return maps;
}

TEST(StackMaps, KeepWhatATransformationKeeps) {
  const auto input = chained_rows(700, Lattice::square(12, 8));
  for (const auto& map : all_maps(false)) {
    const auto output = map->apply(input, 1);
    EXPECT_EQ(output.lattice, map->output_lattice(input.lattice));
    EXPECT_EQ(output.spins.n_columns(), static_cast<std::size_t>(output.lattice.n_sites()));
    EXPECT_EQ(output.size(), 700u);
    EXPECT_EQ(output.chain, input.chain);
    EXPECT_TRUE(std::isnan(output.temperature[0]));
    EXPECT_NEAR(output.magnetization[3], static_cast<double>(output.spins.sum(3)) / output.lattice.n_sites(),
                1e-12);
  }
  EXPECT_EQ(StackUp(some_stack(false), HiddenMode::sign).output_lattice(Lattice::square(12, 8)),
            Lattice::square(6, 4));
  EXPECT_EQ(StackReconstruct(some_stack(false), 0).output_lattice(Lattice::square(12, 8)),
            Lattice::square(12, 8));
}

TEST(StackMaps, ArePureFunctionsForAnyThreadsAndSimdLevel) {
  const auto input = chained_rows(1300, Lattice::square(12, 8));
  for (const auto& map : all_maps(true)) {
    const auto first = map->apply(input, 5);
    testing::for_any_threads_and_simd_level([&] { EXPECT_EQ(map->apply(input, 5).spins, first.spins); });
  }
  EXPECT_NE(StackUp(some_stack(false), HiddenMode::sampled).apply(input, 5).spins,
            StackUp(some_stack(false), HiddenMode::sampled).apply(input, 6).spins);
  EXPECT_EQ(StackUp(some_stack(false), HiddenMode::sign).apply(input, 5).spins,
            StackUp(some_stack(false), HiddenMode::sign).apply(input, 6).spins);
}

TEST(StackMaps, CommuteWithTheFlipIfTheySaySo) {
  for (const auto& map : all_maps(true)) EXPECT_FALSE(map->commutes_with_flip());
  // A field of 0 has the sign + for v and for -v.
  EXPECT_FALSE(StackUp(some_stack(false), HiddenMode::sign).commutes_with_flip());
  int commuting = 0;
  for (const auto& map : all_maps(false)) {
    if (!map->commutes_with_flip()) continue;
    ++commuting;
    expect_commutes_with_flip(*map, chained_rows(3000, Lattice::square(12, 8)));
  }
  EXPECT_EQ(commuting, 3);
}

TEST(StackMaps, UpTakesTheLayerThatBeginsAtTheInput) {
  const auto stack = some_stack(true);
  const StackUp map(stack, HiddenMode::sampled);
  const auto input = chained_rows(600, Lattice::square(12, 8));
  const auto middle = map.apply(input, 8);
  EXPECT_EQ(middle.spins, networks::up(stack, input.spins, 0, 1, HiddenMode::sampled, 8));
  const auto top = map.apply(middle, 9);
  EXPECT_EQ(top.lattice, Lattice::square(3, 2));
  EXPECT_EQ(top.spins, networks::up(stack, middle.spins, 1, 2, HiddenMode::sampled, 9));
  EXPECT_THROW((void)map.apply(top, 1), Error);
  try {
    (void)map.output_lattice(Lattice::square(12, 8, lattice::Boundary::open));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::input);
    EXPECT_EQ(std::string(error.what()),
              "stack-up: no layer of the stack begins at a lattice of 12x8 (open); its layers begin at 12x8 "
              "(periodic), 6x4 (periodic)");
  }
}

TEST(StackMaps, ReconstructGoesUpAndDown) {
  const auto stack = some_stack(true);
  const auto input = chained_rows(600, Lattice::square(12, 8));
  const auto h = networks::up(stack, input.spins, 0, 2, HiddenMode::sampled, 8);
  EXPECT_EQ(StackReconstruct(stack, 0).apply(input, 8).spins, networks::down(stack, h, 2, 0, 8));
  EXPECT_THROW((void)StackReconstruct(stack, 0).apply(chained_rows(2, Lattice::square(6, 4)), 1), Error);
  EXPECT_THROW(StackReconstruct(stack, -1), Error);
}

TEST(StackMaps, ManyTopStepsGenerate) {
  // A single layer: up, top steps and down are Gibbs steps of the RBM, whose distribution is enumerated.
  networks::Stack stack;
  stack.layers = {networks::random_rbm(Lattice::chain(4), 2, 0.35, 2)};
  stack.layers[0].visible_bias = {0.3f, -0.2f, 0.1f, 0.2f};
  constexpr std::size_t n = 40000;
  kernels::PackedSpins all(16, 4);
  for (std::size_t v = 0; v < 16; ++v) all.row(v)[0] = v;
  std::vector<double> weight;
  double z = 0;
  for (const double f : networks::free_energy(stack.layers[0], all)) z += weight.emplace_back(std::exp(-f));
  const auto input = ensemble::from_spins(kernels::PackedSpins(n, 4), Lattice::chain(4), nullptr);
  const auto output = StackReconstruct(stack, 60).apply(input, 4);
  std::vector<double> counts(16);
  for (std::size_t r = 0; r < n; ++r) ++counts[output.spins.row(r)[0]];
  double chi2 = 0;
  for (std::size_t v = 0; v < 16; ++v) {
    const double expected = n * weight[v] / z;
    ASSERT_GT(expected, 10);
    chi2 += (counts[v] - expected) * (counts[v] - expected) / expected;
  }
  EXPECT_LT(chi2, testing::chi2_limit(15));
}

}  // namespace
}  // namespace spinflow::transformations
