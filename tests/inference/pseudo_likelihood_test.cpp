// SPDX-License-Identifier: Apache-2.0
#include "spinflow/inference/pseudo_likelihood.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "spinflow/base/error.hpp"
#include "spinflow/base/observer.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/models/model.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "testing/testing.hpp"

namespace spinflow::inference {
namespace {

using Basis = std::vector<lattice::Interaction>;

Basis basis_of(const std::vector<std::string>& texts, int dimension = 2) {
  Basis basis;
  for (const auto& text : texts) basis.push_back(lattice::interaction_from(text, dimension, "test"));
  return basis;
}

/// Draws from exp(sum_a K_a S_a) on a small lattice by enumeration.
class Enumerated {
 public:
  Enumerated(const lattice::Lattice& lattice, const Basis& basis, const std::vector<double>& couplings)
      : lattice_(lattice), cumulative_(std::size_t{1} << lattice.n_sites()) {
    std::vector<std::pair<std::uint32_t, double>> terms;
    for (std::size_t a = 0; a < basis.size(); ++a)
      for (const auto& term : lattice::terms(basis[a], lattice, "test")) {
        std::uint32_t mask = 0;
        for (const auto site : term) mask |= 1u << site;
        terms.emplace_back(mask, couplings[a]);
      }
    double sum = 0;
    for (std::uint32_t state = 0; state < cumulative_.size(); ++state) {
      double exponent = 0;
      for (const auto& [mask, k] : terms) exponent += std::popcount(mask & ~state) % 2 == 0 ? k : -k;
      sum += std::exp(exponent);
      cumulative_[state] = sum;
    }
  }

  /// Each row with probability `repeat` the one before it, else a new one; chains of `length`.
  [[nodiscard]] ensemble::Ensemble rows(std::size_t n, std::uint64_t seed, double repeat = 0,
                                        std::size_t length = 1) const {
    base::RandomStream stream(seed, "test.enumerated");
    kernels::PackedSpins spins(n, static_cast<std::size_t>(lattice_.n_sites()));
    for (std::size_t row = 0; row < n; ++row) {
      if (row % length != 0 && stream.uniform() < repeat) {
        spins.row(row)[0] = spins.row(row - 1)[0];
        continue;
      }
      const double at = stream.uniform() * cumulative_.back();
      spins.row(row)[0] =
          static_cast<std::uint64_t>(std::ranges::upper_bound(cumulative_, at) - cumulative_.begin());
    }
    auto result = ensemble::from_spins(std::move(spins), lattice_, nullptr);
    if (length > 1) result.independent_pieces = ensemble::IndependentPieces::chain;
    for (std::size_t row = 0; row < n; ++row) result.chain[row] = static_cast<std::int32_t>(row / length);
    return result;
  }

