// SPDX-License-Identifier: Apache-2.0
#include "spinflow/report/pooled.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/stats/small_samples.hpp"

namespace spinflow::report {
namespace {

constexpr double no_number = std::numeric_limits<double>::quiet_NaN();
using results::Verdict;

results::Claim judged(Verdict verdict, double measured) {
  results::Claim claim;
  claim.id = "a";
  claim.statement = "it stops";
  claim.verdict = verdict;
  claim.measured = measured;
  claim.error = 0.3;
  return claim;
}

/// Four seeds, of which one contradicts, and one has an infinite number.
std::vector<ComparedRun> four_seeds() {
  std::vector<ComparedRun> runs;
  const double numbers[] = {1, 2, 4, std::numeric_limits<double>::infinity()};
  const Verdict verdicts[] = {Verdict::supported, Verdict::contradicted, Verdict::supported,
                              Verdict::supported};
  for (std::size_t i = 0; i < 4; ++i) {
    ComparedRun run{.name = "seed-" + std::to_string(i),
                    .results = {.recipe = "soup", .scale = "quick", .seed = i, .software = "spinflow 1"},
                    .settings = {{"pot", {{"size", std::int64_t{3}}}}}};
    run.results.claims = {judged(verdicts[i], numbers[i])};
    run.results.values["salt"] = {numbers[i], 0.5 * static_cast<double>(i + 1), no_number, no_number};
    run.results.values["pi"] = {3.25, 0, no_number, no_number};
    runs.push_back(std::move(run));
  }
  return runs;
}

const PooledValue& named(const std::vector<PooledValue>& values, const std::string& name) {
  return *std::ranges::find(values, name, &PooledValue::name);
}

TEST(Pooled, MeansAreOverTheRunsThatHaveANumber) {
  const auto all = pooled(compare(four_seeds()));
  const auto& salt = named(all.values, "salt");
  EXPECT_EQ(salt.n, 3u);
  EXPECT_NEAR(salt.mean.value, 7.0 / 3, 1e-12);
  EXPECT_NEAR(salt.scatter, std::sqrt(7.0 / 3), 1e-12);
  EXPECT_NEAR(salt.stated, std::sqrt((0.25 + 1 + 2.25) / 3), 1e-12);
  // One standard error would be sqrt(7/3)/sqrt(3) = 0.88; Student's interval of three numbers is wider.
  EXPECT_GT(salt.mean.error, 1.3 * std::sqrt(7.0) / 3);
  const auto& pi = named(all.values, "pi");
  EXPECT_EQ(pi.n, 4u);
  EXPECT_EQ(pi.mean.value, 3.25);
  EXPECT_EQ(pi.mean.error, 0);
  // Equal numbers that are not exact determine no error.
  auto runs = four_seeds();
  for (auto& run : runs) run.results.values["pi"].error = 0.1;
  EXPECT_TRUE(std::isnan(named(pooled(compare(runs)).values, "pi").mean.error));
}

TEST(Pooled, TheVerdictIsThatOfMoreThanHalf) {
  auto runs = four_seeds();
  auto vote = pooled(compare(runs)).votes.at(0);
  EXPECT_EQ(vote.verdict, Verdict::supported);
  EXPECT_EQ(vote.supported, 3u);
  EXPECT_EQ(vote.contradicted, 1u);
  EXPECT_EQ(vote.others, std::vector<std::string>{"seed-1 (contradicted)"});
  EXPECT_EQ(
      vote_text(vote),
      "Verdicts of 4 runs: 3 supported, 1 contradicted, 0 inconclusive; other verdicts than that of the "
      "majority: seed-1 (contradicted).");
  runs[0].results.claims[0].verdict = Verdict::contradicted;
  vote = pooled(compare(runs)).votes.at(0);
  EXPECT_EQ(vote.verdict, Verdict::inconclusive) << "two against two";
  EXPECT_EQ(vote.others.size(), 4u);
  const auto content = pooled_results(runs, pooled(compare(runs)));
  ASSERT_EQ(content.claims.size(), 1u);
  EXPECT_EQ(content.claims[0].verdict, Verdict::inconclusive);
  EXPECT_TRUE(content.claims[0].qualification.starts_with("No verdict is that of more than half of 4 runs."));
  EXPECT_EQ(content.tables.at("votes").rows.size(), 1u);
  EXPECT_EQ(content.tables.at("pooled_values").rows.size(), 2u);
}

TEST(Pooled, OnlyRunsThatDifferInTheirSeedsAreOneStudy) {
  EXPECT_TRUE(differ_in_seeds_only(four_seeds()));
  const auto changed = [](const auto& change) {
    auto runs = four_seeds();
    change(runs[2]);
    return differ_in_seeds_only(runs);
  };
  EXPECT_FALSE(changed([](ComparedRun& run) { run.results.seed = 1; })) << "a seed twice";
  EXPECT_FALSE(changed([](ComparedRun& run) { run.results.scale = "full"; }));
  EXPECT_FALSE(changed([](ComparedRun& run) { run.results.recipe = "stew"; }));
  EXPECT_FALSE(changed([](ComparedRun& run) { run.results.software = "spinflow 2"; }));
  EXPECT_FALSE(changed([](ComparedRun& run) { run.settings["pot"]["size"] = std::int64_t{4}; }));
  EXPECT_FALSE(differ_in_seeds_only(std::vector<ComparedRun>{four_seeds()[0]}));
}

}  // namespace
}  // namespace spinflow::report
