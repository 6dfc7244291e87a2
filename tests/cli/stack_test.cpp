// SPDX-License-Identifier: Apache-2.0
// Stacks on the command line: train, inspect, flow.
#include <gtest/gtest.h>
#include <signal.h>

#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/cli_testing.hpp"
#include "spinflow/networks/receptive_fields.hpp"
#include "spinflow/networks/stack_file.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class StackCommands : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<testing::TemporaryFolder>();
    const auto made = shell(
        "$SPINFLOW sample ising-square -L 8 -T 2,3 -n 200 -o e.h5 && "
        "$SPINFLOW train stack e.h5 --hidden 16,4 --shrinkage 0.001 --epochs 5 --batch-size 50 "
        "--learning-rate 0.5 --json -o s.h5 > s.json",
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
  [[nodiscard]] static std::vector<std::size_t> lengths(const json& flow) {
    std::vector<std::size_t> all;
    for (const auto& start : flow.at("starts")) all.push_back(start.at("steps").size());
    return all;
  }

 private:
  static std::unique_ptr<testing::TemporaryFolder> folder_;
};

std::unique_ptr<testing::TemporaryFolder> StackCommands::folder_;

TEST_F(StackCommands, TrainTellsEveryLayer) {
  const json trained = json::parse(shell("cat s.json", folder()).out);
  EXPECT_EQ(trained.at("updates"), 2 * 5 * 8);
  EXPECT_GT(trained.at("seconds"), 0);
  EXPECT_GT(trained.at("updates_per_second"), 0);
  ASSERT_EQ(trained.at("layers").size(), 2u);
  const auto stack = networks::read_stack(folder() / "s.h5");
  EXPECT_NE(stack.command.find("train stack e.h5 --hidden 16,4"), std::string::npos) << stack.command;
  EXPECT_NE(stack.model_toml.find("ising-square"), std::string::npos);
  for (std::size_t l = 0; l < 2; ++l) {
    const auto& layer = trained.at("layers").at(l);
    const auto summary = networks::layer_summary(stack.layers[l]);
    EXPECT_EQ(layer.at("layer"), l + 1);
    EXPECT_EQ(layer.at("lattice"), stack.lattice(l + 1).text());
    EXPECT_EQ(layer.at("hidden"), l == 0 ? 16 : 4);
    EXPECT_EQ(layer.at("dead"), summary.dead);
    EXPECT_EQ(layer.at("participation"), summary.participation);
    EXPECT_EQ(layer.at("coherence"), summary.coherence);
    ASSERT_EQ(layer.at("history").size(), 5u);
    EXPECT_EQ(layer.at("history").at(4).at("update"), 40);
  }
  const json inspected = answer("inspect s.h5");
  EXPECT_EQ(inspected.at("format"), "spinflow/stack");
  EXPECT_EQ(inspected.at("lattice"), "8x8");
  EXPECT_EQ(inspected.at("training").at("shrinkage"), "0.001");
  EXPECT_EQ(inspected.at("layers").at(1).at("lattice"), "2x2");
  EXPECT_EQ(inspected.at("layers").at(1).at("coherence"), trained.at("layers").at(1).at("coherence"));
  const auto text = spinflow("train stack e.h5 --hidden 16 --epochs 2 --learning-rate 0.5 -o one.h5");
  EXPECT_EQ(text.status, 0) << text.err;
  for (const char* words : {"participation", "coherence", "4x4", "400 configurations", "one.h5"})
    EXPECT_NE(text.out.find(words), std::string::npos) << text.out;
}

TEST_F(StackCommands, FlowGoesUpWhileThereAreLayers) {
  const json up = answer("flow s.h5 --start e.h5 --thermometer energy");
  EXPECT_EQ(lengths(up), (std::vector<std::size_t>{3, 3}));
  EXPECT_EQ(up.at("starts").at(0).at("steps").at(2).at("n"), 200);
  EXPECT_TRUE(up.at("starts").at(0).at("steps").at(2).at("thermometers").contains("energy"));
  EXPECT_EQ(up, answer("flow s.h5 --start e.h5 --thermometer energy --pass up --hidden-mode sampled"));
  EXPECT_NE(up, answer("flow s.h5 --start e.h5 --thermometer energy --hidden-mode sign"));
  // Signs draw nothing, so that the seed makes no difference.
  EXPECT_EQ(answer("flow s.h5 --start e.h5 --hidden-mode sign"),
            answer("flow s.h5 --start e.h5 --hidden-mode sign --seed 9"));
  EXPECT_EQ(lengths(answer("flow s.h5 --start e.h5 --steps 1")), (std::vector<std::size_t>{2, 2}));
}

