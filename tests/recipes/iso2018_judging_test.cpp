// SPDX-License-Identifier: Apache-2.0
// The judging code of iso2018 on made-up flows whose verdicts are known.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "recipes/iso2018/claims.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/exact/kaufman.hpp"
#include "spinflow/exact/magnetization.hpp"
#include "spinflow/networks/rbm.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/stats/distributions.hpp"
#include "spinflow/thermometers/energy.hpp"
#include "spinflow/thermometers/magnetization.hpp"
#include "testing/testing.hpp"

namespace spinflow::recipes::iso2018 {
namespace {

using results::Verdict;

constexpr int side = 4;
constexpr std::size_t n_seeds = 5;
// Deviations of the training seeds: mean 0, standard deviation 1.
constexpr std::array<double, n_seeds> scatter = {-1.265, -0.632, 0.0, 0.632, 1.265};

/// T of the flow at (seed, start, step).
using Course = std::function<double(std::size_t, std::size_t, int)>;

Course steady(double t, double sd = 0.01) {
  return [t, sd](std::size_t seed, std::size_t, int) { return t + sd * scatter[seed]; };
}

Settings settings(std::vector<std::string> more = {}) {
  std::vector<std::string> overrides = {"ensemble.size=4",
                                        "rg.sizes=8",
                                        "train.seeds=5",
                                        "controls.epochs_factors=0.5,2",
                                        "controls.weight_decays=0.3",
                                        "controls.upper_temperatures=3"};
  overrides.insert(overrides.end(), more.begin(), more.end());
  return settings_from(resolve("iso2018", "smoke", overrides));
}

void set_correlation(flow::FlowStep& step, double g1, double g2) {
  step.observed.set_list(observables::correlation,
                         {{.value = g1, .error = 0.01}, {.value = g2, .error = 0.01}});
}

/// The energy reads `by_energy`, <|m|> reads `by_magnetization`.
VariantResult flow_of(const Measurements& m, const Variant& variant, const Course& by_energy,
                      const Course& by_magnetization) {
  VariantResult result{.variant = variant, .seeds = std::vector<SeedResult>(n_seeds)};
  const auto side_of = static_cast<int>(variant.size);
  for (std::size_t s = 0; s < n_seeds; ++s)
    for (std::size_t i = 0; i < m.settings.flow.starts.size(); ++i) {
      flow::Trajectory start{.name = "", .temperature = m.settings.flow.starts[i]};
      for (int step = 0; step <= m.settings.flow.steps; ++step) {
        flow::FlowStep now{.step = step, .n = 100};
        const double e = exact::kaufman(side_of, side_of, 1 / by_energy(s, i, step)).energy;
        const double m_abs =
            exact::magnetization_moments(side_of, side_of, 1 / by_magnetization(s, i, step)).abs;
        now.observed.set(observables::energy, {.value = e, .error = 1e-5});
        now.observed.set(observables::sd_energy, {});
        now.observed.set(observables::abs_magnetization, {.value = m_abs, .error = 1e-5});
        set_correlation(now, 0.74, 0.60 + 0.001 * scatter[s]);
        start.steps.push_back(now);
      }
      result.seeds[s].starts.push_back(start);
    }
  return result;
}

/// Every training of the settings, type V at `t` and the others where `others` puts them.
Measurements measurements(const Settings& s, const std::function<Course(const Variant&)>& course) {
  const auto model = models::registry().find("ising-square").make(lattice::Lattice::square(side, side), {});
  Measurements m{.settings = s,
                 .model = model,
                 .critical = {.lattice = model->lattice()},
                 .pool = {.lattice = model->lattice()}};
  const auto energy = std::make_shared<thermometers::EnergyThermometer>(model, base::silent());
  const auto magnetization = std::make_shared<thermometers::MagnetizationThermometer>(model, base::silent());
  m.sizes[side] = {model, [energy](const stats::Estimate& e) { return energy->from_mean(e, 1000); },
                   [magnetization](const stats::Estimate& e) { return magnetization->from_mean(e, 1000); }};
  for (const auto& variant : variants(s))
    m.variants.push_back(flow_of(m, variant, course(variant), course(variant)));
  return m;
}

FixedPoint point_of(const Measurements& m, const Course& by_energy, const Course& by_magnetization) {
  return fixed_point(flow_of(m, m.variants.front().variant, by_energy, by_magnetization), m);
}

class Judging : public ::testing::Test {
 protected:
  const Measurements m = measurements(settings(), [](const Variant&) { return steady(2.3); });
};

TEST(Judge, IntervalsAreStudents) {
  EXPECT_NEAR(interval(5), 2.776, 0.001);
  EXPECT_NEAR(interval(2), 12.706, 0.001);
  EXPECT_NEAR(interval(5, 21), stats::student_quantile(1 - 0.025 / 21, 4), 1e-12);
  EXPECT_GT(interval(5, 21), 6);
  EXPECT_TRUE(std::isinf(interval(1)));
  EXPECT_NEAR(one_sided_interval(5), 2.132, 0.001);
}

TEST(Judge, ChecksHaveThreeOutcomes) {
  const auto one = [](const Question& question) { return answers({question}).front().status; };
  EXPECT_EQ(one(within("", {.value = -0.02, .error = 0.01}, 0.05, 5)), Status::met);
  EXPECT_EQ(one(within("", {.value = -0.02, .error = 0.02}, 0.05, 5)), Status::open);
  EXPECT_EQ(one(within("", {.value = -0.08, .error = 0.01}, 0.05, 5)), Status::violated);
  EXPECT_EQ(one(within("", {.value = -0.08, .error = 0.02}, 0.05, 5)), Status::open);
  EXPECT_EQ(one(within("", {}, 0.05, 5)), Status::open);
  EXPECT_EQ(one(within("", {.value = 0, .error = 0.001}, 0.05, 1)), Status::open);
  EXPECT_EQ(one(within("", {.value = 0, .error = std::nan("")}, 0.05, 5)), Status::open);
  EXPECT_EQ(one(above("", {.value = 0.9, .error = 0.01}, 0.5, 5)), Status::met);
  EXPECT_EQ(one(above("", {.value = 0.4, .error = 0.01}, 0.5, 5)), Status::violated);
  // Three errors beyond the limit decide alone, but not as one of twenty; what is met is met in any company.
  const auto beyond = within("", {.value = 0.08, .error = 0.01}, 0.05, 5);
  const auto inside = within("", {.value = 0.02, .error = 0.01}, 0.05, 5);
  std::vector<Question> many(20, inside);
  many.push_back(beyond);
  EXPECT_EQ(one(beyond), Status::violated);
  EXPECT_EQ(answers(many).back().status, Status::open);
  EXPECT_EQ(answers(many).front().status, Status::met);
  const Check met{"a", Status::met};
  const Check open{"b", Status::open};
  const Check violated{"c", Status::violated};
  EXPECT_EQ(verdict_of({met, met}), Verdict::supported);
  EXPECT_EQ(verdict_of({met, open}), Verdict::inconclusive);
  EXPECT_EQ(verdict_of({met, open, violated}), Verdict::contradicted);
  EXPECT_EQ(verdict_of({}), Verdict::inconclusive);
}

TEST_F(Judging, ReadsASteadyFlowWithTheScatterOfItsSeeds) {
  const auto point = point_of(m, steady(2.3), steady(2.2));
  EXPECT_EQ(point.seeds, n_seeds);
  EXPECT_TRUE(point.common());
  EXPECT_NEAR(point.energy.reading.value, 2.3, 1e-3);
  EXPECT_NEAR(point.magnetization.reading.value, 2.2, 1e-3);
  EXPECT_NEAR(point.energy.reading.error, 0.01 / std::sqrt(5.0), 2e-4);
  EXPECT_NEAR(quoted_reading(point, point.energy).value, 2.3, 1e-3);
}

TEST(Judge, SeedsThatLieTogetherByChanceKeepTheErrorOfTheirRuns) {
  const auto near = [](double within) {
    std::vector<stats::Estimate> readings;
    for (const double z : scatter) readings.push_back({.value = -0.00154 + 0.00018 * z, .error = within});
    return readings;
  };
  EXPECT_NEAR(over_seeds(near(0.004)).error, 0.004 / std::sqrt(5.0), 1e-9);
  EXPECT_NEAR(over_seeds(near(1e-6)).error, 0.00018 / std::sqrt(5.0), 1e-6);
  EXPECT_NEAR(over_seeds(near(std::nan(""))).error, 0.00018 / std::sqrt(5.0), 1e-6);
  EXPECT_NEAR(over_seeds({near(0.004).front()}).error, 0.004, 1e-12);
  EXPECT_NEAR(paired(near(0.003), near(0.004)).error, 0.005 / std::sqrt(5.0), 1e-9);
  EXPECT_EQ(common_seeds(near(0.003), {{.value = 1, .error = 1}, {}}), 1u);
  std::vector<stats::Estimate> hot = near(0.1);
  hot[2].value = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(std::isinf(over_seeds(hot).value));
}

TEST(Judge, ReadingsWithoutAnErrorLendNoCertainty) {
  const double none = std::nan("");
  using Readings = std::vector<stats::Estimate>;
  // The error of one reading says nothing of its equal that has none.
  const Readings equal = {{.value = 0.1, .error = 0.001}, {.value = 0.1, .error = none}};
  EXPECT_TRUE(std::isnan(over_seeds(equal).error));
  EXPECT_TRUE(std::isnan(over_seeds(Readings{{.value = 0.1, .error = none}}).error));
  // Five close readings, one with an error: each may be as far off as that one.
  Readings close;
  for (const double z : scatter) close.push_back({.value = 0.1 + 1e-6 * z, .error = none});
  close[1].error = 0.01;
  EXPECT_NEAR(over_seeds(close).error, 0.01 / std::sqrt(5.0), 1e-9);
  // Differences have an error where both sides have one.
  const Readings flat(2, {.value = 0.2, .error = 0.001});
  EXPECT_TRUE(std::isnan(paired(equal, flat).error));
  EXPECT_NEAR(paired(flat, flat).error, 0.001, 1e-9);
  const Readings holes = {{.value = 0.3, .error = 0.01}, {.value = none, .error = none}};
  EXPECT_NEAR(paired(holes, flat).value, 0.1, 1e-12);
  EXPECT_EQ(common_seeds(holes, flat), 1u);
  for (const auto& check : answers({above("without error", paired(flat, equal), 0, 2),
                                    within("without error", equal, 1), within("one seed", holes, 1),
                                    above("without value", {}, 0, 5), within("without value", {}, 1, 5)}))
    EXPECT_EQ(check.status, Status::open) << check.label;
}

TEST(Judge, TextsTellInfinityFromNone) {
  EXPECT_EQ(text(std::numeric_limits<double>::infinity(), std::nan("")), "infinity");
  EXPECT_EQ(text(-std::numeric_limits<double>::infinity(), std::nan("")), "-infinity");
  EXPECT_EQ(text(std::nan(""), 1), "none");
  // Not 2000(12000).
  const auto open = temperature_of({.value = 0.0005, .error = 0.003}, 5);
  EXPECT_EQ(text(open), fmt::format("> {:.3g}", 1 / (0.0005 + one_sided_interval(5) * 0.003)));
  EXPECT_TRUE(std::isinf(shown(open).value) && std::isnan(shown(open).error));
  EXPECT_EQ(text(temperature_of({.value = 0.5, .error = 0.01}, 5)), "2.000(40)");
  EXPECT_EQ(text(thermometers::Reading{.value = 0, .error = 0.3, .censored = true}), "< 0.3");
}

TEST_F(Judging, AFlowKeepsTheErrorOfItsChains) {
  auto result = flow_of(m, m.variants.front().variant, steady(2.3, 1e-5), steady(2.2, 1e-5));
  for (auto& seed : result.seeds)
    for (auto& start : seed.starts)
      for (auto& step : start.steps)
        step.observed.set(observables::energy, {.value = step[observables::energy].value, .error = 0.01});
  const auto point = fixed_point(result, m);
  // Two starts, five seeds; the difference of the starts has twice that.
  EXPECT_NEAR(point.energy.mean.error, 0.01 / std::sqrt(10.0), 1e-9);
  EXPECT_NEAR(point.energy.reading.error, point.energy.slope * point.energy.mean.error, 1e-4);
  EXPECT_NEAR(point.energy.difference.error, 2 * point.energy.slope * point.energy.mean.error, 1e-4);
  EXPECT_GT(point.energy.drift().error, 0.5 * point.energy.difference.error);
  EXPECT_LT(point.magnetization.mean.error, 1e-5);
  EXPECT_GT(paired_difference(point.energy, point.energy).error, point.energy.reading.error);
}

TEST_F(Judging, AHotFlowHasALimitOfStudents) {
  const auto hot = [](std::size_t s, std::size_t, int) { return 1 / (0.001 + 0.005 * scatter[s]); };
  auto result = flow_of(m, m.variants.front().variant, steady(2.3), steady(2.2));
  for (std::size_t s = 0; s < n_seeds; ++s)
    for (auto& start : result.seeds[s].starts)
      for (auto& step : start.steps)
        step.readings["pseudo-likelihood"] =
            thermometers::reading_of_inverse({.value = 1 / hot(s, 0, 0), .error = 0.001});
  const auto stop = fixed_point(result, m).pseudo_likelihood;
  EXPECT_NEAR(stop.reading.value, 1000, 1);  // seeds beyond infinity count as such
  EXPECT_TRUE(std::isnan(stop.reading.error));
  EXPECT_NEAR(stop.reading.limit, 1 / (stop.mean.value + one_sided_interval(5) * stop.mean.error), 1e-6);
}

TEST_F(Judging, StartsThatDoNotMeetHaveNoFixedPoint) {
  const auto apart = [](std::size_t s, std::size_t i, int) {
    return 2.25 + 0.1 * static_cast<double>(i) + 0.001 * scatter[s];
  };
  const auto point = point_of(m, apart, steady(2.2));
  EXPECT_FALSE(point.energy.common());
  EXPECT_TRUE(point.magnetization.common());
  EXPECT_NEAR(point.energy.difference.value, 0.1, 1e-3);
  EXPECT_TRUE(std::isnan(quoted_reading(point, point.energy).value));
  EXPECT_TRUE(std::isnan(quoted_reading(point, point.magnetization).value));
  EXPECT_NE(no_fixed_point(point, 8).find("no common fixed point by step 8; by energy"), std::string::npos);
  EXPECT_EQ(no_fixed_point(point, 8).find("by magnetization"), std::string::npos);
}

TEST_F(Judging, OppositeDriftsDoNotCancel) {
  // Both starts cross 2.3 in the middle of the last quarter, one rising, one falling by .04.
  const auto crossing = [](std::size_t s, std::size_t i, int step) {
    return 2.3 + (i == 0 ? 0.02 : -0.02) * (step - 7) + 0.001 * scatter[s];
  };
  const auto point = point_of(m, crossing, steady(2.3));
  EXPECT_NEAR(point.energy.difference.value, 0, 1e-3);
  EXPECT_NEAR(std::abs(point.energy.drift().value), 0.04, 1e-3);
  EXPECT_FALSE(point.energy.common());
  EXPECT_EQ(claim_a(m, point).verdict, Verdict::contradicted);
}

TEST_F(Judging, DifferencesOfTrainingsAreTakenSeedBySeed) {
  const auto a = point_of(m, steady(2.30, 0.1), steady(2.3));
  const auto b = point_of(m, steady(2.27, 0.1), steady(2.3));
  const auto difference = paired_difference(a.energy, b.energy);
  EXPECT_NEAR(difference.value, 0.03, 2e-3);
  EXPECT_LT(difference.error, 0.003);  // unpaired: 0.06
  EXPECT_NEAR(a.energy.reading.error, 0.045, 0.005);
}

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
  const double fall = fall_of(flat.critical).value;
  EXPECT_NEAR(fall_of(flat.critical).error / fall, 0.01, 0.01);
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

TEST(Judge, ScansAndControlsFindTheirTrainings) {
  const auto s = settings({"scans.hidden=4,64", "scans.hidden_epochs=1,2", "scans.weight_decays=0,0.1",
                           "scans.decay_epochs=1,2", "scans.methods=cd-1,pcd-1", "scans.sizes=4,5"});
  const auto count = [&](Scan scan) {
    std::size_t n = 0;
    for (const auto& v : variants(s)) n += in_scan(v, s, scan) ? 1 : 0;
    return n;
  };
  EXPECT_EQ(count(Scan::hidden), 4u);
  EXPECT_EQ(count(Scan::decay), 4u);
  EXPECT_EQ(count(Scan::method), 4u);
  EXPECT_EQ(count(Scan::range), 3u);  // V, gap, up to 3
  EXPECT_EQ(count(Scan::size), 4u);
  std::array<int, 3> controls{};
  for (const auto& v : variants(s))
    if (const auto control = control_of(v, s)) ++controls[static_cast<std::size_t>(*control)];
  EXPECT_EQ(controls, (std::array<int, 3>{2, 1, 1}));
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
