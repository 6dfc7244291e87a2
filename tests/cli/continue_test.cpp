// SPDX-License-Identifier: Apache-2.0
// Trainings that go on: from the file of a network, and after a kill.
#include <fmt/format.h>
#include <signal.h>

#include "cli/commands_testing.hpp"

namespace spinflow::program_tests {
namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> all;
  std::istringstream in(line);
  for (std::string word; in >> word;) all.push_back(word);
  return all;
}

TEST_F(Commands, TrainRbmGoesOnWithANetwork) {
  const std::string settings = " --hidden 5 --batch-size 32 --momentum 0.5 --method pcd";
  answer("train rbm s.h5" + settings + " --epochs 4 -o long-4.h5", folder());
  answer("train rbm s.h5" + settings + " --epochs 3 -o long-3.h5", folder());
  const json more = json_answer("train rbm s.h5 --continue long-3.h5 --epochs 1 -o more.h5", folder());
  EXPECT_TRUE(more.at("begun_anew").is_null());
  EXPECT_EQ(more.at("updates"), 24);
  const json a = json_answer("inspect long-4.h5", folder());
  EXPECT_EQ(a.at("training"), json_answer("inspect more.h5", folder()).at("training"));
  answer("sample ising-chain -L 16 -T 2 -n 20 -o line.h5", folder());
  const auto anew = answer("train rbm s.h5 --continue long-3.h5 --seed 2 -o anew.h5", folder());
  EXPECT_NE(anew.find("a new training began at the weights of long-3.h5, because the seed differs"),
            std::string::npos)
      << anew;
  EXPECT_NE(anew.find("seed 2, in anew.h5"), std::string::npos) << anew;
  EXPECT_TRUE(json_answer("train rbm s.h5 --continue anew.h5 --epochs 1 -o on.h5", folder())
                  .at("begun_anew")
                  .is_null());
  const json stopped = json_answer(
      "train rbm s.h5 --hidden 16 --held-out 0.5 --patience 2 --epochs 400 --batch-size 16 "
      "--learning-rate 0.3 --weight-decay 0 -o stopped.h5",
      folder());
  EXPECT_LT(stopped.at("kept_update"), stopped.at("updates"));
  expect_refused({{"train rbm s.h5 --continue long-3.h5 --hidden 6 -o x.h5", "long-3.h5 has 5 hidden units"},
                  {"train rbm s.h5 --continue s.h5 -o x.h5", "s.h5"},
                  {"train rbm s.h5 --continue anew.h5 --method cd --replicas 5 -o x.h5",
                   "anew.h5: the method cd has no option 'replicas'; leave it out, or choose the method pt"},
                  {"train rbm s.h5 --continue none.h5 -o x.h5", "none.h5"},
                  {"train rbm c.h5 --continue long-3.h5 -o x.h5", "have 8 spins, the network 16"},
                  {"train rbm s.h5 --continue long-3.h5 -o long-3.h5 --force", "also the input"},
                  {"train rbm s.h5 --patience 3 -o x.h5", "held_out is 0"},
                  {"train rbm s.h5 --patience 3 --held-out 0.001 -o x.h5", "hold out a larger part"},
                  {"train rbm s.h5 --resume --force -o x.h5", "contradict each other"},
                  {"sample ising-square -L 4 -T 2 -n 3 --resume --force -o x.h5", "contradict each other"},
                  {"train rbm line.h5 --continue long-3.h5 -o x.h5", "use a network of the same lattice"}},
                 folder());
}

TEST_F(SlowCommands, KilledTrainingsResumeWithTheSameBits) {
  // Some seconds of training, saved every second.
  const std::string line =
      "train rbm s.h5 --hidden 64 --batch-size 8 --epochs 40000 --method pcd --seed 3 -o ";
  {
    Background program(words_of(line + "killed.h5"), folder());
    ASSERT_TRUE(appears(folder() / "killed.h5.training")) << program.seen();
    program.signal(SIGKILL);
    if (program.wait() == 0) GTEST_SKIP() << "the training was done before the signal came";
  }
  {
    Background program(words_of(line + "killed.h5 --resume"), folder());
    EXPECT_TRUE(program.shows("train rbm")) << program.seen();
    program.signal(SIGINT);
    if (program.wait() == 0) GTEST_SKIP() << "the training was done before the signal came";
    EXPECT_NE(program.seen().find("with --resume goes on with what is in killed.h5.training"),
              std::string::npos)
        << program.seen();
  }
  EXPECT_FALSE(fs::exists(folder() / "killed.h5"));
  expect_refused({{line + "killed.h5", "--resume"},
                  {line + "killed.h5 --resume --learning-rate 0.02", "other options or configurations"}},
                 folder());
  answer(line + "killed.h5 --resume", folder());
  EXPECT_FALSE(fs::exists(folder() / "killed.h5.training"));
  // The same command line, which stands in the file, in another folder.
  const testing::TemporaryFolder peaceful;
  fs::copy(folder() / "s.h5", peaceful.path() / "s.h5");
  answer(line + "killed.h5 --resume", peaceful.path());
  EXPECT_TRUE(bytes_of(folder() / "killed.h5") == bytes_of(peaceful.path() / "killed.h5"));
}

