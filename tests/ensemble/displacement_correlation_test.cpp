// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/displacement_correlation.hpp"

#include <gtest/gtest.h>

#include "spinflow/base/random.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/lattice/displacements.hpp"

namespace spinflow::ensemble {
namespace {

using lattice::Boundary;
using lattice::Lattice;

Ensemble magnetized_rows(const Lattice& lattice, std::size_t n) {
  kernels::PackedSpins spins(n, static_cast<std::size_t>(lattice.n_sites()));
  base::RandomStream random(3, "displacements", 0);
  for (std::size_t row = 0; row < n; ++row)
    for (std::size_t site = 0; site < spins.n_columns(); ++site)
      spins.set(row, site, random.uniform() < 0.7 ? 1 : -1);
  return from_spins(std::move(spins), lattice, nullptr);
}

TEST(DisplacementCorrelation, IsTheMeanOverAllPairs) {
  for (const auto& lattice : {Lattice::square(9, 8), Lattice::square(5, 3), Lattice::chain(70),
                              Lattice::square(4, 5, Boundary::open), Lattice::square(2, 2)}) {
    const auto ensemble = magnetized_rows(lattice, 20);
    const lattice::Displacements all(lattice);
    std::vector<double> sums(all.size(), 0);
    for (std::size_t row = 0; row < ensemble.size(); ++row)
      for (int i = 0; i < lattice.n_sites(); ++i)
        for (int j = 0; j < lattice.n_sites(); ++j)
          sums[all.between(i, j)] += ensemble.spins.spin(row, static_cast<std::size_t>(i)) *
                                     ensemble.spins.spin(row, static_cast<std::size_t>(j));
    const auto measured = displacement_correlation(ensemble);
    ASSERT_EQ(measured.size(), all.size());
    for (std::size_t d = 0; d < all.size(); ++d)
      EXPECT_NEAR(measured[d].value, sums[d] / (20.0 * static_cast<double>(all.pairs(d))), 1e-12) << d;
    EXPECT_EQ(measured[all.origin()].error, 0);
  }
}

TEST(DisplacementCorrelation, AgreesWithTheOneAlongTheAxes) {
  const auto lattice = Lattice::square(7, 7);
  const auto ensemble = magnetized_rows(lattice, 50);
  const lattice::Displacements all(lattice);
  const auto measured = displacement_correlation(ensemble);
  const auto axes = correlation(ensemble);
  for (int r = 1; r <= 3; ++r) {
    const double x = measured[all.between(0, lattice.site(r, 0))].value;
    const double y = measured[all.between(0, lattice.site(0, r))].value;
    EXPECT_NEAR(axes[static_cast<std::size_t>(r - 1)].value, 0.5 * (x + y), 1e-12);
  }
  EXPECT_GT(measured[all.between(0, 1)].error, 0);
}

}  // namespace
}  // namespace spinflow::ensemble
