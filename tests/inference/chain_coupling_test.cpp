// SPDX-License-Identifier: Apache-2.0
#include "spinflow/inference/chain_coupling.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <vector>

#include "spinflow/base/observer.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/exact/chain.hpp"
#include "spinflow/inference/pseudo_likelihood.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/stats/small_samples.hpp"
#include "testing/testing.hpp"

namespace spinflow::inference {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr auto ring = lattice::Boundary::periodic;
constexpr auto open = lattice::Boundary::open;

TEST(RingCoupling, RoundTrip) {
  for (const int n : {2, 3, 4, 5, 7, 8, 64, 63, 1000})
    for (const double k : {1e-300, 1e-9, 0.05, 0.4, 1.0, 1.5, 3.0, 5.0, 7.0, -1e-9, -0.4, -1.0, -3.0, -5.0}) {
      const auto bond = [&](double x) { return exact::ring_correlation(n, x, 0, 1).front(); };
      // What a digit of the bond does to K.
      const double d = std::min(1e-3, std::abs(k) / 10);
      const double slope = (bond(k + d) - bond(k - d)) / (2 * d);
      const double rounding = 1e-14 * std::abs(k) * (1 + std::abs(std::log(std::abs(k))));
      EXPECT_NEAR(ring_coupling(bond(k), n), k, rounding + 4e-16 * std::abs(bond(k)) / slope)
          << n << " " << k;
    }
}

TEST(RingCoupling, ClosedForms) {
  // Two spins share two bonds; a long ring is an open chain.
  for (const double bond : {0.1, 0.9, -0.5}) {
    EXPECT_NEAR(ring_coupling(bond, 2), std::atanh(bond) / 2, 1e-14);
    EXPECT_NEAR(ring_coupling(bond, 100000), std::atanh(bond), 1e-14);
    EXPECT_EQ(open_chain_coupling(bond), std::atanh(bond));
  }
  // The energy of the exact chain, whose ring of 5 is frustrated for K < 0.
  for (const int n : {2, 5, 12})
    for (const double k : {0.7, -0.7})
      EXPECT_NEAR(ring_coupling(-exact::chain_energy(n, 1, 0, 1 / k, ring), n), k, 1e-13);
  EXPECT_EQ(ring_coupling(0, 7), 0);
}

TEST(RingCoupling, GroundStatesAndBeyond) {
  EXPECT_EQ(ring_coupling(1, 8), infinity);
  EXPECT_EQ(ring_coupling(1.5, 8), infinity);
  EXPECT_EQ(ring_coupling(-1, 8), -infinity);
  EXPECT_EQ(ring_coupling(-7.0 / 9, 9), -infinity);
  EXPECT_EQ(ring_coupling(-0.9, 9), -infinity);
  EXPECT_TRUE(std::isfinite(ring_coupling(std::nextafter(1.0, 0.0), 8)));
  EXPECT_TRUE(std::isfinite(ring_coupling(std::nextafter(-1.0, 0.0), 8)));
  EXPECT_LT(ring_coupling(std::nextafter(-7.0 / 9, 0.0), 9), -8);
  EXPECT_TRUE(std::isnan(ring_coupling(std::nan(""), 9)));
  EXPECT_EQ(open_chain_coupling(1), infinity);
  EXPECT_EQ(open_chain_coupling(-1.1), -infinity);
  EXPECT_NE(testing::refusal_of([] { (void)ring_coupling(0.5, 1); }).find("2 or more"), std::string::npos);
}

ensemble::Ensemble random_rows(std::size_t n_rows, const lattice::Lattice& lattice, double p_up) {
  base::RandomStream stream(7, "test.chain-coupling");
  const auto n = static_cast<std::size_t>(lattice.n_sites());
  kernels::PackedSpins spins(n_rows, n);
  for (std::size_t row = 0; row < n_rows; ++row)
    for (std::size_t site = 0; site < n; ++site)  // neither alike nor independent sites
      if (stream.uniform() < p_up * static_cast<double>(site + 2) / static_cast<double>(n + 2))
        spins.set(row, site, 1);
      else if (site > 0)
        spins.set(row, site, spins.spin(row, site - 1));
  return ensemble::from_spins(std::move(spins), lattice, nullptr);
}

/// The obvious twins of <s_a s_(a+r)> and c_r, without one row.
struct Twin {
  double pair;
  double connected;
};
Twin twin(const ensemble::Ensemble& ensemble, std::size_t r, std::size_t without) {
  const auto n = static_cast<std::size_t>(ensemble.lattice.n_sites());
  const std::size_t pairs = ensemble.lattice.boundary() == ring ? n : n - r;
  Twin result{};
  for (std::size_t a = 0; a < pairs; ++a) {
    const std::size_t b = (a + r) % n;
    double product = 0;
    double first = 0;
    double second = 0;
    double rows = 0;
    for (std::size_t row = 0; row < ensemble.size(); ++row) {
      if (row == without) continue;
      product += ensemble.spins.spin(row, a) * ensemble.spins.spin(row, b);
      first += ensemble.spins.spin(row, a);
      second += ensemble.spins.spin(row, b);
      rows += 1;
    }
    result.pair += product / rows / static_cast<double>(pairs);
    result.connected += (product / rows - first / rows * second / rows) / static_cast<double>(pairs);
  }
  return result;
}

TEST(ChainCoupling, AgreesWithItsDefinition) {
  for (const auto boundary : {ring, open})
    for (const int n : {4, 5, 11, 70}) {
      const auto ensemble = random_rows(300, lattice::Lattice::chain(n, boundary), 0.4);
      const auto found = *chain_coupling(ensemble);
      const auto coupling = [&](std::size_t without) {
        const double bond = twin(ensemble, 1, without).pair;
        return boundary == ring ? ring_coupling(bond, n) : open_chain_coupling(bond);
      };
      const auto ratio = [&](std::size_t without) {
        return twin(ensemble, 2, without).connected / std::pow(twin(ensemble, 1, without).connected, 2);
      };
      const auto check = [&](const stats::Estimate& estimate, auto f, double allowed) {
        const double all = f(ensemble.size());
        std::vector<double> pseudovalues;
        for (std::size_t row = 0; row < ensemble.size(); ++row)
          pseudovalues.push_back(300 * all - 299 * f(row));
        EXPECT_NEAR(estimate.value, all, 1e-12) << n;
        EXPECT_NEAR(estimate.error / stats::interval(stats::scatter_of(pseudovalues)), 1, allowed) << n;
      };
      check(found.coupling, coupling, 1e-9);
      check(found.correlation_ratio, ratio, 0.01);  // linear in the means of the sites
      EXPECT_EQ(found.pseudo_likelihood.value, pseudo_likelihood_coupling(ensemble).value);
    }
}

TEST(ChainCoupling, OfSomeRowsIsThatOfTheirEnsemble) {
  const auto ensemble = random_rows(200, lattice::Lattice::chain(9), 0.3);
  const std::vector<std::size_t> rows = {3, 17, 18, 50, 51, 52, 110, 111, 180, 199};
  const auto some = *chain_coupling({ensemble, rows});
  const auto alone = *chain_coupling(ensemble::select(ensemble, rows));
  for (const auto member :
       {&ChainCoupling::coupling, &ChainCoupling::pseudo_likelihood, &ChainCoupling::correlation_ratio}) {
    EXPECT_EQ((some.*member).value, (alone.*member).value);
    EXPECT_EQ((some.*member).error, (alone.*member).error);
  }
}

TEST(ChainCoupling, OrderedRowsAndOtherLattices) {
  EXPECT_FALSE(chain_coupling(random_rows(10, lattice::Lattice::square(4, 4), 0.5)).has_value());
  // All spins down: the ground state of every K > 0, with no connected correlation.
  const auto ordered =
      *chain_coupling(ensemble::from_spins(kernels::PackedSpins(20, 8), lattice::Lattice::chain(8), nullptr));
  EXPECT_EQ(ordered.coupling.value, infinity);
  EXPECT_TRUE(std::isnan(ordered.coupling.error));
  EXPECT_EQ(ordered.pseudo_likelihood.value, infinity);
  EXPECT_TRUE(std::isnan(ordered.correlation_ratio.value));
  const auto three = *chain_coupling(random_rows(50, lattice::Lattice::chain(3), 0.5));
  EXPECT_TRUE(std::isfinite(three.coupling.value));
  EXPECT_TRUE(std::isnan(three.correlation_ratio.value));
  const auto single = *chain_coupling(random_rows(1, lattice::Lattice::chain(12), 0.5));
  EXPECT_TRUE(std::isfinite(single.coupling.value));
  EXPECT_TRUE(std::isnan(single.coupling.error));
  const auto none = *chain_coupling(random_rows(0, lattice::Lattice::chain(12), 0.5));
  EXPECT_TRUE(std::isnan(none.coupling.value) && std::isnan(none.correlation_ratio.value));
}

/// chi^2 of the pulls of n ensembles, above and below: false-alarm rate 10^-5 on each side.
void expect_unit_pulls(int n, double truth, const std::function<stats::Estimate(std::uint64_t)>& reading) {
  double squares = 0;
  for (int i = 0; i < n; ++i) {
    const auto found = reading(static_cast<std::uint64_t>(i));
    squares += std::pow((found.value - truth) / found.error, 2);
  }
  EXPECT_LT(squares, testing::chi2_limit(n));
  EXPECT_GT(squares, testing::chi2_lower_limit(n));
}

ensemble::Ensemble sampled(int n, lattice::Boundary boundary, double k, double field, std::size_t rows,
                           const std::string& sampler, std::uint64_t seed) {
  const auto model = models::registry()
                         .find("ising-chain")
                         .make(lattice::Lattice::chain(n, boundary), {{"coupling", k}, {"field", field}});
  return samplers::sample(
      {.model = model, .temperatures = {1.0}, .samples_per_temperature = rows, .seed = 1000 + seed}, sampler,
      base::silent());
}

TEST(ChainCoupling, OfARingThereIsNothingBeyondNearestNeighbours) {
  const auto ring = exact::ring_correlation(8, 0.7, 0, 1);
  ChainCoupling read{.coupling = {.value = 0.7, .error = 0.01}};
  read.correlation_ratio = {.value = ring[1] / (ring[0] * ring[0]), .error = 0.1};
  EXPECT_NEAR(beyond_nearest(read, 8).value, 0, 1e-12);
  EXPECT_NEAR(beyond_nearest(read, 8).error, 0.1 * ring[0] * ring[0], 1e-12);
  read.correlation_ratio.value += 1;
  EXPECT_NEAR(beyond_nearest(read, 8).value, ring[0] * ring[0], 1e-12);
  read.coupling.value = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(std::isnan(beyond_nearest(read, 8).value));
}

TEST(FarOverNear, AgreesWithItsDefinition) {
  constexpr std::size_t n = 70;
  constexpr std::size_t m = 6;
  kernels::PackedSpins rows(n, m);
  base::RandomStream stream(3, "far over near");
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t a = 0; a < m; ++a)
      rows.set(r, a,
               a % 2 == 1 && stream.uniform() < 0.7 ? rows.spin(r, a - 1)
               : stream.uniform() < 0.4             ? 1
                                                    : -1);
  const auto mean = [&](const std::function<double(std::size_t)>& of) {
    double sum = 0;
    for (std::size_t r = 0; r < n; ++r) sum += of(r);
    return sum / static_cast<double>(n);
  };
  double squares[2] = {0, 0};  // neighbours, others
  for (std::size_t a = 0; a < m; ++a)
    for (std::size_t b = a + 1; b < m; ++b) {
      const double c = mean([&](std::size_t r) { return rows.spin(r, a) * rows.spin(r, b); }) -
                       mean([&](std::size_t r) { return rows.spin(r, a); }) *
                           mean([&](std::size_t r) { return rows.spin(r, b); });
      squares[(b - a == 1 || b - a == m - 1) ? 0 : 1] += c * c;
    }
  EXPECT_NEAR(far_over_near(rows), std::sqrt(squares[1] / 9 / (squares[0] / 6)), 1e-12);
  EXPECT_TRUE(std::isnan(far_over_near(kernels::PackedSpins(n, 3))));
}

