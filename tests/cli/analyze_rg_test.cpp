// SPDX-License-Identifier: Apache-2.0
// spinflow analyze rg, and the coupling of a chain in what measure and flow answer.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/cli_testing.hpp"

namespace spinflow::program_tests {
namespace {

using nlohmann::json;

json answer_of(const std::string& line) {
  const auto result = shell("$SPINFLOW " + line + " --json", workshop());
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  return json::parse(result.out, nullptr, false);
}

TEST(AnalyzeRg, FlowOfTheChain) {
  const json answer = answer_of("analyze rg ising-chain -K 1.5 --factor 2 --steps 5");
  EXPECT_EQ(answer.at("model"), "ising-chain");
  EXPECT_EQ(answer.at("factor"), 2);
  const std::vector<double> course = {1.5, 1.1547, 0.8130, 0.4854, 0.2059, 0.0412};
  ASSERT_EQ(answer.at("steps").size(), course.size());
  for (std::size_t step = 0; step < course.size(); ++step) {
    const auto& at = answer.at("steps").at(step);
    EXPECT_EQ(at.at("step"), step);
    EXPECT_NEAR(at.at("coupling"), course[step], 5e-5);
    EXPECT_EQ(at.at("field"), 0.0);
    EXPECT_NEAR(at.at("tanh"), std::pow(std::tanh(1.5), std::pow(2, step)), 1e-12);
    EXPECT_NEAR(at.at("correlation_length"), -1 / std::log(std::tanh(1.5)) / std::pow(2, step), 1e-10);
  }
  const auto& points = answer.at("fixed_points");
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points.at(0).at("coupling"), 0.0);
  EXPECT_EQ(points.at(0).at("stable"), true);
  EXPECT_TRUE(points.at(0).at("thermal_exponent").is_null());  // minus infinity
  EXPECT_TRUE(points.at(1).at("coupling").is_null());          // infinity
  EXPECT_EQ(points.at(1).at("tanh"), 1.0);
  EXPECT_EQ(points.at(1).at("thermal_exponent"), 1.0);
  EXPECT_EQ(points.at(1).at("magnetic_exponent"), 1.0);
}

TEST(AnalyzeRg, FieldsAndOtherSpellings) {
  const json field = answer_of("analyze rg ising-chain -K -0.7 --field 0.1 --factor 3 --steps 2");
  EXPECT_EQ(field.at("steps").at(0).at("field"), 0.1);
  EXPECT_LT(field.at("steps").at(2).at("field"), 0.1);  // an antiferromagnet screens it
  EXPECT_EQ(field.at("fixed_points").size(), 3u);
  const json warm = answer_of("analyze rg ising-chain -T 2 --steps 1");
  EXPECT_EQ(warm.at("steps").at(0).at("coupling"), 0.5);
  const auto text = shell("$SPINFLOW analyze rg ising-chain -K 1.5", workshop());
  EXPECT_EQ(text.status, 0);
  for (const char* word : {"exact", "1.15466", "K* = inf", "unstable"})
    EXPECT_NE(text.out.find(word), std::string::npos) << word;
}

TEST(AnalyzeRg, BadInput) {
  expect_refused({{"analyze rg", "MODEL is missing"},
                  {"analyze rg ising-square -K 1", "only ising-chain has an exact closed flow"},
                  {"analyze rg ising-power-law -K 1", "analyze mcrg"},
                  {"analyze rg isng-chain -K 1", "no model"},
                  {"analyze rg ising-chain", "coupling is missing"},
                  {"analyze rg ising-chain -K 1 -T 1", "both given"},
                  {"analyze rg ising-chain -K inf", "-K"},
                  {"analyze rg ising-chain -K nan", "-K"},
                  {"analyze rg ising-chain -T 0", "-T"},
                  {"analyze rg ising-chain -K 1 --field inf", "--field"},
                  {"analyze rg ising-chain -K 1 --factor 1", "--factor"},
                  {"analyze rg ising-chain -K 1 --factor 2.5", "--factor"},
                  {"analyze rg ising-chain -K 1 --steps 0", "--steps"}});
}

TEST(ChainReadings, OfMeasureAndFlow) {
  // The workshop's chain of 8.
  const json groups = answer_of("measure c.h5").at("groups");
  ASSERT_FALSE(groups.empty());
  for (const auto& group : groups) {
    const auto& k = group.at("coupling");
    testing::expect_within(k.at("value"), k.at("error"), 1 / group.at("temperature").get<double>(), "K_out");
    EXPECT_TRUE(group.at("coupling_pseudo_likelihood").at("value").is_number());
    EXPECT_TRUE(group.at("correlation_ratio").at("value").is_number());
  }
  EXPECT_NE(shell("$SPINFLOW measure c.h5", workshop()).out.find("K_out"), std::string::npos);
  const json starts = answer_of("flow decimation --start c.h5").at("starts");
  for (const auto& step : starts.at(0).at("steps")) {
    EXPECT_TRUE(step.contains("coupling"));
    EXPECT_TRUE(step.contains("coupling_pseudo_likelihood"));
    EXPECT_TRUE(step.contains("correlation_ratio"));
  }
  // A ground state.
  const testing::TemporaryFolder folder;
  ASSERT_EQ(shell("$SPINFLOW sample ising-chain -N 8 -T 0 -n 20 -o cold.h5", folder.path()).status, 0);
  const auto cold = json::parse(shell("$SPINFLOW measure cold.h5 --json", folder.path()).out);
  for (const char* name : {"coupling", "coupling_pseudo_likelihood"}) {
    EXPECT_TRUE(cold.at("groups").at(0).at(name).at("value").is_null());
    EXPECT_EQ(cold.at("groups").at(0).at(name).at("censored"), true);
  }
  // Spins on a square have none.
  EXPECT_FALSE(answer_of("measure s.h5").at("groups").at(0).contains("coupling"));
  EXPECT_EQ(shell("$SPINFLOW measure s.h5", workshop()).out.find("K_out"), std::string::npos);
}

}  // namespace
}  // namespace spinflow::program_tests