TEST_F(SlowCommands, KilledTrainingsOfNetsResumeWithTheSameBits) {
  // Some seconds of training, saved every second; the classifier's patience has no end.
  for (const std::string line :
       {"train dense s.h5 --target autoencode --hidden 64 --optimizer sgd --momentum 0.5 --updates 150000 "
        "-o ",
        "train classifier s.h5 --hidden 64 --batch-size 8 --epochs 20000 --patience 20000 -o "}) {
    {
      Background program(words_of(line + "killed.h5"), folder());
      ASSERT_TRUE(appears(folder() / "killed.h5.training")) << program.seen();
      program.signal(SIGKILL);
      if (program.wait() == 0) GTEST_SKIP() << "the training was done before the signal came";
    }
    {
      Background program(words_of(line + "killed.h5 --resume"), folder());
      EXPECT_TRUE(program.shows("train ")) << program.seen();
      program.signal(SIGTERM);
      if (program.wait() == 0) GTEST_SKIP() << "the training was done before the signal came";
      EXPECT_NE(program.seen().find("with --resume goes on with what is in killed.h5.training"),
                std::string::npos)
          << program.seen();
    }
    EXPECT_FALSE(fs::exists(folder() / "killed.h5"));
    expect_refused({{line + "killed.h5", "--resume"},
                    {line + "killed.h5 --resume --learning-rate 0.02", "other options or configurations"},
                    {"train rbm s.h5 --resume -o killed.h5", "it holds a spinflow/dense-training"}},
                   folder());
    answer(line + "killed.h5 --resume", folder());
    EXPECT_FALSE(fs::exists(folder() / "killed.h5.training"));
    const testing::TemporaryFolder peaceful;
    fs::copy(folder() / "s.h5", peaceful.path() / "s.h5");
    answer(line + "killed.h5 --resume", peaceful.path());
    EXPECT_TRUE(bytes_of(folder() / "killed.h5") == bytes_of(peaceful.path() / "killed.h5"));
    fs::remove(folder() / "killed.h5");
  }
}

TEST_F(Commands, OneCommandAtATimeMakesAnOutput) {
  const std::string line = "train rbm s.h5 --hidden 64 --batch-size 8 --epochs 400000 -o twice.h5";
  Background first(words_of(line), folder());
  ASSERT_TRUE(appears(folder() / ".twice.h5.lock")) << first.seen();
  for (const std::string second :
       {"train rbm s.h5 -o twice.h5", "train rbm s.h5 -o twice.h5 --force",
        "train rbm s.h5 -o twice.h5 --resume", "train stack s.h5 --hidden 4 -o twice.h5",
        "train classifier s.h5 -o twice.h5", "train dense s.h5 --target autoencode -o twice.h5",
        "sample ising-square -L 4 -T 2 -n 3 -o twice.h5"}) {
    const auto refused = shell("$SPINFLOW " + second, folder());
    EXPECT_EQ(refused.status, 2) << second;
    EXPECT_EQ(
        refused.err,
        "spinflow: twice.h5: another command is making it; wait for its end, stop it, or give another name "
        "with -o\n");
  }
  first.signal(SIGKILL);
  EXPECT_EQ(first.wait(), 128 + SIGKILL);
  // The lock went with the process.
  answer("train rbm s.h5 --hidden 4 --epochs 1 --force -o twice.h5", folder());
  EXPECT_FALSE(fs::exists(folder() / ".twice.h5.lock"));
}

TEST_F(SlowCommands, ATrainingGoesOnWithoutItsSavepoint) {
  // Beside the parameters, of 32 KiB, the savepoint has the best ones and both moments: the network can be
  // written (180 blocks of 512 bytes), what is saved on the way cannot.
  const std::string line = "train dense s.h5 --target autoencode --hidden 256 --updates 20000 -o big.h5";
  const auto trained = shell("ulimit -f 180; $SPINFLOW " + line, folder());
  EXPECT_EQ(trained.status, 0) << trained.err;
  const std::string warning =
      "nothing of the training can be saved on its way: big.h5.training: it could not be written";
  const auto at = trained.err.find(warning);
  EXPECT_NE(at, std::string::npos) << trained.err;
  EXPECT_EQ(trained.err.find(warning, at + 1), std::string::npos) << trained.err;
  EXPECT_FALSE(fs::exists(folder() / "big.h5.training"));
  fs::rename(folder() / "big.h5", folder() / "not-saved.h5");
  answer(line, folder());
  EXPECT_TRUE(bytes_of(folder() / "big.h5") == bytes_of(folder() / "not-saved.h5"));
  // The network itself must be written.
  EXPECT_EQ(shell("ulimit -f 20; $SPINFLOW " + line + " --force", folder()).status, 1);
}

TEST_F(SlowCommands, KilledSamplingsResumeWithTheSameBits) {
  const std::string line =
      "sample ising-square -L 64 -T 2.2,2.3,2.4 -n 8000 --sampler wolff --seed 3 -o killed.h5";
  {
    Background program(words_of(line), folder());
    ASSERT_TRUE(appears(folder() / "killed.h5.sampling")) << program.seen();
    program.signal(SIGKILL);
    if (program.wait() == 0) GTEST_SKIP() << "the sampling was done before the signal came";
  }
  // Nobody holds it, and the next command removes it.
  EXPECT_TRUE(fs::remove(folder() / ".killed.h5.lock"));
  EXPECT_FALSE(fs::exists(folder() / "killed.h5"));
  expect_refused({{line, "--resume"}}, folder());
  answer(line + " --resume", folder());
  EXPECT_FALSE(fs::exists(folder() / "killed.h5.sampling"));
  const testing::TemporaryFolder peaceful;
  answer(line + " --resume", peaceful.path());
  EXPECT_TRUE(bytes_of(folder() / "killed.h5") == bytes_of(peaceful.path() / "killed.h5"));
}

}  // namespace
}  // namespace spinflow::program_tests
