// SPDX-License-Identifier: Apache-2.0
#include "spinflow/transformations/rbm_reconstruct.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/base/error.hpp"
#include "testing/testing.hpp"

namespace spinflow::transformations {
namespace {

networks::Rbm some_rbm(bool biases) {
  networks::Rbm rbm = networks::random_rbm(lattice::Lattice::chain(3), 2, 0.8, 2);
  if (biases) {
    rbm.visible_bias = {0.3f, -0.2f, 0.1f};
    rbm.hidden_bias = {-0.4f, 0.2f};
  }
  return rbm;
}

ensemble::Ensemble copies(unsigned v, std::size_t n) {
  kernels::PackedSpins spins(n, 3);
  for (std::size_t r = 0; r < n; ++r) spins.row(r)[0] = v;
  return ensemble::from_spins(std::move(spins), lattice::Lattice::chain(3), nullptr);
}

TEST(RbmReconstruct, LeavesTheEnumeratedTransitionProbabilities) {
  const networks::Rbm rbm = some_rbm(true);
  const RbmReconstruct map(rbm);
  const auto spin = [](unsigned bits, std::size_t i) { return ((bits >> i) & 1u) != 0 ? 1.0 : -1.0; };
  constexpr std::size_t n = 40000;
  for (const unsigned v : {0u, 5u, 7u}) {
    std::vector<double> expected(8);
    for (unsigned h = 0; h < 4; ++h)
      for (unsigned next = 0; next < 8; ++next) {
        double p = 1;
        for (std::size_t a = 0; a < 2; ++a) {
          double x = rbm.hidden_bias[a];
          for (std::size_t i = 0; i < 3; ++i) x += rbm.weights[3 * a + i] * spin(v, i);
          p *= (1 + spin(h, a) * std::tanh(x)) / 2;
        }
        for (std::size_t i = 0; i < 3; ++i) {
          double x = rbm.visible_bias[i];
          for (std::size_t a = 0; a < 2; ++a) x += rbm.weights[3 * a + i] * spin(h, a);
          p *= (1 + spin(next, i) * std::tanh(x)) / 2;
        }
        expected[next] += n * p;
      }
    const auto output = map.apply(copies(v, n), 3 + v);
    std::vector<double> counts(8);
    for (std::size_t r = 0; r < n; ++r) ++counts[output.spins.row(r)[0]];
    double chi2 = 0;
    for (unsigned s = 0; s < 8; ++s)
      chi2 += (counts[s] - expected[s]) * (counts[s] - expected[s]) / expected[s];
    EXPECT_LT(chi2, testing::chi2_limit(7)) << "from " << v;
  }
}

TEST(RbmReconstruct, KeepsWhatATransformationKeeps) {
  auto input = copies(5, 700);
  for (std::size_t r = 0; r < 700; ++r) {
    input.chain[r] = static_cast<std::int32_t>(r / 7);
    input.temperature[r] = 2;
  }
  const auto output = RbmReconstruct(some_rbm(false)).apply(input, 1);
  EXPECT_EQ(output.lattice, input.lattice);
  EXPECT_EQ(output.chain, input.chain);
  EXPECT_EQ(output.size(), 700u);
  EXPECT_TRUE(std::isnan(output.temperature[0]));
  EXPECT_NEAR(output.magnetization[3], static_cast<double>(output.spins.sum(3)) / 3, 1e-12);
}

TEST(RbmReconstruct, SameBitsForAnyThreadsAndSimdLevel) {
  const RbmReconstruct map(networks::random_rbm(lattice::Lattice::square(9, 5), 21, 0.3, 2));
  const kernels::PackedSpins v(1300, 45);
  const auto first = map.reconstructed(v, 3);
  EXPECT_NE(first, map.reconstructed(v, 4));
  testing::for_any_threads_and_simd_level([&] { EXPECT_EQ(map.reconstructed(v, 3), first); });
}

TEST(RbmReconstruct, FlipAndRefusal) {
  EXPECT_TRUE(RbmReconstruct(some_rbm(false)).commutes_with_flip());
  EXPECT_FALSE(RbmReconstruct(some_rbm(true)).commutes_with_flip());
  const auto wrong = ensemble::from_spins(kernels::PackedSpins(2, 4), lattice::Lattice::chain(4), nullptr);
  EXPECT_THROW((void)RbmReconstruct(some_rbm(false)).apply(wrong, 1), Error);
  const auto open = lattice::Lattice::chain(3, lattice::Boundary::open);
  try {
    (void)RbmReconstruct(some_rbm(false)).output_lattice(open);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()),
              "rbm-reconstruct: the network was trained on lattice 3 (periodic), the configurations live on "
              "3 (open); "
              "use configurations of the network's lattice");
  }
}

}  // namespace
}  // namespace spinflow::transformations