 private:
  lattice::Lattice lattice_;
  std::vector<double> cumulative_;
};

/// The sums over n ensembles of squared pulls (K - truth) / error are chi^2 with n degrees, above and below:
/// false-alarm rate 10^-5 on each side for each interaction.
void expect_unit_pulls(const Basis& basis, const std::vector<double>& truth, int n,
                       const std::function<ensemble::Ensemble(std::uint64_t)>& data) {
  std::vector<double> squares(basis.size());
  for (int i = 0; i < n; ++i) {
    const auto k = pseudo_likelihood_couplings(data(static_cast<std::uint64_t>(i)), basis);
    for (std::size_t a = 0; a < basis.size(); ++a)
      squares[a] += std::pow((k[a].value - truth[a]) / k[a].error, 2);
  }
  for (std::size_t a = 0; a < basis.size(); ++a) {
    EXPECT_LT(squares[a], testing::chi2_limit(n)) << basis[a].name;
    EXPECT_GT(squares[a], testing::chi2_lower_limit(n)) << basis[a].name;
  }
}

TEST(SlowPseudoLikelihood, PullsHaveUnitWidth) {
  // 40 independent ensembles at one temperature: the pulls (K - 1/T) / error are standard normal.
  const auto model = models::registry().find("ising-square").make(lattice::Lattice::square(6, 6), {});
  constexpr int n = 40;
  double squares = 0;
  for (int i = 0; i < n; ++i) {
    const auto data = samplers::sample({.model = model,
                                        .temperatures = {2.5},
                                        .samples_per_temperature = 400,
                                        .seed = 100u + static_cast<unsigned>(i)},
                                       "auto", base::silent());
    const auto k = pseudo_likelihood_coupling(data);
    squares += std::pow((k.value - 0.4) / k.error, 2);
  }
  EXPECT_LT(squares, testing::chi2_limit(n));
  EXPECT_GT(squares, testing::chi2_lower_limit(n));
}

TEST(PseudoLikelihood, RecoversEveryCouplingOfItsBasis) {
  const auto basis = basis_of({"nearest", "next-nearest", "third", "plaquette", "field"});
  const std::vector<double> truth = {0.15, 0.1, -0.04, 0.12, 0.06};
  const Enumerated exact(lattice::Lattice::square(4, 4), basis, truth);
  expect_unit_pulls(basis, truth, 30, [&](std::uint64_t seed) { return exact.rows(1000, seed); });
}

TEST(PseudoLikelihood, RecoversInteractionsOfAnyShape) {
  // More than four terms at a site, odd ones, open edges, a side that is no other's.
  const auto basis = basis_of({"nearest", "0,0/1,0/0,1", "0,0/2,1", "field"});
  const std::vector<double> truth = {0.2, 0.05, -0.1, -0.1};
  const Enumerated exact(lattice::Lattice::square(5, 3, lattice::Boundary::open), basis, truth);
  expect_unit_pulls(basis, truth, 30, [&](std::uint64_t seed) { return exact.rows(1500, seed); });

  const auto chain = basis_of({"nearest", "0,0/1,0/3,0", "0,0/1,0/2,0/3,0"}, 1);
  const std::vector<double> on_chain = {0.4, -0.1, 0.2};
  const Enumerated ring(lattice::Lattice::chain(12), chain, on_chain);
  expect_unit_pulls(chain, on_chain, 30, [&](std::uint64_t seed) { return ring.rows(1000, seed); });
}

TEST(PseudoLikelihood, ABasisTooLargeForATableCountsWhatOccurs) {
  const auto basis =
      basis_of({"nearest", "next-nearest", "third", "plaquette", "field", "0,0/2,1", "0,0/1,0/0,1"});
  const std::vector<double> truth = {0.15, 0.1, 0, 0.12, 0.06, 0.03, 0.02};
  const Enumerated exact(lattice::Lattice::square(4, 4), basis, truth);
  expect_unit_pulls(basis, truth, 20, [&](std::uint64_t seed) { return exact.rows(600, seed); });
}

TEST(PseudoLikelihood, ErrorsAreThoseOfCorrelatedChains) {
  // Nine rows of ten repeat the one before: tau_int = 9.5. Few chains and many take different ways.
  const auto basis = basis_of({"nearest", "next-nearest"});
  const std::vector<double> truth = {0.2, 0.1};
  const Enumerated exact(lattice::Lattice::square(4, 3), basis, truth);
  expect_unit_pulls(basis, truth, 30, [&](std::uint64_t seed) { return exact.rows(8000, seed, 0.9, 2000); });
  expect_unit_pulls(basis, truth, 30, [&](std::uint64_t seed) { return exact.rows(8000, seed, 0.9, 8000); });
  expect_unit_pulls(basis, truth, 30, [&](std::uint64_t seed) { return exact.rows(8000, seed, 0.9, 100); });
  const auto one = pseudo_likelihood_couplings(exact.rows(8000, 99, 0.9, 8000), basis);
  EXPECT_NEAR(one[0].tau_int, 9.5, 3);
}

TEST(PseudoLikelihood, SaysWhatABasisCannotDo) {
  const auto data =
      ensemble::from_spins(kernels::PackedSpins(20, 16), lattice::Lattice::square(4, 4), nullptr);
  const auto both = basis_of({"nearest", "field"});
  for (const auto& k : pseudo_likelihood_couplings(data, both)) EXPECT_TRUE(std::isnan(k.value));  // ordered
  EXPECT_TRUE(std::isinf(pseudo_likelihood_coupling(data).value));
  const auto refused = [&](const ensemble::Ensemble& ensemble, const Basis& basis) {
    try {
      (void)pseudo_likelihood_couplings(ensemble, basis);
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::input);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_NE(refused(data, basis_of({"nearest", "field", "0,0/0,1"})).find("twice"), std::string::npos);
  EXPECT_NE(refused(data, {}).find("no interaction"), std::string::npos);
  const auto thin =
      ensemble::from_spins(kernels::PackedSpins(20, 8), lattice::Lattice::square(4, 2), nullptr);
  EXPECT_NE(refused(thin, basis_of({"third"})).find("itself"), std::string::npos);
  const auto chain = ensemble::from_spins(kernels::PackedSpins(20, 16), lattice::Lattice::chain(16), nullptr);
  EXPECT_NE(refused(chain, basis_of({"plaquette"})).find("chain"), std::string::npos);

  // 17 interactions; 16 of such many values that no key holds them.
  Basis large;
  for (int i = 0; i < 16; ++i)
    large.push_back(lattice::interaction_from(fmt::format("0,0/1,0/{},{}", 2 + i % 6, 1 + i / 6), 2, "test"));
  const auto wide =
      ensemble::from_spins(kernels::PackedSpins(2, 400), lattice::Lattice::square(20, 20), nullptr);
  EXPECT_NE(refused(wide, Basis(17, large.front())).find("at most 16"), std::string::npos);
  EXPECT_NE(refused(wide, large).find("combinations"), std::string::npos);
}

}  // namespace
}  // namespace spinflow::inference
