// SPDX-License-Identifier: Apache-2.0
// spinflow analyze couplings and analyze mcrg: good and bad input, and the folders they write.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/cli_testing.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json analysis_of(const std::string& line, const fs::path& folder) {
  const auto result = shell("$SPINFLOW analyze " + line + " --json", folder);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  return json::parse(result.out, nullptr, false);
}

TEST(AnalyzeCouplings, TellsCouplingsOfEveryTemperature) {
  const json answer =
      analysis_of("couplings s.h5 --basis nearest,next-nearest,field,0,0/1,0/0,1", workshop());
  EXPECT_EQ(answer.at("lattice"), "4x4");
  EXPECT_EQ(answer.at("basis").at(3), "0,0/1,0/0,1");
  ASSERT_EQ(answer.at("groups").size(), 3u);
  const auto& warm = answer.at("groups").at(2);
  EXPECT_EQ(warm.at("temperature"), 3.0);
  EXPECT_EQ(warm.at("n"), 64);
  const auto& nearest = warm.at("couplings").at("nearest");
  testing::expect_within(nearest.at("value"), nearest.at("error"), 1.0 / 3, "K at T = 3");
  // The usual basis of a square and of a chain; spins without temperatures are one group.
  EXPECT_EQ(analysis_of("couplings w.npy", workshop()).at("basis").size(), 5u);
  EXPECT_TRUE(analysis_of("couplings w.npy", workshop()).at("groups").at(0).at("temperature").is_null());
  EXPECT_EQ(analysis_of("couplings c.h5", workshop()).at("basis").size(), 4u);
}

TEST(AnalyzeCouplings, WritesAFolderWithAReport) {
  const testing::TemporaryFolder folder;
  fs::copy(workshop() / "s.h5", folder.path() / "s.h5");
  const auto result =
      shell("$SPINFLOW analyze couplings s.h5 --basis nearest,next-nearest -o k", folder.path());
  ASSERT_EQ(result.status, 0) << result.err;
  for (const char* name : {"results.json", "report.html", "figures/couplings-temperature.vl.json",
                           "figures/couplings-plane.csv"})
    EXPECT_TRUE(fs::exists(folder.path() / "k" / name)) << name;
}

TEST(AnalyzeCouplings, BadInput) {
  expect_refused({{"analyze couplings", "ENSEMBLE is missing"},
                  {"analyze couplings missing.h5", "no such file"},
                  {"analyze couplings v.h5", "spinflow/rbm"},
                  {"analyze couplings s.h5 --basis nearst", "no such interaction"},
                  {"analyze couplings s.h5 --basis nearest,0,1/0,0", "twice"},
                  {"analyze couplings s.h5 --basis 0,0/4,0", "joins a site with itself"},
                  {"analyze couplings s.h5 --basis 0,0/9,0", "more than 8 apart"},
                  {"analyze couplings c.h5 --basis plaquette", "a chain has no plaquettes"},
                  {"analyze couplings s.h5 --force", "-o"}});
}

TEST(AnalyzeMcrg, SaysWhyItGivesNoVerdict) {
  const auto said = [](const std::string& line) {
    const auto result = shell("$SPINFLOW analyze mcrg ising-square -L 32 -n 1000 " + line, workshop());
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(result.out.find("contradicted"), std::string::npos) << result.out;
    return result.out;
  };
  EXPECT_NE(said("--steps 3 --operators odd:1..3 -T 2.5").find("T = 2.5 is not the critical one, 2.26919"),
            std::string::npos);
  EXPECT_NE(said("--steps 2 --operators even:1").find("too little for a verdict"), std::string::npos);
}

TEST(AnalyzeMcrg, TellsExponentsAndMatrices) {
  const std::string line = "mcrg ising-square -L 16 --steps 2 --operators even:1..3,odd:1..2 -n 3000";
  const json answer = analysis_of(line, workshop());
  EXPECT_EQ(answer.at("lattices"), json({"16x16", "8x8", "4x4"}));
  EXPECT_NEAR(answer.at("temperature").get<double>(), 2.26918531421, 1e-9);
  EXPECT_EQ(answer.at("even").at("operators"), json({"nearest", "next-nearest", "third"}));
  EXPECT_EQ(answer.at("even").at("exact"), 1.0);
  EXPECT_EQ(answer.at("odd").at("exact"), 1.875);
  EXPECT_EQ(answer.at("even").at("eigenvalues").size(), 6u);
  EXPECT_EQ(answer.at("odd").at("matrices").size(), 2u);
  EXPECT_EQ(answer.at("even").at("matrices").at(0).at(2).size(), 3u);
  for (const auto& e : answer.at("odd").at("eigenvalues"))
    EXPECT_NEAR(e.at("exponent").at("value").get<double>(), 1.875, 0.05);
  const auto text = shell("$SPINFLOW analyze " + line, workshop());
  for (const char* words : {"y_T", "exact: 1.875", "+ third", "tau_int"})
    EXPECT_NE(text.out.find(words), std::string::npos) << text.out;
}

