// SPDX-License-Identifier: Apache-2.0
// Every command ends soon after a signal, wherever in its work that comes, and leaves nothing behind. How
// soon is measured by scripts/measure-interrupts.py; here the work is so long that it does not end by itself.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <sstream>
#include <thread>

#include "cli/cli_testing.hpp"
#include "cli/commands_testing.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// `milliseconds`: before the signal; at_work: until the program tells how fast it is.
constexpr int at_work = -1;
void expect_interrupted(const std::string& line, int milliseconds, int number, int status,
                        const fs::path& inputs = workshop()) {
  SCOPED_TRACE("spinflow " + line + " after " + std::to_string(milliseconds) + " ms");
  const testing::TemporaryFolder folder;
  auto words = words_of(line);
  for (auto& word : words)
    if (fs::exists(inputs / word)) word = (inputs / word).string();
  Background program(words, folder.path());
  if (milliseconds == at_work)
    EXPECT_TRUE(program.shows("/s")) << program.seen();
  else
    std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  program.signal(number);
  EXPECT_EQ(program.wait(), status) << program.seen();
  EXPECT_TRUE(content_of(folder.path()).empty());
}

TEST(Interrupt, EveryCommandHearsIt) {
  for (const char* line : {"train rbm s.h5 --hidden 64 --epochs 1e6 -o x.h5",
                           "train classifier s.h5 --epochs 1000000 --patience 1000000 -o x.h5",
                           "train dense s.h5 --target autoencode --updates 100000000 -o x.h5",
                           "flow v.h5 --start s.h5 --steps 900000 -o x.h5", "verify",
                           "analyze mcrg ising-square -L 128 --steps 4 -n 10000000 -o x"})
    expect_interrupted(line, 150, SIGINT, 130);
}

TEST(Interrupt, EverySignalThatAsksToStopIsHeard) {
  // What --resume can go on with ends so that a batch system can be asked to begin it again.
  const std::string resumable = "sample ising-square -L 256 -T 2.2:2.4:0.01 -n 20000 -o x.h5";
  expect_interrupted(resumable, at_work, SIGTERM, 75);
  expect_interrupted(resumable, at_work, SIGUSR1, 75);
  expect_interrupted(resumable, at_work, SIGHUP, 128 + SIGHUP);
  const std::string other = "flow v.h5 --start s.h5 --steps 900000 -o x.h5";
  expect_interrupted(other, at_work, SIGTERM, 128 + SIGTERM);
  expect_interrupted(other, at_work, SIGUSR1, 128 + SIGUSR1);
}

TEST(Interrupt, ATimeLimitStopsInOrder) {
  const testing::TemporaryFolder folder;
  const auto stopped =
      shell("$SPINFLOW sample ising-square -L 256 -T 2.2:2.4:0.01 -n 20000 --time-limit 0.1s -o x.h5",
            folder.path());
  EXPECT_EQ(stopped.status, 75);
  EXPECT_EQ(stopped.err, "spinflow: the time limit has passed; nothing was written\n");
  EXPECT_TRUE(content_of(folder.path()).empty());
  const auto run = shell("$SPINFLOW run iso2018 --scale quick --time-limit 0.2s -o run", folder.path());
  EXPECT_EQ(run.status, 75);
  EXPECT_EQ(run.err, "spinflow: run: the time limit has passed; the same command with --resume goes on\n");
}

TEST(SlowInterrupt, ATimeLimitGivesUpAStepThatTakesTooLong) {
  // The first update takes minutes.
  const testing::TemporaryFolder folder;
  const auto rbm = shell("$SPINFLOW train rbm '" + (workshop() / "s.h5").string() +
                             "' --hidden 64 --k 1000000 --epochs 1e6 --time-limit 0.1s -o v.h5",
                         folder.path());
  EXPECT_EQ(rbm.status, 75);
  EXPECT_TRUE(content_of(folder.path()).empty());
}

TEST(Interrupt, ATimeLimitIsATime) {
  expect_refused({{"run iso2018 --time-limit soon -o r", "'soon' is no time"},
                  {"run iso2018 --time-limit 0 -o r", "more than 0"},
                  {"run iso2018 --time-limit=-5m -o r", "more than 0"},
                  {"run iso2018 --time-limit nan -o r", "more than 0"},
                  {"critical ising-square --sizes 8,16,32 --time-limit 1e30 -o r", "thirty years"},
                  {"sample v.h5 -n 4 --time-limit 5m -o x.h5", "cannot be resumed"}});
}

TEST(Interrupt, AJobThatIgnoresTheEndOfItsTerminalGoesOn) {
  const testing::TemporaryFolder folder;
  const auto result =
      shell("trap '' HUP; $SPINFLOW sample ising-square -L 16 -T 2 -n 2000 -o x.h5 & kill -HUP $!; wait $!",
            folder.path());
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_TRUE(fs::exists(folder.path() / "x.h5"));
}

