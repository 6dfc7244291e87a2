// SPDX-License-Identifier: Apache-2.0
// Every command ends soon after a signal, wherever in its work that comes, and leaves nothing behind. How
// soon is measured by scripts/measure-interrupts.py; here the work is so long that it does not end by itself.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <sstream>
#include <thread>

#include "cli/cli_testing.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

void expect_interrupted(const std::string& line, int milliseconds, int number,
                        const fs::path& inputs = workshop()) {
  SCOPED_TRACE("spinflow " + line + " after " + std::to_string(milliseconds) + " ms");
  const testing::TemporaryFolder folder;
  auto words = words_of(line);
  for (auto& word : words)
    if (fs::exists(inputs / word)) word = (inputs / word).string();
  Background program(words, folder.path());
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  program.signal(number);
  EXPECT_EQ(program.wait(), 128 + number) << program.seen();
  EXPECT_TRUE(content_of(folder.path()).empty());
}

TEST(Interrupt, EveryCommandHearsIt) {
  for (const char* line : {"train rbm s.h5 --hidden 64 --epochs 1e6 -o x.h5",
                           "train classifier s.h5 --epochs 1000000 --patience 1000000 -o x.h5",
                           "train dense s.h5 --target autoencode --updates 100000000 -o x.h5",
                           "flow v.h5 --start s.h5 --steps 900000 -o x.h5", "verify",
                           "analyze mcrg ising-square -L 128 --steps 4 -n 10000000 -o x"})
    expect_interrupted(line, 150, SIGINT);
}

TEST(Interrupt, EverySignalThatAsksToStopIsHeard) {
  for (const int number : {SIGTERM, SIGHUP})
    expect_interrupted("sample ising-square -L 256 -T 2.2:2.4:0.01 -n 20000 -o x.h5", 100, number);
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
      expect_interrupted(line, milliseconds, SIGINT, inputs.path());
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

}  // namespace
}  // namespace spinflow::program_tests