TEST(SlowChainCoupling, PullsOfTheCouplingHaveUnitWidth) {
  for (const double k : {0.3, 1.2, -0.6})
    for (const auto boundary : {ring, open})
      expect_unit_pulls(200, k, [&](std::uint64_t seed) {
        return chain_coupling(sampled(15, boundary, k, 0, 300, "auto", seed))->coupling;
      });
}

/// Rows of `n_chains` chains, one sweep of the heat bath apart, on the ring of n spins without field.
ensemble::Ensemble heat_bath_rows(int n, double k, std::size_t n_chains, std::size_t length,
                                  std::uint64_t seed) {
  const auto sites = static_cast<std::size_t>(n);
  base::RandomStream stream(seed, "test.heat-bath");
  kernels::PackedSpins spins(n_chains * length, sites);
  for (std::size_t c = 0; c < n_chains; ++c) {
    std::vector<std::int8_t> s(sites, 1);
    for (std::size_t t = 0; t < length + 50; ++t) {  // tau_int is 5 sweeps or less
      for (std::size_t a = 0; a < sites; ++a) {
        const int around = s[(a + 1) % sites] + s[(a + sites - 1) % sites];
        s[a] = stream.uniform() < 1 / (1 + std::exp(-2 * k * around)) ? 1 : -1;
      }
      if (t >= 50) spins.pack(c * length + t - 50, s);
    }
  }
  auto ensemble = ensemble::from_spins(std::move(spins), lattice::Lattice::chain(n), nullptr);
  ensemble.independent_pieces = ensemble::IndependentPieces::chain;
  for (std::size_t row = 0; row < ensemble.size(); ++row)
    ensemble.chain[row] = static_cast<std::int32_t>(row / length);
  return ensemble;
}

TEST(SlowChainCoupling, PullsOfTheCouplingOfCorrelatedRowsHaveUnitWidth) {
  // Few chains and many take different ways to an error.
  for (const std::size_t chains : {4u, 32u})
    expect_unit_pulls(100, 0.8, [&](std::uint64_t seed) {
      return chain_coupling(heat_bath_rows(12, 0.8, chains, 3200 / chains, seed))->coupling;
    });
}

TEST(SlowChainCoupling, PullsOfTheRatioHaveUnitWidth) {
  // In a field the products of the means count.
  for (const double field : {0.0, 0.4}) {
    const double k = 0.7;
    const auto g = exact::ring_correlation(14, k, field, 1);
    const double m = exact::chain(14, k, field, 1, ring).magnetization;
    const double truth = (g[1] - m * m) / std::pow(g[0] - m * m, 2);
    expect_unit_pulls(200, truth, [&](std::uint64_t seed) {
      return chain_coupling(sampled(14, ring, k, field, 2000, "auto", seed))->correlation_ratio;
    });
  }
}

}  // namespace
}  // namespace spinflow::inference
