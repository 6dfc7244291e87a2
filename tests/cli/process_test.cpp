// SPDX-License-Identifier: Apache-2.0
// The program among others: signals, pipes, full disks, terminals, shells.
#include <gtest/gtest.h>
#include <signal.h>

#include "cli/cli_testing.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;

/// Minutes of work that begin at once.
const std::vector<std::string> long_work = {"sample",       "ising-square", "-L",    "256", "-T",
                                            "2.2:2.4:0.01", "-n",           "20000", "-o",  "big.h5"};

TEST(Process, CtrlCStopsAndLeavesNothing) {
  const testing::TemporaryFolder folder;
  Background program(long_work, folder.path());
  ASSERT_TRUE(program.shows("/s")) << "the progress line shows a rate: " << program.seen();
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 130);
  EXPECT_NE(program.seen().find("spinflow: interrupted"), std::string::npos) << program.seen();
  EXPECT_EQ(program.seen().find("\x1b[3"), std::string::npos) << "no colours with NO_COLOR";
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Process, OneWishSentTwiceStillEndsInOrder) {
  const testing::TemporaryFolder folder;
  Background program(long_work, folder.path());
  ASSERT_TRUE(program.shows("/s"));
  program.signal(SIGTERM);
  program.signal(SIGINT);
  const int status = program.wait();
  EXPECT_TRUE(status == 75 || status == 130) << status;
  EXPECT_NE(program.seen().find("spinflow: interrupted"), std::string::npos) << program.seen();
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(SlowProcess, AnInterruptedRunSaysHowToGoOn) {
  const testing::TemporaryFolder folder;
  {
    // Little data, so that a build with sanitizers comes to the RBMs soon too.
    Background program(
        {"run", "iso2018", "--scale", "quick", "-o", "q", "--set", "classifier.samples_small=20", "--set",
         "classifier.samples_large=20", "--set", "ensemble.samples_per_temperature=50"},
        folder.path());
    ASSERT_TRUE(program.shows("RBM")) << program.seen();
    // The folder belongs to the one that is at work.
    const auto second = shell("$SPINFLOW run iso2018 --scale quick --force -o q", folder.path());
    EXPECT_EQ(second.status, 2);
    EXPECT_NE(second.err.find("another run"), std::string::npos) << second.err;
    program.signal(SIGTERM);
    EXPECT_EQ(program.wait(), 75);
    EXPECT_NE(program.seen().find("--resume"), std::string::npos) << program.seen();
  }
  EXPECT_TRUE(fs::exists(folder.path() / "q" / "INCOMPLETE"));
  const auto again = shell("$SPINFLOW run iso2018 --scale quick -o q", folder.path());
  EXPECT_EQ(again.status, 2);
  EXPECT_NE(again.err.find("--resume"), std::string::npos) << again.err;
  EXPECT_NE(again.err.find("--force"), std::string::npos) << again.err;
  EXPECT_EQ(shell("$SPINFLOW report q", folder.path()).status, 2);
  EXPECT_EQ(shell("$SPINFLOW run iso2018 --scale quick --seed 2 --resume -o q", folder.path()).status, 2);
}

TEST(Process, CtrlCIsHeardWithinAnUpdate) {
  for (const std::string method : {"cd", "pcd"}) {
    const testing::TemporaryFolder folder;
    Background work({"train", "rbm", (workshop() / "s.h5").string(), "--method", method, "--hidden", "64",
                     "--k", "1000000", "--epochs", "1e6", "-o", "x.h5"},
                    folder.path());
    ASSERT_TRUE(work.shows("train rbm")) << work.seen();
    work.signal(SIGINT);
    EXPECT_EQ(work.wait(), 130) << work.seen();
    EXPECT_TRUE(content_of(folder.path()).empty());
  }
}

TEST(Process, ALimitOfFileSizesIsAFailure) {
  const testing::TemporaryFolder folder;
  const auto result =
      shell("ulimit -f 8; $SPINFLOW sample ising-square -L 32 -T 2 -n 400 -o big.h5", folder.path());
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("big.h5"), std::string::npos) << result.err;
  // On a slow machine there may be pieces for --resume.
  auto left = content_of(folder.path());
  std::erase_if(left,
                [](const std::string& name) { return name.find("big.h5.sampling") != std::string::npos; });
  EXPECT_TRUE(left.empty());
}

