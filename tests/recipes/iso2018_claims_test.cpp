// SPDX-License-Identifier: Apache-2.0
// The claims of iso2018 on made-up flows.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "recipes/iso2018_judging.hpp"
#include "spinflow/networks/rbm.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "studies/ensemble_numbers.hpp"

namespace spinflow::recipes::iso2018 {
namespace {

using results::Verdict;

TEST_F(Judging, ClaimAIsSupportedContradictedOrOpen) {
  EXPECT_EQ(claim_a(m, point_of(m, steady(2.3), steady(2.2))).verdict, Verdict::supported);
  const auto apart = [](double sd) {
    return [sd](std::size_t s, std::size_t i, int) {
      return 2.2 + 0.2 * static_cast<double>(i) + sd * (i == 0 ? scatter[s] : 0);
    };
  };
  EXPECT_EQ(claim_a(m, point_of(m, apart(0.01), steady(2.2))).verdict, Verdict::contradicted);
  // 3 errors of the difference are .12: less than .2, but not by 2.8 more.
  EXPECT_EQ(claim_a(m, point_of(m, apart(0.09), steady(2.2))).verdict, Verdict::inconclusive);
}

TEST_F(Judging, OneSeedGivesNoVerdict) {
  Measurements one = m;
  for (auto& variant : one.variants)
    for (std::size_t s = 1; s < n_seeds; ++s) {
      variant.seeds[s].failure = "diverged";
      variant.seeds[s].starts.clear();
    }
  for (const auto& claim : {claim_a(one, fixed_point(one.variants.front(), one)), claim_d(one)}) {
    EXPECT_EQ(claim.verdict, Verdict::inconclusive);
    EXPECT_NE(claim.qualification.find("1 training seed gave a result"), std::string::npos);
  }
  EXPECT_EQ(one.variants.front().first_good(), 0u);
  one.variants.front().seeds[0].failure = "diverged";
  EXPECT_FALSE(one.variants.front().first_good().has_value());
}

TEST_F(Judging, OnlyTheControlsMoveClaimB2) {
  Measurements flat = m;
  flat.critical = samplers::sample({.model = m.model,
                                    .temperatures = {square_critical_temperature},
                                    .samples_per_temperature = 20000,
                                    .seed = 1},
                                   "auto", base::silent());
  const double fall = studies::correlation_fall(flat.critical).value;
  EXPECT_NEAR(studies::correlation_fall(flat.critical).error / fall, 0.01, 0.01);
  const auto judged = [&](double v, double others, double g1) {
    for (auto& variant : flat.variants) {
      variant = flow_of(flat, variant.variant, steady(variant.variant.id == "V" ? v : others, 0.002),
                        steady(v, 0.002));
      for (auto& seed : variant.seeds)
        for (auto& start : seed.starts)
          for (auto& step : start.steps) {
            const double last = step.observed.list(observables::correlation)[1].value;
            set_correlation(step, 0.6 + g1, last);
          }
    }
    return claim_b2(flat, fixed_point(*flat.find("V"), flat));
  };
  EXPECT_EQ(judged(square_critical_temperature, square_critical_temperature, fall).verdict,
            Verdict::supported);
  EXPECT_EQ(judged(2.35, 2.35, fall).verdict, Verdict::contradicted);
  EXPECT_EQ(judged(square_critical_temperature, 2.35, fall).verdict, Verdict::contradicted);
  const auto product = judged(square_critical_temperature, square_critical_temperature, 0);
  EXPECT_EQ(product.verdict, Verdict::contradicted);
  EXPECT_NE(product.control.find("violated: fall of G(r)"), std::string::npos);
  // Without a fixed point of V nothing is decided about it, and no number is quoted.
  auto& v = flat.variants.front();
  v = flow_of(
      flat, v.variant, [](std::size_t, std::size_t i, int) { return i == 0 ? 2.0 : 2.6; }, steady(2.3));
  const auto open = claim_b2(flat, fixed_point(v, flat));
  EXPECT_TRUE(std::isnan(open.measured));
}

flow::Trajectory moved(double from, double to) {
  flow::Trajectory start{.name = "", .temperature = from, .steps = std::vector<flow::FlowStep>(2)};
  const auto reading = [](double t) { return thermometers::Reading{.value = t, .error = 0.002}; };
  start.steps[0].readings["energy"] = reading(from);
  start.steps[1].step = 1;
  start.steps[1].readings["energy"] = reading(to);
  return start;
}

/// Five training seeds whose first steps scatter by .002.
std::vector<std::vector<flow::Trajectory>> seeds_of(const std::vector<flow::Trajectory>& flows) {
  std::vector<std::vector<flow::Trajectory>> all;
  for (const double z : scatter) {
    all.push_back(flows);
    for (auto& start : all.back()) start.steps[1].readings["energy"].value += 0.002 * z;
  }
  return all;
}

TEST_F(Judging, ClaimCNeedsBothMapsAndTheRightWay) {
  Measurements flows = m;
  const auto v = fixed_point(flows.variants.front(), flows);
  EXPECT_EQ(claim_c(flows, v).verdict, Verdict::inconclusive);
  flows.blocked[2 * side] = {moved(1.5, 1.2), moved(3.0, 3.4)};
  EXPECT_EQ(claim_c(flows, v).verdict, Verdict::inconclusive);  // no flow of the RBM
  flows.rbm_flows = seeds_of({moved(1.5, 1.7), moved(3.0, 2.8)});
  EXPECT_EQ(claim_c(flows, v).verdict, Verdict::supported);
  flows.rbm_flows = seeds_of({moved(1.5, 1.7), moved(3.0, 3.1)});
  EXPECT_EQ(claim_c(flows, v).verdict, Verdict::contradicted);
  flows.rbm_flows = seeds_of({moved(1.5, 1.7), moved(3.0, 3.001)});
  EXPECT_EQ(claim_c(flows, v).verdict, Verdict::inconclusive);
  flows.rbm_flows = seeds_of({moved(1.5, 1.7), moved(3.0, 2.8)});
  flows.blocked[2 * side] = {moved(1.5, 1.6), moved(3.0, 3.4)};
  EXPECT_EQ(claim_c(flows, v).verdict, Verdict::contradicted);
  flows.blocked[2 * side] = {moved(1.5, std::numeric_limits<double>::quiet_NaN()), moved(3.0, 3.4)};
  EXPECT_EQ(claim_c(flows, v).verdict, Verdict::inconclusive);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  flows.blocked[2 * side] = {moved(1.5, 0), moved(3.0, infinity)};  // arrived at the ends
  EXPECT_EQ(claim_c(flows, v).verdict, Verdict::supported);
  flows.blocked[2 * side] = {moved(1.5, infinity), moved(3.0, 3.4)};
  EXPECT_EQ(claim_c(flows, v).verdict, Verdict::contradicted);
  flows.blocked[2 * side] = {moved(2.2, 2.1)};  // too near T_c to count
  EXPECT_EQ(claim_c(flows, v).verdict, Verdict::inconclusive);
}

TEST(Judge, ClaimDAsksForOrderAndTraining) {
  const auto judged = [](const Settings& s, double low, double fall, double high) {
    const auto m = measurements(s, [&](const Variant& v) {
      if (v.type == "H") return steady(high);
      if (v.type != "L") return steady(2.3);
      return steady(low - fall * v.epochs);
    });
    return claim_d(m);
  };
  const auto two = settings();
  EXPECT_EQ(judged(two, 1.5, 0.05, 6).verdict, Verdict::supported);
  EXPECT_EQ(judged(two, 1.5, -0.05, 6).verdict, Verdict::contradicted);  // rises with training
  EXPECT_EQ(judged(two, 1.5, 0, 6).verdict, Verdict::inconclusive);
  EXPECT_EQ(judged(two, 1.5, 0.05, 3).verdict, Verdict::contradicted);
  EXPECT_EQ(judged(two, 2.6, 0.05, 6).verdict, Verdict::contradicted);
  EXPECT_NE(judged(two, 1.5, 0.05, 6).qualification.find("not 'T = 0'"), std::string::npos);
  auto one = settings();
  one.controls.epochs_factors.clear();
  EXPECT_EQ(judged(one, 1.5, 0.05, 6).verdict, Verdict::inconclusive);
}

TEST(Judge, ClaimEComparesAtOneTrainingLength) {
  const auto s = settings({"scans.hidden=4,8,16", "scans.hidden_epochs=1,4"});
  const auto judged = [&](double by_hidden, double by_length, double sd) {
    const auto m = measurements(s, [&](const Variant& v) {
      const double t = 2.3 - by_hidden * std::log2(static_cast<double>(v.hidden)) - by_length * v.epochs;
      return Course([=](std::size_t seed, std::size_t, int) {
        return t + sd * scatter[(seed + static_cast<std::size_t>(v.hidden) / 4) % n_seeds];
      });
    });
    return claim_e(m);
  };
  const auto depends = judged(0.1, 0, 0.001);
  EXPECT_EQ(depends.verdict, Verdict::supported);
  EXPECT_NEAR(std::abs(depends.measured), 0.2, 0.01);
  EXPECT_EQ(judged(0, 0.1, 0.001).verdict, Verdict::contradicted);
  EXPECT_NE(judged(0, 0.1, 0.001).control.find("1 to 4 epochs"), std::string::npos);
  EXPECT_EQ(judged(0.02, 0, 0.02).verdict, Verdict::inconclusive);
  const auto m = measurements(settings(), [](const Variant&) { return steady(2.3); });
  EXPECT_EQ(claim_e(m).verdict, Verdict::inconclusive);
}

TEST(Judge, ClaimFKnowsPlantedWeights) {
  auto m = measurements(settings(), [](const Variant&) { return steady(2.3); });
  m.critical_correlation =
      studies::reference_correlations(samplers::sample({.model = m.model,
                                                        .temperatures = {square_critical_temperature},
                                                        .samples_per_temperature = 20000,
                                                        .seed = 1},
                                                       "auto", base::silent()))
          .front();
  const auto plant_in = [&](const std::string& type, double uniform, double waves, double noise) {
    auto& seeds =
        std::ranges::find(m.variants, type, [](const VariantResult& r) { return r.variant.id; })->seeds;
    for (auto& seed : seeds) {
      const auto index = static_cast<std::uint64_t>(&seed - seeds.data());
      seed.rbm = networks::random_rbm(m.model->lattice(), 16, noise, 7 + index);
      for (int x = 0; x < side; ++x)
        for (int y = 0; y < side; ++y) {
          const auto site = static_cast<std::size_t>(y * side + x);
          seed.rbm->weights[site] += static_cast<float>(uniform);
          const std::array<double, 4> wave = {std::cos(M_PI / 2 * x), std::sin(M_PI / 2 * x),
                                              std::cos(M_PI / 2 * y), std::sin(M_PI / 2 * y)};
          for (std::size_t a = 0; a < 4; ++a)
            seed.rbm->weights[16 * (a + 1) + site] += static_cast<float>(waves * wave[a]);
        }
    }
  };
  const auto plant = [&](double uniform, double waves, double noise) {
    plant_in("V", uniform, waves, noise);
    return claim_f(m);
  };
  // Without a control, and with controls that do not pass.
  EXPECT_EQ(plant(0.5, 0.3, 0.001).verdict, Verdict::inconclusive);
  plant_in("H", 0.2, 0.3, 0.001);
  EXPECT_EQ(plant(0.5, 0.3, 0.001).verdict, Verdict::inconclusive);
  auto elsewhere = m.critical_correlation;
  elsewhere.temperature = 4;
  for (double& g : elsewhere.pieces.means) g = -g;
  for (auto& g : elsewhere.by_displacement) g.value = -g.value;
  m.correlations = {m.critical_correlation, elsewhere};
  EXPECT_EQ(plant(0.5, 0.3, 0.001).verdict, Verdict::supported);
  EXPECT_EQ(plant(0.0, 0.0, 0.1).verdict, Verdict::contradicted);
  EXPECT_EQ(plant(0.5, 0.0, 0.001).verdict, Verdict::contradicted);
  // Another temperature or type H passes as well: nothing is said about T_c.
  elsewhere = m.critical_correlation;
  elsewhere.temperature = 4;
  m.correlations.push_back(elsewhere);
  EXPECT_EQ(plant(0.5, 0.3, 0.001).verdict, Verdict::inconclusive);
  m.correlations.pop_back();
  EXPECT_EQ(plant(0.5, 0.3, 0.001).verdict, Verdict::supported);
  plant_in("H", 0.5, 0.3, 0.001);
  EXPECT_EQ(plant(0.5, 0.3, 0.001).verdict, Verdict::inconclusive);
  EXPECT_NE(claim_f(m).control.find("type H passes"), std::string::npos) << claim_f(m).control;
}

TEST_F(Judging, ClaimB1CountsTheClassifiersThatReadTheBinAtTc) {
  const auto& grid = m.settings.ensemble.temperatures;
  const auto bin = static_cast<std::size_t>(std::ranges::find(grid, 2.25) - grid.begin());
  const auto judged = [&](std::size_t small, std::size_t large, std::size_t large_hot) {
    Measurements flows = m;
    auto& v = flows.variants.front();
    for (auto& seed : v.seeds)
      for (std::size_t i = 0; i < seed.starts.size(); ++i) {
        const auto read = [&](std::size_t mode) {
          thermometers::Reading reading{.value = grid[mode], .error = 0.1, .mode = grid[mode]};
          reading.distribution.assign(grid.size(), 0.01);
          reading.distribution[mode] = 0.5;
          return reading;
        };
        auto& readings = seed.starts[i].steps.back().readings;
        readings["classifier-small"] = read(small);
        readings["classifier-large"] = read(i == 0 ? large : large_hot);
      }
    return claim_b1(flows, fixed_point(v, flows));
  };
  EXPECT_EQ(judged(bin, bin, bin).verdict, Verdict::supported);
  EXPECT_DOUBLE_EQ(judged(bin, bin, bin).measured, 2.25);
  EXPECT_EQ(judged(bin, bin, bin + 1).verdict, Verdict::inconclusive);
  EXPECT_EQ(judged(bin + 1, bin, bin + 1).verdict, Verdict::contradicted);
}

}  // namespace
}  // namespace spinflow::recipes::iso2018
