// SPDX-License-Identifier: Apache-2.0
// Fully connected nets on the command line: train, inspect, flow.
#include <gtest/gtest.h>
#include <signal.h>

#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/cli_testing.hpp"
#include "spinflow/networks/dense_file.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class DenseCommands : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<testing::TemporaryFolder>();
    const auto made = shell(
        "$SPINFLOW sample ising-chain -N 16 -K 1 -n 1000 -o e.h5 && "
        "$SPINFLOW sample ising-chain -N 16 -T 1,2 -n 200 -o two.h5 && "
        "$SPINFLOW train dense e.h5 --target decimation:2 --hidden 24 --learning-rate 0.02 --batch-size 100 "
        "--updates 400 --json -o net.h5 > net.json && "
        "$SPINFLOW train dense e.h5 --target magnetization --updates 20 -o m.h5",
        folder_->path());
    ASSERT_EQ(made.status, 0) << made.err;
  }
  static void TearDownTestSuite() { folder_.reset(); }

  [[nodiscard]] static const fs::path& folder() { return folder_->path(); }
  [[nodiscard]] static testing::ProgramResult spinflow(const std::string& arguments) {
    return shell("$SPINFLOW " + arguments, folder());
  }
  [[nodiscard]] static json answer(const std::string& arguments) {
    const auto result = spinflow(arguments + " --json");
    EXPECT_EQ(result.status, 0) << arguments << "\n" << result.err;
    EXPECT_EQ(result.err, "") << arguments;
    return json::parse(result.out, nullptr, false);
  }

 private:
  static std::unique_ptr<testing::TemporaryFolder> folder_;
};

std::unique_ptr<testing::TemporaryFolder> DenseCommands::folder_;

TEST_F(DenseCommands, TrainAnswersWithTheHistory) {
  const json trained = json::parse(shell("cat net.json", folder()).out);
  EXPECT_EQ(trained.at("updates"), 400);
  EXPECT_GT(trained.at("seconds"), 0);
  EXPECT_GT(trained.at("updates_per_second"), 0);
  const json& history = trained.at("history");
  ASSERT_EQ(history.size(), 20u);
  EXPECT_EQ(history.at(0).at("update"), 20);
  EXPECT_EQ(history.at(19).at("update"), 400);
  EXPECT_LT(history.at(19).at("loss_held_out"), history.at(0).at("loss_held_out"));
  EXPECT_GT(history.at(19).at("accuracy_held_out"), 0.99);
  EXPECT_EQ(answer("train dense e.h5 --target magnetization --updates 2 -o n.h5")
                .at("history")
                .at(0)
                .at("accuracy_held_out"),
            nullptr);

  const auto text = spinflow("train dense e.h5 --target autoencode --hidden none --updates 40 -o a.h5");
  EXPECT_EQ(text.status, 0) << text.err;
  for (const char* words : {"update", "held-out loss", "40 updates in", "1000 configurations", "a.h5"})
    EXPECT_NE(text.out.find(words), std::string::npos) << text.out;
  EXPECT_EQ(networks::read_dense(folder() / "a.h5").layers.size(), 1u);
}

TEST_F(DenseCommands, DefaultsAreThoseOfTheHelp) {
  const auto same = spinflow(
      "train dense e.h5 --target decimation:4 --updates 30 -o one.h5 --json > one && "
      "$SPINFLOW train dense e.h5 --target decimation:4 --updates 30 --hidden 128 --activation tanh "
      "--optimizer "
      "adam --learning-rate 0.003 --schedule cosine --batch-size 256 --held-out 0.25 --evaluate-every 0 "
      "--patience 0 --ties none --seed 1 -o other.h5");
  ASSERT_EQ(same.status, 0) << same.err;
  const auto one = networks::read_dense(folder() / "one.h5");
  const auto other = networks::read_dense(folder() / "other.h5");
  EXPECT_EQ(one.layers[0].weights, other.layers[0].weights);
  EXPECT_EQ(one.layers[1].weights, other.layers[1].weights);
  EXPECT_EQ(one.training, other.training);
}