TEST(Process, AReaderThatGoesAwayIsNoError) {
  const auto result = shell("bash -o pipefail -c '$SPINFLOW models --json | head -1'", workshop());
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "{\n");
  EXPECT_EQ(result.err, "");
}

TEST(Process, AFullOrClosedOutputIsAFailure) {
  for (const char* target : {">/dev/full", ">&-"}) {
    const auto result = shell(std::string("$SPINFLOW models ") + target, workshop());
    EXPECT_EQ(result.status, 1) << target;
    EXPECT_TRUE(result.err.starts_with("spinflow: standard output: ")) << result.err;
  }
}

TEST(Process, NoFileLandsOnAClosedStandardOutput) {
  const testing::TemporaryFolder folder;
  const auto result = shell("$SPINFLOW sample ising-square -L 4 -T 1 -n 4 -o a.h5 >&- 2>&-", folder.path());
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(shell("$SPINFLOW measure a.h5", folder.path()).status, 0);
}

TEST(Process, UsesTheThreadsThatTheJobWasGiven) {
  // The first processor that this process may use.
  const auto one =
      shell("taskset -c $(taskset -cp $$ | sed 's/.*: //; s/[,-].*//') $SPINFLOW doctor --json", workshop());
  EXPECT_NE(one.out.find("\"threads\": 1,"), std::string::npos) << one.out << one.err;
  const std::string job = "env SLURM_JOB_ID=7 SLURM_CPUS_PER_TASK=";
  EXPECT_NE(shell(job + "1 $SPINFLOW doctor --json", workshop()).out.find("\"threads\": 1,"),
            std::string::npos);
  EXPECT_NE(shell(job + "1 $SPINFLOW doctor --json --threads 3", workshop()).out.find("\"threads\": 3,"),
            std::string::npos);
  const auto odd = shell(job + "abc $SPINFLOW doctor", workshop());
  EXPECT_EQ(odd.status, 0);
  EXPECT_NE(odd.out.find("SLURM_CPUS_PER_TASK='abc'"), std::string::npos) << odd.out;
}

TEST(Process, BashCompletes) {
  const auto completes = [](const std::string& words, const std::string& expected) {
    const auto result =
        shell("bash -c 'source <($SPINFLOW completion bash); COMP_WORDS=(" + words +
                  "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _spinflow; echo \" ${COMPREPLY[*]} \"'",
              workshop());
    EXPECT_NE(result.out.find(" " + expected + " "), std::string::npos)
        << words << ": " << result.out << result.err;
  };
  completes("spinflow sam", "sample");
  completes("spinflow sample isi", "ising-square");
  completes("spinflow sample ising-square --boundary o", "open");
  completes("spinflow sample ising-square --sampler w", "wolff");
  completes("spinflow train cl", "classifier");
  completes("spinflow train rbm --weight", "--weight-decay");
  completes("spinflow flow block", "block-majority");
  completes("spinflow flow s.", "s.h5");
  completes("spinflow run iso", "iso2018");
  completes("spinflow run iso2018 --scale s", "smoke");
  completes("spinflow analyze weights --ens", "--ensemble");
  EXPECT_EQ(shell("$SPINFLOW completion bash | bash -n", workshop()).status, 0);
}

TEST(Process, OtherShellsGetScriptsThatTheyCanRead) {
  for (const char* name : {"zsh", "fish"}) {
    const auto script = shell(std::string("$SPINFLOW completion ") + name, workshop());
    EXPECT_EQ(script.status, 0);
    EXPECT_NE(script.out.find("ising-square"), std::string::npos);
    if (shell(std::string("command -v ") + name, workshop()).status != 0) continue;
    const auto read = shell(std::string("$SPINFLOW completion ") + name + " > /tmp/script.$$; " + name +
                                " -n /tmp/script.$$; s=$?; rm /tmp/script.$$; (exit $s)",
                            workshop());
    EXPECT_EQ(read.status, 0) << read.err;
  }
}

}  // namespace
}  // namespace spinflow::program_tests
