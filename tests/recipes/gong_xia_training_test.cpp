// SPDX-License-Identifier: Apache-2.0
// The training half of gong-xia: claims on made-up measurements whose verdicts are known, its tables, and the
// stages on tiny problems.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <map>
#include <set>

#include "recipes/gong_xia/nets.hpp"
#include "recipes/gong_xia/readings.hpp"
#include "recipes/gong_xia_testing.hpp"
#include "spinflow/results/figures.hpp"
#include "testing/testing.hpp"

namespace spinflow::recipes::gong_xia {
namespace {

using results::Verdict;

constexpr double expected = 0.35;
constexpr double infinity = std::numeric_limits<double>::infinity();

io::Settings resolved(std::vector<std::string> overrides = {}) {
  return resolve("gong-xia", "smoke", overrides);
}

results::Claim training_claim(const Measurements& m, const std::string& id) {
  return claim_of(claims_training(m), id);
}

/// A net of every seed, read once; K_out scatters by its error.
struct Made {
  std::string study;
  std::string scheme;
  std::string variant;
  std::int64_t update;
  double accuracy;
  double coupling;
  double flipped;
  double error = 0.002;
  double far_ratio = 0.2;
};
void add(Measurements& m, const Made& made) {
  for (std::size_t seed = 0; seed < n_seeds; ++seed) {
    NetReading r{{.accuracy = made.accuracy, .loss = 0.01},
                 made.study,
                 made.scheme,
                 1,
                 64,
                 4,
                 made.variant,
                 seed,
                 made.update};
    r.output.coupling = {.value = made.coupling + scatter[seed] * made.error, .error = made.error};
    r.target.coupling = {.value = expected, .error = made.error};
    r.expected = expected;
    r.flipped = made.flipped;
    r.far_ratio = made.far_ratio + 0.05 * scatter[seed];
    m.course.push_back(std::move(r));
  }
}

Measurements untrained_yet() { return {.settings = settings_from(resolved())}; }

/// The course of both schemes, ending there.
Measurements course(double decimation, double majority, double accuracy = 1, double error = 0.002) {
  Measurements m = untrained_yet();
  for (const auto& [scheme, end] : {std::pair{"decimation", decimation}, std::pair{"majority", majority}}) {
    add(m, {"course", scheme, "", 0, 0.5, -0.05, 0, 0.002, 1});
    add(m, {"course", scheme, "", 20, 0.9, 0.22, 0.22});
    add(m, {"course", scheme, "", 60, scheme[0] == 'm' ? accuracy : 1, end, end, error});
  }
  return m;
}

TEST(GongXiaTraining, EveryClaimHasItsCriterionBeforeTheNumbers) {
  const auto all = claims_training(untrained_yet());
  EXPECT_EQ(all.size(), 6 + 3 * 4);
  std::set<std::string> ids;
  for (const auto& claim : all) {
    EXPECT_FALSE(claim.criterion.empty()) << claim.id;
    EXPECT_EQ(claim.verdict, Verdict::inconclusive) << claim.id << " without any measurement";
    EXPECT_FALSE(claim.qualification.empty()) << claim.id;
    ids.insert(claim.id);
  }
  EXPECT_EQ(ids.size(), all.size());
}

TEST(GongXiaTraining, JudgesTheEndAgainstZeroAndAgainstTheExactCoupling) {
  EXPECT_EQ(training_claim(course(0.35, 0.35), "c1").verdict, Verdict::contradicted);
  EXPECT_EQ(training_claim(course(0.35, 0.35), "c2").verdict, Verdict::supported);
  EXPECT_EQ(training_claim(course(0.001, -0.001), "c1").verdict, Verdict::supported);
  EXPECT_EQ(training_claim(course(0.001, -0.001), "c2").verdict, Verdict::contradicted);
  EXPECT_EQ(training_claim(course(0.02, 0.0), "c1").verdict, Verdict::inconclusive);
  EXPECT_EQ(training_claim(course(0.37, 0.35), "c2").verdict, Verdict::inconclusive);
  EXPECT_EQ(training_claim(course(0.35, 0.35, 1, 0.05), "c2").verdict, Verdict::inconclusive);
  // A net below its optimum decides nothing, the other still may.
  EXPECT_EQ(training_claim(course(0.35, 0.30, 0.98), "c2").verdict, Verdict::inconclusive);
  EXPECT_EQ(training_claim(course(0.35, 0.30, 0.98), "c1").verdict, Verdict::contradicted);
  const auto claim = training_claim(course(0.351, 0.35), "c2");
  EXPECT_NEAR(claim.measured, 0.001, 1e-9);
  EXPECT_NEAR(claim.error, 0.001, 1e-5);  // of four nets with 0.002 each
}

TEST(GongXiaTraining, JudgesIndependentErrorsAtEveryLook) {
  const auto departing = [](double off, double error) {
    Measurements m = course(0.35, 0.35);
    add(m, {"course", "decimation", "", 40, 0.95, 0.28 + off, 0.28, error});
    return training_claim(m, "c3");
  };
  EXPECT_EQ(departing(0, 0.002).verdict, Verdict::supported);
  EXPECT_EQ(departing(0.1, 0.002).verdict, Verdict::contradicted);
  EXPECT_NEAR(departing(0.1, 0.002).measured, 0.1, 1e-9);
  EXPECT_EQ(departing(-0.1, 0.002).verdict, Verdict::contradicted);
  // Beyond the errors, but small: within the margin at any precision.
  EXPECT_EQ(departing(0.01, 0.001).verdict, Verdict::supported);
  EXPECT_EQ(departing(0.01, 0.00001).verdict, Verdict::supported);
  // Too few test chains to say, however good or bad the net is.
  EXPECT_EQ(departing(0, 0.03).verdict, Verdict::inconclusive);
  EXPECT_EQ(departing(0.1, 0.1).verdict, Verdict::inconclusive);
  // What stands before the first update is no chain and is not asked.
  Measurements untrained = course(0.35, 0.35);
  add(untrained, {"architecture", "decimation", "relu", 60, 1, 0.35, 0.35});
  EXPECT_EQ(training_claim(untrained, "c3").verdict, Verdict::supported);
  // The ends of the scans are.
  add(untrained, {"architecture", "decimation", "sgd", 60, 0.8, 0.3, 0.12});
  EXPECT_EQ(training_claim(untrained, "c3").verdict, Verdict::contradicted);
}

TEST(GongXiaTraining, JudgesScansByTheVariantsThatReachTheOptimum) {
  for (const auto& [id, study] : {std::pair{"c4", "architecture"}, std::pair{"c5", "data"}}) {
    const auto with = [&, name = study](double coupling, double accuracy, double error = 0.002) {
      Measurements m = course(0.35, 0.35);
      add(m, {name, "decimation", "first", 60, 1, 0.352, 0.35});
      add(m, {name, "decimation", "second", 60, accuracy, coupling, coupling, error});
      return m;
    };
    const auto spread = training_claim(with(0.348, 1), id);
    EXPECT_EQ(spread.verdict, Verdict::supported) << id;
    EXPECT_NEAR(spread.measured, 0.004, 1e-9);
    EXPECT_NEAR(spread.error, 0.002 / std::sqrt(2), 1e-5);
    EXPECT_EQ(training_claim(with(0.45, 1), id).verdict, Verdict::contradicted) << id;
    EXPECT_EQ(training_claim(with(0.37, 1, 0.01), id).verdict, Verdict::inconclusive) << id;
    const auto below = training_claim(with(0.2, 0.9), id);
    EXPECT_EQ(below.verdict, Verdict::supported) << id;
    EXPECT_NE(below.control.find("second"), std::string::npos) << below.control;
    EXPECT_EQ(training_claim(course(0.35, 0.35), id).verdict, Verdict::inconclusive)
        << id;  // nothing to compare
  }
  // A scan has no say in the other.
  Measurements m = course(0.35, 0.35);
  add(m, {"data", "decimation", "first", 60, 1, 0.45, 0.35});
  add(m, {"architecture", "decimation", "relu", 60, 1, 0.35, 0.35});
  EXPECT_EQ(training_claim(m, "c4").verdict, Verdict::supported);
}

TEST(GongXiaTraining, JudgesUntrainedNetsByTheirFarCorrelations) {
  const auto with = [](double ratio) {
    Measurements m = untrained_yet();
    add(m, {"course", "decimation", "", 0, 0.5, -0.05, 0, 0.002, ratio});
    add(m, {"course", "decimation", "", 60, 1, 0.35, 0.35, 0.002, 0.15});
    // Those of the cells stand elsewhere.
    m.cells = {m.course.begin(), m.course.begin() + n_seeds};
    return training_claim(m, "c6");
  };
  EXPECT_EQ(with(1.02).verdict, Verdict::supported);
  EXPECT_NEAR(with(1.02).measured, 1.02, 1e-9);
  EXPECT_EQ(with(0.2).verdict, Verdict::contradicted);
  EXPECT_EQ(with(1.29).verdict, Verdict::inconclusive);
}

TEST(GongXiaTraining, JudgesEachReadingOfHiddenUnitsByItself) {
  const auto with = [](double unconditional, double covariance, double normalised) {
    Measurements m = untrained_yet();
    for (std::size_t seed = 0; seed < n_seeds; ++seed)
      for (const std::int64_t update : {0, 60}) {
        GenericReading r{
            .target = "sign-magnetization", .seed = seed, .update = update, .loss = 0.1, .accuracy = 0.9};
        const double shift = 0.001 * scatter[seed];
        const auto at = [&](double end) {
          return stats::Estimate{.value = (update == 0 ? 0.15 : end) + shift, .error = 0.001};
        };
        r.features = {.unconditional = at(unconditional),
                      .conditional_covariance = at(covariance),
                      .normalised = at(normalised)};
        m.generic.push_back(r);
      }
    return m;
  };
  const auto limits = with(infinity, 0.001, 0.9);
  EXPECT_EQ(training_claim(limits, "g1b").verdict, Verdict::contradicted);
  EXPECT_EQ(training_claim(limits, "g1b").measured, infinity);
  EXPECT_EQ(training_claim(limits, "g2b").verdict, Verdict::supported);
  EXPECT_EQ(training_claim(limits, "g3b").verdict, Verdict::contradicted);
  EXPECT_NEAR(training_claim(limits, "g3b").measured, 0.9, 1e-9);
  EXPECT_EQ(training_claim(limits, "g1a").verdict, Verdict::inconclusive);  // another target was not measured
  const auto edge = with(0.03, 0.05, 0.01);
  EXPECT_EQ(training_claim(edge, "g1b").verdict, Verdict::supported);
  EXPECT_EQ(training_claim(edge, "g2b").verdict, Verdict::inconclusive);
  EXPECT_EQ(training_claim(edge, "g3b").verdict, Verdict::supported);
}

TEST(GongXiaTraining, SmallAndGrowingIsNoApproachToZero) {
  Measurements m = untrained_yet();
  for (std::size_t seed = 0; seed < n_seeds; ++seed)
    for (const std::int64_t update : {0, 60}) {
      const stats::Estimate e{.value = (update == 0 ? 0.01 : 0.02) + 0.0003 * scatter[seed], .error = 0.001};
      m.generic.push_back({.target = "autoencode",
                           .seed = seed,
                           .update = update,
                           .loss = 0.1,
                           .accuracy = 0.9,
                           .features = {.unconditional = e, .conditional_covariance = e, .normalised = e}});
    }
  EXPECT_EQ(training_claim(m, "g1d").verdict, Verdict::contradicted);
}

TEST(GongXiaTraining, MeansOverNetsHaveTheLargerError) {
  Measurements m = untrained_yet();
  add(m, {"course", "decimation", "", 60, 1, 0.35, 0.35, 0.01});
  const auto nets = last_of(m, "course", "decimation", "");
  ASSERT_EQ(nets.size(), n_seeds);
  EXPECT_NEAR(over_nets(nets, coupling_of).error, 0.005, 1e-4);
  for (auto& r : m.course) r.output.coupling.error = 0.04;
  EXPECT_NEAR(over_nets(nets, coupling_of).error, 0.02, 1e-9);
  for (auto& r : m.course) r.output.coupling.error = 0.001;
  EXPECT_NEAR(over_nets(nets, coupling_of).error, 0.005, 1e-4);
  EXPECT_NEAR(over_nets(Readings{nets.front()}, coupling_of).error, 0.001, 1e-12);
}

TEST(GongXiaTraining, TablesAndFiguresHoldEveryReading) {
  Measurements m = course(0.35, 0.35);
  add(m, {"architecture", "decimation", "relu", 60, 1, 0.35, 0.35});
  add(m, {"data", "decimation", rows_name(m.settings.course.rows.front()), 60, 1, 0.35, 0.35});
  m.generic.push_back({.target = "autoencode", .update = 60, .loss = 0.1, .accuracy = 0.9});
  m.generic.back().features.unconditional.value = infinity;
  m.matrices = {{"decimation, untrained", 2, {1, 0.1, 0.1, 1}},
                {"decimation, trained", 2, {1, 0.4, 0.4, 1}},
                {"hidden units, autoencode, trained", 3, {1, 0, 0, 0, 1, 0, 0, 0, 1}}};
  results::Results results;
  add_training_tables(m, results);
  EXPECT_EQ(results.tables.at("course").rows.size(), 6 * n_seeds);
  EXPECT_EQ(results.tables.at("scans").rows.size(), 2 * n_seeds);
  EXPECT_EQ(results.tables.at("untrained").rows.size(), 2 * n_seeds);
  EXPECT_EQ(results.tables.at("generic").rows.size(), 1U);
  for (const auto& [name, table] : results.tables)
    for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.columns.size()) << name;
  // Infinite numbers survive the file.
  const auto& generic = results.tables.at("generic");
  const auto column = std::ranges::find(generic.columns, "unconditional") - generic.columns.begin();
  const auto read = results::results_from_json(results::to_json(results), "results.json");
  for (const auto* table : {&generic, &read.tables.at("generic")})
    EXPECT_EQ(std::get<double>(table->rows[0][static_cast<std::size_t>(column)]), infinity);

