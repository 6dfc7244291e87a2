// SPDX-License-Identifier: Apache-2.0
#include "spinflow/ensemble/observables.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/base/random.hpp"
#include "spinflow/ensemble/ensemble_file.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/observables/observable.hpp"
#include "testing/testing.hpp"

namespace spinflow::ensemble {
namespace {

Ensemble random_rows(const lattice::Lattice& lattice, std::size_t n, double field = 0) {
  kernels::PackedSpins spins(n, static_cast<std::size_t>(lattice.n_sites()));
  base::RandomStream random(1, "test.rows");
  for (std::size_t row = 0; row < n; ++row)
    for (std::size_t site = 0; site < spins.n_columns(); ++site)
      spins.set(row, site, random.uniform() < 0.7 ? 1 : -1);
  const auto& entry = models::registry().find(lattice.dimension() == 1 ? "ising-chain" : "ising-square");
  auto ensemble = from_spins(std::move(spins), lattice, entry.make(lattice, {{"field", field}}));
  ensemble.temperature.assign(n, 2.0);
  return ensemble;
}

TEST(Observables, RowsAreMeasuredAsTheModelSays) {
  // Odd and uneven sides, open ends, chains, a field: the fast counting against the Hamiltonian site by site.
  using lattice::Boundary;
  using lattice::Lattice;
  for (const auto& lattice :
       {Lattice::square(10, 10), Lattice::square(3, 5), Lattice::square(16, 10), Lattice::square(2, 7),
        Lattice::square(9, 70), Lattice::square(7, 4, Boundary::open), Lattice::chain(5), Lattice::chain(130),
        Lattice::chain(64, Boundary::open), Lattice::square(64, 3), Lattice::square(65, 2)}) {
    const Ensemble e = random_rows(lattice, 20, 0.3);
    std::vector<std::int8_t> spins(e.spins.n_columns());
    for (std::size_t row = 0; row < e.size(); ++row) {
      e.spins.unpack(row, spins);
      double sum = 0;
      for (const auto s : spins) sum += s;
      EXPECT_NEAR(e.energy[row], e.model->energy_per_site(spins), 1e-12) << lattice.text();
      EXPECT_NEAR(e.magnetization[row], sum / lattice.n_sites(), 1e-12) << lattice.text();
    }
    const auto g = correlation(e);
    const int reach = (lattice.dimension() == 1 ? lattice.lx() : std::min(lattice.lx(), lattice.ly())) / 2;
    ASSERT_EQ(g.size(), static_cast<std::size_t>(reach));
    for (int r = 1; r <= reach; ++r) {
      double sum = 0;
      double pairs = 0;
      const bool ring = lattice.boundary() == Boundary::periodic;
      for (std::size_t row = 0; row < e.size(); ++row) {
        const auto at = [&](int x, int y) {
          return e.spins.spin(row,
                              static_cast<std::size_t>(lattice.site(x % lattice.lx(), y % lattice.ly())));
        };
        for (int y = 0; y < lattice.ly(); ++y)
          for (int x = 0; x < lattice.lx(); ++x) {
            if (ring || x + r < lattice.lx()) sum += at(x, y) * at(x + r, y), pairs += 1;
            if (lattice.dimension() == 2 && (ring || y + r < lattice.ly()))
              sum += at(x, y) * at(x, y + r), pairs += 1;
          }
      }
      EXPECT_NEAR(g[static_cast<std::size_t>(r - 1)].value, sum / pairs, 1e-12)
          << lattice.text() << " r " << r;
    }
  }
}

TEST(Observables, MomentsByHand) {
  const Ensemble e = random_rows(lattice::Lattice::square(4, 4), 500);
  const auto groups =
      observables::measure(e, {"energy", "sd_energy", "abs_magnetization", "specific_heat", "binder"});
  ASSERT_EQ(groups.size(), 1u);
  const auto& o = groups[0];
  double m1 = 0, m2 = 0, m4 = 0, e1 = 0, e2 = 0;
  for (std::size_t row = 0; row < e.size(); ++row) {
    const double m = e.magnetization[row];
    m1 += std::abs(m) / 500, m2 += m * m / 500, m4 += std::pow(m, 4) / 500;
    e1 += e.energy[row] / 500, e2 += e.energy[row] * e.energy[row] / 500;
  }
  EXPECT_EQ(o.n, 500u);
  EXPECT_NEAR(o["energy"].value, e1, 1e-12);
  // Widened by a per mille for 499 degrees of freedom and skewness.
  EXPECT_NEAR(o["energy"].error / std::sqrt((e2 - e1 * e1) / 499), 1.0025, 0.0015);
  EXPECT_NEAR(o["specific_heat"].value, 16 * (e2 - e1 * e1) / 4 * 500 / 499, 1e-12);
  EXPECT_NEAR(o["sd_energy"].value / std::sqrt(500 * (e2 - e1 * e1) / 499), 1, 2e-3);
  EXPECT_NEAR(o["abs_magnetization"].value, m1, 1e-12);
  EXPECT_NEAR(o["binder"].value, 1 - m4 / (3 * m2 * m2), 0.1 * o["binder"].error);
  EXPECT_EQ(o.tau_int.value, 0.5);
}

TEST(EnsembleFile, RoundTripAndEqualBytes) {
  const testing::TemporaryFolder folder;
  Ensemble e = random_rows(lattice::Lattice::square(5, 3), 40);
  e.sampling = {{.temperature = 2,
                 .sampler = "heat-bath",
                 .tau_int = 3.5,
                 .tau_int_error = 0.25,
                 .burn_in = 70,
                 .chains = 40}};
  e.seed = 9;
  e.command = "test";
  write(e, folder.path() / "a.h5");
  write(e, folder.path() / "b.h5");
  EXPECT_EQ(io::read_text(folder.path() / "a.h5"), io::read_text(folder.path() / "b.h5"));
  const Ensemble back = read(folder.path() / "a.h5");
  EXPECT_EQ(back.lattice, e.lattice);
  EXPECT_EQ(back.spins, e.spins);
  EXPECT_EQ(back.energy, e.energy);
  EXPECT_EQ(back.chain, e.chain);
  EXPECT_EQ(back.seed, 9u);
  EXPECT_EQ(models::to_toml(*back.model), models::to_toml(*e.model));
  ASSERT_EQ(back.sampling.size(), 1u);
  EXPECT_EQ(back.sampling[0].tau_int, 3.5);
}

}  // namespace
}  // namespace spinflow::ensemble
