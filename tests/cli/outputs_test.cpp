// SPDX-License-Identifier: Apache-2.0
// What lies at -o is replaced by what is complete, or stays: whatever ends the work, and whoever else is at
// work.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>
#include <tuple>

#include "cli/cli_testing.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

/// Names and checksums of all files but the log, which tells the time, and is the end of the page.
std::map<std::string, std::size_t> checksums_of(const fs::path& folder) {
  std::map<std::string, std::size_t> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().filename() == "run.log") continue;
    const std::string bytes = bytes_of(entry.path());
    files[fs::relative(entry.path(), folder).string()] =
        std::hash<std::string>()(bytes.substr(0, bytes.find("<details class=\"log\">")));
  }
  return files;
}

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777u;
}

const std::string small_run_line =
    "run iso2018 --scale smoke --set ensemble.samples_per_temperature=12 --set flow.chains=12 --set "
    "flow.steps=4 "
    "--set rg.samples=12 ";
const std::string small_critical = "critical --recipe plan.toml ";

/// A plan of a critical point that takes a fraction of a second.
void write_plan(const fs::path& folder) {
  std::ofstream(folder / "plan.toml") << R"([critical]
batches = 8
burn_in = [20.0, 20.0, 20.0]
couplings = [0.42, 0.44, 0.46, 0.42, 0.44, 0.46, 0.42, 0.44, 0.46]
precision = 0.0
records = [200.0, 200.0, 200.0]
seed = 1
sizes = [4.0, 6.0, 8.0]
thinning = [1.0, 1.0, 1.0]

[model]
coupling = 1.0
field = 0.0
name = "ising-square"
)";
}

TEST(Outputs, OfTwoCommandsWithOneOutputOneSucceeds) {
  const std::string w = workshop().string();
  for (const std::string& line : std::vector<std::string>{
           "sample ising-square -L 16 -T 1:3:0.5 -n 200", "train rbm " + w + "/s.h5 --epochs 5",
           "train stack " + w + "/s.h5 --hidden 4 --epochs 2", "train classifier " + w + "/s.h5 --epochs 2",
           "train dense " + w + "/s.h5 --target magnetization --updates 20",
           "flow " + w + "/v.h5 --start " + w + "/s.h5 --steps 3", "analyze weights " + w + "/v.h5"}) {
    SCOPED_TRACE(line);
    const testing::TemporaryFolder folder;
    const auto both =
        shell("one() { $SPINFLOW " + line + " -o x.h5 >/dev/null 2>>errors; echo $?; }; " + "one & one; wait",
              folder.path());
    EXPECT_TRUE(both.out == "0\n1\n" || both.out == "1\n0\n" || both.out == "0\n2\n" || both.out == "2\n0\n")
        << both.out << bytes_of(folder.path() / "errors");
    fs::remove(folder.path() / "errors");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
    if (fs::is_directory(folder.path() / "x.h5")) {
      EXPECT_TRUE(fs::exists(folder.path() / "x.h5" / "report.html"));
      EXPECT_FALSE(fs::exists(folder.path() / "x.h5" / "INCOMPLETE"));
      EXPECT_FALSE(fs::exists(folder.path() / "x.h5" / "unfinished"));
    }
  }
}

TEST(Outputs, ForceKeepsPermissions) {
  const testing::TemporaryFolder folder;
  const std::string w = workshop().string();
  const std::string sample = "$SPINFLOW sample ising-square -L 4 -T 2 -n 4 -o s.h5";
  const std::string weights = "$SPINFLOW analyze weights " + w + "/v.h5 -o answer";
  ASSERT_EQ(shell(sample + " && " + weights, folder.path()).status, 0);
  const std::map<std::string, unsigned> modes = {{"s.h5", 0600},
                                                 {"answer", 0700},
                                                 {"answer/results.json", 0600},
                                                 {"answer/figures", 0750},
                                                 {"answer/report.html", 0640}};
  for (const auto& [name, mode] : modes) ASSERT_EQ(chmod((folder.path() / name).c_str(), mode), 0);
  ASSERT_EQ(
      shell(sample + " --force && " + weights + " --force && $SPINFLOW report answer", folder.path()).status,
      0);
  for (const auto& [name, mode] : modes) EXPECT_EQ(mode_of(folder.path() / name), mode) << name;
}

TEST(Outputs, WhatFailsLeavesTheEarlierAnswer) {
  const testing::TemporaryFolder folder;
  write_plan(folder.path());
  const std::string w = workshop().string();
  for (const std::string& line : {"analyze weights " + w + "/v.h5 --sigma0 0.1 -o out",
                                  "analyze couplings " + w + "/s.h5 -o out", small_critical + "-o out"}) {
    SCOPED_TRACE(line);
    ASSERT_EQ(shell("$SPINFLOW " + line, folder.path()).status, 0);
    const auto before = checksums_of(folder.path());
    // No file may grow beyond half a kilobyte: a full disk.
    const auto failed = shell("ulimit -f 1; $SPINFLOW " + line + " --force", folder.path());
    EXPECT_EQ(failed.status, 1) << failed.err;
    EXPECT_EQ(checksums_of(folder.path()), before);
    EXPECT_FALSE(fs::exists(folder.path() / "out" / "unfinished"));
    const auto again = shell("$SPINFLOW " + line + " --force", folder.path());
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_EQ(checksums_of(folder.path()), before);
    fs::remove_all(folder.path() / "out");
  }
}

