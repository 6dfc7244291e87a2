// SPDX-License-Identifier: Apache-2.0
// `mpirun -n R spinflow train rbm`: the bytes of one process, one sentence however it ends, and no hang.
#include <algorithm>

#include "cli/commands_testing.hpp"
#include "spinflow/networks/rbm_file.hpp"

namespace spinflow::program_tests {
namespace {

std::string mpirun(int n, const std::string& arguments) {
  return "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
         "OMPI_MCA_rmaps_base_oversubscribe=1\n"
         "mpirun -q -n " +
         std::to_string(n) + " $SPINFLOW train rbm " + arguments;
}

std::string sentences(const std::string& err) {
  std::istringstream lines(err);
  std::string found;
  for (std::string line; std::getline(lines, line);)
    if (line.find("spinflow: ") != std::string::npos) found += line + "\n";
  return found;
}

class Mpi : public Commands {
 protected:
  void SetUp() override {
    Commands::SetUp();
    if (json_answer("doctor", folder()).at("mpi").is_null()) GTEST_SKIP() << "this build has no MPI";
  }
  void expect_ends(const std::string& arguments, int status, const std::string& words) {
    const auto before = content_of(folder());
    const auto result = shell(mpirun(2, arguments), folder());
    EXPECT_EQ(result.status, status) << result.err;
    EXPECT_EQ(result.out, "");
    const auto told = sentences(result.err);
    EXPECT_EQ(std::ranges::count(told, '\n'), 1) << result.err;
    EXPECT_NE(told.find(words), std::string::npos) << result.err;
    EXPECT_EQ(content_of(folder()), before);
  }
};
class SlowMpi : public Mpi {};

TEST_F(Mpi, RanksWriteTheBytesOfOneProcess) {
  for (const std::string options :
       {"--method cd --hidden 7 --momentum 0.5 --biases --batch-size 2 --held-out 0.1 --epochs 0.2",
        "--method cd --k 3 --hidden 5 --batch-size 50 --epochs 2",
        "--method pcd --hidden 7 --momentum 0.5 --biases --epochs 2"}) {
    const std::string command = "s.h5 " + options + " -o v.h5 --force";
    const auto alone = answer("train rbm " + command, folder());
    const auto expected = bytes_of(folder() / "v.h5");
    for (const int n : {2, 3}) {
      const auto shared = shell(mpirun(n, command), folder());
      EXPECT_EQ(shared.status, 0) << shared.err;
      EXPECT_EQ(shared.err, "");
      EXPECT_EQ(std::ranges::count(shared.out, '\n'), std::ranges::count(alone, '\n')) << shared.out;
      EXPECT_TRUE(bytes_of(folder() / "v.h5") == expected) << n << " " << command;
    }
  }
}

TEST_F(Mpi, RanksGoOnWithANetwork) {
  answer("train rbm s.h5 --continue v.h5 --epochs 1 -o w.h5", folder());
  const auto expected = networks::read_rbm(folder() / "w.h5").weights;
  const auto shared =
      shell(mpirun(2, "s.h5 --continue v.h5 --epochs 1 --log-likelihood --json -o w.h5 --force"), folder());
  EXPECT_EQ(shared.status, 0) << shared.err;
  EXPECT_TRUE(json::parse(shared.out).contains("log_likelihood"));
  EXPECT_EQ(networks::read_rbm(folder() / "w.h5").weights, expected);
}

TEST_F(Mpi, EndsWithOneSentenceAndStatus) {
  expect_ends("s.h5 --hiden 4 -o w.h5", 2, "did you mean");
  expect_ends("s.h5 -o v.h5", 2, "it exists already");
  expect_ends("none.h5 -o w.h5", 2, "none.h5");
  expect_ends("s.h5 --learning-rate 1e30 --epochs 1 -o w.h5", 1, "a weight");
}

TEST_F(Mpi, RanksWithDifferentCommandsAreRefused) {
  const auto result = shell(
      mpirun(1, "s.h5 --epochs 1 -o w.h5 : -n 1 $SPINFLOW train rbm s.h5 --epochs 2 -o w.h5"), folder());
  EXPECT_EQ(result.status, 2) << result.err;
  EXPECT_NE(sentences(result.err).find("different options"), std::string::npos) << result.err;
  EXPECT_FALSE(fs::exists(folder() / "w.h5"));
}

// With and without MPI: processes that cannot find each other would all do the same.
TEST_F(Commands, LonelyRanksAreRefused) {
  const auto result = shell("OMPI_COMM_WORLD_SIZE=2 $SPINFLOW train rbm s.h5 --epochs 1 -o w.h5", folder());
  EXPECT_EQ(result.status, 2);
  EXPECT_TRUE(result.err.starts_with("spinflow: mpirun: it started 2 processes")) << result.err;
  EXPECT_FALSE(fs::exists(folder() / "w.h5"));
}

// At the time limit all ranks stop after the same update; a killed rank ends the others without a hang.
TEST_F(SlowMpi, StoppedTrainingsGoOnElsewhere) {
  const std::string command = "s.h5 --hidden 24 --k 300 --epochs 2000 -o w.h5";
  answer("train rbm " + command, folder());
  const auto expected = bytes_of(folder() / "w.h5");
  fs::remove(folder() / "w.h5");

  const auto stopped = shell(mpirun(2, command + " --time-limit 1.2s"), folder());
  EXPECT_EQ(stopped.status, 75) << stopped.err;
  const auto told = sentences(stopped.err);
  EXPECT_EQ(std::ranges::count(told, '\n'), 1) << stopped.err;
  EXPECT_NE(told.find("the time limit has passed; the same command with --resume goes on"), std::string::npos)
      << told;
  answer("train rbm " + command + " --resume", folder());
  EXPECT_TRUE(bytes_of(folder() / "w.h5") == expected);
  fs::remove(folder() / "w.h5");

  const auto killed =
      shell(mpirun(2, command) +
                " & run=$!\nfor i in $(seq 100); do [ -e w.h5.training ] && break; sleep 0.1; "
                "done\nkill -9 $(pgrep -P $run | tail -1); wait $run",
            folder());
  EXPECT_NE(killed.status, 0);
  // mpirun loses what processes write while it ends them, about every other time.
  EXPECT_LE(std::ranges::count(sentences(killed.err), '\n'), 1) << killed.err;
  ASSERT_TRUE(fs::exists(folder() / "w.h5.training"));
  const auto resumed = shell(mpirun(2, command + " --resume"), folder());
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_TRUE(bytes_of(folder() / "w.h5") == expected);
}

}  // namespace
}  // namespace spinflow::program_tests
