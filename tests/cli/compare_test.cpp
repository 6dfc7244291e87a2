// SPDX-License-Identifier: Apache-2.0
// spinflow compare: runs side by side, and what cannot be compared.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "cli/cli_testing.hpp"
#include "spinflow/io/text_file.hpp"
#include "spinflow/results/results.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A finished run as a recipe writes it, with a fixed point of type V.
void write_run(const fs::path& folder, std::uint64_t seed, double temperature,
               const std::string& scale = "quick") {
  fs::create_directories(folder);
  results::Results results{.recipe = "iso2018", .scale = scale, .seed = seed};
  results::Claim claim{.id = "a", .paper = "iso2018", .statement = "One fixed point.", .measured = 0.001};
  claim.error = 0.002;
  claim.verdict = seed == 1 ? results::Verdict::supported : results::Verdict::inconclusive;
  results.claims = {claim};
  results.values["T_energy_V"] = {temperature, 0.01, nan, 2.269};
  results.tables["fixed_points"] = {
      {"variant", "seeds", "T_energy", "T_energy_error", "T_magnetization", "T_magnetization_error",
       "outcome"},
      {{"V", 5.0, temperature, 0.01, 2.1, 0.02, "fixed point"},
       {"H", 5.0, nan, nan, nan, nan, "no common fixed point by step 100; drift"}}};
  io::write_text(folder / "results.json", results::to_json(results));
  io::write_text(folder / "recipe.toml", "\n[recipe]\nname = \"iso2018\"\nscale = \"" + scale +
                                             "\"\n\n[train]\nepochs = " + (seed == 1 ? "20.0" : "10.0") +
                                             "\n");
}

class Compare : public ::testing::Test {
 protected:
  void SetUp() override {
    write_run(folder() / "one", 1, 2.30);
    write_run(folder() / "two", 2, 2.50);
    write_run(folder() / "deep" / "two", 3, 2.31, "full");
  }
  [[nodiscard]] const fs::path& folder() const { return folder_.path(); }
  [[nodiscard]] testing::ProgramResult compare(const std::string& arguments) const {
    return shell("$SPINFLOW compare " + arguments, folder());
  }

 private:
  testing::TemporaryFolder folder_;
};

TEST_F(Compare, NamesTheCriteriaThatDifferAndRefusesAnswers) {
  for (const char* run : {"one", "two"}) {
    const fs::path recipe = folder() / run / "recipe.toml";
    io::write_text(recipe, io::read_text(recipe) + "\n[criteria]\na = \"text of " + run +
                               "\"\nb2 = \"other text of " + run + "\"\nc = \"one text\"\n");
  }
  const auto result = compare("one two");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.out.find("criteria a, b2 differ"), std::string::npos) << result.out;
  EXPECT_EQ(result.out.find("text of"), std::string::npos) << result.out;
  results::Results answer{.recipe = "analyze-weights", .scale = ""};
  fs::create_directories(folder() / "weights");
  io::write_text(folder() / "weights" / "results.json", results::to_json(answer));
  io::write_text(folder() / "weights" / "recipe.toml",
                 "[recipe]\nname = \"analyze-weights\"\ncommand = \"spinflow analyze weights v.h5\"\n");
  expect_refused({{"compare one weights", "analyze-weights"}}, folder());
}

TEST_F(Compare, SetsTwoRunsSideBySide) {
  const auto result = compare("one two/");
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  for (const char* words : {"The runs differ in seed (1, 2) and settings.", "train.epochs: 20.0 | 10.0",
                            "supported", "inconclusive", "2.300(10)", "2.500(10)", "-14.1", "differ", "0.05"})
    EXPECT_NE(result.out.find(words), std::string::npos) << words << "\n" << result.out;
  const json answer = json::parse(compare("one two --json").out);
  ASSERT_EQ(answer.at("runs").size(), 2u);
  EXPECT_EQ(answer.at("runs").at(1).at("seed"), 2);
  EXPECT_EQ(answer.at("claims").at(0).at("id"), "a");
  EXPECT_EQ(answer.at("claims").at(0).at("runs").at(0).at("verdict"), "supported");
  EXPECT_EQ(answer.at("claims").at(0).at("pull"), 0.0);
  ASSERT_EQ(answer.at("fixed_points").size(), 4u);
  const auto& v = answer.at("fixed_points").at(0);
  EXPECT_EQ(v.at("variant"), "V");
  EXPECT_EQ(v.at("thermometer"), "energy");
  EXPECT_NEAR(v.at("pull").get<double>(), -0.2 / (0.01 * std::sqrt(2.0)), 1e-6);
  EXPECT_TRUE(v.at("differs").get<bool>());
  EXPECT_LT(v.at("p_value").get<double>(), 1e-4);
  EXPECT_TRUE(answer.at("fixed_points").at(2).at("runs").at(0).at("value").is_null());
  EXPECT_EQ(answer.at("settings").at("train.epochs").at(1), "10.0");
  EXPECT_TRUE(answer.at("values").empty()) << "T_energy_V is a fixed point already";
  EXPECT_EQ(answer.at("pairs"), 3);  // the claim, V by two thermometers
  EXPECT_EQ(answer.at("differences"), 1);
}