TEST_F(DenseCommands, EveryTargetAndOption) {
  for (const std::string line : {
           "e.h5 --target majority:4 --ties corner --hidden 8,8 --activation relu",
           "e.h5 --target majority:8 --ties random --optimizer sgd --momentum 0.9 --learning-rate 0.1",
           "e.h5 --target sign-magnetization --schedule constant --patience 2 --evaluate-every 3",
           "two.h5 --target label:temperature --hidden 5 --held-out 0.5",
           "two.h5 --target decimation:2 --temperatures 2 --batch-size 10",
       }) {
    const auto result = spinflow("train dense " + line + " --updates 20 --force -o any.h5");
    EXPECT_EQ(result.status, 0) << line << "\n" << result.err;
    EXPECT_EQ(result.err, "") << line;
  }
}

TEST_F(DenseCommands, InspectShowsTheNet) {
  const json net = answer("inspect net.h5");
  EXPECT_EQ(net.at("format"), "spinflow/dense");
  EXPECT_EQ(net.at("purpose"), "decimation:2");
  EXPECT_EQ(net.at("lattice"), "16");
  EXPECT_EQ(net.at("layers"), json::parse("[24, 8]"));
  EXPECT_EQ(net.at("output_lattice"), "8");
  EXPECT_EQ(net.at("output_boundary"), "periodic");
  EXPECT_EQ(net.at("updates"), 400);
  EXPECT_EQ(net.at("training").at("optimizer"), "\"adam\"");
  EXPECT_FALSE(net.contains("temperatures"));
  EXPECT_FALSE(answer("inspect m.h5").contains("output_lattice"));
  const auto text = spinflow("inspect net.h5");
  for (const char* words : {"decimation:2", "24, 8", "output_lattice"})
    EXPECT_NE(text.out.find(words), std::string::npos) << text.out;
}

TEST_F(DenseCommands, ANetIsAMapOfTheFlow) {
  const json one = answer("flow net.h5 --start e.h5 --steps 1");
  const json& steps = one.at("starts").at(0).at("steps");
  ASSERT_EQ(steps.size(), 2u);
  EXPECT_EQ(steps.at(1).at("n"), 1000);
  // It learnt decimation, so that it flows like it; the seed has no effect.
  const json exact = answer("flow decimation --factor 2 --start e.h5 --steps 1");
  EXPECT_NEAR(steps.at(1).at("energy").at("value").get<double>(),
              exact.at("starts").at(0).at("steps").at(1).at("energy").at("value").get<double>(), 0.02);
  EXPECT_EQ(one, answer("flow net.h5 --start e.h5 --steps 1 --seed 9"));
  // Without --steps it goes on while the net fits.
  EXPECT_EQ(answer("flow net.h5 --start e.h5").at("starts").at(0).at("steps").size(), 2u);

  // Nets compose: 16 -> 8 -> 4, the second trained on chains of 8.
  const auto made = spinflow(
      "sample ising-chain -N 8 -K 0.6625 -n 500 -o e8.h5 && "
      "$SPINFLOW train dense e8.h5 --target decimation:2 --updates 50 -o net8.h5");
  ASSERT_EQ(made.status, 0) << made.err;
  const json both = answer("flow net.h5 --then net8.h5 --start e.h5 --steps 1 --keep 1 -o both.h5");
  EXPECT_EQ(both.at("starts").at(0).at("steps").size(), 2u);
  const json mixed = answer("flow net.h5 --then decimation --start e.h5 --steps 1");
  EXPECT_EQ(mixed.at("starts").at(0).at("steps").size(), 2u);
}

