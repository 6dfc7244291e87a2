// SPDX-License-Identifier: Apache-2.0
#include "spinflow/analysis/correlators.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "spinflow/base/random.hpp"
#include "spinflow/exact/enumeration.hpp"
#include "spinflow/networks/rbm.hpp"
#include "spinflow/networks/receptive_fields.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "testing/testing.hpp"

namespace spinflow::analysis {
namespace {

using ensemble::Ensemble;
using lattice::Lattice;

// The 4x4 Ising model near its transition, summed over.
struct Enumerated {
  Enumerated() {
    model = models::registry().find("ising-square").make(Lattice::square(4, 4), {});
    probability = exact::Enumeration(model).probabilities(2.5);
    cumulative = probability;
    for (std::size_t i = 1; i < cumulative.size(); ++i) cumulative[i] += cumulative[i - 1];
  }
  [[nodiscard]] Ensemble drawn(std::size_t n, std::uint64_t seed) const {
    kernels::PackedSpins spins(n, 16);
    base::RandomStream random(seed, "test.rows");
    for (std::size_t row = 0; row < n; ++row)
      spins.row(row)[0] = static_cast<std::uint64_t>(
          std::ranges::upper_bound(cumulative, random.uniform() * cumulative.back()) - cumulative.begin());
    return ensemble::from_spins(std::move(spins), Lattice::square(4, 4), model);
  }
  [[nodiscard]] static double spin(std::size_t pattern, std::size_t site) {
    return ((pattern >> site) & 1) != 0 ? 1 : -1;
  }

