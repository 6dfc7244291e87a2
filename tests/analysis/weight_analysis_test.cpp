// SPDX-License-Identifier: Apache-2.0
// Planted weights whose A = W^T W is known.
#include "spinflow/analysis/weight_analysis.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>

#include "spinflow/lattice/displacements.hpp"
#include "testing/testing.hpp"

namespace spinflow::analysis {
namespace {

using lattice::Boundary;
using lattice::Lattice;

networks::Rbm planted(const Lattice& lattice, const std::vector<std::vector<double>>& rows) {
  networks::Rbm rbm{.visible = lattice, .n_hidden = rows.size()};
  for (const auto& row : rows)
    for (const double w : row) rbm.weights.push_back(static_cast<float>(w));
  return rbm;
}

/// cos(2 pi (kx x / Lx + ky y / Ly) + phase) on a torus.
std::vector<double> wave(const Lattice& lattice, int kx, int ky, double phase) {
  std::vector<double> row;
  for (int y = 0; y < lattice.ly(); ++y)
    for (int x = 0; x < lattice.lx(); ++x)
      row.push_back(std::cos(
          2 * std::numbers::pi *
              (kx * static_cast<double>(x) / lattice.lx() + ky * static_cast<double>(y) / lattice.ly()) +
          phase));
  return row;
}

std::size_t shell(const WeightAnalysis& result, int kx, int ky) {
  for (std::size_t s = 0; s < result.shells.size(); ++s)
    if (result.shells[s].kx == kx && result.shells[s].ky == ky) return s;
  ADD_FAILURE() << "no shell " << kx << ", " << ky;
  return 0;
}

const std::vector<Lattice> lattices = {Lattice::square(6, 6),
                                       Lattice::square(5, 5),
                                       Lattice::square(7, 4),
                                       Lattice::square(4, 9),
                                       Lattice::chain(10),
                                       Lattice::chain(11),
                                       Lattice::square(5, 5, Boundary::open),
                                       Lattice::square(6, 3, Boundary::open),
                                       Lattice::chain(8, Boundary::open)};

TEST(WeightAnalysis, UniformRankOne) {
  for (const auto& lattice : lattices) {
    SCOPED_TRACE(lattice.text());
    const auto n = static_cast<double>(lattice.n_sites());
    const auto result = weight_analysis(
        planted(lattice, std::vector(3, std::vector<double>(static_cast<std::size_t>(n), -0.25))), 0.01);
    EXPECT_NEAR(result.spectrum.eigenvalues[0], n * 3 / 16, 1e-10);
    for (std::size_t k = 1; k < result.spectrum.eigenvalues.size(); ++k)
      EXPECT_EQ(result.spectrum.eigenvalues[k], 0);
    EXPECT_EQ(result.above_edge, 1u);
    EXPECT_EQ(result.zeros, static_cast<std::size_t>(n) - 3);
    EXPECT_NEAR(result.shell_overlap[0][0], 1, 1e-12);
    EXPECT_NEAR(result.shells[0].lambda, n * 3 / 16, 1e-10);
    for (std::size_t s = 1; s < result.shells.size(); ++s) EXPECT_NEAR(result.shells[s].lambda, 0, 1e-12);
    for (const auto& element : result.by_distance) {
      EXPECT_NEAR(element.mean, 3.0 / 16, 1e-12);
      EXPECT_NEAR(element.scatter, 0, 1e-12);
    }
    for (const double element : result.by_displacement) EXPECT_NEAR(element, 3.0 / 16, 1e-12);
    const double bonds = static_cast<double>(lattice.bonds().size()) / n;
    for (const auto& pattern : {result.sign_patterns[0], result.field_patterns[0]}) {
      EXPECT_NEAR(pattern.magnetization, 1, 1e-9);
      EXPECT_NEAR(pattern.energy, -bonds, 1e-9);
    }
  }
}

TEST(WeightAnalysis, ShellsHoldEveryModeOnceAndOverlapsAddUpToOne) {
  for (const auto& lattice : lattices) {
    SCOPED_TRACE(lattice.text());
    const auto result = weight_analysis(networks::random_rbm(lattice, 7, 0.1, 4), 0.1);
    std::size_t modes = 0;
    double trace = 0;
    for (const auto& shell : result.shells) {
      modes += shell.modes;
      trace += static_cast<double>(shell.modes) * shell.lambda;
    }
    EXPECT_EQ(modes, static_cast<std::size_t>(lattice.n_sites()));
    const auto& eigenvalues = result.spectrum.eigenvalues;
    EXPECT_NEAR(trace, std::accumulate(eigenvalues.begin(), eigenvalues.end(), 0.0), 1e-9);
    EXPECT_NEAR(trace, lattice.n_sites() * result.by_distance[0].mean, 1e-9);
    for (std::size_t k = 0; k < eigenvalues.size(); ++k) {
      const auto& overlap = result.shell_overlap[k];
      EXPECT_NEAR(std::accumulate(overlap.begin(), overlap.end(), 0.0), 1, 1e-10);
      EXPECT_NEAR(overlap[0], result.spectrum.uniform_overlap[k], 1e-12);
      EXPECT_NEAR(overlap[0], std::pow(result.field_patterns[k].magnetization, 2), 1e-10);
    }
    for (std::size_t s = 1; s < result.shells.size(); ++s)
      EXPECT_GE(result.shells[s].wave_number, result.shells[s - 1].wave_number);
  }
}

TEST(WeightAnalysis, ShellsOfTheTorus) {
  const auto result = weight_analysis(networks::random_rbm(Lattice::square(10, 10), 3, 0.1, 4), 0.1);
  EXPECT_EQ(result.shells.size(), 21u);
  const std::vector<std::size_t> modes = {1, 4, 4, 4, 8};  // (0,0) (1,0) (1,1) (2,0) (2,1)
  for (std::size_t s = 0; s < modes.size(); ++s) EXPECT_EQ(result.shells[s].modes, modes[s]);
  EXPECT_EQ(result.shells[shell(result, 5, 5)].modes, 1u);
  EXPECT_NEAR(result.shells[shell(result, 2, 1)].wave_number, std::sqrt(5.0), 1e-12);
  // Unequal sides: waves along x and along y are different.
  const auto oblong = weight_analysis(networks::random_rbm(Lattice::square(8, 4), 3, 0.1, 4), 0.1);
  EXPECT_EQ(oblong.shells[shell(oblong, 1, 0)].modes, 2u);
  EXPECT_NEAR(oblong.shells[shell(oblong, 0, 1)].wave_number, 2, 1e-12);
}

TEST(WeightAnalysis, PlantedWavesOnATorus) {
  for (const auto& lattice : {Lattice::square(6, 6), Lattice::square(7, 7), Lattice::square(9, 5)}) {
    SCOPED_TRACE(lattice.text());
    const double n = lattice.n_sites();
    // Both phases of (1, 0) and of (1, -2): every mode of the pair {k, -k} has v^T A v = amplitude^2 N / 2.
    auto strong = wave(lattice, 1, 0, 0.3);
    auto partner = wave(lattice, 1, 0, 0.3 + std::numbers::pi / 2);
    for (auto* row : {&strong, &partner})
      for (double& w : *row) w *= 2;
    const auto result = weight_analysis(planted(lattice, {strong, partner, wave(lattice, 1, -2, 0),
                                                          wave(lattice, 1, -2, std::numbers::pi / 2)}),
                                        0.1);
    const bool isotropic = lattice.lx() == lattice.ly();
    for (std::size_t k = 0; k < 4; ++k) {
      EXPECT_NEAR(result.spectrum.eigenvalues[k], (k < 2 ? 4 : 1) * n / 2, 1e-4);
      const std::size_t s = k < 2       ? shell(result, 1, 0)
                            : isotropic ? shell(result, 2, 1)
                                        : shell(result, 1, 2);
      EXPECT_NEAR(result.shell_overlap[k][s], 1, 1e-6);
      EXPECT_NEAR(result.spectrum.uniform_overlap[k], 0, 1e-10);
    }
    // Two of the shell's modes carry the wave: 2 of 4 and 2 of 8, or 2 of 2 and 2 of 4.
    EXPECT_NEAR(result.shells[shell(result, 1, 0)].lambda, (isotropic ? 0.5 : 1) * 4 * n / 2, 1e-4);
    EXPECT_NEAR(result.shells[isotropic ? shell(result, 2, 1) : shell(result, 1, 2)].lambda,
                (isotropic ? 0.25 : 0.5) * n / 2, 1e-4);
    EXPECT_NEAR(result.shells[0].lambda, 0, 1e-8);
    // A depends on the displacement alone: 4 cos(2 pi dx / Lx) + cos(2 pi (dx / Lx - 2 dy / Ly)).
    const lattice::Displacements all(lattice);
    for (std::size_t d = 0; d < all.size(); ++d) {
      const double x = 2 * std::numbers::pi * all.dx(d) / lattice.lx();
      const double y = 2 * std::numbers::pi * all.dy(d) / lattice.ly();
      EXPECT_NEAR(result.by_displacement[d], 4 * std::cos(x) + std::cos(x - 2 * y), 1e-5);
    }
    // The nearest neighbours of e_0: cos(2 pi / Lx) along x, equal along y.
    EXPECT_NEAR(result.field_patterns[0].energy, -std::cos(2 * std::numbers::pi / lattice.lx()) - 1, 1e-5);
    EXPECT_NEAR(result.field_patterns[0].magnetization, 0, 1e-6);
  }
}

TEST(WeightAnalysis, PlantedStandingWaveBetweenOpenEnds) {
  const auto lattice = Lattice::square(6, 5, Boundary::open);
  std::vector<double> row;
  for (int y = 0; y < 5; ++y)
    for (int x = 0; x < 6; ++x) row.push_back(std::cos(std::numbers::pi * (x + 0.5) / 6));
  const auto result = weight_analysis(planted(lattice, {row}), 0.1);
  const std::size_t s = shell(result, 1, 0);
  EXPECT_NEAR(result.shell_overlap[0][s], 1, 1e-6);
  EXPECT_NEAR(result.shells[s].lambda, 15, 1e-4);
  EXPECT_NEAR(result.shells[s].wave_number, 0.5, 1e-12);
  EXPECT_EQ(result.by_distance.size(), 3u);
  EXPECT_EQ(result.by_distance[2].pairs, 4u * 5 + 6u * 3);
}

TEST(WeightAnalysis, SignPatternOfHalvesAndNodes) {
  // A ring of 8 with one wave: sgn has two walls, and no spin where the sine vanishes.
  const auto lattice = Lattice::chain(8);
  const auto halves = weight_analysis(planted(lattice, {wave(lattice, 1, 0, 0.2)}), 0.1);
  EXPECT_NEAR(halves.sign_patterns[0].magnetization, 0, 1e-12);
  EXPECT_NEAR(halves.sign_patterns[0].energy, -(6.0 - 2) / 8, 1e-12);
  std::vector<double> planted_row = {0, 1, 1, 1, 0, -1, -1, -1};
  const auto nodes = weight_analysis(planted(lattice, {planted_row}), 0.1);
  EXPECT_NEAR(nodes.sign_patterns[0].energy, -4.0 / 8, 1e-12);
}

TEST(WeightAnalysis, RandomWeightsFollowMarchenkoAndPastur) {
  const auto lattice = Lattice::square(12, 12);
  const double sigma = 0.02;
  for (const std::size_t n_hidden : {64u, 144u, 300u}) {
    const auto rbm = networks::random_rbm(lattice, n_hidden, sigma, 11);
    const auto result = weight_analysis(rbm, sigma);
    const auto& found = result.spectrum.eigenvalues;
    // The sum of N_v N_h squares: relative standard deviation sqrt(2 / (N_v N_h)).
    const double expected = 144.0 * static_cast<double>(n_hidden) * sigma * sigma;
    const double sum = std::accumulate(found.begin(), found.end(), 0.0);
    EXPECT_LT(std::abs(sum - expected),
              testing::z_limit() * expected * std::sqrt(2 / (144.0 * static_cast<double>(n_hidden))));
    // Johnstone 2001: lambda_0 = sigma^2 (mu + s x), x of Tracy and Widom's law for beta = 1, which lies
    // between -4.7 and 3.4 but for one in 10^4 at either end.
    const double v = 12;
    const double h = std::sqrt(static_cast<double>(n_hidden) - 1);
    const double scale = (v + h) * std::cbrt(1 / v + 1 / h);
    const double x = (found[0] / (sigma * sigma) - (v + h) * (v + h)) / scale;
    EXPECT_GT(x, -4.7);
    EXPECT_LT(x, 3.4);
    EXPECT_EQ(result.zeros, n_hidden < 144 ? 144 - n_hidden : 0);
    // Rank by rank near the law; the first ones move most, by about `scale`, which is 3 % of the edge.
    const auto law = noise_eigenvalues(144, n_hidden, sigma);
    ASSERT_EQ(law.size(), std::min<std::size_t>(144, n_hidden));
    for (std::size_t k = 0; k < law.size(); ++k)
      EXPECT_NEAR(found[k], law[k], (k < 3 ? 0.12 : 0.05) * law[0]) << k;
    EXPECT_LE(law[0], result.spectrum.noise_edge);
    // Every shell sees N_h sigma^2.
    for (const auto& shell : result.shells)
      EXPECT_LT(std::abs(shell.lambda / (static_cast<double>(n_hidden) * sigma * sigma) - 1),
                testing::z_limit() * std::sqrt(2 / static_cast<double>(shell.modes * n_hidden)) * 1.3);
  }
}

TEST(WeightAnalysis, TheLawHoldsAsManyEigenvaluesAsThereAreAndTheirMean) {
  for (const auto& [n_visible, n_hidden] :
       {std::pair<std::size_t, std::size_t>{100, 64}, {100, 100}, {64, 225}}) {
    const double upper = std::pow(0.01 * (std::sqrt(n_visible) + std::sqrt(n_hidden)), 2);
    double count = 0;
    double sum = 0;
    const int steps = 2'000'000;
    for (int i = 0; i < steps; ++i) {
      const double lambda = upper * (i + 0.5) / steps;
      const double part = noise_density(lambda, n_visible, n_hidden, 0.01) * upper / steps;
      count += part;
      sum += part * lambda;
    }
    EXPECT_NEAR(count, static_cast<double>(std::min(n_visible, n_hidden)), 0.05);
    EXPECT_NEAR(sum, static_cast<double>(n_visible * n_hidden) * 1e-4, 1e-6);
    const auto quantiles = noise_eigenvalues(n_visible, n_hidden, 0.01);
    EXPECT_NEAR(std::accumulate(quantiles.begin(), quantiles.end(), 0.0), sum, 0.003 * sum);
  }
}

TEST(WeightAnalysis, ReceptiveFieldsByNormWithPositiveSum) {
  const auto rbm = planted(Lattice::chain(2), {{0.1, 0.1}, {-3, 1}, {1, 1}});
  const auto result = weight_analysis(rbm, 0.1);
  EXPECT_EQ(result.units, (std::vector<std::size_t>{1, 2, 0}));
  EXPECT_NEAR(result.unit_norms[0], std::sqrt(10.0), 1e-6);
  EXPECT_EQ(receptive_field(rbm, 1), (std::vector<double>{3, -1}));
}

TEST(WeightAnalysis, PearsonOverPairsOfDifferentSites) {
  for (const auto& lattice : {Lattice::square(5, 5), Lattice::square(4, 3, Boundary::open)}) {
    const lattice::Displacements all(lattice);
    std::vector<double> a(all.size());
    std::vector<double> b(all.size());
    for (std::size_t d = 0; d < all.size(); ++d) {
      a[d] = std::hypot(all.dx(d), all.dy(d));
      b[d] = 3 - 2 * a[d];
    }
    b[all.origin()] = 1000;
    EXPECT_NEAR(pearson(lattice, a, b), -1, 1e-12);
    EXPECT_NEAR(pearson(lattice, a, a), 1, 1e-12);
    EXPECT_TRUE(std::isnan(pearson(lattice, a, std::vector<double>(all.size(), 0.3))));
  }
}

}  // namespace
}  // namespace spinflow::analysis