TEST_F(DenseCommands, BadInput) {
  auto damaged = networks::read_dense(folder() / "net.h5");
  damaged.output = lattice::Lattice::chain(9);
  networks::write_dense(damaged, folder() / "sites.h5");
  damaged = networks::read_dense(folder() / "net.h5");
  damaged.layers[1].weights[0] = std::numeric_limits<float>::quiet_NaN();
  networks::write_dense(damaged, folder() / "nan.h5");
  const std::string good = "train dense e.h5 --target decimation:2 -o x.h5 ";
  expect_refused(
      {{"train dense e.h5 -o x.h5", "--target"},
       {"train dense e.h5 --target decimation:2", "-o is missing"},
       {"train dense e.h5 --target decimation:3 -o x.h5", "do not fit a lattice of 16"},
       {"train dense e.h5 --target decimation:0 -o x.h5", "no factor"},
       {"train dense e.h5 --target decimation:nan -o x.h5", "no factor"},
       {"train dense e.h5 --target majority:2 -o x.h5", "--ties corner or --ties random"},
       {"train dense e.h5 --target majority:2 --ties heads -o x.h5", "--ties"},
       {"train dense e.h5 --target autoencode --ties corner -o x.h5", "knows no ties"},
       {"train dense e.h5 --target label:temperature -o x.h5", "1 temperature"},
       {"train dense e.h5 --target autoencoder -o x.h5", "did you mean 'autoencode'"},
       {"train dense net.h5 --target decimation:2 -o x.h5", "spinflow/dense"},
       {"train dense none.h5 --target decimation:2 -o x.h5", "none.h5"},
       {"train dense e.h5 --target decimation:2 -o e.h5 --force", "e.h5"},
       {"train dense e.h5 --target decimation:2 -o net.h5", "net.h5"},
       {good + "--hidden 1.5", "no number of units"},
       {good + "--hidden 0", "or none for a linear map"},
       {good + "--hidden nan", "--hidden"},
       {good + "--hidden few", "'few' is no number of units"},
       {good + "--hidden 1000000,1000000", "memory"},
       {good + "--activation sigmoid", "--activation"},
       {good + "--optimizer lbfgs", "--optimizer"},
       {good + "--momentum 0.5", "--momentum has no meaning for adam"},
       {good + "--optimizer sgd --momentum 1", "--momentum"},
       {good + "--learning-rate nan", "--learning-rate"},
       {good + "--learning-rate -1", "--learning-rate"},
       {good + "--schedule linear", "--schedule"},
       {good + "--batch-size 0", "--batch-size"},
       {good + "--updates 0", "--updates"},
       {good + "--held-out 0", "--held-out"},
       {good + "--held-out nan", "--held-out"},
       {good + "--evaluate-every -1", "--evaluate-every"},
       {good + "--patience -1", "--patience"},
       {good + "--temperatures 3", "--temperatures"},
       {"flow m.h5 --start e.h5", "trained for 'magnetization' are no spins"},
       {"flow net.h5 --start two.h5 --then m.h5", "no spins"},
       {"flow net.h5 --start e.h5 --steps 2",
        "trained on lattice 16 (periodic), the configurations live on 8"},
       {"flow net.h5 --start e.h5 --pass up", "--pass"},
       {"flow sites.h5 --start e.h5", "8 outputs for a lattice of 9"},
       {"inspect sites.h5", "8 outputs for a lattice of 9"},
       {"flow nan.h5 --start e.h5", "layer_1/weights"},
       {"flow net.h5 --start e.h5 --thermometer classifier=net.h5", "does not tell temperatures apart"}},
      folder());
}

TEST_F(DenseCommands, ATrainingThatDivergesIsAFailureThatSaysSo) {
  const auto result =
      spinflow("train dense e.h5 --target decimation:2 --optimizer sgd --learning-rate 1e6 -o wild.h5");
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("at update "), std::string::npos) << result.err;
  EXPECT_FALSE(fs::exists(folder() / "wild.h5"));
}

TEST_F(DenseCommands, CtrlCIsHeard) {
  const testing::TemporaryFolder empty;
  Background work({"train", "dense", (folder() / "e.h5").string(), "--target", "decimation:2", "--updates",
                   "1000000000", "-o", "x.h5"},
                  empty.path());
  ASSERT_TRUE(work.shows("train dense")) << work.seen();
  work.signal(SIGINT);
  EXPECT_EQ(work.wait(), 130);
  EXPECT_TRUE(content_of(empty.path()).empty());
}

}  // namespace
}  // namespace spinflow::program_tests
