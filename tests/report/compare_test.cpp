// SPDX-License-Identifier: Apache-2.0
#include "spinflow/report/compare.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "spinflow/stats/distributions.hpp"

namespace spinflow::report {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

using results::Verdict;

results::Claim claim(const std::string& id, Verdict verdict, double measured, double error) {
  results::Claim result;
  result.id = id;
  result.statement = "statement of " + id;
  result.verdict = verdict;
  result.measured = measured;
  result.error = error;
  return result;
}

ComparedRun run(const std::string& name, std::uint64_t seed) {
  return {.name = name,
          .results = {.recipe = "iso2018", .scale = "quick", .seed = seed, .software = "spinflow 1"}};
}

const ComparedRow& row(const std::vector<ComparedRow>& rows, const std::string& name,
                       const std::string& by = {}) {
  const auto found =
      std::ranges::find_if(rows, [&](const auto& one) { return one.name == name && one.by == by; });
  if (found == rows.end()) throw std::runtime_error("no row " + name);
  return *found;
}

/// Of the only table.
const std::vector<ComparedRow>& readings(const Comparison& comparison) {
  return comparison.tables.at(0).readings;
}

TEST(Pull, IsTheDifferenceOverTheCombinedError) {
  const auto one = pull({.value = 2.5, .error = 0.3}, infinity, {.value = 2.0, .error = 0.4}, infinity);
  EXPECT_NEAR(one.value, 1, 1e-12);
  EXPECT_NEAR(one.p_value, 2 * stats::normal_survival(1), 1e-12);
  EXPECT_NEAR(pull({.value = 2, .error = 0.4}, infinity, {.value = 2.5, .error = 0.3}, infinity).value, -1,
              1e-12);
}

TEST(Pull, FewRepetitionsMakeLargePullsLikely) {
  // Equal errors over n repetitions each: Welch's degrees are 2 (n - 1).
  const stats::Estimate a{.value = 4, .error = 1};
  const stats::Estimate b{.value = 0, .error = 1};
  const double t = 4 / std::sqrt(2.0);
  EXPECT_NEAR(pull(a, 5, b, 5).p_value, 2 * stats::student_survival(t, 8), 1e-12);
  EXPECT_NEAR(pull(a, 2, b, 2).p_value, 2 * stats::student_survival(t, 2), 1e-12);
  EXPECT_NEAR(pull(a, 1, b, 1).p_value, pull(a, 2, b, 2).p_value, 1e-15);
  // One of the two without an error of its own: the other's degrees.
  EXPECT_NEAR(pull(a, 4, {.value = 0, .error = 0}, 4).p_value, 2 * stats::student_survival(4, 3), 1e-12);
}

TEST(Pull, NeedsTwoErrors) {
  EXPECT_TRUE(std::isnan(pull({.value = 1, .error = nan}, 5, {.value = 2, .error = 1}, 5).value));
  EXPECT_TRUE(std::isnan(pull({.value = nan, .error = 1}, 5, {.value = 2, .error = 1}, 5).value));
  EXPECT_TRUE(std::isnan(pull({.value = infinity, .error = 1}, 5, {.value = 2, .error = 1}, 5).value));
  EXPECT_EQ(pull({.value = 2, .error = 0}, 5, {.value = 2, .error = 0}, 5).value, 0);
  EXPECT_EQ(pull({.value = 2, .error = 0}, 5, {.value = 2, .error = 0}, 5).p_value, 1);
  EXPECT_EQ(pull({.value = 1, .error = 0}, 5, {.value = 2, .error = 0}, 5).value, -infinity);
  EXPECT_EQ(pull({.value = 1, .error = 0}, 5, {.value = 2, .error = 0}, 5).p_value, 0);
  EXPECT_EQ(to_text({.value = -infinity}), "-inf");
  EXPECT_EQ(to_text({.value = -0.04}), "0.0");
  EXPECT_EQ(to_text({.value = -1.26}), "-1.3");
  EXPECT_EQ(to_text({}), "");
}

TEST(Compare, JoinsClaimsById) {
  std::vector<ComparedRun> runs = {run("one", 1), run("two", 2)};
  runs[0].results.claims = {claim("a", Verdict::supported, 0.1, 0.1),
                            claim("b", Verdict::contradicted, 2, nan)};
  runs[1].results.claims = {claim("c", Verdict::inconclusive, nan, nan),
                            claim("a", Verdict::contradicted, 0.3, 0.1)};
  const auto comparison = compare(runs);
  ASSERT_EQ(comparison.claims.size(), 3u);
  EXPECT_EQ(comparison.claims[0].name, "a");
  EXPECT_EQ(comparison.claims[0].statement, "statement of a");
  EXPECT_EQ(comparison.claims[0].words, (std::vector<std::string>{"supported", "contradicted"}));
  EXPECT_NEAR(comparison.claims[0].pull.value, -0.2 / std::hypot(0.1, 0.1), 1e-9);
  EXPECT_EQ(row(comparison.claims, "b").words, (std::vector<std::string>{"contradicted", ""}));
  EXPECT_TRUE(std::isnan(row(comparison.claims, "b").pull.value));
  EXPECT_EQ(row(comparison.claims, "c").words, (std::vector<std::string>{"", "inconclusive"}));
  EXPECT_EQ(row(comparison.claims, "c").statement, "statement of c");
  EXPECT_EQ(comparison.pairs, 1u);
  EXPECT_EQ(comparison.differences(), 0u);
}

TEST(Compare, JoinsFixedPointsByVariantWhateverColumnsThereAre) {
  std::vector<ComparedRun> runs = {run("old", 1), run("new", 1)};
  runs[0].results.tables["fixed_points"] = {
      {"variant", "T_energy", "T_energy_error", "outcome"},
      {{"V", 2.30, 0.01, "fixed point"}, {"L", nan, nan, "no common fixed point by step 9; drift 1"}}};
  runs[1].results.tables["fixed_points"] = {
      {"seeds", "outcome", "variant", "T_energy", "T_energy_error", "T_energy_cold", "T_pseudo_likelihood",
       "T_pseudo_likelihood_error"},
      {{5.0, "failed; NaN", "X", nan, nan, nan, nan, nan},
       {5.0, "fixed point", "V", 2.34, 0.01, 2.3, 2.9, 0.1}}};
  const auto comparison = compare(runs);
  ASSERT_EQ(readings(comparison).size(), 5u);  // V and L by energy, X by both, V by the second
  const auto& v = row(readings(comparison), "V", "energy");
  EXPECT_EQ(v.measured[0].value, 2.30);
  EXPECT_EQ(v.measured[1].value, 2.34);
  EXPECT_NEAR(v.pull.value, -4 / std::sqrt(2.0), 1e-9);
  // The first run does not tell its seeds, the second has five.
  EXPECT_NEAR(v.pull.p_value, pull(v.measured[0], infinity, v.measured[1], 5).p_value, 1e-12);
  EXPECT_EQ(without_reading(row(readings(comparison), "L", "energy"), 0), "none");
  EXPECT_EQ(without_reading(row(readings(comparison), "L", "energy"), 1), "-");
  EXPECT_EQ(without_reading(row(readings(comparison), "X", "energy"), 1), "failed");
  const auto& by_couplings = row(readings(comparison), "V", "pseudo-likelihood");
  EXPECT_TRUE(std::isnan(by_couplings.measured[0].value));
  EXPECT_EQ(by_couplings.measured[1].value, 2.9);
}

TEST(Compare, ARunWithoutFixedPointsHasTheSeedsOfItsSettings) {
  std::vector<ComparedRun> runs = {run("a", 1), run("b", 2)};
  for (std::size_t r = 0; r < 2; ++r) {
    runs[r].results.values["K_out"] = {r == 0 ? 1.0 : 1.5, 0.1, nan, nan};
    runs[r].settings["cells"] = {{"seeds", std::int64_t{5}}};
    runs[r].settings["large"] = {{"seeds", std::int64_t{2}}};
  }
  const auto k = row(compare(runs).values, "K_out");
  EXPECT_NEAR(k.pull.p_value, pull(k.measured[0], 2, k.measured[1], 2).p_value, 1e-12);
  EXPECT_GT(k.pull.p_value, pull(k.measured[0], infinity, k.measured[1], infinity).p_value);
  // An infinite value is one, though it has no pull.
  runs[1].results.values["K_out"].value = infinity;
  const auto out = comparison_results(runs, compare(runs));
  const auto& cells = out.tables.at("values").rows.front();
  EXPECT_NE(std::ranges::find(cells, results::Cell("\u221e")), cells.end());
}

TEST(Compare, OfManyRunsThePairWithTheSmallestPValue) {
  std::vector<ComparedRun> runs = {run("a", 1), run("b", 2), run("c", 3)};
  for (std::size_t r = 0; r < 3; ++r)
    runs[r].results.values["x"] = {std::vector<double>{1.0, 1.5, 9.0}[r], 0.5, nan, nan};
  const auto comparison = compare(runs);
  EXPECT_EQ(comparison.pairs, 3u);
  const auto& x = row(comparison.values, "x");
  EXPECT_EQ(x.first, 0u);
  EXPECT_EQ(x.second, 2u);
  EXPECT_NEAR(x.pull.value, -8 / std::hypot(0.5, 0.5), 1e-9);
  EXPECT_TRUE(x.differs);
  EXPECT_EQ(comparison.differences(), 1u);
}

TEST(Compare, TheMorePullsTheLargerOneMustBe) {
  const auto differs = [](int others) {
    std::vector<ComparedRun> runs = {run("a", 1), run("b", 2)};
    runs[0].results.values["x"] = {2.5, 1, nan, nan};
    runs[1].results.values["x"] = {-0.5, 1, nan, nan};  // pull 2.12, p-value 0.034
    for (int i = 0; i < others; ++i)
      for (auto& run : runs) run.results.values["other" + std::to_string(i)] = {1, 1, nan, nan};
    return row(compare(runs).values, "x").differs;
  };
  EXPECT_TRUE(differs(0));
  EXPECT_FALSE(differs(1));
}

TEST(Compare, SaysInWhatTheRunsDiffer) {
  std::vector<ComparedRun> runs = {run("a", 1), run("b", 2)};
  EXPECT_EQ(differences_text(runs), "The runs differ in seed (1, 2).");
  runs[1].results.scale = "full";
  runs[1].results.software = "spinflow 2";
  EXPECT_EQ(differences_text(runs),
            "The runs differ in scale (quick, full), seed (1, 2) and program (spinflow 1, spinflow 2).");
  runs[0].settings["train"] = {{"epochs", 20.0}, {"k", std::int64_t{1}}};
  runs[1].settings["train"] = {{"epochs", 10.0}, {"k", std::int64_t{1}}, {"new", true}};
  runs[1].settings["recipe"] = {{"name", std::string("x")}};
  const auto settings = compare(runs).settings;
  ASSERT_EQ(settings.size(), 2u);
  EXPECT_EQ(settings.at("train.epochs"), (std::vector<std::string>{"20.0", "10.0"}));
  EXPECT_EQ(settings.at("train.new"), (std::vector<std::string>{"", "true"}));
  const std::vector<ComparedRun> same = {run("a", 1), run("b", 1)};
  EXPECT_NE(differences_text(same).find("should be equal"), std::string::npos);
}

TEST(Compare, TablesAndFiguresHaveOneColumnAndSeriesPerRun) {
  std::vector<ComparedRun> runs = {run("one", 1), run("two", 2)};
  for (std::size_t r = 0; r < 2; ++r) {
    runs[r].results.claims = {claim("a", Verdict::supported, 0.1, 0.1)};
    runs[r].results.values["T_energy_V"] = {2.3, 0.01, nan, 2.269};
    runs[r].results.tables["fixed_points"] = {
        {"variant", "T_energy", "T_energy_error", "outcome"},
        {{"V", 2.30 + 0.1 * static_cast<double>(r), 0.01, "fixed point"},
         {r == 0 ? "only-one" : "only-two", 2.5, 0.1, "fixed point"}}};
  }
  const auto out = comparison_results(runs, compare(runs));
  EXPECT_EQ(out.recipe, "compare");
  EXPECT_EQ(out.tables.at("runs").rows.size(), 2u);
  EXPECT_FALSE(out.tables.contains("settings_that_differ"));
  const auto& claims = out.tables.at("claims");
  EXPECT_EQ(claims.columns,
            (std::vector<std::string>{"claim", "statement", "one", "two", "pull", "beyond_errors"}));
  EXPECT_EQ(std::get<std::string>(claims.rows.at(0).at(2)), "supported, 0.10 ± 0.10");
  const auto& points = out.tables.at("fixed_points");
  ASSERT_EQ(points.rows.size(), 3u);
  EXPECT_EQ(std::get<std::string>(points.rows[0][2]), "2.300 ± 0.010");
  EXPECT_EQ(std::get<std::string>(points.rows[0][4]), "-7.1");
  EXPECT_EQ(std::get<std::string>(points.rows[0][5]), "yes");
  EXPECT_EQ(std::get<std::string>(points.rows[1][3]), "-");
  ASSERT_EQ(out.figures.size(), 1u);
  EXPECT_EQ(out.figures[0].id, "fixed-points-energy");
  EXPECT_EQ(out.figures[0].csv, "category,series,value,error\nV,one,2.3,0.01\nV,two,2.4,0.01\n");
  EXPECT_NE(out.figures[0].spec.find("2.269"), std::string::npos) << "T_c as a line";
  EXPECT_EQ(out.values.at("rows_beyond_errors").value, 1);
}

TEST(Compare, AFixedPointAmongTheValuesCountsOnce) {
  std::vector<ComparedRun> runs = {run("one", 1), run("two", 2), run("bare", 3)};
  for (std::size_t r = 0; r < 3; ++r) {
    const double t = 2.3 + 0.4 * static_cast<double>(r);
    runs[r].results.values["T_pseudo_likelihood_V"] = {t, 0.01, nan, 2.269};
    runs[r].results.values["T_pseudo_likelihood_of_the_mixture"] = {2.5, 0.1, nan, nan};
    if (r == 2) continue;
    runs[r].results.tables["fixed_points"] = {
        {"variant", "T_pseudo_likelihood", "T_pseudo_likelihood_error", "outcome"},
        {{"V", t, 0.01, "fixed point"}}};
  }
  const auto both = compare(std::span(runs).first(2));
  ASSERT_EQ(both.values.size(), 1u);
  EXPECT_EQ(both.values[0].name, "T_pseudo_likelihood_of_the_mixture");
  EXPECT_EQ(readings(both).size(), 1u);
  EXPECT_EQ(both.pairs, 2u);
  EXPECT_EQ(both.differences(), 1u);
  // A run without the table has the number nowhere else.
  EXPECT_EQ(compare(runs).values.size(), 2u);
}

/// A run of a recipe that nothing here knows.
ComparedRun soup(const std::string& name, std::uint64_t seed, double saltiness) {
  ComparedRun run{.name = name, .results = {.recipe = "soup", .scale = "pot", .seed = seed}};
  auto& results = run.results;
  results.claims = {claim("z", saltiness > 3 ? Verdict::contradicted : Verdict::supported, saltiness, 0.1)};
  results.claims[0].sharper = "sharper";
  results.claims[0].because = "Salt is " + std::to_string(saltiness) + ".";
  results.tables["dishes"] = {
      {"dish", "salt", "salt_error", "pepper", "pepper_error", "cooks", "end"},
      {{"bean", saltiness, 0.1, 1.0, 0.1, 3.0, ""}, {"pea", nan, nan, 2.0, 0.1, 3.0, "failed: burnt"}}};
  results.values = {{"salt of bean", {saltiness, 0.1, nan, 2.0}}, {"hours", {5, 0.5, nan, nan}}};
  results.schema = {.tables = {{"dishes",
                                {.rows = "dish",
                                 .by = "spice",
                                 .noun = "taste",
                                 .title = "Tastes",
                                 .caption = "How each dish tastes",
                                 .quantity = "grains per litre",
                                 .outcome = "end",
                                 .repetitions = "cooks",
                                 .readings = {{"salt", "sea salt", "salt of {}"}, {"pepper", "pepper"}}}}},
                    .repetitions = 4};
  return run;
}

TEST(Compare, UnderstandsARecipeByWhatItDeclares) {
  const std::vector<ComparedRun> runs = {soup("mild", 1, 2), soup("strong", 2, 4)};
  const auto comparison = compare(runs);
  ASSERT_EQ(comparison.tables.size(), 1u);
  EXPECT_EQ(comparison.tables[0].name, "dishes");
  const auto& bean = row(readings(comparison), "bean", "sea salt");
  EXPECT_NEAR(bean.pull.value, -2 / std::hypot(0.1, 0.1), 1e-9);
  EXPECT_NEAR(bean.pull.p_value, pull(bean.measured[0], 3, bean.measured[1], 3).p_value, 1e-12);
  EXPECT_EQ(without_reading(row(readings(comparison), "pea", "sea salt"), 0), "failed");
  EXPECT_EQ(row(readings(comparison), "pea", "pepper").measured[1].value, 2);
  // The value that repeats the table counts once.
  ASSERT_EQ(comparison.values.size(), 1u);
  EXPECT_EQ(comparison.values[0].name, "hours");
  const auto& z = row(comparison.claims, "z");
  EXPECT_EQ(z.statement, "sharper");
  EXPECT_EQ(z.reasons.at(1), "Salt is 4.000000.");
  EXPECT_NEAR(z.pull.p_value, pull(z.measured[0], 4, z.measured[1], 4).p_value, 1e-12);
  EXPECT_EQ(comparison.rows(), 6u);  // z, four readings, hours
  const auto out = comparison_results(runs, comparison);
  EXPECT_EQ(out.tables.at("dishes").columns,
            (std::vector<std::string>{"dish", "spice", "mild", "strong", "pull", "beyond_errors"}));
  ASSERT_EQ(out.figures.size(), 2u);
  EXPECT_EQ(out.figures[0].id, "dishes-sea-salt");
  EXPECT_EQ(out.figures[0].title, "Tastes by sea salt");
  EXPECT_NE(out.figures[0].caption.find("How each dish tastes, one symbol per run"), std::string::npos);
  EXPECT_NE(out.figures[0].spec.find("grains per litre"), std::string::npos);
  EXPECT_NE(out.figures[0].spec.find("expected"), std::string::npos);
}

TEST(Compare, RunsWithNothingInCommonStandSideBySide) {
  std::vector<ComparedRun> runs = {run("one", 1), run("two", 2)};
  runs[0].results.claims = {claim("a", Verdict::supported, 0.1, 0.1)};
  runs[1].results.tables["fixed_points"] = {{"variant", "T_energy", "T_energy_error", "outcome"},
                                            {{"V", 2.3, 0.01, "fixed point"}}};
  const auto comparison = compare(runs);
  EXPECT_EQ(comparison.pairs, 0u);
  const auto out = comparison_results(runs, comparison);
  EXPECT_EQ(out.figures.size(), 1u);
  EXPECT_EQ(out.tables.at("claims").rows.size(), 1u);
  const std::vector<ComparedRun> empty = {run("one", 1), run("two", 2)};
  EXPECT_TRUE(comparison_results(empty, compare(empty)).figures.empty());
}

}  // namespace
}  // namespace spinflow::report