  std::shared_ptr<const models::Model> model;
  std::vector<double> probability;
  std::vector<double> cumulative;
};

const Enumerated& enumerated() {
  static const Enumerated made;
  return made;
}

// Block a of 2x2 by majority, ties to the lowest corner.
double block(std::size_t pattern, std::size_t a) {
  const std::size_t corner = 2 * (a % 2) + 8 * (a / 2);
  double sum = 0;
  for (const std::size_t site : {corner, corner + 1, corner + 4, corner + 5})
    sum += Enumerated::spin(pattern, site);
  return sum != 0 ? (sum > 0 ? 1 : -1) : Enumerated::spin(pattern, corner);
}

Ensemble blocks_of(const Ensemble& v) {
  return transformations::BlockMajority({.factor = 2, .ties = "corner"}).apply(v, 1);
}

Ensemble with_spins(const Ensemble& v, kernels::PackedSpins spins, const Lattice& lattice) {
  Ensemble result = ensemble::from_spins(std::move(spins), lattice, nullptr);
  result.chain = v.chain;
  result.independent_pieces = v.independent_pieces;
  return result;
}

// Spins that nothing correlates.
Ensemble noise(std::size_t n, const Lattice& lattice, std::uint64_t seed) {
  kernels::PackedSpins spins(n, static_cast<std::size_t>(lattice.n_sites()));
  base::RandomStream random(seed, "test.noise");
  for (std::size_t row = 0; row < n; ++row)
    for (std::size_t site = 0; site < spins.n_columns(); ++site)
      spins.set(row, site, random.below(2) ? 1 : -1);
  return ensemble::from_spins(std::move(spins), lattice, nullptr);
}

TEST(Correlators, OfBlocksAreThoseOfEnumeration) {
  const auto& all = enumerated();
  std::vector<double> exact(16 * 4);
  for (std::size_t i = 0; i < 16; ++i)
    for (std::size_t a = 0; a < 4; ++a)
      for (std::size_t pattern = 0; pattern < all.probability.size(); ++pattern)
        exact[i * 4 + a] += all.probability[pattern] * Enumerated::spin(pattern, i) * block(pattern, a);
  const Ensemble v = all.drawn(20000, 1);
  const auto matrix = pair_correlations(v, blocks_of(v));
  ASSERT_EQ(matrix.rows, 16U);
  ASSERT_EQ(matrix.columns, 4U);
  for (std::size_t k = 0; k < 64; ++k)
    testing::expect_within(matrix.value[k], matrix.error[k], exact[k], "<v_i S_a>");
  // The same by distance: a block's own sites are .707 from its centre, the others 1.58 and 2.12.
  const auto profile = distance_profile(v, blocks_of(v), profile_edges(), {});
  double near = 0;
  for (std::size_t a = 0; a < 4; ++a)
    for (const std::size_t step : {0U, 1U, 4U, 5U})
      near += exact[(2 * (a % 2) + 8 * (a / 2) + step) * 4 + a] / 16;
  EXPECT_EQ(profile.pairs, (std::vector<std::size_t>{16, 32, 16, 0, 0, 0, 0}));
  EXPECT_NEAR(profile.distance[0], std::sqrt(0.5), 1e-12);
  EXPECT_TRUE(std::isnan(profile.distance[3]) && std::isnan(profile.mean[3].value));
  testing::expect_within(profile.mean[0].value, profile.mean[0].error, near, "<v_i S_a> inside the block");
  // Blocks among each other: four pairs of neighbours (two ways round the torus, one distance), two
  // diagonals.
  double diagonal = 0;
  for (std::size_t pattern = 0; pattern < all.probability.size(); ++pattern)
    diagonal += all.probability[pattern] *
                (block(pattern, 0) * block(pattern, 3) + block(pattern, 1) * block(pattern, 2)) / 2;
  constexpr std::array<double, 4> edges = {0, 0.5, 1.2, 2};
  const auto pairs = pair_profile(blocks_of(v), edges, {});
  EXPECT_EQ(pairs.pairs, (std::vector<std::size_t>{0, 4, 2}));
  testing::expect_within(pairs.mean[2].value, pairs.mean[2].error, diagonal, "<S_a S_b> across");
}

TEST(Correlators, OfHiddenUnitsAreThoseOfEnumeration) {
  const auto& all = enumerated();
  const auto rbm = networks::random_rbm(Lattice::square(4, 4), 4, 0.4, 7);
  const Ensemble v = all.drawn(20000, 2);
  const Ensemble h = with_spins(v, networks::sample_hidden(rbm, v.spins, 5), Lattice::square(2, 2));
  const auto matrix = pair_correlations(v, h);
  for (std::size_t a = 0; a < 4; ++a) {
    std::array<double, 16> exact{};
    for (std::size_t pattern = 0; pattern < all.probability.size(); ++pattern) {
      double field = 0;
      for (std::size_t j = 0; j < 16; ++j) field += rbm.weights[a * 16 + j] * Enumerated::spin(pattern, j);
      const double mean_h = all.probability[pattern] * std::tanh(field);
      for (std::size_t i = 0; i < 16; ++i) exact[i] += mean_h * Enumerated::spin(pattern, i);
    }
    for (std::size_t i = 0; i < 16; ++i)
      testing::expect_within(matrix.value[i * 4 + a], matrix.error[i * 4 + a], exact[i], "<v_i h_a>");
  }
}

TEST(Correlators, ErrorsAreAsWideAsTheScatter) {
  // Independent rows, rows of many chains, and of few long ones.
  const auto& all = enumerated();
  double exact = 0;  // <v_0 S_0>
  double near = 0;   // mean over a block's own sites
  for (std::size_t pattern = 0; pattern < all.probability.size(); ++pattern) {
    exact += all.probability[pattern] * Enumerated::spin(pattern, 0) * block(pattern, 0);
    for (std::size_t a = 0; a < 4; ++a)
      for (const std::size_t step : {0U, 1U, 4U, 5U})
        near += all.probability[pattern] * Enumerated::spin(pattern, 2 * (a % 2) + 8 * (a / 2) + step) *
                block(pattern, a) / 16;
  }
  for (const int chains : {0, 40, 4}) {
    constexpr int sets = 40;
    double squares_pair = 0;
    double squares_profile = 0;
    for (int set = 0; set < sets; ++set) {
      Ensemble v = all.drawn(800, 10 + static_cast<std::uint64_t>(set));
      if (chains > 0) {
        // Every row four times: one after the other in few chains, far apart (all chains in turn) in many.
        std::vector<std::size_t> rows;
        for (std::size_t row = 0; row < 3200; ++row) rows.push_back(chains == 40 ? row % 800 : row / 4);
        v = ensemble::select(v, rows);
        v.independent_pieces = ensemble::IndependentPieces::chain;
        for (std::size_t row = 0; row < v.size(); ++row)
          v.chain[row] = static_cast<std::int32_t>(chains == 40 ? row % 40 : row / 800);
      }
      const Ensemble s = blocks_of(v);
      const auto matrix = pair_correlations(v, s);
      squares_pair += std::pow((matrix.value[0] - exact) / matrix.error[0], 2);
      const auto profile = distance_profile(v, s, profile_edges(), {});
      squares_profile += std::pow((profile.mean[0].value - near) / profile.mean[0].error, 2);
    }
    // An error from few pieces is itself uncertain: up to 13 % for 32, which widens the pulls by 7 %.
    for (const double squares : {squares_pair, squares_profile}) {
      EXPECT_LT(squares, 1.1 * testing::chi2_limit(sets)) << chains << " chains";
      EXPECT_GT(squares, testing::chi2_lower_limit(sets)) << chains << " chains";
    }
  }
}

TEST(CorrelatorLikeness, KnowsEqualAndUnrelatedMatrices) {
  const auto fine = Lattice::square(8, 8);
  // Rows in which every block of 2x2 is of one sign: h is the block spin itself, with some flipped at random.
  const std::size_t n = 2000;
  kernels::PackedSpins coarse(n, 16);
  kernels::PackedSpins spins(n, 64);
  base::RandomStream random(3, "test.planted");
  for (std::size_t row = 0; row < n; ++row) {
    for (std::size_t a = 0; a < 16; ++a) coarse.set(row, a, random.below(2) ? 1 : -1);
    for (std::size_t i = 0; i < 64; ++i)
      spins.set(row, i, (random.uniform() < 0.8 ? 1 : -1) * coarse.spin(row, (i % 8) / 2 + 4 * (i / 16)));
  }
  const Ensemble v = ensemble::from_spins(std::move(spins), fine, nullptr);
  const Ensemble blocks = blocks_of(v);
  const auto equal = correlator_likeness(v, blocks, blocks, {}, 199, 1);
  EXPECT_NEAR(equal.pearson.value, 1, 1e-12);
  EXPECT_TRUE(std::isnan(equal.pearson.error));  // without scatter
  EXPECT_EQ(equal.p_value, 1.0 / 200);
  EXPECT_LT(equal.null_largest, 0.8);
  // Blocks share no site, so that r is (units left at their place - 1) / 15: one on average, spread by one.
  testing::expect_within(equal.null_mean, equal.null_sd / std::sqrt(199.0), 0, "mean of the null");
  EXPECT_NEAR(equal.null_sd, 1 / 15.0, 0.015);
  // h = S with every unit renumbered: the same elements, at other places.
  kernels::PackedSpins moved(n, 16);
  for (std::size_t row = 0; row < n; ++row)
    for (std::size_t a = 0; a < 16; ++a) moved.set(row, a, blocks.spins.spin(row, (a + 5) % 16));
  const auto elsewhere =
      correlator_likeness(v, with_spins(v, std::move(moved), blocks.lattice), blocks, {}, 199, 1);
  EXPECT_LT(std::abs(elsewhere.pearson.value), 0.3);
  EXPECT_GT(elsewhere.p_value, 0.02);
  // Units left out count on neither side: one that is noise among equal ones.
  std::vector<bool> use(16, true);
  use[3] = false;
  kernels::PackedSpins broken = blocks.spins;
  for (std::size_t row = 0; row < n; ++row) broken.set(row, 3, random.below(2) ? 1 : -1);
  const Ensemble partly = with_spins(v, std::move(broken), blocks.lattice);
  EXPECT_NEAR(correlator_likeness(v, partly, blocks, use, 0, 1).pearson.value, 1, 1e-12);
  EXPECT_LT(correlator_likeness(v, partly, blocks, {}, 0, 1).pearson.value, 0.99);
}

TEST(CorrelatorLikeness, PValuesOfUnrelatedFieldsAreUniform) {
  const auto fine = Lattice::square(6, 6);
  const auto coarse = Lattice::square(3, 3);
  int low = 0;
  double sum = 0;
  double squares = 0;
  constexpr int sets = 100;
  for (std::uint64_t set = 0; set < sets; ++set) {
    const Ensemble v = noise(128, fine, 3 * set);
    const auto alike =
        correlator_likeness(v, noise(128, coarse, 3 * set + 1), noise(128, coarse, 3 * set + 2), {}, 99, set);
    low += alike.p_value <= 0.1;
    sum += alike.p_value;
    squares += std::pow(alike.pearson.value / alike.pearson.error, 2);
  }
  // Mean 1/2 and 10 of 100 below a tenth, with the errors of a uniform number.
  testing::expect_within(sum / sets, std::sqrt(1 / 12.0 / sets), 0.5, "mean p");
  testing::expect_within(low, std::sqrt(sets * 0.1 * 0.9), 10, "p <= .1");
  EXPECT_LT(squares, 1.1 * testing::chi2_limit(sets));
}

TEST(Correlators, RefuseWhatDoesNotBelongTogether) {
  const auto fine = Lattice::square(4, 4);
  const Ensemble v = noise(10, fine, 1);
  const Ensemble h = noise(10, Lattice::square(2, 2), 2);
  EXPECT_THROW((void)pair_correlations(v, noise(9, fine, 1)), Error);
  EXPECT_THROW((void)distance_profile(v, noise(10, Lattice::square(3, 3), 2), profile_edges(), {}), Error);
  EXPECT_THROW((void)distance_profile(v, h, profile_edges(), std::vector<bool>(4, false)), Error);
  EXPECT_THROW((void)distance_profile(v, h, profile_edges(), std::vector<bool>(5, true)), Error);
  EXPECT_THROW((void)correlator_likeness(v, h, noise(10, Lattice::chain(4), 2), {}, 9, 1), Error);
  // Ordered rows have equal elements everywhere: no coefficient.
  const Ensemble ordered = ensemble::from_spins(kernels::PackedSpins(10, 16), fine, nullptr);
  const Ensemble same = ensemble::from_spins(kernels::PackedSpins(10, 4), Lattice::square(2, 2), nullptr);
  EXPECT_TRUE(std::isnan(correlator_likeness(ordered, same, same, {}, 9, 1).pearson.value));
}

}  // namespace
}  // namespace spinflow::analysis