  std::set<std::string> ids;
  for (const auto& figure : training_figures(m)) {
    EXPECT_FALSE(figure.caption.empty()) << figure.id;
    ids.insert(figure.id);
  }
  EXPECT_EQ(ids, (std::set<std::string>{"course-coupling", "course-loss", "flips", "architectures", "data",
                                        "output-correlations", "generic-readings", "hidden-correlations"}));
  for (const auto& claim : claims_training(m))
    for (const auto& id : claim.evidence)
      EXPECT_TRUE(ids.contains(id) || results.tables.contains(id)) << claim.id << ": " << id;
}

/// A run in a folder of its own.
struct TinyRun {
  explicit TinyRun(std::vector<std::string> overrides = {})
      : context{.folder = temporary.path(),
                .settings = resolved(std::move(overrides)),
                .scale = "smoke",
                .seed = 1,
                .observer = base::silent()} {}
  testing::TemporaryFolder temporary;
  RunContext context;
  RunFolder folder{context, "gong-xia"};
  Settings settings = settings_from(context.settings);
};

std::string text_of(const std::vector<GenericReading>& readings) {
  return results::to_csv(generic_record().table(readings));
}

const std::vector<std::string> tiny = {"cells.training=200", "cells.test=100", "network.updates=20",
                                       "course.updates=0,10", "generic.updates=0,10"};

TEST(GongXiaTraining, GenericNetsAreReadAtEveryLookAndKept) {
  // Twenty updates are too few for every loss to fall.
  auto longer = tiny;
  longer[2] = "network.updates=100";
  TinyRun run(longer);
  const auto readings = run_generic(run.folder, run.settings);
  const auto& targets = run.settings.generic.targets;
  ASSERT_EQ(readings.size(), targets.size() * static_cast<std::size_t>(run.settings.cells.seeds) * 3);
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const auto& r = readings[i];
    EXPECT_EQ(r.update, std::vector<std::int64_t>({0, 10, 100})[i % 3]);
    EXPECT_EQ(std::isnan(r.accuracy), r.target == "magnetization");
    EXPECT_GT(r.loss, 0);
    EXPECT_GE(r.features.unconditional.value, 0);
    EXPECT_GE(r.features.normalised.value, 0);
    EXPECT_LE(r.features.normalised.value, 1);
    EXPECT_GT(r.features.conditional_covariance.error, 0);
  }
  // Losses fall, whatever the task.
  for (std::size_t i = 0; i < readings.size(); i += 3) EXPECT_LT(readings[i + 2].loss, readings[i].loss);
  // Two seeds are two nets.
  EXPECT_NE(readings[0].loss, readings[3].loss);
  EXPECT_EQ(text_of(run_generic(run.folder, run.settings)), text_of(readings));  // from the kept tables
  testing::for_any_threads_and_simd_level([&] {
    TinyRun again(longer);
    EXPECT_EQ(text_of(run_generic(again.folder, again.settings)), text_of(readings));
  });
}

