// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/stack.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "networks/small_stack.hpp"
#include "spinflow/base/error.hpp"
#include "testing/testing.hpp"

namespace spinflow::networks {
namespace {

using lattice::Boundary;
using lattice::Lattice;

/// chi^2 of the rows' bits against their probabilities; all states count.
double chi2_of(const kernels::PackedSpins& rows, const std::vector<double>& probability) {
  std::vector<double> counts(probability.size());
  for (std::size_t r = 0; r < rows.n_rows(); ++r) ++counts[rows.row(r)[0]];
  double chi2 = 0;
  for (std::size_t s = 0; s < counts.size(); ++s) {
    const double expected = static_cast<double>(rows.n_rows()) * probability[s];
    EXPECT_GT(expected, 10) << "state " << s;
    chi2 += (counts[s] - expected) * (counts[s] - expected) / expected;
  }
  return chi2;
}

TEST(HiddenLattice, IsMadeOfBlocks) {
  EXPECT_EQ(hidden_lattice(Lattice::square(16, 16), 64), Lattice::square(8, 8));
  EXPECT_EQ(hidden_lattice(Lattice::square(16, 16), 4), Lattice::square(2, 2));
  EXPECT_EQ(hidden_lattice(Lattice::square(9, 9), 9), Lattice::square(3, 3));
  EXPECT_EQ(hidden_lattice(Lattice::square(12, 6, Boundary::open), 18),
            Lattice::square(6, 3, Boundary::open));
  EXPECT_EQ(hidden_lattice(Lattice::square(12, 6), 8), Lattice::square(4, 2));
  EXPECT_EQ(hidden_lattice(Lattice::chain(15, Boundary::open), 3), Lattice::chain(3, Boundary::open));
  EXPECT_EQ(hidden_lattice(Lattice::chain(4), 2), Lattice::chain(2));
}

TEST(HiddenLattice, RefusalsNameWhatIsPossible) {
  EXPECT_EQ(testing::refusal_of([] { (void)hidden_lattice(Lattice::square(16, 16), 60); }),
            "stack: 60 hidden units are no blocks of a lattice of 16x16; these numbers would be: 64 (blocks "
            "of 2x2), 16 (blocks of 4x4), 4 (blocks of 8x8)");
  for (const std::size_t n : {0u, 1u, 2u, 256u, 512u})
    (void)testing::refusal_of([&] { (void)hidden_lattice(Lattice::square(16, 16), n); });
  // 12 x 6 in blocks of 6 would leave one block along y.
  EXPECT_EQ(
      testing::refusal_of([] { (void)hidden_lattice(Lattice::square(12, 6), 2); }).find("(blocks of 6x6)"),
      std::string::npos);
  EXPECT_NE(
      testing::refusal_of([] { (void)hidden_lattice(Lattice::chain(12), 5); }).find("6 (blocks of 2), 4 "),
      std::string::npos);
  for (const auto& prime : {Lattice::square(7, 7), Lattice::square(4, 9), Lattice::square(2, 2)})
    EXPECT_NE(testing::refusal_of([&] { (void)hidden_lattice(prime, 4); }).find("no common divisor"),
              std::string::npos);
}

TEST(Stack, LatticesOfItsLayers) {
  Stack stack;
  stack.layers = {random_rbm(Lattice::square(8, 12), 24, 0.1, 1),
                  random_rbm(Lattice::square(4, 6), 6, 0.1, 1)};
  EXPECT_EQ(stack.lattice(0), Lattice::square(8, 12));
  EXPECT_EQ(stack.lattice(1), Lattice::square(4, 6));
  EXPECT_EQ(stack.lattice(2), Lattice::square(2, 3));
  EXPECT_THROW((void)stack.lattice(3), Error);
  EXPECT_THROW((void)Stack{}.lattice(0), Error);
}

TEST(Stack, PassesHaveTheEnumeratedConditionals) {
  const Stack stack = small_stack();
  constexpr std::size_t n = 40000;
  for (const unsigned v : {0u, 6u, 15u}) {
    std::vector<double> first(8);
    std::vector<double> second(4);
    for (unsigned h = 0; h < 8; ++h) {
      first[h] = up_probability(stack.layers[0], v, h);
      for (unsigned g = 0; g < 4; ++g) second[g] += first[h] * up_probability(stack.layers[1], h, g);
    }
    const auto rows = rows_of(std::vector<unsigned>(n, v), 4);
    EXPECT_LT(chi2_of(up(stack, rows, 0, 1, HiddenMode::sampled, 5), first), testing::chi2_limit(7));
    EXPECT_LT(chi2_of(up(stack, rows, 0, 2, HiddenMode::sampled, 6), second), testing::chi2_limit(3));
  }
  for (const unsigned g : {0u, 2u}) {
    std::vector<double> lowest(16);
    for (unsigned h = 0; h < 8; ++h)
      for (unsigned v = 0; v < 16; ++v)
        lowest[v] += down_probability(stack.layers[1], h, g) * down_probability(stack.layers[0], v, h);
    const auto rows = rows_of(std::vector<unsigned>(n, g), 2);
    EXPECT_LT(chi2_of(down(stack, rows, 2, 0, 7), lowest), testing::chi2_limit(15));
  }
  // A pass through both layers is the passes through one each.
  const auto rows = all_rows(4);
  const auto h = up(stack, rows, 0, 1, HiddenMode::sampled, 9);
  EXPECT_EQ(up(stack, rows, 0, 2, HiddenMode::sampled, 9), up(stack, h, 1, 2, HiddenMode::sampled, 9));
}

TEST(Stack, SignIsTheMoreProbableOne) {
  Stack stack;
  stack.layers = {random_rbm(Lattice::chain(4), 2, 0, 1)};
  stack.layers[0].weights = {0.5f, 0.25f, 0, 0, 1, -1, 0, 0};
  const auto h = up(stack, rows_of({0, 1, 2, 3}, 4), 0, 1, HiddenMode::sign, 1);
  // Fields of unit 0: -.75, .25, -.25, .75; of unit 1: 0, 2, -2, 0, and 0 counts as +1.
  const int expected[4][2] = {{-1, 1}, {1, 1}, {-1, -1}, {1, 1}};
  for (std::size_t r = 0; r < 4; ++r)
    for (std::size_t a = 0; a < 2; ++a) EXPECT_EQ(h.spin(r, a), expected[r][a]) << r << " " << a;
}

TEST(Stack, GeneratesTheDeepBeliefNet) {
  const Stack stack = small_stack();
  // P(v) = sum_h P_top(h) P(v | h), with h the visible units of the top RBM.
  std::vector<double> top(8);
  double z = 0;
  for (unsigned h = 0; h < 8; ++h)
    for (unsigned g = 0; g < 4; ++g) {
      const double weight = std::exp(minus_energy(stack.layers[1], h, g));
      top[h] += weight;
      z += weight;
    }
  std::vector<double> expected(16);
  for (unsigned h = 0; h < 8; ++h)
    for (unsigned v = 0; v < 16; ++v) expected[v] += top[h] / z * down_probability(stack.layers[0], v, h);
  constexpr std::size_t n = 40000;
  EXPECT_LT(chi2_of(generate(stack, n, 60, 3), expected), testing::chi2_limit(15));
  // The test sees the difference between the net and its start.
  EXPECT_GT(chi2_of(generate(stack, n, 0, 3), expected), 10 * testing::chi2_limit(15));
}

TEST(Stack, SameBitsForAnyThreadsAndSimdLevel) {
  Stack stack;
  stack.layers = {rbm_with_biases(Lattice::square(8, 10), 20, 0.4),
                  rbm_with_biases(Lattice::square(4, 5), 7, 0.4)};
  const kernels::PackedSpins v(1200, 80);
  const auto sampled = up(stack, v, 0, 2, HiddenMode::sampled, 5);
  const auto sign = up(stack, up(stack, v, 0, 1, HiddenMode::sampled, 6), 1, 2, HiddenMode::sign, 5);
  const auto lowest = down(stack, sampled, 2, 0, 5);
  const auto made = generate(stack, 1100, 3, 5);
  Stack other = stack;
  other.layers[0].weights[0] += 1e-6f;
  EXPECT_NE(generate(other, 1100, 3, 5), made) << "another network is another stream";
  testing::for_any_threads_and_simd_level([&] {
    EXPECT_EQ(up(stack, v, 0, 2, HiddenMode::sampled, 5), sampled);
    EXPECT_EQ(up(stack, up(stack, v, 0, 1, HiddenMode::sampled, 6), 1, 2, HiddenMode::sign, 5), sign);
    EXPECT_EQ(down(stack, sampled, 2, 0, 5), lowest);
    EXPECT_EQ(generate(stack, 1100, 3, 5), made);
  });
}

TEST(Stack, Refusals) {
  const Stack stack = small_stack();
  EXPECT_THROW((void)up(stack, all_rows(4), 0, 3, HiddenMode::sampled, 1), Error);
  EXPECT_THROW((void)up(stack, all_rows(4), 1, 1, HiddenMode::sampled, 1), Error);
  EXPECT_THROW((void)up(stack, all_rows(3), 0, 1, HiddenMode::sampled, 1), Error);
  EXPECT_THROW((void)up(stack, all_rows(3), 0, 1, HiddenMode::sign, 1), Error);
  EXPECT_THROW((void)down(stack, all_rows(2), 0, 2, 1), Error);
  EXPECT_THROW((void)down(stack, all_rows(3), 2, 0, 1), Error);
  EXPECT_THROW((void)generate(stack, 2, -1, 1), Error);
  EXPECT_THROW((void)generate({}, 2, 1, 1), Error);
}

}  // namespace
}  // namespace spinflow::networks
