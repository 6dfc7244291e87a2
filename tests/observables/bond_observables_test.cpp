// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "spinflow/base/random.hpp"
#include "spinflow/exact/enumeration.hpp"
#include "spinflow/observables/observable.hpp"
#include "testing/testing.hpp"

namespace spinflow::observables {
namespace {

using ensemble::Ensemble;

std::shared_ptr<const models::Model> neighbours_on(const lattice::Lattice& lattice) {
  return models::registry().find(lattice.dimension() == 1 ? "ising-chain" : "ising-square").make(lattice, {});
}

// Independent configurations at temperature t.
Ensemble drawn(const std::shared_ptr<const models::Model>& model, double t, std::size_t n,
               std::uint64_t seed) {
  auto p = exact::Enumeration(model).probabilities(t);
  for (std::size_t i = 1; i < p.size(); ++i) p[i] += p[i - 1];
  kernels::PackedSpins spins(n, static_cast<std::size_t>(model->lattice().n_sites()));
  base::RandomStream random(seed, "test.rows");
  for (std::size_t row = 0; row < n; ++row)
    spins.row(row)[0] =
        static_cast<std::uint64_t>(std::ranges::upper_bound(p, random.uniform() * p.back()) - p.begin());
  return ensemble::from_spins(std::move(spins), model->lattice(), model);
}

TEST(BondObservables, AreTheSumsOverSitesAndBonds) {
  using lattice::Boundary;
  using lattice::Lattice;
  for (const auto& lattice : {Lattice::square(6, 6), Lattice::square(3, 5), Lattice::square(2, 7),
                              Lattice::square(9, 70), Lattice::square(7, 4, Boundary::open),
                              Lattice::chain(5), Lattice::chain(130), Lattice::chain(64, Boundary::open)}) {
    kernels::PackedSpins spins(30, static_cast<std::size_t>(lattice.n_sites()));
    base::RandomStream random(1, "test.rows");
    for (std::size_t row = 0; row < 30; ++row)
      for (std::size_t site = 0; site < spins.n_columns(); ++site)
        spins.set(row, site, random.uniform() < 0.6 ? 1 : -1);
    const Ensemble e = ensemble::from_spins(std::move(spins), lattice, nullptr);
    const double n = lattice.n_sites();
    std::array<double, 3> sums{};  // |m|, E_b, their product
    std::vector<std::array<double, 3>> of_row;
    double mode = 0;
    for (std::size_t row = 0; row < 30; ++row) {
      double e_b = 0;
      for (const auto& [i, j] : lattice.bonds())
        e_b +=
            e.spins.spin(row, static_cast<std::size_t>(i)) * e.spins.spin(row, static_cast<std::size_t>(j));
      std::complex<double> along_x;
      std::complex<double> along_y;
      for (int y = 0; y < lattice.ly(); ++y)
        for (int x = 0; x < lattice.lx(); ++x) {
          const double s = e.spins.spin(row, static_cast<std::size_t>(lattice.site(x, y)));
          along_x += std::polar(s, 2 * std::numbers::pi * x / lattice.lx());
          along_y += std::polar(s, 2 * std::numbers::pi * y / lattice.ly());
        }
      const double power =
          lattice.dimension() == 1 ? std::norm(along_x) : (std::norm(along_x) + std::norm(along_y)) / 2;
      mode += power / (n * n) / 30;
      const double m = std::abs(e.magnetization[row]);
      of_row.push_back({m, e_b, m * e_b});
      sums[0] += m / 30, sums[1] += e_b / 30, sums[2] += m * e_b / 30;
    }
    const auto susceptibility = [](const std::array<double, 3>& means) {
      return (means[2] - means[0] * means[1]) / means[0];
    };
    double without_bias = 30 * susceptibility(sums);
    for (const auto& row : of_row) {
      std::array<double, 3> others{};
      for (std::size_t a = 0; a < 3; ++a) others[a] = (30 * sums[a] - row[a]) / 29;
      without_bias -= 29.0 / 30 * susceptibility(others);
    }
    const auto found = read(e, {bonds, mode_2, response});
    EXPECT_NEAR(found[bonds].value, sums[1] / n, 1e-12) << lattice.text();
    EXPECT_NEAR(found[mode_2].value, mode, 1e-12) << lattice.text();
    EXPECT_NEAR(found[response].value, without_bias, 1e-9) << lattice.text();
  }
}

TEST(BondObservables, AgreeWithEnumerationWithinTheirErrors) {
  for (const auto& lattice :
       {lattice::Lattice::square(4, 4), lattice::Lattice::square(4, 3), lattice::Lattice::chain(11)}) {
    const auto model = neighbours_on(lattice);
    const exact::Enumeration all(model);
    const double t = 2.5;
    const auto p = all.probabilities(t);
    double mode = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      std::array<std::complex<double>, 2> waves;
      for (int y = 0; y < lattice.ly(); ++y)
        for (int x = 0; x < lattice.lx(); ++x) {
          const double s = ((i >> lattice.site(x, y)) & 1) != 0 ? 1 : -1;
          waves[0] += std::polar(s, 2 * std::numbers::pi * x / lattice.lx());
          waves[1] += std::polar(s, 2 * std::numbers::pi * y / lattice.ly());
        }
      mode += p[i] * (lattice.dimension() == 1 ? std::norm(waves[0])
                                               : (std::norm(waves[0]) + std::norm(waves[1])) / 2);
    }
    mode /= std::pow(lattice.n_sites(), 2);
    // Y is the derivative of ln<|m|> by K here: H = -E_b.
    constexpr double d = 1e-4;
    const double exact_response = (std::log(all.at(1 / (1 / t + d)).abs_magnetization) -
                                   std::log(all.at(1 / (1 / t - d)).abs_magnetization)) /
                                  (2 * d);
    // Twenty sets: values are right, and their errors are as wide as the scatter.
    constexpr int sets = 20;
    std::array<double, 3> squares{};
    std::array<double, 3> pulls{};
    for (int set = 0; set < sets; ++set) {
      const auto e = drawn(model, t, 2000, static_cast<std::uint64_t>(set) + 1);
      const auto found = read(e, {bonds, mode_2, response});
      const std::array<stats::Estimate, 3> measured = {found[bonds], found[mode_2], found[response]};
      const std::array<double, 3> exact = {-all.at(t).energy, mode, exact_response};
      for (std::size_t a = 0; a < 3; ++a) {
        const double pull = (measured[a].value - exact[a]) / measured[a].error;
        pulls[a] += pull;
        squares[a] += pull * pull;
      }
    }
    for (std::size_t a = 0; a < 3; ++a) {
      testing::expect_within(pulls[a], std::sqrt(sets), 0, "mean pull");
      EXPECT_LT(squares[a], testing::chi2_limit(sets)) << lattice.text() << " observable " << a;
      EXPECT_GT(squares[a], testing::chi2_lower_limit(sets)) << lattice.text() << " observable " << a;
    }
  }
}

}  // namespace
}  // namespace spinflow::observables
