// SPDX-License-Identifier: Apache-2.0
#include "studies/judging.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "spinflow/stats/distributions.hpp"

namespace spinflow::studies {
namespace {

using results::Verdict;

// Deviations of training seeds: mean 0, standard deviation 1.
constexpr std::array<double, 5> scatter = {-1.265, -0.632, 0.0, 0.632, 1.265};

TEST(Judging, IntervalsAreStudents) {
  EXPECT_NEAR(interval(5), 2.776, 0.001);
  EXPECT_NEAR(interval(2), 12.706, 0.001);
  EXPECT_NEAR(interval(5, 21), stats::student_quantile(1 - 0.025 / 21, 4), 1e-12);
  EXPECT_GT(interval(5, 21), 6);
  EXPECT_TRUE(std::isinf(interval(1)));
  EXPECT_NEAR(one_sided_interval(5), 2.132, 0.001);
}

TEST(Judging, ChecksHaveThreeOutcomes) {
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

TEST(Judging, SeedsThatLieTogetherByChanceKeepTheErrorOfTheirRuns) {
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

TEST(Judging, ReadingsWithoutAnErrorLendNoCertainty) {
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

TEST(Judging, TextsTellInfinityFromNone) {
  EXPECT_EQ(text(std::numeric_limits<double>::infinity(), std::nan("")), "infinity");
  EXPECT_EQ(text(-std::numeric_limits<double>::infinity(), std::nan("")), "-infinity");
  EXPECT_EQ(text(std::nan(""), 1), "none");
  // Not 2000(12000).
  const auto open = temperature_of({.value = 0.0005, .error = 0.003}, 5);
  EXPECT_EQ(text(open), fmt::format("> {:.3g}", 1 / (0.0005 + one_sided_interval(5) * 0.003)));
  EXPECT_TRUE(std::isinf(shown(open).value) && std::isnan(shown(open).error));
  EXPECT_EQ(text(temperature_of({.value = 0.5, .error = 0.01}, 5)), "2.00(4)");
  EXPECT_EQ(text(thermometers::Reading{.value = 0, .error = 0.3, .censored = true}), "< 0.3");
}

TEST(Judging, ReasonsAreSentences) {
  EXPECT_EQ(sentence("a control passes as well"), "A control passes as well.");
  EXPECT_EQ(sentence("one check is open."), "One check is open.");
  EXPECT_EQ(sentence("c_2 is 0.1"), "c_2 is 0.1.");  // a symbol keeps its letter
  EXPECT_EQ(sentence("T* is 2.3"), "T* is 2.3.");
}

}  // namespace
}  // namespace spinflow::studies
