// SPDX-License-Identifier: Apache-2.0
// Stored local fields, Metropolis for models of many couplings, and parallel tempering.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "enumerated.hpp"
#include "spinflow/ensemble/observables.hpp"
#include "spinflow/observables/observable.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "table_model.hpp"
#include "testing/testing.hpp"

namespace spinflow::samplers {
namespace {

class Tempering : public ::testing::Test {};

/// Hears the notes.
class Listener final : public base::Observer {
 public:
  void note(std::string_view line) override { notes += std::string(line) + "\n"; }
  std::string notes;
};

ensemble::Ensemble drawn_aloud(const std::shared_ptr<const models::Model>& model,
                               std::vector<double> temperatures, std::size_t n, std::string_view sampler,
                               std::uint64_t seed = 1, base::Observer& observer = base::silent()) {
  return sample(
      {.model = model, .temperatures = std::move(temperatures), .samples_per_temperature = n, .seed = seed},
      sampler, observer);
}

// Energy, |m| and m^2 of every temperature against enumeration.
void expect_enumerated(const std::shared_ptr<const models::Model>& model,
                       const std::vector<double>& temperatures, std::string_view sampler) {
  const exact::Enumeration enumeration(model);
  const auto seen = observables::measure(drawn_aloud(model, temperatures, 8000, sampler),
                                         {"energy", "abs_magnetization", "magnetization_2"});
  ASSERT_EQ(seen.size(), temperatures.size());
  for (const auto& group : seen) {
    const auto truth = enumeration.at(group.temperature);
    const auto meets = [&](const stats::Estimate& measured, double exact, std::string_view what) {
      if (std::abs(measured.value - exact) < 1e-5) return;  // no row is above the ground states
      testing::expect_within(measured.value, measured.error, exact,
                             std::string(what) + " of " + std::string(model->name()) + " at " +
                                 std::to_string(group.temperature));
    };
    meets(group["energy"], truth.energy, "e");
    meets(group["abs_magnetization"], truth.abs_magnetization, "|m|");
    meets(group["magnetization_2"], truth.magnetization_2, "m^2");
  }
}

TEST_F(Tempering, FindsTheGroundStatesOfAFrustratedLatticeInAField) {
  // No ordered start is a ground state here, and single flips refuse.
  const auto model = make_model("3x5", -1, 0.8);
  EXPECT_THROW(drawn_aloud(model, {0}, 100, "metropolis"), Error);
  expect_enumerated(model, {0, 0.2, 0.5}, "tempering");
}

TEST_F(Tempering, FindsTheGroundStatesOfCompetingLongRangeCouplings) {
  expect_enumerated(power_law("13", 1.75, 0.4, -1), {0, 0.05, 0.3}, "tempering");
  expect_enumerated(power_law("3x5", 3, 0.5, -1), {0.1, 1}, "tempering");
  EXPECT_THROW(drawn_aloud(power_law("13", 1.75, 0.4, -1), {0.05}, 100, "metropolis"), Error);
}

TEST_F(Tempering, OpenEdgesAndFields) {
  expect_enumerated(make_model("3x4", 1, 0.1, lattice::Boundary::open), {0.3, 2}, "tempering");
  expect_enumerated(make_model("12", -0.7), {0, 1}, "tempering");
}

TEST_F(Tempering, MetropolisInAWeakFieldWeighsBothValleys) {
  const auto model = power_law("12", 1.5, 0.01);
  const auto ensemble = drawn_aloud(model, {1.0}, 20000, "metropolis");
  const auto m = ensemble::Rows(ensemble).mean(ensemble.magnetization);
  const double exact = exact::Enumeration(model).at(1.0).magnetization;
  EXPECT_LT(exact, 0.3);
  testing::expect_within(m.value, m.error, exact, "<m>");
}

TEST_F(Tempering, TheLadderReachesFromTheColdestToWhereNothingIsSlow) {
  Listener listener;
  const auto ensemble = drawn_aloud(make_model("10x10"), {1.5, 2.2}, 64, "tempering", 1, listener);
  EXPECT_EQ(ensemble.independent_pieces, ensemble::IndependentPieces::chain);
  // One ladder serves both temperatures.
  EXPECT_EQ(std::set<std::int32_t>(ensemble.chain.begin(), ensemble.chain.end()).size(), 32u);
  int rungs = 0;
  double coldest = 0;
  double hottest = 0;
  double acceptance = 0;
  double renewal = 0;
  ASSERT_EQ(
      std::sscanf(listener.notes.c_str(),
                  "tempering: %d temperatures from %lf to %lf; neighbours exchange with probability %lf "
                  "or more, the coldest is renewed from the hottest every %lf sweeps",
                  &rungs, &coldest, &hottest, &acceptance, &renewal),
      5)
      << listener.notes;
  EXPECT_GT(rungs, 5);
  EXPECT_LT(rungs, 40);
  EXPECT_EQ(coldest, 1.5);
  EXPECT_EQ(hottest, 5.0);
  EXPECT_GE(acceptance, 0.2);
  EXPECT_GT(renewal, 0);
  EXPECT_LT(renewal, 1000);
}

TEST_F(Tempering, ErrorBarsAreHonest) {
  const auto model = make_model("3x5", -1, 0.8);
  const double exact = exact::Enumeration(model).at(0.7).energy;
  double pulls = 0;
  constexpr int repetitions = 60;
  for (int r = 0; r < repetitions; ++r) {
    const auto e =
        ensemble::mean_energy(drawn_aloud(model, {0.7}, 160, "tempering", static_cast<std::uint64_t>(r)));
    pulls += std::pow((e.value - exact) / e.error, 2);
  }
  // 32 ladders: Student's t with 31 degrees has the variance 31/29.
  EXPECT_LT(pulls * 29 / 31, 1.1 * testing::chi2_limit(repetitions));
  EXPECT_GT(pulls * 29 / 31, 0.5 * repetitions);
}

TEST_F(Tempering, BitsDoNotDependOnThreadsOrSimdLevel) {
  const auto table = power_law("5x7", 2.6, 0.3, -1);
  const auto ferromagnet = power_law("33", 1.5);
  const auto square = make_model("7x5", -1, 0.5);
  const auto all = [&] {
    std::vector<kernels::PackedSpins> spins;
    spins.push_back(drawn_aloud(table, {0.3, 2}, 33, "tempering").spins);
    spins.push_back(drawn_aloud(square, {1.3}, 33, "tempering").spins);
    spins.push_back(drawn_aloud(ferromagnet, {6}, 33, "metropolis").spins);
    return spins;
  };
  const auto expected = all();
  testing::for_any_threads_and_simd_level([&] { EXPECT_EQ(all(), expected); });
}

TEST_F(Tempering, TheDefaultTakesItWhereCouplingsCompete) {
  EXPECT_EQ(drawn_aloud(power_law("9", 1.5, 0, -1), {1}, 10, "auto").sampling[0].sampler, "tempering");
  EXPECT_EQ(drawn_aloud(make_model("3x3", -1, 0.8), {0}, 10, "auto").sampling[0].sampler, "tempering");
  EXPECT_EQ(drawn_aloud(power_law("9", 1.5, 0.1), {1}, 10, "auto").sampling[0].sampler, "metropolis");
  // In a field clusters win on large lattices, where spins flip often.
  EXPECT_EQ(drawn_aloud(power_law("2048", 1.5, 0.1), {4}, 4, "auto").sampling[0].sampler, "swendsen-wang");
  EXPECT_EQ(drawn_aloud(power_law("2048", 1.5, 0.1), {0.5}, 4, "auto").sampling[0].sampler, "metropolis");
  EXPECT_EQ(drawn_aloud(power_law("9", 1.5), {1}, 10, "auto").sampling[0].sampler, "wolff");
}

TEST_F(Tempering, LiteralConfigurations) {
  EXPECT_EQ(drawn_aloud(make_model("8x8"), {2.5}, 3, "tempering").spins.row(2)[0], 18446726412400328703u);
  EXPECT_EQ(drawn_aloud(power_law("60", 1.5), {6}, 3, "metropolis").spins.row(2)[0], 171981241621730464u);
}

}  // namespace
}  // namespace spinflow::samplers
