// SPDX-License-Identifier: Apache-2.0
#include "spinflow/transformations/dense_map.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/transformations/decimation.hpp"
#include "testing/testing.hpp"

namespace spinflow::transformations {
namespace {

using lattice::Lattice;

networks::Dense some_net() {
  auto net = networks::random_dense(Lattice::chain(12), {9, 4}, networks::Activation::tanh, 3);
  net.layers[1].bias[2] = 0.25f;
  net.purpose = "decimation:3";
  net.output = Lattice::chain(4);
  return net;
}

ensemble::Ensemble random_rows(std::size_t n, const Lattice& lattice) {
  kernels::PackedSpins spins(n, static_cast<std::size_t>(lattice.n_sites()));
  base::RandomStream stream(3, "test.rows");
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t i = 0; i < spins.n_columns(); ++i) spins.set(r, i, stream.uniform() < 0.6 ? 1 : -1);
  auto input = ensemble::from_spins(std::move(spins), lattice, nullptr);
  for (std::size_t r = 0; r < n; ++r) input.chain[r] = static_cast<std::int32_t>(r / 7);
  input.temperature.assign(n, 2);
  return input;
}

TEST(DenseMap, KeepsWhatATransformationKeeps) {
  const auto input = random_rows(700, Lattice::chain(12));
  const DenseMap map(some_net());
  const auto output = map.apply(input, 1);
  EXPECT_EQ(output.lattice, Lattice::chain(4));
  EXPECT_EQ(output.lattice, map.output_lattice(input.lattice));
  EXPECT_EQ(output.spins.n_columns(), 4u);
  EXPECT_EQ(output.size(), 700u);
  EXPECT_EQ(output.chain, input.chain);
  EXPECT_TRUE(std::isnan(output.temperature[0]));
  EXPECT_NEAR(output.magnetization[3], static_cast<double>(output.spins.sum(3)) / 4, 1e-12);
}

TEST(DenseMap, TakesTheSignsOfTheOutputs) {
  const auto input = random_rows(600, Lattice::chain(12));
  const auto net = some_net();
  const auto output = DenseMap(net).apply(input, 1);
  int up = 0;
  for (std::size_t r = 0; r < 600; ++r)
    for (std::size_t a = 0; a < 4; ++a) {
      double y = net.layers[1].bias[a];
      for (std::size_t j = 0; j < 9; ++j) {
        double field = net.layers[0].bias[j];
        for (std::size_t i = 0; i < 12; ++i)
          field += net.layers[0].weights[12 * j + i] * input.spins.spin(r, i);
        y += net.layers[1].weights[9 * a + j] * std::tanh(field);
      }
      up += y > 0 ? 1 : 0;
      if (std::abs(y) < 1e-5) continue;  // single precision decides
      EXPECT_EQ(output.spins.spin(r, a), y > 0 ? 1 : -1);
    }
  EXPECT_GT(up, 200);
  EXPECT_LT(up, 2200);
}

TEST(DenseMap, ALinearNetIsDecimationAndZeroIsUp) {
  networks::Dense net{.visible = Lattice::chain(6), .output = Lattice::chain(3)};
  net.layers.push_back({.n_in = 6, .n_out = 3, .weights = std::vector<float>(18), .bias = {0, 0, 0}});
  const auto input = random_rows(50, Lattice::chain(6));
  const auto zero = DenseMap(net).apply(input, 1);
  for (std::size_t r = 0; r < 50; ++r) EXPECT_EQ(zero.spins.sum(r), 3);
  for (std::size_t a = 0; a < 3; ++a) net.layers[0].weights[6 * a + 2 * a] = 0.5f;
  EXPECT_EQ(DenseMap(net).apply(input, 1).spins, Decimation({.factor = 2}).apply(input, 1).spins);
}

TEST(DenseMap, SameBitsForAnyThreadsSimdLevelAndSeed) {
  const auto input = random_rows(1300, Lattice::chain(12));
  const DenseMap map(some_net());
  const auto first = map.apply(input, 5);
  EXPECT_EQ(map.apply(input, 6).spins, first.spins);
  testing::for_any_threads_and_simd_level([&] { EXPECT_EQ(map.apply(input, 5).spins, first.spins); });
}

TEST(DenseMap, FlipAndRefusals) {
  EXPECT_FALSE(DenseMap(some_net()).commutes_with_flip());
  EXPECT_EQ(
      testing::refusal_of([] { (void)DenseMap(some_net()).apply(random_rows(2, Lattice::chain(8)), 1); }),
      "dense-map: the network was trained on lattice 12 (periodic), the configurations live on 8 "
      "(periodic); use configurations of the network's lattice, or fewer steps");
  auto classifier = some_net();
  classifier.output.reset();
  classifier.purpose = "classifier";
  EXPECT_EQ(testing::refusal_of([&] { (void)DenseMap(classifier); }),
            "dense-map: the outputs of a net trained for 'classifier' are no spins; train one with --target "
            "decimation:b, majority:b or autoencode");
}

}  // namespace
}  // namespace spinflow::transformations
