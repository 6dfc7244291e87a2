// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "models/image_sums.hpp"
#include "models/pair_table.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/models/model.hpp"

namespace spinflow::models {
namespace {

using lattice::Lattice;

double sum(const std::vector<double>& values) {
  double total = 0;
  for (const double value : values) total += value;
  return total;
}

// Riemann's zeta(sigma) by the ladder, itself tested against closed forms.
double zeta(double sigma) { return ladder_sum(sigma, 1, 1); }

// Dirichlet's beta(1 + sigma) = 4^-(1 + sigma) (zeta(1 + sigma, 1/4) - zeta(1 + sigma, 3/4)).
double beta(double sigma) { return ladder_sum(sigma, 1, 4) - ladder_sum(sigma, 3, 4); }

// Sum over the square lattice without the origin of |r|^-(2 + sigma) = 4 zeta(s) beta(s), s = 1 + sigma/2.
double square_lattice_sum(double sigma) {
  // The difference of two poles loses digits: beta(1) is pi/4, and its slope there .19290.
  const double near_one = std::numbers::pi / 4 + 0.192901331574 * sigma / 2;
  return 4 * zeta(sigma / 2) * (sigma < 1e-5 ? near_one : beta(sigma / 2));
}

TEST(PowerLaw, ZetaAgreesWithClosedForms) {
  const double pi = std::numbers::pi;
  EXPECT_NEAR(zeta(1), pi * pi / 6, 1e-15);
  EXPECT_NEAR(zeta(3), std::pow(pi, 4) / 90, 1e-15);
  EXPECT_NEAR(zeta(0.5), 2.612375348685488, 1e-14);
  EXPECT_NEAR(zeta(1e-6) / (1e6 + std::numbers::egamma), 1, 1e-12);
  EXPECT_NEAR(beta(1), 0.915965594177219015, 1e-15);  // Catalan's constant
  EXPECT_NEAR(beta(2), std::pow(pi, 3) / 32, 1e-15);
  for (const double sigma : {0.001, 0.05, 0.25, 1.0, 6.5, 39.0, 100.0})
    // zeta(p, 1/2) = (2^p - 1) zeta(p)
    EXPECT_NEAR(ladder_sum(sigma, 1, 2) / ((1 - std::exp2(-1 - sigma)) * zeta(sigma)), 1, 2e-14) << sigma;
}

// All displacements and the images of a site itself make up a sum over the whole chain.
TEST(PowerLaw, CouplingsOfARingAddUpToZeta) {
  for (const double sigma : {0.05, 0.25, 0.5, 1.0, 1.7, 5.0, 60.0})
    for (const int n : {2, 3, 8, 101}) {
      const double own = 2 * zeta(sigma) * std::pow(n, -1 - sigma);
      EXPECT_NEAR((sum(image_sums(Lattice::chain(n), sigma)) + own) / (2 * zeta(sigma)), 1, 1e-13)
          << sigma << " " << n;
    }
}

// Likewise in two dimensions.
TEST(PowerLaw, CouplingsOfASquareAddUpToTheLatticeSum) {
  for (const double sigma : {1e-6, 0.05, 0.3, 0.8, 1.0, 1.25, 2.0, 3.7, 8.0, 25.0, 100.0})
    for (const int n : {2, 3, 8, 31}) {
      const double whole = square_lattice_sum(sigma);
      const double own = whole * std::pow(n, -2 - sigma);
      EXPECT_NEAR((sum(image_sums(Lattice::square(n, n), sigma)) + own) / whole, 1, 1e-12)
          << sigma << " " << n;
    }
}

// A square lattice is a rectangle's cells joined: displacements of the square that are the same in the
// rectangle add up.
TEST(PowerLaw, RectanglesAreFoldedSquares) {
  for (const double sigma : {0.05, 0.8, 1.25, 6.0, 14.0, 30.0}) {
    const int side = 120;
    const auto square = image_sums(Lattice::square(side, side), sigma);
    // The first two are strips, of which far columns are taken for lines.
    for (const auto& [lx, ly] :
         {std::pair{120, 2}, std::pair{4, 120}, std::pair{120, 6}, std::pair{4, 6}, std::pair{12, 8}}) {
      const auto small = image_sums(Lattice::square(lx, ly), sigma);
      for (int y = 0; y < ly; ++y)
        for (int x = y == 0 ? 1 : 0; x < lx; ++x) {
          double folded = 0;
          for (int n = y; n < side; n += ly)
            for (int m = x; m < side; m += lx) folded += square[static_cast<std::size_t>(side * n + m)];
          EXPECT_NEAR(small[static_cast<std::size_t>(y * lx + x)] / folded, 1, 1e-12)
              << sigma << " " << lx << "x" << ly << " " << x << "," << y;
        }
    }
  }
}

// Adding up images one by one, with the tail as an integral over the plane beyond.
TEST(PowerLaw, ImageSumsAgreeWithBruteForce) {
  for (const double sigma : {0.8, 1.25, 3.0, 12.0})
    for (const auto& [lx, ly] : {std::pair{5, 5}, std::pair{6, 4}}) {
      const auto fast = image_sums(Lattice::square(lx, ly), sigma);
      const double radius = 2000;
      for (const auto& [dx, dy] : {std::pair{1, 0}, std::pair{2, 1}, std::pair{3, 2}}) {
        double direct = 0;
        for (int n = -600; n <= 600; ++n)
          for (int m = -600; m <= 600; ++m) {
            const double d2 = std::pow(dx + m * lx, 2) + std::pow(dy + n * ly, 2);
            if (d2 < radius * radius) direct += std::pow(d2, -0.5 * (2 + sigma));
          }
        const double tail = 2 * std::numbers::pi * std::pow(radius, -sigma) / (sigma * lx * ly);
        // The edge of the disc is rough: its error goes like radius^-(sigma + 3/2).
        EXPECT_NEAR(fast[static_cast<std::size_t>(dy * lx + dx)] / (direct + tail), 1, 3e-7)
            << sigma << " " << lx << "x" << ly << " " << dx << "," << dy;
      }
    }
}

TEST(PowerLaw, MinimumImageIsThePowerOfTheNearestDistance) {
  const auto couplings = minimum_image_powers(Lattice::square(5, 4), 1.25);
  const auto at = [&](int x, int y) { return couplings[static_cast<std::size_t>(5 * y + x)]; };
  EXPECT_NEAR(at(1, 0), 1, 1e-15);
  EXPECT_NEAR(at(4, 0), 1, 1e-15);
  EXPECT_NEAR(at(3, 3), std::pow(5, -1.625), 1e-15);
  EXPECT_NEAR(at(2, 2), std::pow(8, -1.625), 1e-15);
  EXPECT_EQ(at(0, 0), 0);
}

// Values of the same sums to 30 digits, split at another point between images and wave vectors, and of zeta.
TEST(PowerLaw, ImageSumsAgreeWithHighPrecision) {
  struct Known {
    Lattice lattice;
    double sigma;
    int dx, dy;
    double value;
  };
  for (const auto& known : {Known{Lattice::square(8, 8), 1.25, 1, 0, 1.0093234321712602374},
                            Known{Lattice::square(8, 8), 1.25, 4, 4, 0.018913739629461698722},
                            Known{Lattice::square(6, 4), 0.05, 3, 2, 5.0900389751246043949},
                            Known{Lattice::square(5, 7), 3.5, 2, 3, 0.0016813614706509337375},
                            Known{Lattice::square(16, 4), 20, 8, 2, 2.8228459693565192673e-20},
                            Known{Lattice::chain(16), 0.5, 8, 0, 0.14926681086108853902},
                            Known{Lattice::chain(16), 0.5, 1, 0, 1.0818958271244426005},
                            Known{Lattice::chain(7), 0.05, 3, 0, 5.7239675229319229919}}) {
    const auto sums = image_sums(known.lattice, known.sigma);
    EXPECT_NEAR(sums[static_cast<std::size_t>(known.lattice.site(known.dx, known.dy))] / known.value, 1,
                2e-13)
        << known.lattice.text() << " " << known.sigma;
  }
}

// The bits are an interface: nothing of a machine's mathematical library goes into a coupling.
TEST(PowerLaw, LiteralCouplings) {
  const auto square = image_sums(Lattice::square(8, 8), 1.25);
  EXPECT_EQ(square[1], 0x1.0263053c4314ep+0);
  EXPECT_EQ(square[36], 0x1.35e1f949d489p-6);
  EXPECT_EQ(image_sums(Lattice::chain(16), 0.5)[8], 0x1.31b2cc3836767p-3);
}

TEST(PowerLaw, EnergyOfPackedSpinsAgreesWithTheTwin) {
  base::RandomStream random(1, "test.power-law");
  for (const auto& lattice : {Lattice::chain(2), Lattice::chain(63), Lattice::chain(64), Lattice::chain(65),
                              Lattice::chain(130), Lattice::square(2, 2), Lattice::square(3, 7),
                              Lattice::square(8, 8), Lattice::square(65, 4), Lattice::square(6, 66)}) {
    const PairTable table(lattice, image_sums(lattice, 0.9));
    std::vector<std::int8_t> spins(static_cast<std::size_t>(lattice.n_sites()));
    for (auto& spin : spins) spin = random.below(2) == 0 ? -1 : 1;
    const double slow = reference::pair_energy(lattice, table.couplings(), spins);
    EXPECT_NEAR(table.energy(spins), slow, 1e-13 * lattice.n_sites() * sum(image_sums(lattice, 0.9)))
        << lattice.text();
  }
}

std::shared_ptr<const Model> model(std::string_view name, const Lattice& lattice,
                                   const base::Values& options) {
  return registry().find(name).make(lattice, options);
}

TEST(PowerLaw, LargeSigmaIsTheNearestNeighbourModel) {
  base::RandomStream random(2, "test.power-law");
  for (const auto& lattice : {Lattice::square(6, 5), Lattice::square(2, 4)}) {
    const auto far = model("ising-power-law", lattice, {{"sigma", 90.0}, {"field", 0.3}});
    const auto near = model("ising-square", lattice, {{"field", 0.3}});
    std::vector<std::int8_t> spins(static_cast<std::size_t>(lattice.n_sites()));
    for (auto& spin : spins) spin = random.below(2) == 0 ? -1 : 1;
    EXPECT_NEAR(far->energy(spins), near->energy(spins), 1e-10) << lattice.text();
    EXPECT_NEAR(far->local_field(spins, 7), near->local_field(spins, 7), 1e-10);
  }
}

TEST(PowerLaw, SmallSigmaIsTheInfiniteRangeModel) {
  base::RandomStream random(3, "test.power-law");
  const auto lattice = Lattice::chain(12);
  const auto all = model("ising-infinite-range", lattice, {{"coupling", 1.7}});
  // 2 / (sigma L) of every coupling comes from infinitely far.
  const double sigma = 1e-6;
  const auto flat = model("ising-power-law", lattice,
                          {{"dimension", std::int64_t{1}}, {"sigma", sigma}, {"coupling", 1.7 * sigma / 2}});
  std::vector<std::int8_t> spins(12);
  for (auto& spin : spins) spin = random.below(2) == 0 ? -1 : 1;
  EXPECT_NEAR(flat->energy(spins), all->energy(spins), 1e-4);
}

TEST(PowerLaw, EnergyOfALargeOrderedLattice) {
  const auto large = model("ising-power-law", Lattice::square(256, 256), {{"sigma", 1.25}});
  const auto couplings = large->couplings_by_displacement();
  const double total = sum({couplings.begin(), couplings.end()});
  EXPECT_NEAR(large->energy(std::vector<std::int8_t>(65536, 1)) / (-0.5 * 65536 * total), 1, 1e-12);
}

}  // namespace
}  // namespace spinflow::models
