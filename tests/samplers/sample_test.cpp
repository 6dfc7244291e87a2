// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "enumerated.hpp"
#include "samplers/tau_record.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/exact/kaufman.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "spinflow/exact/strip.hpp"
#include "spinflow/observables/observable.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "table_model.hpp"
#include "testing/testing.hpp"

namespace spinflow::samplers {
namespace {

class Sample : public ::testing::Test {};

class SlowSample : public Sample {};

ensemble::Ensemble drawn(const std::shared_ptr<const models::Model>& model, std::vector<double> temperatures,
                         std::size_t n, std::string_view sampler = "auto", std::uint64_t seed = 1) {
  return sample(
      {.model = model, .temperatures = std::move(temperatures), .samples_per_temperature = n, .seed = seed},
      sampler, base::silent());
}

// e and <|m|> of the 10x10 lattice: Kaufman's formula and a transfer matrix resolved by magnetization.
TEST_F(Sample, TenByTenMeetsItsExactValues) {
  for (const auto* sampler : {"heat-bath", "metropolis", "wolff", "swendsen-wang", "checkerboard"}) {
    const auto ensemble = drawn(make_model("10x10"), {2.25, 2.269185314213022, 6}, 10000, sampler);
    const auto seen =
        observables::measure(ensemble, {"energy", "abs_magnetization", "magnetization_2", "specific_heat"});
    const std::string name = sampler;
    expect_mean(seen[0]["energy"], ensemble, 3, -1.50016821, name + " e(2.25)");
    expect_mean(seen[1]["energy"], ensemble, 3, -1.47624291, name + " e(T_c)");
    expect_mean(seen[1]["abs_magnetization"], ensemble, 3, 0.75627437, name + " |m|(T_c)");
    expect_mean(seen[1]["specific_heat"], ensemble, 3, 1.26001963, name + " c(T_c)");
    expect_mean(seen[2]["energy"], ensemble, 3, -0.34936801, name + " e(6)");
  }
}

// Couplings of many distances that are those of nearest neighbours: on larger lattices than can be enumerated
// it shows if clusters do not grow to all sides alike.
TEST_F(Sample, APowerLawOfShortRangeMeetsKaufman) {
  const double exact = exact::kaufman(8, 8, 1 / 2.4).energy;
  for (const auto* sampler : {"wolff", "swendsen-wang", "metropolis", "tempering"}) {
    const auto ensemble = drawn(power_law("8x8", 62), {2.4}, 2500, sampler);
    expect_mean(ensemble::mean_energy(ensemble), ensemble, 1, exact, sampler);
  }
}

TEST_F(Sample, AtZeroTemperatureHalfTheGroundStatesAreUp) {
  const auto ensemble = drawn(make_model("10x10"), {0}, 4000);
  double up = 0;
  for (std::size_t r = 0; r < 4000; ++r) {
    EXPECT_EQ(ensemble.energy[r], -2.0);
    up += ensemble.magnetization[r] > 0 ? 1 : 0;
  }
  testing::expect_within(up / 4000, std::sqrt(0.25 / 4000), 0.5, "share of up");
}

TEST_F(Sample, WeakFieldAtLowTemperatureWeighsBothValleys) {
  const auto model = make_model("4x4", 1, 0.02);
  const auto ensemble = drawn(model, {1.0}, 20000);
  const auto m = ensemble::Rows(ensemble).mean(ensemble.magnetization);
  testing::expect_within(m.value, m.error, exact::Enumeration(model).at(1.0).magnetization, "<m>");
}

TEST_F(Sample, BitsDoNotDependOnThreadsOrSimdLevel) {
  const auto square = make_model("7x5");
  const auto field = make_model("4x6", -1, 0.4);
  const auto chain = make_model("100", 1, 0.1);
  const auto long_range = power_law("9x15", 3);
  const auto all = [&] {
    std::vector<kernels::PackedSpins> spins;
    for (const auto* sampler : {"heat-bath", "metropolis", "wolff", "swendsen-wang"})
      spins.push_back(drawn(square, {0, 2.2, 4}, 350, sampler).spins);
    for (const auto* sampler : {"wolff", "swendsen-wang"})
      spins.push_back(drawn(long_range, {0, 8, 10}, 70, sampler).spins);
    spins.push_back(drawn(field, {0, 2.2, 4}, 350).spins);
    spins.push_back(drawn(make_model("6x20", -1), {0, 2.2, 4}, 50, "checkerboard").spins);
    spins.push_back(drawn(chain, {0, 1.1}, 700).spins);
    return spins;
  };
  const auto expected = all();
  testing::for_any_threads_and_simd_level([&] { EXPECT_EQ(all(), expected); });
}

TEST_F(Sample, SeedsAndSamplersGiveDifferentConfigurations) {
  const auto model = make_model("8x8");
  const auto one = drawn(model, {3}, 10, "heat-bath", 1).spins;
  EXPECT_NE(one, drawn(model, {3}, 10, "heat-bath", 2).spins);
  EXPECT_NE(one, drawn(model, {3}, 10, "metropolis", 1).spins);
  EXPECT_NE(drawn(model, {3}, 10, "checkerboard", 1).spins, drawn(model, {3}, 10, "checkerboard", 2).spins);
  std::set<std::uint64_t> rows(one.words().begin(), one.words().end());
  EXPECT_EQ(rows.size(), 10u);
}

// 512 replicas of a large lattice for one row take its memory and time 512 times.
TEST_F(Sample, FewRowsOfALargeLatticeAreDrawnOneByOne) {
  for (const auto& [size, side, temperature, name] :
       {std::tuple{"256x256", 256, 4.0, "checkerboard"}, std::tuple{"257x257", 257, 1.6, "swendsen-wang"}}) {
    const auto few = drawn(make_model(size), {temperature}, 2);
    EXPECT_EQ(few.sampling[0].sampler, name);
    EXPECT_EQ(few.sampling[0].chains, 2);
    const auto exact = exact::kaufman(side, side, 1 / temperature);
    testing::expect_within((few.energy[0] + few.energy[1]) / 2,
                           temperature * std::sqrt(exact.specific_heat / (2 * side * side)), exact.energy,
                           name);
  }
}

class Notes : public base::Observer {
 public:
  void note(std::string_view line) override { notes += std::string(line) + "\n"; }
  std::string notes;
};

TEST_F(Sample, ReplicasThatNobodyAskedForAreTold) {
  for (const std::size_t rows : {2, 65}) {
    Notes notes;
    (void)sample({.model = make_model("256x256"), .temperatures = {40}, .samples_per_temperature = rows},
                 "heat-bath", notes);
    EXPECT_EQ(notes.notes.find("512 lattices at a time, of which 2 are kept; --sampler checkerboard") !=
                  std::string::npos,
              rows == 2)
        << notes.notes;
  }
}

TEST_F(Sample, TheDefaultChoosesByModelSizeAndTemperature) {
  const auto large = drawn(make_model("40x40"), {1.5, 2.27, 4}, 70);
  EXPECT_EQ(large.sampling[0].sampler, "heat-bath");
  EXPECT_EQ(large.sampling[1].sampler, "wolff");
  EXPECT_EQ(large.sampling[2].sampler, "heat-bath");
  EXPECT_EQ(large.sampling[1].chains, 32);
  EXPECT_GT(large.sampling[1].tau_int, 0.5);
  EXPECT_EQ(large.independent_pieces, ensemble::IndependentPieces::chain);
  EXPECT_EQ(std::set<std::int32_t>(large.chain.begin(), large.chain.end()).size(), 70u + 32u + 70u);
  for (std::size_t r = 1; r < large.size(); ++r)
    if (large.chain[r] == large.chain[r - 1]) {
      EXPECT_EQ(large.sweep[r] - large.sweep[r - 1], large.sampling[1].thinning);
    }
  EXPECT_EQ(drawn(make_model("10x10"), {2.27}, 100).sampling[0].sampler, "heat-bath");
  EXPECT_EQ(drawn(make_model("10x10", -1), {2.27}, 100).sampling[0].sampler, "heat-bath");
  EXPECT_EQ(drawn(make_model("40x40", 1, 0.5), {2.27}, 2).sampling[0].sampler, "heat-bath");
  EXPECT_EQ(drawn(make_model("40x40", 1, 0.01), {2.27}, 2).sampling[0].sampler, "swendsen-wang");
  const auto strips = drawn(make_model("16x4"), {0, 1, 4}, 10);
  EXPECT_EQ(strips.sampling[0].sampler, "swendsen-wang");
  EXPECT_EQ(strips.sampling[1].sampler, "swendsen-wang");
  EXPECT_EQ(strips.sampling[2].sampler, "heat-bath");
  EXPECT_EQ(drawn(make_model("16x4", -1), {1}, 10).sampling[0].sampler, "wolff");
  EXPECT_EQ(drawn(make_model("12x4", -1, 1), {1}, 10).sampling[0].sampler, "tempering");
  EXPECT_EQ(drawn(make_model("64"), {1}, 100).sampling[0].sampler, "exact-chain");
  const auto long_range = drawn(infinite_range(100), {0.9, 1.2}, 20);
  EXPECT_EQ(long_range.sampling[0].sampler, "wolff");
  EXPECT_EQ(long_range.sampling[1].sampler, "swendsen-wang");
  EXPECT_EQ(drawn(make_model("10x10"), {2.27}, 100).independent_pieces, ensemble::IndependentPieces::sample);
}

// The weakest coupling is then 1e-77 of the strongest: no number of events would be sure to find its pairs.
TEST_F(Sample, ClustersKnowTheGroundStatesOfTheShortestRange) {
  for (const auto* sampler : {"wolff", "swendsen-wang"})
    for (const double energy : drawn(power_law("8x8", 102), {0}, 4, sampler).energy)
      EXPECT_NEAR(energy, -2, 1e-12) << sampler;
}

// Errors that an ensemble of correlated rows gives itself: its deviations from the truth have the size they
// claim.
TEST_F(Sample, ErrorBarsOfClusterChainsAreHonest) {
  const auto model = make_model("10x10");
  double pulls = 0;
  constexpr int repetitions = 60;
  for (int r = 0; r < repetitions; ++r) {
    const auto e = ensemble::mean_energy(drawn(model, {2.25}, 160, "wolff", static_cast<std::uint64_t>(r)));
    pulls += std::pow((e.value + 1.50016821) / e.error, 2);
  }
  // 32 chains: Student's t with 31 degrees has the variance 31/29.
  EXPECT_LT(pulls * 29 / 31, 1.1 * testing::chi2_limit(repetitions));
  EXPECT_GT(pulls * 29 / 31, 0.5 * repetitions);
}

TEST_F(Sample, BadRequestsAreRefusedInOneSentence) {
  const auto model = make_model("10x10");
  EXPECT_THROW(drawn(model, {-1}, 10), Error);
  EXPECT_THROW(drawn(model, {NAN}, 10), Error);
  EXPECT_THROW(drawn(model, {INFINITY}, 10), Error);
  EXPECT_THROW(drawn(model, {}, 10), Error);
  EXPECT_THROW(drawn(model, {1}, 0), Error);
  EXPECT_THROW(drawn(model, {1}, 10, "wolf"), Error);
  EXPECT_THROW(drawn(model, {1}, 10, "exact-chain"), Error);
  EXPECT_THROW(drawn(make_model("10x10", 1, 0.1), {1}, 10, "wolff"), Error);
  EXPECT_THROW(drawn(make_model("9x9", -1), {1}, 10, "wolff"), Error);
  EXPECT_THROW(drawn(make_model("9x9", -1, 0.1), {0.4}, 10, "heat-bath"), Error);
  for (const auto& other :
       {make_model("9x10"), make_model("10x9"), make_model("10x10", 1, 0.1), make_model("10"),
        make_model("10x10", 1, 0, lattice::Boundary::open), power_law("10x10", 3)})
    EXPECT_THROW(drawn(other, {2}, 10, "checkerboard"), Error);
  try {
    drawn(make_model("1000x1000"), {1}, 1000000000);
    FAIL() << "a request beyond any memory was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.fault(), Fault::input);
    EXPECT_NE(std::string(error.what()).find("GB"), std::string::npos) << error.what();
  }
}

// No pilot sees an excitation at T = 0.5, and none knows a tau_int then: rows must leave their ordered start
// all the same. One spin against its neighbours costs 8 J.
TEST_F(Sample, RareExcitationsAreThereWhereThePilotSeesNone) {
  PilotResult constant;
  EXPECT_EQ(burn_in(constant), 20);
  EXPECT_EQ(thinning(constant, false), 2);
  constexpr std::size_t n = 1000000;
  const double expected = n * 64 * std::exp(-8 / 0.5);
  for (const auto* sampler : {"heat-bath", "metropolis"}) {
    const auto ensemble = drawn(make_model("8x8"), {0.5}, n, sampler);
    const auto excited = static_cast<std::uint64_t>(
        std::ranges::count_if(ensemble.energy, [](double e) { return e > -2 + 1e-9; }));
    EXPECT_GT(stats::poisson_at_least(excited, expected), testing::false_alarm_rate / 2) << sampler;
    EXPECT_GT(stats::poisson_at_most(excited, expected), testing::false_alarm_rate / 2) << sampler;
  }
}

// <m^2> by a transfer matrix, <e> by Kaufman's formula. Pairs of walls across the short side are rare and
// make the difference: without them the first strip has .9940.
void expect_exact_strip(std::string_view size, double temperature, double square, double energy,
                        std::string_view sampler = "auto") {
  const auto ensemble = drawn(make_model(std::string(size)), {temperature}, 5000, sampler);
  const auto seen =
      observables::measure(ensemble, {"energy", "abs_magnetization", "magnetization_2", "specific_heat"})
          .front();
  const std::string what = std::string(size) + " " + std::string(sampler);
  expect_mean(seen["magnetization_2"], ensemble, 1, square, what + " m^2");
  expect_mean(seen["energy"], ensemble, 1, energy, what + " e");
}

TEST_F(Sample, StripsHaveTheirWalls) {
  expect_exact_strip("64x4", 1.2, 0.98937, -1.98809);
  expect_exact_strip("512x2", 0.6, 0.87846, -1.99852);
}

TEST_F(SlowSample, MoreStripsHaveTheirWalls) {
  expect_exact_strip("4x64", 1.2, 0.98937, -1.98809, "wolff");
  expect_exact_strip("64x8", 1.7, 0.93814, -1.89775);
  expect_exact_strip("256x4", 1.0, 0.99485, -1.99707);
  expect_exact_strip("512x2", 0.7, 0.55023, -1.99368);
}

// With two thirds of the pilot's chains beyond the walls, single flips know how long to wait.
TEST_F(SlowSample, SingleFlipsWaitForTheWallsOfAStrip) {
  const auto exact = exact::magnetization_moments(16, 4, 1 / 1.25).second;
  for (const auto* sampler : {"heat-bath", "metropolis", "checkerboard", "tempering"})
    expect_exact_strip("16x4", 1.25, exact, exact::kaufman(16, 4, 1 / 1.25).energy, sampler);
}

TEST_F(SlowSample, SingleFlipsRefuseStripsBeyondTheirReach) {
  const auto refusal = testing::refusal_of([] { drawn(make_model("512x2"), {0.7}, 5000, "heat-bath"); });
  EXPECT_NE(refusal.find("at T = 0.7 it does not reach equilibrium"), std::string::npos) << refusal;
  EXPECT_NE(refusal.find("--sampler swendsen-wang"), std::string::npos) << refusal;
}

TEST_F(Sample, OpenStripsAndStripsInAField) {
  for (const auto& model : {make_model("24x3", 1, 0, lattice::Boundary::open), make_model("24x3", 1, 0.02),
                            make_model("3x16", 1, -0.03, lattice::Boundary::open), make_model("24x4", -1)}) {
    const auto& lattice = model->lattice();
    const auto truth =
        exact::NarrowLattice(lattice).at(1, *model->nearest_neighbour_coupling(), model->field());
    const auto ensemble = drawn(model, {1}, 5000);
    const auto seen =
        observables::measure(ensemble, {"energy", "abs_magnetization", "magnetization_2", "specific_heat"})
            .front();
    const auto m = ensemble::Rows(ensemble).mean(ensemble.magnetization);
    expect_mean(seen["energy"], ensemble, 1, truth.energy, lattice.text() + " e");
    expect_mean(seen["magnetization_2"], ensemble, 1, truth.magnetization_2, lattice.text() + " m^2");
    expect_mean(m, ensemble, 1, truth.magnetization, lattice.text() + " m");
  }
}

// Lag-1 correlation of e and |m| within chains: the file promises less than 5 per cent.
TEST_F(Sample, RowsOfOneChainAreAllButIndependent) {
  constexpr std::size_t n = 10000;
  const auto expect_uncorrelated = [](const ensemble::Ensemble& ensemble) {
    for (const bool energy : {true, false}) {
      std::vector<double> values;
      for (std::size_t i = 0; i < n; ++i)
        values.push_back(energy ? ensemble.energy[i] : std::abs(ensemble.magnetization[i]));
      double mean = 0;
      for (const double value : values) mean += value / n;
      double variance = 0;
      double covariance = 0;
      for (std::size_t i = 1; i < n; ++i) {
        variance += (values[i] - mean) * (values[i] - mean);
        if (ensemble.chain[i] == ensemble.chain[i - 1])
          covariance += (values[i] - mean) * (values[i - 1] - mean);
      }
      EXPECT_LT(covariance / variance, 0.05 + testing::z_limit() / std::sqrt(n))
          << ensemble.sampling[0].sampler << (energy ? " e" : " |m|");
    }
  };
  expect_uncorrelated(drawn(make_model("256"), {1}, n, "swendsen-wang"));
  expect_uncorrelated(drawn(make_model("12x12"), {1e6}, n, "wolff"));
  expect_uncorrelated(drawn(make_model("10x10"), {2.25}, n, "wolff"));
}

class Impatient final : public base::Observer {
 public:
  void advance(std::uint64_t) override { throw Error(Fault::interrupted, "stop"); }
};

TEST_F(Sample, TheObserverCanStopIt) {
  Impatient observer;
  for (const auto* sampler : {"heat-bath", "wolff", "swendsen-wang", "checkerboard"})
    EXPECT_THROW(
        sample({.model = make_model("64x64"), .temperatures = {2.27}, .samples_per_temperature = 1000},
               sampler, observer),
        Error);
}

// The random streams are an interface: these words must not change without notice in the changelog.
TEST_F(Sample, LiteralConfigurations) {
  const auto model = make_model("8x8");
  EXPECT_EQ(drawn(model, {2.5}, 3, "heat-bath").spins.row(2)[0], 34912u);
  EXPECT_EQ(drawn(model, {2.5}, 3, "metropolis").spins.row(2)[0], 62062466879717376u);
  EXPECT_EQ(drawn(model, {2.5}, 3, "wolff").spins.row(2)[0], 35184372089856u);
  EXPECT_EQ(drawn(model, {2.5}, 3, "swendsen-wang").spins.row(2)[0], 17576986395673624575u);
  EXPECT_EQ(drawn(model, {2.5}, 3, "checkerboard").spins.row(2)[0], 18446638520593285119u);
  EXPECT_EQ(drawn(power_law("8x8", 3), {8}, 3, "wolff").spins.row(2)[0], 13750883839032627190u);
  EXPECT_EQ(drawn(power_law("8x8", 3), {8}, 3, "swendsen-wang").spins.row(2)[0], 9660044314572233858u);
  EXPECT_EQ(drawn(make_model("64"), {1}, 3).spins.row(2)[0], 2296835809959476992u);
}

}  // namespace
}  // namespace spinflow::samplers
