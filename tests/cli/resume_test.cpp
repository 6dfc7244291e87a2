// SPDX-License-Identifier: Apache-2.0
// A run that is stopped and goes on ends where a run left in peace ends, byte for byte.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "cli/cli_testing.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> small_run = {
    "run",   "iso2018",       "--scale", "smoke",        "--set", "ensemble.samples_per_temperature=20",
    "--set", "rg.samples=20", "--set",   "flow.steps=4", "--set", "flow.chains=20"};

/// With every kind of stage: a scan, and models whose likelihood is measured.
const std::vector<std::string> whole_run = [] {
  std::vector<std::string> words = small_run;
  for (const char* setting :
       {"scans.hidden=4", "scans.hidden_epochs=1", "study.methods=cd-1,pt-1", "study.hidden=8",
        "study.epochs=1", "study.test_samples=10", "study.ais_chains=10", "study.ais_steps=20",
        "study.tempering_chains=4", "study.tempering_sweeps=40"})
    words.insert(words.end(), {"--set", setting});
  return words;
}();

/// What a run wrote, without its log (in the folder and at the end of the page), which tells the time and the
/// resumption.
std::map<std::string, std::string> files_of(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().filename() == "run.log") continue;
    std::ostringstream content;
    content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    std::string bytes = content.str();
    if (entry.path().filename() == "report.html") {
      const auto log = bytes.find("<details class=\"log\">");
      EXPECT_NE(log, std::string::npos);
      bytes.resize(std::min(log, bytes.size()));
    }
    files[fs::relative(entry.path(), folder).string()] = bytes;
  }
  return files;
}

std::string line_of(const std::vector<std::string>& words) {
  std::string line = "$SPINFLOW";
  for (const auto& word : words) line += " " + word;
  return line;
}

/// Both runs write to a folder of the same name, for paths stand in some of the files.
class Resume : public ::testing::TestWithParam<int> {
 protected:
  static const fs::path& in_peace() {
    static const testing::TemporaryFolder folder;
    static const auto done = shell(line_of(small_run) + " -o run", folder.path());
    EXPECT_EQ(done.status, 0) << done.err;
    static const fs::path run = folder.path() / "run";
    return run;
  }
};

TEST_P(Resume, EndsAsIfNothingHadHappened) {
  const auto expected = files_of(in_peace());
  ASSERT_GT(expected.size(), 20u);
  const testing::TemporaryFolder folder;
  const fs::path run = folder.path() / "run";
  {
    auto words = small_run;
    words.insert(words.end(), {"-o", "run"});
    Background program(words, folder.path());
    ASSERT_TRUE(appears(run / "rbm-V-0.h5"));
    program.signal(GetParam());
    EXPECT_EQ(program.wait(), 128 + GetParam()) << program.seen();
  }
  EXPECT_TRUE(fs::exists(run / "INCOMPLETE"));
  EXPECT_FALSE(fs::exists(run / "results.json"));
  const auto resumed = shell(line_of(small_run) + " -o run --resume", folder.path());
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_EQ(resumed.err, "");
  EXPECT_FALSE(fs::exists(run / "INCOMPLETE"));
  const auto found = files_of(run);
  for (const auto& [name, content] : expected) {
    const auto it = found.find(name);
    ASSERT_TRUE(it != found.end()) << name;
    EXPECT_TRUE(it->second == content) << name;
  }
}

TEST(SlowKilledRun, GoesOnFromEveryStage) {
  const testing::TemporaryFolder peaceful;
  const auto done = shell(line_of(whole_run) + " -o run", peaceful.path());
  ASSERT_EQ(done.status, 0) << done.err;
  const testing::TemporaryFolder folder;
  const fs::path run = folder.path() / "run";
  bool resume = false;
  int kills = 0;
  // One after the other: what the files say has been done is not done again.
  for (const char* stage :
       {"ensemble-0.h5", "classifier-small.h5", "rbm-V-hidden-4-decay-0-epochs-1-0.h5", "flow-V-0.h5",
        "flow-blocks-10.h5", "flow-calibration.h5", "study-two-sample.json", "study-couplings-0.json",
        "ensemble-test.h5", "study-quality-V-hidden-8-decay-0-epochs-1-0.json"}) {
    if (fs::exists(run / stage)) continue;
    auto words = whole_run;
    words.insert(words.end(), {"-o", "run"});
    if (resume) words.emplace_back("--resume");
    Background program(words, folder.path());
    ASSERT_TRUE(appears(run / stage)) << stage << program.seen();
    program.signal(SIGKILL);
    const int status = program.wait();
    if (status == 0) break;  // it was done before the signal came
    EXPECT_EQ(status, 128 + SIGKILL) << stage << program.seen();
    ++kills;
    resume = true;
  }
  EXPECT_GE(kills, 5);
  if (fs::exists(run / "INCOMPLETE")) {
    const auto resumed = shell(line_of(whole_run) + " -o run --resume", folder.path());
    EXPECT_EQ(resumed.status, 0) << resumed.err;
  }
  const auto expected = files_of(peaceful.path() / "run");
  const auto found = files_of(run);
  for (const auto& [name, content] : expected) {
    const auto it = found.find(name);
    ASSERT_TRUE(it != found.end()) << name;
    EXPECT_TRUE(it->second == content) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(SlowInterrupts, Resume, ::testing::Values(SIGINT),
                         [](const auto&) { return "CtrlC"; });
INSTANTIATE_TEST_SUITE_P(SlowSignals, Resume, ::testing::Values(SIGKILL),
                         [](const auto&) { return "Killed"; });

}  // namespace
}  // namespace spinflow::program_tests
