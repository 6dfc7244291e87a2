// SPDX-License-Identifier: Apache-2.0
// Every command as a user types it, on inputs of a few spins; training and flows stand in a file of their
// own.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "cli/commands_testing.hpp"

namespace spinflow::program_tests {
namespace {

TEST_F(Commands, HelpNamesWhatTheRegistriesHold) {
  EXPECT_NE(answer("--help", folder()).find("completion"), std::string::npos);
  EXPECT_TRUE(answer("--version", folder()).starts_with("spinflow "));
  const std::string sample = answer("sample --help", folder());
  for (const char* word : {"ising-square", "wolff", "--coupling", "--seed"})
    EXPECT_NE(sample.find(word), std::string::npos) << word;
  EXPECT_NE(answer("train rbm --help", folder()).find("--weight-decay"), std::string::npos);
  EXPECT_NE(answer("train --help", folder()).find("classifier"), std::string::npos);
  const std::string flow = answer("flow --help", folder());
  for (const char* word : {"block-majority", "pseudo-likelihood", "--factor"})
    EXPECT_NE(flow.find(word), std::string::npos) << word;
  EXPECT_NE(answer("run --help", folder()).find("iso2018"), std::string::npos);
}

TEST_F(Commands, WithoutWordsTheHelpGoesToStandardError) {
  const auto result = shell("$SPINFLOW", folder());
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_NE(result.err.find("sample"), std::string::npos);
}

TEST_F(Commands, ListsAndDoctor) {
  EXPECT_EQ(json_answer("models", folder()).at("models").size(), 4u);
  const json listed = json_answer("recipes", folder());
  std::vector<std::string> recipes;
  for (const auto& recipe : listed.at("recipes")) recipes.push_back(recipe.at("name"));
  EXPECT_EQ(recipes, (std::vector<std::string>{"gong-xia", "iso2018", "short-sighted"}));
  // What --set can set.
  for (const auto& name : recipes) {
    const std::string text = answer("recipes " + name, folder());
    for (const char* part : {"[scale-smoke]", "[criteria.", "seeds = "})
      EXPECT_NE(text.find(part), std::string::npos) << name << ", " << part;
    EXPECT_EQ(json_answer("recipes " + name, folder()).at("toml"), text);
  }
  const json doctor = json_answer("doctor", folder());
  EXPECT_TRUE(doctor.at("simd").at("available").is_array());
  EXPECT_GE(doctor.at("threads").get<int>(), 1);
  EXPECT_NE(answer("cite iso2018", folder()).find("1801.07172"), std::string::npos);
  EXPECT_TRUE(json_answer("cite wolff", folder()).at("citations").is_array());
  EXPECT_NE(answer("cite pcd", folder()).find("Tieleman"), std::string::npos);
  EXPECT_NE(answer("cite pt", folder()).find("Desjardins"), std::string::npos);
}

TEST_F(Commands, SampleAndMeasure) {
  const std::string table =
      answer("sample ising-square -L 6x5 -T 1,3 -n 20 --boundary open --field 0.5 -o a.h5", folder());
  EXPECT_NE(table.find("6x5"), std::string::npos);
  EXPECT_NE(table.find("seed 1"), std::string::npos);
  const json groups = json_answer("measure a.h5", folder()).at("groups");
  ASSERT_EQ(groups.size(), 2u);
  for (const auto& group : groups) {
    EXPECT_EQ(group.at("n"), 20);
    for (const char* name :
         {"energy", "abs_magnetization", "magnetization_2", "magnetization_4", "specific_heat", "binder"})
      EXPECT_TRUE(is_estimate(group.at(name))) << name;
    EXPECT_EQ(group.at("correlation").at(0).at("r"), 1);
  }
  const json zero = json_answer("sample ising-chain -N 9 -K 0.5,2 -n 10 --seed 7 -o b.h5", folder());
  EXPECT_EQ(zero.at("seed"), 7);
  EXPECT_EQ(zero.at("groups").at(0).at("temperature"), 0.5);
  EXPECT_EQ(zero.at("groups").at(1).at("n"), 10);
}

TEST_F(Commands, LongRangeModelsFromSpinsToTemperatures) {
  (void)answer("sample ising-power-law -L 4 -T 4,9 -n 200 --sigma 0.8 -o a.h5", folder());
  const std::string record = answer("inspect a.h5", folder());
  for (const char* said : {"images = \"sum\"", "sigma = 0.8", "dimension = 2"})
    EXPECT_NE(record.find(said), std::string::npos) << said;
  ASSERT_EQ(json_answer("measure a.h5", folder()).at("groups").size(), 2u);
  const json read = json_answer(
      "flow block-majority --start a.h5 --start-temperature 9 --thermometer energy,magnetization", folder());
  for (const char* name : {"energy", "magnetization"}) {
    const json& t = read.at("starts").at(0).at("steps").at(0).at("thermometers").at(name);
    // Five errors: less than one in a million by chance, and the seed is fixed.
    EXPECT_NEAR(t.at("value").get<double>(), 9, 5 * t.at("error").get<double>()) << name;
  }
  (void)answer("sample ising-power-law --dimension 1 -L 16 -T 4 -n 20 --images minimum -o b.h5", folder());
  EXPECT_NE(answer("inspect b.h5", folder()).find("images = \"minimum\""), std::string::npos);
  (void)answer("sample ising-infinite-range -L 16 -T 1 -n 20 -o c2.h5", folder());
}

TEST_F(Commands, SampleLongRangeModels) {
  const auto sampled = [&](const std::string& arguments) {
    const json answer = json_answer("sample " + arguments + " -n 100 -o l.h5 --force", folder());
    EXPECT_EQ(json_answer("measure l.h5", folder())["groups"].size(), answer["groups"].size()) << arguments;
    return answer["groups"].front();
  };
  // T = 20 is hot: e = -K sum_r J(r)^2 / 2 in first order, about -0.13 here.
  const json hot = sampled("ising-power-law --dimension 2 --sigma 1.25 -L 6 -T 20");
  EXPECT_LT(hot["energy"]["value"], -0.05);
  EXPECT_GT(hot["energy"]["value"], -0.3);
  EXPECT_EQ(hot["sampler"], "swendsen-wang");
  EXPECT_EQ(sampled("ising-power-law --dimension 1 --sigma 0.5 -N 32 -T 4 --field 0.2")["sampler"],
            "metropolis");
  EXPECT_EQ(sampled("ising-power-law --dimension 1 --sigma 0.5 -N 15 -T 0,1 --coupling -1")["sampler"],
            "tempering");
  EXPECT_EQ(
      sampled(
          "ising-power-law --dimension 2 --images minimum -L 5x4 -K 0.1 --sampler swendsen-wang")["sampler"],
      "swendsen-wang");
  EXPECT_EQ(sampled("ising-infinite-range -N 30 -T 0.9")["sampler"], "wolff");
  EXPECT_EQ(sampled("ising-square -L 5 --coupling -1 --field 0.5 -T 0 --sampler tempering")["sampler"],
            "tempering");
}

TEST_F(Commands, NoErrorIsMadeUpForFewRows) {
  // Two rows, both in the ground state as 99 % of such pairs are: nothing scatters.
  (void)answer("sample ising-square -L 4 -T 1 -n 2 -o few.h5", folder());
  const json group = json_answer("measure few.h5", folder()).at("groups").at(0);
  for (const char* name : {"energy", "abs_magnetization", "specific_heat", "binder"})
    EXPECT_TRUE(group.at(name).at("error").is_null()) << name;
  EXPECT_EQ(group.at("energy").at("value"), -2.0);
  EXPECT_EQ(group.at("short_series"), false) << "independent rows";
  EXPECT_NE(answer("measure few.h5", folder()).find("-2(?)"), std::string::npos);
  // Rows that are independent as they were drawn have a tau_int of 1/2; nobody measured it.
  EXPECT_EQ(group.at("tau_int").at("value"), 0.5);
  EXPECT_TRUE(group.at("tau_int").at("error").is_null());
  EXPECT_NE(answer("measure few.h5", folder()).find("  0.5  "), std::string::npos);
  const std::string chain = answer("sample ising-chain -N 8 -T 1 -n 4 -o chain.h5", folder());
  EXPECT_NE(chain.find("  0.5  exact-chain"), std::string::npos) << chain;
  // 20 rows of one series do not know their tau_int.
  std::ofstream(folder() / "few.npy", std::ios::binary) << npy_spins(20);
  EXPECT_NE(answer("measure few.npy", folder()).find("shorter than 50 tau_int"), std::string::npos);
}

TEST_F(Commands, SpinsOfOtherProgramsAreMeasured) {
  const json group = json_answer("measure w.npy", folder()).at("groups").at(0);
  EXPECT_EQ(group.at("n"), 32);
  EXPECT_TRUE(group.at("temperature").is_null());
  EXPECT_TRUE(group.at("energy").at("value").is_null());
  EXPECT_TRUE(group.at("abs_magnetization").at("value").is_number());
}

TEST_F(Commands, NothingIsOverwrittenWithoutForce) {
  const std::string line = "sample ising-square -L 4 -T 1 -n 4 -o a.h5";
  (void)answer(line, folder());
  const std::string before = bytes_of(folder() / "a.h5");
  EXPECT_EQ(shell("$SPINFLOW " + line + " --seed 2", folder()).status, 2);
  EXPECT_TRUE(bytes_of(folder() / "a.h5") == before);
  (void)answer(line + " --seed 2 --force", folder());
  EXPECT_FALSE(bytes_of(folder() / "a.h5") == before);
}

TEST_F(Commands, SameBytesForAnyNumberOfThreadsAndSimdLevel) {
  const auto levels = json_answer("doctor", folder()).at("simd").at("available");
  const auto files = [&](const std::string& name, const std::string& prefix, const std::string& flags) {
    const fs::path here = folder() / name;
    fs::create_directory(here);
    for (const char* line :
         {"sample ising-square -L 5 -T 2,3 -n 1200 -o s.h5", "train rbm s.h5 --hidden 7 --epochs 1 -o v.h5",
          "flow v.h5 --start s.h5 --steps 3 --thermometer energy --keep 3 -o f.h5"}) {
      const auto result = shell(prefix + " $SPINFLOW " + line + flags, here);
      EXPECT_EQ(result.status, 0) << result.err;
    }
    return bytes_of(here / "s.h5") + bytes_of(here / "v.h5") + bytes_of(here / "f.h5");
  };
  const std::string one = files("one", "", " --threads 1");
  EXPECT_TRUE(files("two", "", " --threads 2") == one);
  EXPECT_TRUE(files("three", "", " --threads 3") == one);
  for (const auto& level : levels) {
    const std::string name = level.get<std::string>();
    EXPECT_TRUE(files(name, "SPINFLOW_SIMD=" + name, "") == one) << name;
  }
}

TEST_F(SlowCommands, Verify) {
  const json verified = json_answer("verify", folder());
  EXPECT_TRUE(verified.at("passed").get<bool>());
  EXPECT_GT(verified.at("rows").size(), 50u);
  for (const char* name :
       {"model", "sampler", "size", "temperature", "observable", "measured", "error", "exact", "z"})
    EXPECT_TRUE(verified.at("rows").at(0).contains(name)) << name;
}

TEST_F(SlowCommands, RunReportAndRefusals) {
  const std::string line =
      "run iso2018 --scale smoke --set ensemble.samples_per_temperature=12 --set flow.chains=12 --set "
      "flow.steps=4 -o try";
  const std::string table = answer(line, folder());
  for (const char* word : {"b1", "inconclusive", "report.html", "seed 1"})
    EXPECT_NE(table.find(word), std::string::npos) << table;
  for (const char* name : {"recipe.toml", "results.json", "report.html", "run.log", "figures"})
    EXPECT_TRUE(fs::exists(folder() / "try" / name)) << name;
  EXPECT_FALSE(fs::exists(folder() / "try" / "INCOMPLETE"));
  const std::string results = bytes_of(folder() / "try" / "results.json");

  fs::remove(folder() / "try" / "report.html");
  EXPECT_EQ(json_answer("report try", folder()).at("report"), "try/report.html");
  EXPECT_TRUE(fs::exists(folder() / "try" / "report.html"));

  const auto again = shell("$SPINFLOW " + line, folder());
  EXPECT_EQ(again.status, 2);
  EXPECT_NE(again.err.find("--force"), std::string::npos) << again.err;
  EXPECT_EQ(json_answer(line + " --force", folder()), json::parse(results));
  EXPECT_EQ(bytes_of(folder() / "try" / "results.json"), results);
}

TEST_F(Commands, ForceLeavesForeignFoldersAlone) {
  fs::create_directory(folder() / "mine");
  std::ofstream(folder() / "mine" / "precious") << "x";
  EXPECT_EQ(shell("$SPINFLOW run iso2018 --scale smoke --force -o mine", folder()).status, 2);
  std::ofstream(folder() / "mine" / "recipe.toml") << "x";
  EXPECT_EQ(shell("$SPINFLOW run iso2018 --scale smoke --force -o mine", folder()).status, 2);
  EXPECT_TRUE(fs::exists(folder() / "mine" / "precious"));
  // Names as ours, written by another program.
  std::ofstream(folder() / "mine" / "results.json") << "{}";
  std::ofstream(folder() / "mine" / "recipe.toml") << "\n[recipe]\nname = \"soup\"\n";
  EXPECT_EQ(shell("$SPINFLOW run iso2018 --scale smoke --force -o mine", folder()).status, 2);
  EXPECT_TRUE(fs::exists(folder() / "mine" / "precious"));
}

TEST_F(SlowCommands, ForceRemovesWhatARunWroteAndNothingElse) {
  const std::string line =
      "run iso2018 --scale smoke --set ensemble.samples_per_temperature=12 --set flow.chains=12 --set "
      "flow.steps=4 -o try";
  (void)answer(line, folder());
  const auto written = content_of(folder() / "try");
  const fs::path run = folder() / "try";
  const auto refused = [&](const std::string& name) {
    const auto result = shell("$SPINFLOW " + line + " --force", folder());
    EXPECT_EQ(result.status, 2);
    EXPECT_NE(result.err.find(name), std::string::npos) << result.err;
    EXPECT_TRUE(fs::exists(run / "results.json"));
    EXPECT_TRUE(fs::exists(fs::symlink_status(run / name))) << name;
    fs::remove_all(run / name);
  };
  std::ofstream(run / "notes.txt") << "mine";
  refused("notes.txt");
  fs::create_directory(run / "paper");
  refused("paper");
  std::ofstream(run / "figures" / "mine.png") << "x";
  refused("figures/mine.png");
  fs::copy(folder() / "s.h5", run / "s.h5");  // of `spinflow sample`, not of the run
  refused("s.h5");
  std::ofstream(run / "data.h5") << "x";
  refused("data.h5");
  std::ofstream(run / "mine.json") << "{\"claims\": []}";
  refused("mine.json");
  fs::copy(run / "results.json", run / "results-before.json");
  refused("results-before.json");
  fs::create_symlink("../s.h5", run / "link.h5");
  refused("link.h5");
  (void)answer(line + " --force", folder());
  EXPECT_EQ(content_of(run), written);
}

TEST_F(SlowCommands, ARunThatWasKilledAtItsStartIsNotStuck) {
  const std::string line =
      "run iso2018 --scale smoke --set ensemble.samples_per_temperature=12 --set flow.chains=12 --set "
      "flow.steps=4 -o try";
  (void)answer(line, folder());
  const fs::path run = folder() / "try";
  const std::string results = bytes_of(run / "results.json");
  const std::string recipe = bytes_of(run / "recipe.toml");
  const auto left = [&](const std::string& name, const std::string& content) {
    fs::remove_all(run);
    fs::create_directory(run);
    std::ofstream(run / name) << content;
  };
  // Killed while recipe.toml was written, and right after that.
  const std::string partial = ".recipe.toml.77-0.partial";
  for (const auto& [name, content, how] :
       std::vector<std::array<std::string, 3>>{{partial, "[reci", " --resume"},
                                               {"recipe.toml", recipe, " --resume"},
                                               {"recipe.toml", recipe, " --force"}}) {
    SCOPED_TRACE(name + how);
    left(name, content);
    (void)answer(line + how, folder());
    EXPECT_EQ(bytes_of(run / "results.json"), results);
    EXPECT_FALSE(fs::exists(run / "INCOMPLETE"));
    EXPECT_FALSE(fs::exists(run / partial));
  }
  left("recipe.toml", recipe);
  const auto plain = shell("$SPINFLOW " + line, folder());
  EXPECT_EQ(plain.status, 2);
  EXPECT_NE(plain.err.find("--resume"), std::string::npos) << plain.err;
  const auto report = shell("$SPINFLOW report try", folder());
  EXPECT_EQ(report.status, 2);
  EXPECT_NE(report.err.find("--resume"), std::string::npos) << report.err;
}

}  // namespace
}  // namespace spinflow::program_tests
