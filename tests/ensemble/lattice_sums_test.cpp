// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/lattice_sums.hpp"

#include <gtest/gtest.h>

#include "spinflow/base/error.hpp"
#include "spinflow/base/random.hpp"

namespace spinflow::ensemble {
namespace {

kernels::PackedSpins random_spins(std::size_t rows, const lattice::Lattice& lattice) {
  kernels::PackedSpins spins(rows, static_cast<std::size_t>(lattice.n_sites()));
  base::RandomStream stream(3, "test.lattice_sums");
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < spins.n_columns(); ++c) spins.set(r, c, stream.uniform() < 0.6 ? 1 : -1);
  return spins;
}

TEST(LatticeSums, AreThoseOfTheReference) {
  // Sides below, at and above a word, odd ones, shorter than the reach of an interaction.
  for (const auto& lattice :
       {lattice::Lattice::square(4, 4), lattice::Lattice::square(5, 7), lattice::Lattice::square(64, 3),
        lattice::Lattice::square(63, 4), lattice::Lattice::square(65, 5), lattice::Lattice::square(130, 6),
        lattice::Lattice::square(3, 70), lattice::Lattice::chain(12), lattice::Lattice::chain(64),
        lattice::Lattice::chain(129), lattice::Lattice::chain(200)}) {
    std::vector<lattice::Interaction> all;
    for (const auto* list :
         {&lattice::even_interactions(lattice.dimension()), &lattice::odd_interactions(lattice.dimension())})
      for (const auto& one : *list) {
        try {
          lattice::check_fits(one, lattice, "test");
          all.push_back(one);
        } catch (const Error&) {
          // Joins a site with itself on this lattice.
        }
      }
    ASSERT_GE(all.size(), 6u);
    const auto spins = random_spins(5, lattice);
    LatticeSums sums(all, lattice, "test");
    std::vector<std::int64_t> found(all.size());
    for (std::size_t row = 0; row < 5; ++row) {
      sums.measure(spins, row, found);
      const auto expected = reference::lattice_sums(all, lattice, spins, row);
      for (std::size_t a = 0; a < all.size(); ++a)
        EXPECT_EQ(found[a], expected[a]) << lattice.text() << " " << all[a].name;
    }
  }
}

TEST(LatticeSums, RefuseOpenEdgesAndSelfJoining) {
  const std::vector third = {lattice::interaction_from("third", 2, "test")};
  EXPECT_THROW(LatticeSums(third, lattice::Lattice::square(6, 6, lattice::Boundary::open), "test"), Error);
  EXPECT_THROW(LatticeSums(third, lattice::Lattice::square(6, 2), "test"), Error);
}

}  // namespace
}  // namespace spinflow::ensemble