TEST(AnalyzeMcrg, DecimationOfTheChainHasTheExactDerivative) {
  const json answer = analysis_of(
      "mcrg ising-chain -L 32 -K 0.7 --map decimation --steps 1 --operators even:1 -n 6400", workshop());
  const auto& found = answer.at("even").at("eigenvalues").at(0).at("eigenvalue");
  testing::expect_within(found.at("value"), found.at("error"), std::tanh(1.4), "dK'/dK");
  EXPECT_TRUE(answer.at("odd").at("eigenvalues").empty());
}

TEST(AnalyzeMcrg, TakesAMapWithItsOptions) {
  const auto answer = [](const std::string& map) {
    return analysis_of("mcrg ising-square -L 12 --steps 1 --operators even:1..2,odd:1 -n 640 " + map,
                       workshop());
  };
  const json corner = answer("--factor 3 --ties corner");
  EXPECT_EQ(corner.at("map"), "block-majority");
  EXPECT_EQ(corner.at("factor"), 3);
  EXPECT_EQ(answer("--map block-majority:factor=3,ties=corner"), corner);
  EXPECT_EQ(answer("--map block-majority:factor=3 --factor 2 --ties corner"), corner);
}

TEST(AnalyzeMcrg, PowerLawModelsAtAGivenCoupling) {
  const json answer = analysis_of(
      "mcrg ising-power-law --sigma 1.25 -L 16 -K 0.1515 --steps 1 --operators even:1..2,odd:1..2 -n 1280",
      workshop());
  EXPECT_TRUE(answer.at("even").at("exact").is_null());
  EXPECT_EQ(answer.at("odd").at("exact"), 1.625);
}

TEST(AnalyzeMcrg, WritesAFolderWithAReport) {
  const testing::TemporaryFolder folder;
  const auto result = shell(
      "$SPINFLOW analyze mcrg ising-square -L 8 --steps 1 --map decimation -n 1280 --operators "
      "even:1..2,odd:1 "
      "-o mcrg",
      folder.path());
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.out.find("no fixed point"), std::string::npos) << result.out;
  for (const char* name :
       {"results.json", "report.html", "figures/mcrg-exponents.vl.json", "figures/mcrg-even-matrices.csv"})
    EXPECT_TRUE(fs::exists(folder.path() / "mcrg" / name)) << name;
}

TEST(AnalyzeMcrg, BadInput) {
  const std::string good = "analyze mcrg ising-square -L 16 --steps 1 ";
  expect_refused({{"analyze mcrg", "MODEL is missing"},
                  {"analyze mcrg ising-square", "-L"},
                  {"analyze mcrg ising-chain -L 64", "no transition at T > 0; give a coupling with -K"},
                  {"analyze mcrg ising-power-law -L 16", "give it with -K"},
                  {"analyze mcrg ising-square -L 64 --steps 6", "2x2"},
                  {"analyze mcrg ising-square -L 64 --steps 5", "joins a site with itself"},
                  {"analyze mcrg ising-square -L 62 --steps 2", "blocks of side 2"},
                  {good + "--factor 5", "blocks of side 5"},
                  {good + "--factor 1", "--factor"},
                  {good + "--operators even:1..60", "operators there are"},
                  {good + "--operators even:0..2", "from 1"},
                  {good + "--operators even:3..2", "smaller number first"},
                  {good + "--operators all", "no list of operators"},
                  {good + "--operators even:1..x", "no list of operators"},
                  {good + "--operators even:1,even:2", "twice"},
                  {good + "-T 2 -K 0.4", "both"},
                  {good + "-T 0", "-T"},
                  {good + "-n 10", "-n"},
                  {good + "-n 900000000000", "memory"},
                  {"analyze mcrg ising-infinite-range -L 64", "infinite-range"},
                  {good + "--map majority", "block-majority"},
                  {good + "--map block-majority:fctor=2", "did you mean 'factor'"},
                  {good + "--map block-majority:factor=5", "blocks of side 5"},
                  {good + "--map v.h5", "4x4"},
                  {good + "--map decimation --ties corner", "decimation has no option --ties"},
                  {good + "--sigma 1", "sigma"},
                  {good + "--field 0.1", "-K"},
                  {good + "--field 0.1 -K 0.44", "field"},
                  {good + "--coupling -1 -K 0.44", "ferromagnet"},
                  {"analyze mcrg ising-square -L 1000000 --steps 1", "memory"}});
}

}  // namespace
}  // namespace spinflow::program_tests
