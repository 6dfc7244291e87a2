// SPDX-License-Identifier: Apache-2.0
// spinflow critical: good and bad input, the folder it writes, Ctrl-C and what goes on from there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/cli_testing.hpp"
#include "spinflow/io/text_file.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* quick = "critical ising-square --sizes 4,6,8,12 --budget 1s --seed 3";

TEST(CriticalCommand, RefusesWhatCannotBeAnswered) {
  expect_refused({
      {"critical", "MODEL"},
      {"critical ising-cube --sizes 8,12,16", "ising-cube"},
      {"critical ising-square", "--sizes"},
      {"critical ising-square --sizes 16", "three or more"},
      {"critical ising-square --sizes 16,8,32", "ascending"},
      {"critical ising-square --sizes 8,9,10", "twice"},
      {"critical ising-square --sizes 2,8,16", "too small"},
      {"critical ising-square --sizes 8.5,12,16", "8.5"},
      {"critical ising-square --sizes 8,12,big", "big"},
      {"critical ising-square --sizes 8,12,900000", "memory"},
      {"critical ising-chain --sizes 16,32,64", "no transition"},
      {"critical ising-square --sizes 8,12,16 --coupling=-1", "critical"},
      {"critical ising-square --sizes 8,12,16 --field 0.1", "critical"},
      {"critical ising-square --sizes 8,12,16 --sigma 1", "no option --sigma"},
      {"critical ising-power-law --sizes 8,12,16 --sigma 0", "sigma"},
      {"critical ising-power-law --sizes 8,12,16 --sigma=-1", "sigma"},
      {"critical ising-power-law --dimension 1 --sizes 16,32,64 --sigma 1.5", "no transition"},
      {"critical ising-power-law --dimension 3 --sizes 16,32,64", "dimension"},
      {"critical ising-square --sizes 8,12,16 --budget soon", "soon"},
      {"critical ising-square --sizes 8,12,16 --budget 5x", "5x"},
      {"critical ising-square --sizes 8,12,16 --budget=-5m", "budget"},
      {"critical ising-square --sizes 8,12,16 --precision 2", "precision"},
      {"critical ising-square --sizes 8,12,16 --precision 0", "--precision"},
      {"critical ising-square --sizes 8,12,16 --precision 1e-3 --budget 1m", "both"},
      {"critical ising-square --sizes 8,12,16 --omega 2", "--reanalyze"},
      {"critical ising-square --sizes 8,12,16 --resume --force", "contradict"},
      {"critical ising-square --sizes 8,12,16 -o s.h5", "not a folder"},
      {"critical --recipe missing.toml", "missing.toml"},
      {"critical --recipe s.h5", "s.h5"},
      {"critical --recipe missing.toml --sizes 8,12,16", "--sizes"},
      {"critical --reanalyze missing", "missing"},
      {"critical --merge missing", "there is one run"},
      {"critical --merge missing,folder", "missing"},
      {"critical --merge a,b --reanalyze folder", "both given"},
      {"critical --reanalyze folder", "give the folder of a `spinflow critical`"},
      {"critical --merge folder,missing", "give the folder of a `spinflow critical`"},
      {"critical --merge a,,b", "a name is missing beside a comma of 'a,,b'"},
      {"critical ising-square --reanalyze folder", "MODEL"},
  });
}