TEST_F(Compare, TakesManyRunsOfAnyScaleInAnyOrderOfWords) {
  const auto result = compare("one --json two deep/two");
  ASSERT_EQ(result.status, 0) << result.err;
  const json answer = json::parse(result.out);
  ASSERT_EQ(answer.at("runs").size(), 3u);
  // Folders of one name are told apart by their paths.
  EXPECT_EQ(answer.at("runs").at(0).at("name"), "one");
  EXPECT_EQ(answer.at("runs").at(1).at("name"), "two");
  EXPECT_EQ(answer.at("runs").at(2).at("name"), "deep/two");
  EXPECT_EQ(answer.at("runs").at(2).at("scale"), "full");
  EXPECT_EQ(answer.at("fixed_points").at(0).at("between"), (json{0, 1}));
}

TEST_F(Compare, WritesAFolderWithAReport) {
  const std::string line = "one two -o compared";
  const auto result = compare(line);
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.out.find("compared/report.html"), std::string::npos);
  for (const char* name :
       {"recipe.toml", "results.json", "report.html", "figures/fixed-points-energy.vl.json"})
    EXPECT_TRUE(fs::exists(folder() / "compared" / name)) << name;
  const std::string page = io::read_text(folder() / "compared" / "report.html");
  EXPECT_NE(page.find("The runs differ in seed (1, 2)"), std::string::npos);
  EXPECT_NE(page.find("spinflow compare one two -o compared"), std::string::npos);
  EXPECT_NE(page.find("supported, 0.0010 ± 0.0020"), std::string::npos);
  EXPECT_EQ(compare(line).status, 2);
  EXPECT_EQ(compare(line + " --force").status, 0);
  EXPECT_EQ(shell("$SPINFLOW report compared", folder()).status, 0);
}

TEST_F(Compare, RunsWithoutAnythingInCommonAreStillShown) {
  results::Results other{.recipe = "soup", .scale = "", .seed = 9};
  other.claims = {{.id = "z", .paper = "soup", .statement = "Hot.", .measured = nan}};
  fs::create_directory(folder() / "soup");
  io::write_text(folder() / "soup" / "results.json", results::to_json(other));
  io::write_text(folder() / "soup" / "recipe.toml", "\n[recipe]\nname = \"soup\"\n");
  const auto result = compare("one soup -o compared");
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.out.find("recipe (iso2018, soup)"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("there are no pulls"), std::string::npos) << result.out;
  EXPECT_TRUE(fs::exists(folder() / "compared" / "report.html"));
}

TEST_F(Compare, BadInput) {
  ASSERT_EQ(compare("one two -o compared").status, 0);
  write_run(folder() / "unfinished", 1, 2.3);
  io::write_text(folder() / "unfinished" / "INCOMPLETE", "x");
  write_run(folder() / "begun", 1, 2.3);
  fs::remove(folder() / "begun" / "results.json");
  write_run(folder() / "damaged", 1, 2.3);
  io::write_text(folder() / "damaged" / "results.json",
                 io::read_text(folder() / "one" / "results.json").substr(0, 200));
  write_run(folder() / "bare", 1, 2.3);
  io::write_text(folder() / "bare" / "results.json", "{}");
  write_run(folder() / "nameless", 1, 2.3);
  fs::remove(folder() / "nameless" / "recipe.toml");
  fs::create_directory(folder() / "empty");
  fs::create_directory_symlink("one", folder() / "link");
  std::ofstream(folder() / "file") << "x";
  expect_refused({{"compare", "DIR is missing"},
                  {"compare one", "two folders"},
                  {"compare one one", "given twice"},
                  {"compare one ./one/", "given twice"},
                  {"compare one link", "given twice"},
                  {"compare one missing", "missing"},
                  {"compare missing one", "missing"},
                  {"compare one file", "not a run folder"},
                  {"compare one empty", "empty"},
                  {"compare one unfinished", "not finished"},
                  {"compare one begun", "not finished"},
                  {"compare one damaged", "damaged/results.json"},
                  {"compare one bare", "bare/results.json"},
                  {"compare one nameless", "nameless/recipe.toml"},
                  {"compare one compared", "comparison"},
                  {"compare one two -o compared", "--force"},
                  {"compare one two -o two --force", "something else"},
                  {"compare one two -o file", "not a folder"},
                  {"compare one two -o nowhere/new", "no folder"},
                  {"compare one damaged -o new", "damaged"},
                  {"compare one two --jsn", "did you mean '--json'"},
                  {"compare one two -o", "-o"}},
                 folder());
}

}  // namespace
}  // namespace spinflow::program_tests
