// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/receptive_fields.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "networks/small_rbm.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/networks/stack.hpp"

namespace spinflow::networks {
namespace {

using lattice::Boundary;
using lattice::Lattice;

TEST(ReceptiveFields, ByHand) {
  Rbm rbm = random_rbm(Lattice::chain(8), 4, 0, 1);
  std::fill_n(rbm.weights.begin(), 4, 0.5f);  // four equal weights
  rbm.weights[8] = 3;                         // a single one
  for (std::size_t i = 16; i < 24; ++i) rbm.weights[i] = i % 2 == 0 ? 0.5f : -0.5f;
  rbm.weights[24] = 0.09f;
  const auto fields = receptive_fields(rbm);
  ASSERT_EQ(fields.size(), 4u);
  EXPECT_DOUBLE_EQ(fields[0].participation, 4);
  EXPECT_DOUBLE_EQ(fields[0].coherence, 1);
  EXPECT_DOUBLE_EQ(fields[1].participation, 1);
  EXPECT_DOUBLE_EQ(fields[2].participation, 8);
  EXPECT_DOUBLE_EQ(fields[2].coherence, 0);
  EXPECT_FALSE(fields[0].dead || fields[1].dead || fields[2].dead);
  EXPECT_TRUE(fields[3].dead);
  EXPECT_TRUE(std::isnan(fields[3].participation) && std::isnan(fields[3].coherence));
  const auto summary = layer_summary(rbm);
  EXPECT_EQ(summary.dead, 1u);
  EXPECT_DOUBLE_EQ(summary.participation, 4);
  EXPECT_DOUBLE_EQ(summary.coherence, 1);
  std::fill_n(rbm.weights.begin() + 8, 8, 0.0f);  // now two are left: the median is between them
  EXPECT_DOUBLE_EQ(layer_summary(rbm).participation, 6);
  EXPECT_DOUBLE_EQ(layer_summary(rbm).coherence, 0.5);
  std::ranges::fill(rbm.weights, 0.0f);
  EXPECT_EQ(layer_summary(rbm).dead, 4u);
  EXPECT_TRUE(std::isnan(layer_summary(rbm).participation));
}

TEST(DistanceToBlock, ByHand) {
  const auto fine = Lattice::square(6, 4);
  const auto coarse = Lattice::square(3, 2);
  // The centre of block (0, 0) is (.5, .5).
  EXPECT_DOUBLE_EQ(distance_to_block(fine, coarse, 0, fine.site(0, 0)), std::sqrt(0.5));
  EXPECT_DOUBLE_EQ(distance_to_block(fine, coarse, 0, fine.site(5, 0)), std::hypot(1.5, 0.5));
  EXPECT_DOUBLE_EQ(distance_to_block(fine, coarse, coarse.site(2, 1), fine.site(0, 0)), std::hypot(1.5, 1.5));
  const auto open = Lattice::square(6, 4, Boundary::open);
  const auto open_coarse = Lattice::square(3, 2, Boundary::open);
  EXPECT_DOUBLE_EQ(distance_to_block(open, open_coarse, 0, open.site(5, 0)), std::hypot(4.5, 0.5));
  const auto odd = Lattice::square(9, 9);
  EXPECT_DOUBLE_EQ(distance_to_block(odd, Lattice::square(3, 3), 4, odd.site(4, 4)), 0);
  EXPECT_DOUBLE_EQ(distance_to_block(odd, Lattice::square(3, 3), 0, odd.site(8, 8)), std::hypot(2, 2));
  EXPECT_DOUBLE_EQ(distance_to_block(Lattice::chain(12), Lattice::chain(4), 0, 11), 2);
  EXPECT_DOUBLE_EQ(
      distance_to_block(Lattice::chain(12, Boundary::open), Lattice::chain(4, Boundary::open), 0, 11), 10);
  EXPECT_THROW((void)distance_to_block(fine, Lattice::square(2, 2), 0, 0), Error);
  EXPECT_THROW((void)distance_to_block(fine, open_coarse, 0, 0), Error);
  EXPECT_THROW((void)distance_to_block(fine, fine, 0, 0), Error);
}

// Units with all their weight on a block each, in a shuffled order with random signs, those of every
// `dead`-th unit taken away.
struct Planted {
  Rbm rbm;
  std::vector<std::size_t> place;
  std::vector<int> sign;
};

Planted planted(const Lattice& fine, const Lattice& coarse, std::size_t dead) {
  const auto n = static_cast<std::size_t>(coarse.n_sites());
  Planted result{random_rbm(fine, n, 0.002, 5), std::vector<std::size_t>(n), {}};
  std::iota(result.place.begin(), result.place.end(), 0u);
  base::shuffle(result.place, base::RandomStream(6, "test.places"));
  base::RandomStream stream(7, "test.signs");
  const double side = fine.lx() / coarse.lx();
  const double inside = 0.5 * side * (fine.dimension() == 2 ? std::sqrt(2.0) : 1);
  for (std::size_t a = 0; a < n; ++a) {
    result.sign.push_back(stream.uniform() < 0.5 ? 1 : -1);
    for (int i = 0; i < fine.n_sites(); ++i) {
      float& w = result.rbm.weights[a * result.rbm.n_visible() + static_cast<std::size_t>(i)];
      if (a % dead == dead - 1)
        w = result.sign.back() > 0 ? 1e-4f : -1e-4f;
      else if (distance_to_block(fine, coarse, static_cast<int>(result.place[a]), i) < inside)
        w += 0.7f * static_cast<float>(result.sign.back());
    }
  }
  return result;
}

TEST(Arrangement, FindsPlantedPlacesAndSigns) {
  const std::pair<Lattice, Lattice> cases[] = {
      {Lattice::square(16, 16), Lattice::square(8, 8)},
      {Lattice::square(9, 9), Lattice::square(3, 3)},
      {Lattice::square(12, 6, Boundary::open), Lattice::square(4, 2, Boundary::open)},
      {Lattice::chain(12, Boundary::open), Lattice::chain(4, Boundary::open)},
      {Lattice::chain(10), Lattice::chain(2)}};
  for (const auto& [fine, coarse] : cases) {
    const auto all = planted(fine, coarse, 1000);
    const auto found = arrangement(all.rbm, coarse);
    EXPECT_EQ(found.place, all.place) << fine.text();
    EXPECT_EQ(found.sign, all.sign) << fine.text();
    for (const double overlap : found.overlap) EXPECT_GT(overlap, 0.3);
    // Arranged once, everything stands where it belongs.
    const auto again = arrangement(arranged(all.rbm, found), coarse);
    for (std::size_t a = 0; a < again.place.size(); ++a) {
      EXPECT_EQ(again.place[a], a);
      EXPECT_EQ(again.sign[a], 1);
    }
  }
}

TEST(Arrangement, DeadUnitsGetWhatIsLeftInTheirOrder) {
  const auto fine = Lattice::square(8, 8);
  const auto coarse = Lattice::square(4, 4);
  const auto some = planted(fine, coarse, 3);
  const auto found = arrangement(some.rbm, coarse);
  std::vector<std::size_t> left;
  std::vector<std::size_t> given;
  for (std::size_t a = 0; a < 16; ++a) {
    EXPECT_EQ(found.sign[a], some.sign[a]);
    if (a % 3 != 2) {
      EXPECT_EQ(found.place[a], some.place[a]);
      continue;
    }
    left.push_back(some.place[a]);
    given.push_back(found.place[a]);
    EXPECT_EQ(found.overlap[a], 0);
  }
  std::ranges::sort(left);
  EXPECT_EQ(given, left);
}

TEST(Arrangement, HasTheLargestSumOfAll) {
  for (const auto& fine :
       {Lattice::square(6, 4), Lattice::square(6, 4, Boundary::open), Lattice::chain(12)}) {
    const Rbm rbm = random_rbm(fine, 6, 0.5, 11);
    const auto coarse = hidden_lattice(fine, 6);
    std::vector<double> term(36);  // (unit, place)
    for (std::size_t a = 0; a < 6; ++a) {
      double squares = 0;
      for (std::size_t i = 0; i < rbm.n_visible(); ++i)
        squares += std::pow(rbm.weights[a * rbm.n_visible() + i], 2);
      for (std::size_t place = 0; place < 6; ++place)
        for (std::size_t i = 0; i < rbm.n_visible(); ++i) {
          const double d = distance_to_block(fine, coarse, static_cast<int>(place), static_cast<int>(i));
          term[6 * a + place] += std::pow(rbm.weights[a * rbm.n_visible() + i], 2) / squares *
                                 std::exp(-d * d / (2 * 0.8 * 0.8));
        }
    }
    std::vector<std::size_t> order = {0, 1, 2, 3, 4, 5};
    double most = 0;
    do {
      double sum = 0;
      for (std::size_t a = 0; a < 6; ++a) sum += term[6 * a + order[a]];
      most = std::max(most, sum);
    } while (std::ranges::next_permutation(order).found);
    const auto found = arrangement(rbm, coarse, 0.8);
    double sum = 0;
    for (std::size_t a = 0; a < 6; ++a) {
      EXPECT_NEAR(found.overlap[a], term[6 * a + found.place[a]], 1e-12);
      sum += found.overlap[a];
    }
    EXPECT_NEAR(sum, most, 1e-12);
  }
}

TEST(Arrangement, KeepsTheDistribution) {
  const auto fine = Lattice::square(4, 4);
  const Rbm rbm = rbm_with_biases(fine, 4, 0.8);
  const auto found = arrangement(rbm, Lattice::square(2, 2));
  const Rbm moved = arranged(rbm, found);
  EXPECT_NE(moved.weights, rbm.weights);
  EXPECT_EQ(moved.visible_bias, rbm.visible_bias);
  const auto rows = all_rows(16);
  const auto before = free_energy(rbm, rows);
  const auto after = free_energy(moved, rows);
  for (std::size_t r = 0; r < rows.n_rows(); ++r) ASSERT_NEAR(after[r], before[r], 1e-12);
  EXPECT_NEAR(exact_log_partition(moved), exact_log_partition(rbm), 1e-12);
  // Unit place[a] with its sign is what unit a was: the energies of pairs agree.
  for (const unsigned v : {0u, 1234u, 65535u})
    for (unsigned h = 0; h < 16; ++h) {
      unsigned other = 0;
      for (std::size_t a = 0; a < 4; ++a) {
        const bool up = ((h >> a) & 1u) != 0;
        if (up == (found.sign[a] > 0)) other |= 1u << found.place[a];
      }
      EXPECT_NEAR(minus_energy(moved, v, other), minus_energy(rbm, v, h), 1e-12);
    }
}

TEST(Arrangement, Refusals) {
  const Rbm rbm = random_rbm(Lattice::square(8, 8), 16, 0.3, 1);
  EXPECT_THROW((void)arrangement(rbm, Lattice::square(2, 2)), Error);
  EXPECT_THROW((void)arrangement(rbm, Lattice::square(4, 4, Boundary::open)), Error);
  EXPECT_THROW((void)arrangement(rbm, Lattice::square(4, 4), 0), Error);
  const auto other = arrangement(random_rbm(Lattice::square(4, 4), 4, 0.3, 1), Lattice::square(2, 2));
  EXPECT_THROW((void)arranged(rbm, other), Error);
}

}  // namespace
}  // namespace spinflow::networks