TEST(SlowCriticalCommand, AnswersAndCanBeReadAgainAndRepeated) {
  const testing::TemporaryFolder folder;
  const auto result = shell(std::string("$SPINFLOW ") + quick + " --json -o run", folder.path());
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  const json values = json::parse(result.out);
  for (const char* name : {"T_c", "K_c", "nu", "y_t", "Delta_sigma", "Delta_epsilon", "Q_star"})
    for (const char* part : {"value", "error", "systematic", "expected"})
      EXPECT_TRUE(values.at(name).contains(part)) << name << " " << part;
  EXPECT_NEAR(values.at("T_c").at("expected").get<double>(), 2.269185314213022, 1e-12);
  // What a second of budget buys depends on the machine, and so do the errors.
  const json& t_c = values.at("T_c");
  const double known = t_c.at("systematic").is_null() ? 0 : t_c.at("systematic").get<double>();
  const double error = t_c.at("error").is_null() ? 0 : t_c.at("error").get<double>();
  EXPECT_NEAR(t_c.at("value").get<double>(), 2.269, std::max(0.05, 6 * std::hypot(error, known)));
  for (const char* file : {"recipe.toml", "results.json", "series.h5", "report.html", "run.log",
                           "figures/q-curves.vl.json", "figures/tau-int.csv"})
    EXPECT_TRUE(fs::exists(folder.path() / "run" / file)) << file;
  EXPECT_EQ(json::parse(io::read_text(folder.path() / "run/results.json")).at("values"), values);

  // Nothing is overwritten; the series read again give the same numbers; the recipe gives the same bits.
  EXPECT_EQ(shell(std::string("$SPINFLOW ") + quick + " -o run", folder.path()).status, 2);
  const auto again = shell("$SPINFLOW critical --reanalyze run --json", folder.path());
  ASSERT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(json::parse(again.out), values);
  const auto fewer = shell("$SPINFLOW critical --reanalyze run --sizes 6,8,12 -o fewer", folder.path());
  ASSERT_EQ(fewer.status, 0) << fewer.err;
  EXPECT_TRUE(fs::exists(folder.path() / "fewer/report.html"));
  const auto repeated =
      shell("$SPINFLOW critical --recipe run/recipe.toml --threads 1 -o repeated", folder.path());
  ASSERT_EQ(repeated.status, 0) << repeated.err;
  for (const char* file : {"results.json", "series.h5"})
    EXPECT_EQ(io::read_text(folder.path() / "repeated" / file), io::read_text(folder.path() / "run" / file));
  ASSERT_EQ(shell("$SPINFLOW critical --recipe run/recipe.toml --seed 9 -o other", folder.path()).status, 0);
  EXPECT_NE(io::read_text(folder.path() / "other/series.h5"), io::read_text(folder.path() / "run/series.h5"));
  const auto merged = shell("$SPINFLOW critical --merge run,other -o both --json", folder.path());
  ASSERT_EQ(merged.status, 0) << merged.err;
  EXPECT_TRUE(json::parse(merged.out).at("T_c").at("value").is_number());
  EXPECT_EQ(shell("$SPINFLOW critical --merge run,repeated", folder.path()).status, 2);
  EXPECT_EQ(shell("$SPINFLOW report run", folder.path()).status, 0);
  EXPECT_EQ(shell("$SPINFLOW inspect run/series.h5", folder.path()).status, 0);
}

TEST(SlowCriticalCommand, SaysWhichErrorsAreNotKnown) {
  const testing::TemporaryFolder folder;
  const auto result = shell(
      "$SPINFLOW critical ising-power-law --dimension 2 --sigma 1.75 --sizes 4,6,8,12 --budget 1s -o run",
      folder.path());
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.out.find("not known"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("no correction exponent is known"), std::string::npos) << result.out;
  const json values = json::parse(io::read_text(folder.path() / "run/results.json")).at("values");
  EXPECT_TRUE(values.at("K_c").at("value").is_number());
  EXPECT_TRUE(values.at("K_c").at("systematic").is_null());
}

TEST(SlowCriticalCommand, GoesOnAfterCtrlC) {
  const testing::TemporaryFolder folder;
  // A run of some seconds whatever the pilot finds on a busy machine: the signal must come before its end.
  ASSERT_EQ(shell(std::string("$SPINFLOW ") + quick + " -o pilot", folder.path()).status, 0);
  std::istringstream recipe(io::read_text(folder.path() / "pilot/recipe.toml"));
  std::ofstream longer(folder.path() / "recipe.toml");
  for (std::string line; std::getline(recipe, line);)
    longer << (line.starts_with("records") ? "records = [8000.0, 6000.0, 5000.0, 3000.0]" : line) << '\n';
  longer.close();
  ASSERT_EQ(shell("$SPINFLOW critical --recipe recipe.toml -o plan", folder.path()).status, 0);
  const std::vector<std::string> arguments = {"critical", "--recipe", "recipe.toml", "-o", "run"};
  {
    Background background(arguments, folder.path());
    ASSERT_TRUE(background.shows("sampling")) << background.seen();
    background.signal(SIGINT);
    EXPECT_EQ(background.wait(), 130) << background.seen();
    EXPECT_NE(background.seen().find("--resume"), std::string::npos) << background.seen();
  }
  EXPECT_TRUE(fs::exists(folder.path() / "run/INCOMPLETE"));
  EXPECT_EQ(shell("$SPINFLOW critical --recipe recipe.toml -o run", folder.path()).status, 2);
  EXPECT_EQ(shell("$SPINFLOW critical --reanalyze run", folder.path()).status, 2);
  const auto other =
      shell(std::string("$SPINFLOW ") + "critical ising-square --sizes 4,6,8 --resume -o run", folder.path());
  EXPECT_EQ(other.status, 2);
  EXPECT_NE(other.err.find("other settings"), std::string::npos) << other.err;
  ASSERT_EQ(shell("$SPINFLOW critical --recipe recipe.toml --resume -o run", folder.path()).status, 0);
  for (const char* file : {"results.json", "series.h5"})
    EXPECT_EQ(io::read_text(folder.path() / "run" / file), io::read_text(folder.path() / "plan" / file));
  EXPECT_FALSE(fs::exists(folder.path() / "run/INCOMPLETE"));
}

}  // namespace
}  // namespace spinflow::program_tests