TEST_F(StackCommands, ReconstructionKeepsTheLattice) {
  const json none = answer("flow s.h5 --pass reconstruct --start e.h5 --steps 4");
  EXPECT_EQ(lengths(none), (std::vector<std::size_t>{5, 5}));
  EXPECT_NE(none, answer("flow s.h5 --pass reconstruct --top-steps 20 --start e.h5 --steps 4"));
}

TEST_F(StackCommands, ComposeWithOtherMaps) {
  const auto trained = spinflow("train rbm e.h5 --hidden 8 --epochs 2 -o v.h5");
  ASSERT_EQ(trained.status, 0) << trained.err;
  // 8x8 -> 8x8 -> 4x4 by the stack's first layer -> 2x2 by blocks: one step, then nothing fits.
  EXPECT_EQ(lengths(answer("flow v.h5 --then s.h5 --then block-majority --start e.h5 --factor 2")),
            (std::vector<std::size_t>{2, 2}));
  // Options of their own: 8x8 -> 4x4 by blocks of 2, -> 2x2 by a stack that takes signs.
  EXPECT_EQ(answer("flow block-majority:factor=2 --then s.h5:hidden_mode=sign --start e.h5"),
            answer("flow block-majority --then s.h5 --factor 2 --hidden-mode sign --start e.h5"));
  // Two uses of one file: one keeps the lattice, the other goes up.
  EXPECT_EQ(lengths(answer("flow s.h5:pass=reconstruct,top_steps=2 --then s.h5 --start e.h5")),
            (std::vector<std::size_t>{2, 2}));
  // Blocks first, then the layer that begins at 4x4.
  const json second = answer("flow block-majority --then s.h5 --start e.h5 --hidden-mode sign");
  EXPECT_EQ(lengths(second), (std::vector<std::size_t>{2, 2}));
}

TEST_F(StackCommands, AShrinkageThatKillsALayerIsAFailureThatSaysSo) {
  const auto result = spinflow("train stack e.h5 --hidden 16,4 --shrinkage 10 --epochs 3 -o dead.h5");
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("all 16 hidden units of layer 1 are dead"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("lambda = 10"), std::string::npos) << result.err;
  EXPECT_FALSE(fs::exists(folder() / "dead.h5"));
}

TEST_F(StackCommands, ADamagedStackIsRefused) {
  networks::Stack stack = networks::read_stack(folder() / "s.h5");
  stack.layers[1].weights[0] = std::numeric_limits<float>::quiet_NaN();
  networks::write_stack(stack, folder() / "nan.h5");
  expect_refused({{"flow nan.h5 --start e.h5", "layer_1/weights"}, {"inspect nan.h5", "layer_1/weights"}},
                 folder());
}

TEST_F(StackCommands, CtrlCIsHeardWithinTheTopSteps) {
  const testing::TemporaryFolder empty;
  Background work({"flow", (folder() / "s.h5").string(), "--start", (folder() / "e.h5").string(), "--pass",
                   "reconstruct", "--top-steps", "1000000000", "--steps", "2", "-o", "x.h5"},
                  empty.path());
  ASSERT_TRUE(work.shows("flow")) << work.seen();
  work.signal(SIGINT);
  EXPECT_EQ(work.wait(), 130) << work.seen();
  EXPECT_TRUE(content_of(empty.path()).empty());
}

TEST_F(StackCommands, InspectTellsPeopleALayerALine) {
  const auto inspected = spinflow("inspect s.h5");
  EXPECT_EQ(inspected.status, 0) << inspected.err;
  for (const char* said : {"method = \"cd\"\n", "shrinkage = 0.001\n", "lattice 4x4, hidden 16, dead ",
                           "\n                      lattice 2x2, hidden 4, dead "})
    EXPECT_NE(inspected.out.find(said), std::string::npos) << said << " in\n" << inspected.out;
}

}  // namespace
}  // namespace spinflow::program_tests
