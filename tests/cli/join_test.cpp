// SPDX-License-Identifier: Apache-2.0
// Several processes that fill one run folder end with the bytes of one process.
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <set>
#include <thread>

#include "cli/cli_testing.hpp"
#include "io/io_testing.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;

std::string spinflow_line(const std::vector<std::string>& words) {
  std::string line = "$SPINFLOW";
  for (const auto& word : words) line += " " + word;
  return line;
}

std::vector<std::string> extended(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// A recipe that one process runs into `one` and `n` into `many`, all but one of which are killed after
/// `kill_after` (0: none), and started again.
void expect_same_bytes(const std::vector<std::string>& words, int n, std::chrono::milliseconds kill_after) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(shell(spinflow_line(extended(words, {"-o", "one"})), folder.path()).status, 0);
  const auto joined = extended(words, {"-o", "many", "--join", "--threads", "1"});
  const auto start = [&] { return std::make_unique<Background>(joined, folder.path()); };
  std::vector<std::unique_ptr<Background>> programs;
  for (int i = 0; i < n; ++i) programs.push_back(start());
  if (kill_after.count() > 0) {
    std::this_thread::sleep_for(kill_after);
    for (int i = 1; i < n; ++i) programs[static_cast<std::size_t>(i)]->signal(i % 2 == 0 ? SIGTERM : SIGKILL);
    for (int i = 1; i < n; ++i) {
      EXPECT_NE(programs[static_cast<std::size_t>(i)]->wait(), 0) << "it had ended before it was killed";
      programs[static_cast<std::size_t>(i)] = start();
    }
  }
  for (auto& program : programs) EXPECT_EQ(program->wait(), 0) << program->seen();
  for (const char* file : {"results.json", "recipe.toml"})
    EXPECT_EQ(testing::bytes_of(folder.path() / "many" / file),
              testing::bytes_of(folder.path() / "one" / file));
  const auto names = [&](const char* run) {
    std::set<std::string> all;
    for (const auto& path : content_of(folder.path() / run))
      if (const auto name = fs::relative(path, folder.path() / run); name.extension() != ".partial")
        all.insert(name.string());
    return all;
  };
  EXPECT_EQ(names("many"), names("one"));
}

TEST(Join, ManyProcessesEndAsOneDoes) {
  expect_same_bytes({"run", "gong-xia", "--scale", "smoke"}, 8, std::chrono::milliseconds(0));
}

TEST(SlowJoin, TheRestGoesOnWhenSomeAreKilled) {
  for (const int after : {200, 800})
    expect_same_bytes({"run", "iso2018", "--scale", "smoke", "--set", "ensemble.samples_per_temperature=20",
                       "--set", "rg.samples=20", "--set", "flow.steps=4", "--set", "flow.chains=20"},
                      4, std::chrono::milliseconds(after));
}

TEST(SlowJoin, ARunWithCriticalPointsInIt) {
  expect_same_bytes({"run", "short-sighted", "--scale", "smoke"}, 3, std::chrono::milliseconds(1000));
}

TEST(SlowJoin, ACriticalPointIsPlannedOnceAndSampledTogether) {
  const testing::TemporaryFolder folder;
  const std::vector<std::string> question = {"critical", "ising-square", "--sizes", "6,8,12,16",
                                             "--budget", "3s",           "-o",      "many"};
  std::vector<std::unique_ptr<Background>> programs;
  for (int i = 0; i < 3; ++i)
    programs.push_back(
        std::make_unique<Background>(extended(question, {"--join", "--threads", "1"}), folder.path()));
  for (auto& program : programs) EXPECT_EQ(program->wait(), 0) << program->seen();
  // The plan depends on the clock; what follows from it does not.
  const auto alone =
      shell("$SPINFLOW critical --recipe many/recipe.toml -o one && cmp one/results.json many/results.json",
            folder.path());
  EXPECT_EQ(alone.status, 0) << alone.err << alone.out;
}

