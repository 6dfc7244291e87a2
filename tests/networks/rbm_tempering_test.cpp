// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/rbm_tempering.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "networks/small_rbm.hpp"
#include "spinflow/base/error.hpp"
#include "testing/testing.hpp"

namespace spinflow::networks {
namespace {

constexpr std::size_t n_visible = 4;
constexpr std::size_t n_hidden = 3;

Rbm tiny() { return rbm_with_biases(lattice::Lattice::chain(n_visible), n_hidden, 0.9); }

// P(v) at the inverse temperature beta, for all v.
std::vector<double> distribution(const Rbm& rbm, double beta) {
  std::vector<double> p(std::size_t{1} << rbm.n_visible());
  double z = 0;
  for (unsigned v = 0; v < p.size(); ++v) {
    for (unsigned h = 0; h < (1u << rbm.n_hidden); ++h) p[v] += std::exp(beta * minus_energy(rbm, v, h));
    z += p[v];
  }
  for (auto& weight : p) weight /= z;
  return p;
}

// The mean of min(1, exp((beta_i - beta_j) (E_i - E_j))) over independent states at the two betas.
double exact_swap_rate(const Rbm& rbm, double beta_i, double beta_j) {
  std::vector<double> energy;
  for (unsigned v = 0; v < (1u << rbm.n_visible()); ++v)
    for (unsigned h = 0; h < (1u << rbm.n_hidden); ++h) energy.push_back(-minus_energy(rbm, v, h));
  double z_i = 0;
  double z_j = 0;
  for (const double e : energy) {
    z_i += std::exp(-beta_i * e);
    z_j += std::exp(-beta_j * e);
  }
  double rate = 0;
  for (const double e_i : energy)
    for (const double e_j : energy)
      rate += std::exp(-beta_i * e_i) / z_i * std::exp(-beta_j * e_j) / z_j *
              std::min(1.0, std::exp((beta_i - beta_j) * (e_i - e_j)));
  return rate;
}

TEST(RbmTempering, EveryReplicaHasItsDistribution) {
  const Rbm rbm = tiny();
  constexpr std::size_t n = 20000;  // one state of each of n independent chains
  const std::vector<double> betas = {0.0, 0.3, 0.45, 1.0};
  RbmTempering tempering(rbm, betas, n, 5);
  tempering.sweep(60);
  std::vector<kernels::PackedSpins> states;
  for (std::size_t r = 0; r < betas.size(); ++r) {
    states.push_back(tempering.visible(r));
    const auto p = distribution(rbm, betas[r]);
    std::vector<double> counts(p.size());
    for (std::size_t c = 0; c < n; ++c) ++counts[states[r].row(c)[0]];
    double chi2 = 0;
    for (std::size_t v = 0; v < p.size(); ++v)
      chi2 += (counts[v] - n * p[v]) * (counts[v] - n * p[v]) / (n * p[v]);
    EXPECT_LT(chi2, testing::chi2_limit(static_cast<int>(p.size()) - 1)) << "beta = " << betas[r];
  }
  // Replicas of one chain exchange states, yet are independent of each other at any one time. Cells with few
  // expected counts are put together.
  for (std::size_t r = 0; r + 1 < betas.size(); ++r) {
    const auto p = distribution(rbm, betas[r]);
    const auto q = distribution(rbm, betas[r + 1]);
    std::vector<double> counts(p.size() * q.size());
    for (std::size_t c = 0; c < n; ++c) ++counts[states[r].row(c)[0] * q.size() + states[r + 1].row(c)[0]];
    double chi2 = 0;
    double rare = 0;
    double rare_expected = 0;
    int cells = 0;
    for (std::size_t v = 0; v < p.size(); ++v)
      for (std::size_t w = 0; w < q.size(); ++w) {
        const double expected = n * p[v] * q[w];
        const double count = counts[v * q.size() + w];
        if (expected < 10) {
          rare += count;
          rare_expected += expected;
          continue;
        }
        chi2 += (count - expected) * (count - expected) / expected;
        ++cells;
      }
    if (rare_expected > 0) chi2 += (rare - rare_expected) * (rare - rare_expected) / rare_expected;
    EXPECT_LT(chi2, testing::chi2_limit(rare_expected > 0 ? cells : cells - 1)) << "replicas " << r;
  }
}

TEST(RbmTempering, SwapRatesAreTheExactExpectation) {
  const Rbm rbm = tiny();
  const std::vector<double> betas = {0.0, 0.4, 1.0};
  // Many chains and one round of exchanges after equilibration: attempts are independent.
  for (const std::int64_t burn_in : {std::int64_t{60}, std::int64_t{61}}) {
    constexpr std::size_t n = 20000;
    RbmTempering before(rbm, betas, n, 5);
    before.sweep(burn_in);
    const auto at = static_cast<std::size_t>(burn_in % 2);
    const auto rates_before = before.swap_rates();
    const double attempts =
        static_cast<double>(n) * static_cast<double>((burn_in + 1 - static_cast<std::int64_t>(at)) / 2);
    before.sweep(1);
    const double rate = before.swap_rates()[at] * (attempts + n) - rates_before[at] * attempts;
    const double exact = exact_swap_rate(rbm, betas[at], betas[at + 1]);
    EXPECT_GT(exact, 0.2);
    EXPECT_LT(exact, 0.9);
    testing::expect_within(rate / n, std::sqrt(exact * (1 - exact) / n), exact, "swap rate");
  }
}

// All spins coupled to all hidden units by one weight: two deep modes, all up and all down, which the bias
// gives unlike weights.
Rbm two_modes() {
  Rbm rbm = random_rbm(lattice::Lattice::chain(10), 8, 0, 1);
  for (auto& w : rbm.weights) w = 0.7f;
  for (auto& b : rbm.visible_bias) b = 0.05f;
  return rbm;
}

double fraction_up(const kernels::PackedSpins& v) {
  double up = 0;
  for (std::size_t r = 0; r < v.n_rows(); ++r) up += v.sum(r) > 0;
  return up / static_cast<double>(v.n_rows());
}

TEST(RbmTempering, VisitsBothModesWherePlainChainsStayInOne) {
  const Rbm rbm = two_modes();
  const auto p = distribution(rbm, 1);
  double exact = 0;
  for (unsigned v = 0; v < p.size(); ++v)
    if (std::popcount(v) > 5) exact += p[v];
  EXPECT_GT(exact, 0.6);
  EXPECT_LT(exact, 0.9);
  constexpr std::size_t n = 1000;
  const kernels::PackedSpins down(n, 10);
  RbmTempering plain(RbmParameters(rbm), {1.0}, down, 3);
  plain.sweep(300);
  EXPECT_LT(fraction_up(plain.visible()), 0.02) << "this network is no test";
  RbmTempering tempered(RbmParameters(rbm), even_betas(10), down, 3);
  tempered.sweep(300);
  testing::expect_within(fraction_up(tempered.visible()), std::sqrt(exact * (1 - exact) / n), exact,
                         "weight of the upper mode");
  EXPECT_GT(tempered.round_trips(), static_cast<std::int64_t>(n));
}

TEST(RbmTempering, OneReplicaAtBetaOneIsTheGibbsChain) {
  const Rbm rbm = tiny();
  constexpr std::size_t n = 20000;
  RbmTempering chains(RbmParameters(rbm), even_betas(1), kernels::PackedSpins(n, n_visible), 8);
  chains.sweep(1, 1);
  // P(v) after one step from all down.
  std::vector<double> p(1 << n_visible);
  double z_h = 0;
  for (unsigned h = 0; h < (1u << n_hidden); ++h) z_h += std::exp(minus_energy(rbm, 0, h));
  for (unsigned h = 0; h < (1u << n_hidden); ++h) {
    double z_v = 0;
    for (unsigned v = 0; v < p.size(); ++v) z_v += std::exp(minus_energy(rbm, v, h));
    for (unsigned v = 0; v < p.size(); ++v)
      p[v] += std::exp(minus_energy(rbm, 0, h)) / z_h * std::exp(minus_energy(rbm, v, h)) / z_v;
  }
  std::vector<double> counts(p.size());
  for (std::size_t c = 0; c < n; ++c) ++counts[chains.visible().row(c)[0]];
  double chi2 = 0;
  for (std::size_t v = 0; v < p.size(); ++v)
    chi2 += (counts[v] - n * p[v]) * (counts[v] - n * p[v]) / (n * p[v]);
  EXPECT_LT(chi2, testing::chi2_limit(static_cast<int>(p.size()) - 1));
}

TEST(RbmTempering, SameBitsForAnyThreadsAndSimdLevel) {
  const Rbm rbm = rbm_with_biases(lattice::Lattice::square(9, 8), 37, 0.2);  // more than a word of spins
  const auto run = [&] {
    RbmTempering tempering(rbm, even_betas(5), 130, 4);  // rows of a replica end within pieces
    tempering.sweep(7, 2);
    return tempering;
  };
  const auto first = run();
  testing::for_any_threads_and_simd_level([&] {
    const auto other = run();
    for (std::size_t r = 0; r < 5; ++r) EXPECT_EQ(other.visible(r), first.visible(r));
    EXPECT_EQ(other.swap_rates(), first.swap_rates());
  });
}

TEST(RbmTempering, AnObserverHearsEveryRoundAndMayEndTheSweepThere) {
  struct Counting : base::Observer {
    void advance(std::uint64_t n) override {
      if ((rounds += n) == limit) throw Error(Fault::interrupted, "enough");
    }
    std::uint64_t rounds = 0;
    std::uint64_t limit = ~std::uint64_t{0};
  };
  RbmTempering stopped(tiny(), even_betas(3), 50, 4);
  Counting all;
  stopped.sweep(4, 2, all);
  EXPECT_EQ(all.rounds, 4u);
  Counting stops;
  stops.limit = 3;
  EXPECT_THROW(stopped.sweep(10, 2, stops), Error);
  RbmTempering whole(tiny(), even_betas(3), 50, 4);
  whole.sweep(7, 2);
  stopped.sweep(1, 2);
  EXPECT_NE(stopped.visible(), whole.visible());
  whole.sweep(1, 2);
  for (std::size_t r = 0; r < 3; ++r) EXPECT_EQ(stopped.visible(r), whole.visible(r));
}

TEST(RbmTempering, SavedAndLoadedGoesOnBitForBit) {
  const Rbm rbm = rbm_with_biases(lattice::Lattice::square(9, 8), 37, 0.2);
  const testing::TemporaryFolder folder;
  for (const std::size_t replicas : {1u, 4u}) {
    RbmTempering whole(rbm, even_betas(replicas), 90, 4);
    whole.sweep(5);  // an odd number: the next exchanges are the odd ones
    const auto path = folder.path() / ("state" + std::to_string(replicas) + ".h5");
    {
      io::Hdf5Writer file(path);
      whole.save(file, "chains");
      file.commit();
    }
    RbmTempering loaded = RbmTempering::load(RbmParameters(rbm), io::Hdf5Reader(path), "chains");
    EXPECT_EQ(loaded.betas(), whole.betas());
    EXPECT_EQ(loaded.n_chains(), 90u);
    whole.sweep(6);
    loaded.sweep(6);
    for (std::size_t r = 0; r < replicas; ++r) EXPECT_EQ(loaded.visible(r), whole.visible(r));
    EXPECT_EQ(loaded.swap_rates(), whole.swap_rates());
    EXPECT_EQ(loaded.round_trips(), whole.round_trips());
  }
}

// The parts of a saved group, to be damaged one by one.
struct Saved {
  std::vector<double> betas = {0, 1};
  std::vector<std::uint64_t> visible = std::vector<std::uint64_t>(6, 5);
  std::vector<std::size_t> shape = {6, 1};
  std::vector<std::int64_t> attempts = {12};
  std::vector<std::int64_t> accepted = {7};
  std::vector<std::int8_t> came_from = std::vector<std::int8_t>(6, 1);
  std::int64_t round = 4;
  std::int64_t round_trips = 2;
  std::string without = {};
};

RbmTempering loaded(const Saved& saved, const std::filesystem::path& path) {
  {
    io::Hdf5Writer file(path);
    file.group("chains");
    const auto write = [&](const std::string& name, const auto& values, std::vector<std::size_t> shape) {
      using T = typename std::decay_t<decltype(values)>::value_type;
      if (name != saved.without) file.dataset("chains/" + name, std::span<const T>(values), shape);
    };
    write("betas", saved.betas, {saved.betas.size()});
    write("visible", saved.visible, saved.shape);
    write("attempts", saved.attempts, {saved.attempts.size()});
    write("accepted", saved.accepted, {saved.accepted.size()});
    write("came_from", saved.came_from, {saved.came_from.size()});
    if (saved.without != "seed") file.attribute("chains", "seed", std::uint64_t{3});
    if (saved.without != "round") file.attribute("chains", "round", saved.round);
    if (saved.without != "round_trips") file.attribute("chains", "round_trips", saved.round_trips);
    file.commit();
  }
  return RbmTempering::load(RbmParameters(tiny()), io::Hdf5Reader(path), "chains");
}

TEST(RbmTempering, DamagedFilesAreRefusedByName) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "state.h5";
  const auto expect_refused = [&](const Saved& saved, const std::string& what) {
    try {
      (void)loaded(saved, path);
      ADD_FAILURE() << what;
    } catch (const Error& error) {
      EXPECT_EQ(error.fault(), Fault::input) << what;
      EXPECT_TRUE(std::string_view(error.what()).starts_with(path.string())) << error.what();
    }
  };
  RbmTempering good = loaded({}, path);
  EXPECT_EQ(good.n_chains(), 3u);
  EXPECT_EQ(good.round_trips(), 2);
  good.sweep(3);
  for (const char* part :
       {"betas", "visible", "attempts", "accepted", "came_from", "seed", "round", "round_trips"})
    expect_refused({.without = part}, std::string("without ") + part);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  expect_refused({.betas = {1, 0}}, "falling betas");
  expect_refused({.betas = {0, nan}}, "NaN");
  expect_refused({.betas = {}}, "no beta");
  expect_refused({.betas = {0, .2, .4, 1}}, "6 rows for 4 betas");
  expect_refused({.shape = {3, 2}}, "two words for four spins");
  expect_refused({.shape = {6}}, "one axis");
  expect_refused({.visible = {}, .shape = {0, 1}}, "no chains");
  expect_refused({.attempts = {12, 12}}, "two pairs");
  expect_refused({.accepted = {13}}, "accepted more than tried");
  expect_refused({.accepted = {-1}}, "accepted fewer than none");
  expect_refused({.came_from = {1, 1}}, "two replicas");
  expect_refused({.round = -1}, "negative rounds");
  expect_refused({.round_trips = -1}, "negative journeys");
  // Bits beyond the last spin do no harm.
  EXPECT_EQ(loaded({.visible = std::vector<std::uint64_t>(6, ~std::uint64_t{15} | 5)}, path).visible(),
            loaded({}, path).visible());
}

TEST(RbmTempering, EvenBetas) {
  EXPECT_EQ(even_betas(1), std::vector<double>{1});
  EXPECT_EQ(even_betas(3), (std::vector<double>{0, 0.5, 1}));
  EXPECT_THROW((void)even_betas(0), Error);
}

TEST(RbmTempering, Refusals) {
  const Rbm rbm = tiny();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::vector<double>& betas : std::vector<std::vector<double>>{
           {}, {1, 0.5}, {0.5, 0.5}, {-0.1, 1}, {0, infinity}, {nan}, {0, nan, 1}, {0, nan}, {nan, 1}})
    EXPECT_THROW(RbmTempering(rbm, betas, 3, 1), Error) << betas.size();
  EXPECT_THROW(RbmTempering(rbm, {0, 1}, 0, 1), Error);
  EXPECT_THROW(RbmTempering(RbmParameters(rbm), {0, 1}, kernels::PackedSpins(3, n_visible + 1), 1), Error);
  EXPECT_THROW(RbmTempering(RbmParameters(rbm), {0, 1}, kernels::PackedSpins(0, n_visible), 1), Error);
  EXPECT_NO_THROW(RbmTempering(rbm, {0.5}, 1, 1).sweep(2));
}

}  // namespace
}  // namespace spinflow::networks