TEST(SlowInterrupt, LargeWorkHearsIt) {
  const testing::TemporaryFolder inputs;
  ASSERT_EQ(shell("$SPINFLOW sample ising-square -L 48 -T 3 -n 64 -o large.h5 && "
                  "$SPINFLOW train rbm large.h5 --hidden 512 --epochs 1 -o wide.h5 && "
                  "$SPINFLOW sample ising-chain -N 65536 -T 1 -n 500 -o long.h5",
                  inputs.path())
                .status,
            0);
  for (const int milliseconds : {20, 700})
    for (const char* line : {// The decomposition of a matrix cannot be asked to stop.
                             "analyze weights wide.h5 -o x", "measure long.h5",
                             "train rbm large.h5 --hidden 512 --epochs 1 --log-likelihood -o x.h5",
                             "sample ising-square -L 8192 -T 2 -n 4 -o x.h5"})
      expect_interrupted(line, milliseconds, SIGINT, 130, inputs.path());
}

TEST(SlowInterrupt, ARunCanGoOnWhereverItWasStopped) {
  // The first instants are those before the folder is there, and before it says whose it is.
  for (const int milliseconds : {0, 10, 30, 120}) {
    SCOPED_TRACE(milliseconds);
    const testing::TemporaryFolder folder;
    const std::string line =
        "run iso2018 --scale smoke --set ensemble.samples_per_temperature=12 --set flow.chains=12 --set "
        "flow.steps=4 --set rg.samples=12 -o run";
    {
      Background program(words_of(line), folder.path());
      std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
      program.signal(SIGINT);
      EXPECT_EQ(program.wait(), 128 + SIGINT) << program.seen();
    }
    const auto resumed = shell("$SPINFLOW " + line + " --resume", folder.path());
    EXPECT_EQ(resumed.status, 0) << resumed.err;
  }
}

/// One training of several seconds, in a run of little else.
const std::string run_with_long_training =
    "run iso2018 --scale smoke --set ensemble.samples_per_temperature=12 --set flow.chains=12 --set "
    "flow.steps=4 "
    "--set rg.samples=12 --set train.types=V --set train.k=150 --set train.epochs=500 --set "
    "controls.epochs_factors=[] "
    "--set controls.weight_decays=[] --set controls.upper_temperatures=[] --set classifier.samples_large=12 "
    "--set classifier.samples_small=12 -o run";

bool has_unfinished_training(const fs::path& folder) {
  const auto names = content_of(folder);
  return std::ranges::any_of(names, [](const auto& name) { return name.ends_with(".h5.training"); });
}

const std::string& result_of_long_training() {
  static const std::string bytes = [] {
    const testing::TemporaryFolder folder;
    const auto whole = shell("$SPINFLOW " + run_with_long_training, folder.path());
    EXPECT_EQ(whole.status, 0) << whole.err;
    return bytes_of(folder.path() / "run" / "results.json");
  }();
  return bytes;
}

// The limit grows, so that slow machines come to the end, too.
TEST(SlowInterrupt, ATimeLimitShorterThanATrainingCostsNothing) {
  const testing::TemporaryFolder folder;
  bool was_saved = false;
  int status = 75;
  for (int part = 0; status == 75 && part < 12; ++part) {
    const std::string limit = fmt::format(" --resume --time-limit {}s", 2 * std::pow(1.5, part));
    status = shell("$SPINFLOW " + run_with_long_training + limit, folder.path()).status;
    was_saved = was_saved || has_unfinished_training(folder.path());
  }
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(was_saved) << "the training is too short for this machine: give it more epochs";
  EXPECT_FALSE(has_unfinished_training(folder.path()));
  EXPECT_EQ(bytes_of(folder.path() / "run" / "results.json"), result_of_long_training());
}

/// When the run saved its training last.
fs::file_time_type last_saved(const fs::path& folder) {
  auto last = fs::file_time_type::min();
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder / "run", ignored))
    if (entry.path().extension() == ".training")
      if (const auto time = entry.last_write_time(ignored); !ignored) last = std::max(last, time);
  return last;
}

/// Whether the run saves its training later than at `last` within a minute.
bool saves_after(const fs::path& folder, fs::file_time_type last) {
  for (int i = 0; i < 6000; ++i) {
    if (last_saved(folder) > last) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

// Every part gets a little further than the one before: it is stopped after it has saved itself.
TEST(SlowInterrupt, ATrainingOfARunGoesOnWhereverItWasStopped) {
  const testing::TemporaryFolder folder;
  const auto words = words_of(run_with_long_training + " --resume");
  for (const int number : {SIGKILL, SIGTERM, SIGUSR1, SIGINT}) {
    const auto before = last_saved(folder.path());
    Background program(words, folder.path());
    EXPECT_TRUE(saves_after(folder.path(), before))
        << "the training is too short for this machine: give it more epochs";
    program.signal(number);
    const bool of_queue = number == SIGTERM || number == SIGUSR1;
    EXPECT_EQ(program.wait(), of_queue ? 75 : 128 + number) << program.seen();
    EXPECT_TRUE(has_unfinished_training(folder.path()));
  }
  EXPECT_EQ(shell("$SPINFLOW " + run_with_long_training + " --resume", folder.path()).status, 0);
  EXPECT_FALSE(has_unfinished_training(folder.path()));
  EXPECT_EQ(bytes_of(folder.path() / "run" / "results.json"), result_of_long_training());
}

}  // namespace
}  // namespace spinflow::program_tests