TEST(Join, ManySeedsAreRunAndPooled) {
  const testing::TemporaryFolder folder;
  const std::vector<std::string> words = {"run", "gong-xia", "--scale", "smoke",     "--seeds",
                                          "1:3", "-o",       "seeds",   "--threads", "1"};
  std::vector<std::unique_ptr<Background>> programs;
  for (int i = 0; i < 4; ++i) programs.push_back(std::make_unique<Background>(words, folder.path()));
  for (auto& program : programs) EXPECT_EQ(program->wait(), 0) << program->seen();
  EXPECT_EQ(shell("$SPINFLOW run gong-xia --scale smoke --seed 2 -o two && cmp two/results.json "
                  "seeds/seed-2/results.json && test -f seeds/pooled/report.html",
                  folder.path())
                .status,
            0);
  // A fourth seed is added to them.
  const auto more = shell("$SPINFLOW run gong-xia --scale smoke --seeds 1:4 -o seeds --json", folder.path());
  EXPECT_EQ(more.status, 0) << more.err;
  EXPECT_NE(more.out.find("\"inconclusive\""), std::string::npos);
  const auto status = shell("$SPINFLOW status seeds --json", folder.path());
  EXPECT_EQ(status.status, 0) << status.err;
  for (const char* part : {"\"seed\": 4", "\"state\": \"finished\"", "\"waiting\": 0"})
    EXPECT_NE(status.out.find(part), std::string::npos) << status.out;
  const auto compared = shell("$SPINFLOW compare seeds/seed-1 seeds/seed-2", folder.path());
  EXPECT_NE(compared.out.find("All runs together"), std::string::npos) << compared.out;
  ASSERT_EQ(shell("mkdir photos && touch photos/cat.jpg", folder.path()).status, 0);
  expect_refused(
      {{"run iso2018 --scale smoke --seeds 1:3 -o seeds", "it holds runs of gong-xia at scale smoke"},
       {"run gong-xia --seeds 1:3 --seed 2 -o x", "--seeds and --seed are both given"},
       {"run gong-xia --seeds 1:3 --force -o seeds", "leave it out"},
       {"run gong-xia --seeds 3 -o x", "fewer than two seeds"},
       {"run gong-xia --seeds 1,1 -o x", "1 stands there twice"},
       {"run gong-xia --seeds 1:3 -o photos", "it holds something else: 'cat.jpg'"},
       {"run gong-xia -o seeds", "it holds something else"},
       {"merge seeds/seed-1 seeds/seed-2 -o c.h5", "`spinflow compare` pools runs"},
       {"status photos", "it does not hold a run"},
       {"status seeds/pooled", "which is not a run"},
       {"status nowhere", "there is no such folder"}},
      folder.path());
}

TEST(Join, IsRefusedWhereItCannotBeMeant) {
  const testing::TemporaryFolder folder;
  const std::string run = "$SPINFLOW run gong-xia --scale smoke -o run";
  ASSERT_EQ(shell(run + " --join", folder.path()).status, 0);
  const auto finished = testing::bytes_of(folder.path() / "run" / "results.json");
  const auto again = shell(run + " --join --json", folder.path());
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(again.out, finished);
  const std::vector<Refused> cases = {
      {"run gong-xia --scale smoke -o run --join --seed 2", "the run there has another recipe.seed"},
      {"run gong-xia --scale quick -o run --join", "another recipe.scale"},
      {"run gong-xia --scale smoke -o run --join --set cells.seeds=3", "another cells.seeds"},
      {"run iso2018 --scale smoke -o run --join", "another recipe.name"},
      {"critical ising-square --sizes 4,6,8 -o run --join", "a result of 'gong-xia'"},
      {"run gong-xia --scale smoke -o run --join --resume", "leave --resume out"},
      {"run gong-xia --scale smoke -o run --join --force", "remove the old run first"},
      {"critical --reanalyze run --join", "--join has no meaning beside --reanalyze"}};
  expect_refused(cases, folder.path());
}

}  // namespace
}  // namespace spinflow::program_tests