TEST(GongXiaTraining, MatricesAreCorrelationsOfTrainedAndUntrainedNets) {
  TinyRun run({"network.updates=400", "cells.training=1000", "cells.test=400"});
  const auto matrices = run_matrices(run.folder, run.settings);
  ASSERT_EQ(matrices.size(), 4U);
  for (const auto& matrix : matrices) {
    ASSERT_EQ(matrix.values.size(), matrix.units * matrix.units) << matrix.net;
    for (std::size_t a = 0; a < matrix.units; ++a) EXPECT_EQ(matrix.values[a * matrix.units + a], 1);
  }
  EXPECT_EQ(matrices[0].net, "decimation, untrained");
  EXPECT_EQ(matrices[1].net, "decimation, trained");
  // N = 16, b = 4: neighbours on the ring of four, and the two pairs across.
  EXPECT_EQ(matrices[1].units, 4U);
  const auto at = [&](std::size_t a, std::size_t b) { return matrices[1].values[a * 4 + b]; };
  const double t = std::pow(std::tanh(run.settings.course.coupling), 4);
  const double neighbours = (t + t * t * t) / (1 + std::pow(t, 4));
  testing::expect_within((at(0, 1) + at(1, 2) + at(2, 3) + at(3, 0)) / 4, 1 / std::sqrt(4.0 * 400),
                         neighbours, "neighbours of the trained net");
  EXPECT_EQ(matrices[2].net, "hidden units, sign-magnetization, untrained");
  ASSERT_EQ(matrices[3].units, 16U);
  // The label explains a part of what the hidden units of its classifier have in common.
  double square = 0;
  for (std::size_t a = 0; a < 16; ++a)
    for (std::size_t b = 0; b < a; ++b) square += std::pow(matrices[3].values[a * 16 + b], 2) / 120;
  const auto readings = run_generic(run.folder, run.settings);
  const auto found = std::ranges::find_if(readings, [](const GenericReading& r) {
    return r.target == "sign-magnetization" && r.seed == 0 && r.update == 400;
  });
  ASSERT_NE(found, readings.end());
  EXPECT_GT(found->accuracy, 0.95);
  EXPECT_LT(found->features.normalised.value, 0.9 * std::sqrt(square));
  EXPECT_GT(found->features.normalised.value, 0.3 * std::sqrt(square));
}