TEST(Outputs, WhatFailsAtOnceLeavesNothing) {
  const testing::TemporaryFolder folder;
  write_plan(folder.path());
  fs::create_directory(folder.path() / "mine");
  const auto before = content_of(folder.path());
  const std::string w = workshop().string();
  for (const std::string& line : {small_run_line, small_critical, "analyze weights " + w + "/v.h5 "})
    for (const char* output : {"new", "mine", "mine/new"}) {
      SCOPED_TRACE(line + output);
      const auto failed = shell("ulimit -f 0; $SPINFLOW " + line + "-o " + output, folder.path());
      EXPECT_EQ(failed.status, 1) << failed.err;
      EXPECT_EQ(content_of(folder.path()), before);
    }
  for (const std::string& line : {small_run_line, small_critical}) {
    const auto failed = shell("ulimit -f 0; $SPINFLOW " + line + "-o new/and/deep", folder.path());
    EXPECT_EQ(failed.status, 1) << failed.err;
    EXPECT_EQ(content_of(folder.path()), before);
  }
}

TEST(Outputs, AnExchangeThatWasCutShortIsFinished) {
  const testing::TemporaryFolder folder;
  const std::string line = "$SPINFLOW analyze weights " + (workshop() / "v.h5").string() + " -o out";
  ASSERT_EQ(shell(line, folder.path()).status, 0);
  const auto whole = checksums_of(folder.path());
  // With all of the old content, with some, with none, with some of the new one, and with all of it.
  for (const char* stage :
       {"cp -r out old; mkdir new; mv out/* new; rmdir out; mv old out; mv new out/complete",
        "mkdir complete; cp -r out/* complete; mv complete out; rm out/results.json out/report.html",
        "mkdir complete; mv out/* complete; mv complete out",
        "mkdir complete; mv out/recipe.toml out/figures complete; mv complete out", "mkdir out/complete"}) {
    SCOPED_TRACE(stage);
    ASSERT_EQ(shell(std::string(stage) + "; touch out/complete/INCOMPLETE", folder.path()).status, 0);
    const auto refused = shell(line, folder.path());
    EXPECT_EQ(refused.status, 2) << "the answer that is there now is not to be replaced without --force";
    EXPECT_EQ(checksums_of(folder.path()), whole);
  }
}

TEST(SlowOutputs, AFinishedRunStaysUntilTheOneThatReplacesItIsComplete) {
  const testing::TemporaryFolder folder;
  const fs::path run = folder.path() / "run";
  const std::string line = "$SPINFLOW " + small_run_line + "-o run";
  ASSERT_EQ(shell(line + " --seed 2", folder.path()).status, 0);
  const auto before = checksums_of(run);
  std::istringstream words(small_run_line + "-o run");
  std::vector<std::string> arguments;
  for (std::string word; words >> word;) arguments.push_back(word);
  // Killed, and interrupted as it goes on.
  for (const auto& [number, flag, stage] :
       {std::tuple{SIGKILL, "--force", "rbm-V-0.h5"}, std::tuple{SIGINT, "--resume", "flow-blocks-10.h5"}}) {
    SCOPED_TRACE(flag);
    auto with_flag = arguments;
    with_flag.emplace_back(flag);
    Background program(with_flag, folder.path());
    ASSERT_TRUE(appears(run / "unfinished" / stage)) << program.seen();
    const auto second = shell(line + " --force", folder.path());
    EXPECT_EQ(second.status, 2);
    EXPECT_NE(second.err.find("another run"), std::string::npos) << second.err;
    program.signal(number);
    EXPECT_EQ(program.wait(), 128 + number) << program.seen();
    auto now = checksums_of(run);
    std::erase_if(now, [](const auto& file) { return file.first.starts_with("unfinished/"); });
    EXPECT_EQ(now, before);
  }
  EXPECT_EQ(shell("$SPINFLOW report run", folder.path()).status, 0) << "the earlier run can be read";
  const auto plain = shell(line, folder.path());
  EXPECT_EQ(plain.status, 2);
  EXPECT_NE(plain.err.find("--resume"), std::string::npos) << plain.err;
  const auto resumed = shell(line + " --resume", folder.path());
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  // As a run that was never stopped and replaced nothing.
  const testing::TemporaryFolder peaceful;
  ASSERT_EQ(shell(line, peaceful.path()).status, 0);
  EXPECT_EQ(checksums_of(run), checksums_of(peaceful.path() / "run"));
}

TEST(SlowOutputs, ResumeStartsWhereNothingIsAndEndsWhatLacksItsPage) {
  const testing::TemporaryFolder folder;
  write_plan(folder.path());
  for (const std::string& command : {small_run_line, small_critical}) {
    SCOPED_TRACE(command);
    const std::string line = "$SPINFLOW " + command + "-o run --resume";
    const auto first = shell(line, folder.path());
    ASSERT_EQ(first.status, 0) << first.err;
    const auto whole = checksums_of(folder.path() / "run");
    const auto again = shell(line, folder.path());
    EXPECT_EQ(again.status, 2);
    EXPECT_NE(again.err.find("no unfinished run"), std::string::npos) << again.err;
    // Killed after its results and before its page.
    fs::remove(folder.path() / "run" / "report.html");
    const auto ended = shell(line, folder.path());
    EXPECT_EQ(ended.status, 0) << ended.err;
    EXPECT_EQ(checksums_of(folder.path() / "run"), whole);
    fs::remove_all(folder.path() / "run");
  }
}

}  // namespace
}  // namespace spinflow::program_tests