TEST(GongXiaTraining, TheCourseTrainsEachVariantOnceWithChainsOfItsOwn) {
  TinyRun run(tiny);
  const auto readings = run_course(run.folder, run.settings);
  std::map<std::string, std::set<std::string>> variants;
  std::size_t nets = 0;
  std::set<std::pair<double, double>> targets;
  for (const auto& r : readings) {
    if (r.study == "course") continue;
    EXPECT_EQ(r.update, 20);
    variants[r.scheme].insert(r.study + ": " + r.variant);
    targets.emplace(r.target.coupling.value, r.target.correlation_ratio.value);
    ++nets;
  }
  // [network] has one hidden layer of 16 tanh units and adam: those are the course.
  const std::set<std::string> expected_variants = {"architecture: 0 hidden layers",
                                                   "architecture: 2 hidden layers",
                                                   "architecture: width 4",
                                                   "architecture: relu",
                                                   "architecture: sgd",
                                                   "data: 100 chains",
                                                   "data: 400 chains"};
  EXPECT_EQ(variants["decimation"], expected_variants);
  EXPECT_EQ(variants["majority"], expected_variants);
  EXPECT_EQ(nets, 2 * expected_variants.size() * static_cast<std::size_t>(run.settings.cells.seeds));
  EXPECT_EQ(targets.size(), nets);
  Measurements m{.settings = run.settings};
  m.course = readings;
  EXPECT_EQ(scans_of(m).size(), 2 * (expected_variants.size() + 1));
  for (const char* scheme : {"decimation", "majority"}) {
    EXPECT_EQ(at_update(m, scheme, 0).size(), 2U);
    EXPECT_EQ(at_update(m, scheme, 10).size(), 2U);
    EXPECT_EQ(last_of(m, "course", scheme, "").front()->update, 20);
  }
}

}  // namespace
}  // namespace spinflow::recipes::gong_xia
