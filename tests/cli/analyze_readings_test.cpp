// SPDX-License-Identifier: Apache-2.0
// spinflow analyze correlators and spinflow analyze scaling: good and bad input.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/cli_testing.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Runs command lines that must succeed.
void make(const fs::path& folder, const std::vector<std::string>& lines) {
  for (const auto& line : lines) {
    const auto result = shell("$SPINFLOW " + line, folder);
    ASSERT_EQ(result.status, 0) << line << "\n" << result.err;
  }
}

json answer_of(const fs::path& folder, const std::string& arguments) {
  const auto result = shell("$SPINFLOW " + arguments + " --json", folder);
  EXPECT_EQ(result.status, 0) << result.err;
  return json::parse(result.out);
}

class AnalyzeCorrelators : public ::testing::Test {
 protected:
  void SetUp() override {
    make(folder_.path(), {"sample ising-square -L 8 -T 2.2 -n 400 -o one.h5",
                          "sample ising-square -L 8 -T 2.2,3 -n 50 -o two.h5",
                          "sample ising-square -L 8 --boundary open -T 2.2 -n 50 -o open.h5",
                          "train rbm one.h5 --hidden 16 --epochs 1 -o rbm.h5",
                          "train stack one.h5 --hidden 16,4 --epochs 20 --shrinkage 0 -o stack.h5"});
  }
  [[nodiscard]] const fs::path& folder() const { return folder_.path(); }

 private:
  testing::TemporaryFolder folder_;
};

TEST_F(AnalyzeCorrelators, TellsEveryLayer) {
  const auto answer = answer_of(
      folder(), "analyze correlators stack.h5 --ensemble one.h5 --against block-majority --ties corner");
  EXPECT_EQ(answer.at("against"), "block-majority, ties corner");
  EXPECT_EQ(answer, answer_of(folder(),
                              "analyze correlators stack.h5 --ensemble one.h5 --against "
                              "block-majority:ties=corner --ties random"));
  EXPECT_EQ(answer.at("n"), 400);
  ASSERT_EQ(answer.at("layers").size(), 2u);
  const auto& layer = answer.at("layers").at(0);
  EXPECT_EQ(layer.at("visible"), "8x8");
  EXPECT_EQ(layer.at("hidden"), "4x4");
  EXPECT_GT(layer.at("pearson").at("error").get<double>(), 0);
  EXPECT_GT(layer.at("null").at("sd").get<double>(), 0);
  // Inside its own block a majority spin correlates with every spin.
  const auto& near = layer.at("visible_hidden").at(0);
  EXPECT_EQ(near.at("pairs"), 64);
  EXPECT_GT(near.at("blocks").at("value").get<double>(), 0.7);
  EXPECT_EQ(layer.at("hidden_hidden").at(0).at("pairs"), 64);
  EXPECT_EQ(answer.at("layers").at(1).at("visible"), "4x4");
  // One temperature of several; other blocks; signs instead of draws. The same seed gives the same answer.
  const std::string line =
      "analyze correlators stack.h5 --ensemble two.h5 --temperature 3 --against decimation --hidden-mode "
      "sign";
  const auto other = answer_of(folder(), line);
  EXPECT_EQ(other.at("temperature"), 3.0);
  EXPECT_EQ(other.at("n"), 50);
  EXPECT_EQ(other, answer_of(folder(), line + " --threads 1"));
  const auto text = shell("$SPINFLOW analyze correlators stack.h5 --ensemble one.h5", folder()).out;
  for (const char* words : {"layer 2, 4x4 to 2x2", "<v S>", "<S S>", "Pearson"})
    EXPECT_NE(text.find(words), std::string::npos) << text;
}

TEST_F(AnalyzeCorrelators, WritesAFolderWithAReport) {
  make(folder(), {"analyze correlators stack.h5 --ensemble one.h5 --permutations 9 -o answer"});
  for (const char* name : {"results.json", "report.html", "figures/correlators-profiles.vl.json",
                           "figures/correlators-pairs.csv", "figures/correlators-images-1.vl.json",
                           "figures/correlators-pair-images-2.vl.json"})
    EXPECT_TRUE(fs::exists(folder() / "answer" / name)) << name;
}

TEST_F(AnalyzeCorrelators, BadInput) {
  const std::string line = "analyze correlators ";
  expect_refused(
      {{line, "STACK is missing"},
       {line + "stack.h5", "--ensemble"},
       {line + "missing.h5 --ensemble one.h5", "no such file"},
       {line + "rbm.h5 --ensemble one.h5", "spinflow/rbm"},
       {line + "one.h5 --ensemble one.h5", "spinflow/ensemble"},
       {line + "stack.h5 --ensemble stack.h5", "spinflow/stack"},
       {line + "stack.h5 --ensemble two.h5", "2 temperatures"},
       {line + "stack.h5 --ensemble two.h5 --temperature 2.5", "T = 2.2, 3"},
       {line + "stack.h5 --ensemble open.h5", "periodic"},
       {line + "stack.h5 --ensemble one.h5 --against majority", "block-majority"},
       {line + "stack.h5 --ensemble one.h5 --ties left", "corner"},
       {line + "stack.h5 --ensemble one.h5 --against block-majority:ties=left", "corner"},
       {line + "stack.h5 --ensemble one.h5 --against block-majority:factor=2", "the factor is that of each"},
       {line + "stack.h5 --ensemble one.h5 --against stack.h5", "makes no block spins"},
       {line + "stack.h5 --ensemble one.h5 --against decimation --ties corner", "has no option --ties"},
       {line + "stack.h5 --ensemble one.h5 --permutations 0", "--permutations"},
       {line + "stack.h5 --ensemble one.h5 --hidden-mode mean", "--hidden-mode"}},
      folder());
}

// Every test makes the flows that it reads.
class AnalyzeScaling : public ::testing::Test {
 protected:
  /// f4.h5 and f6.h5, from s4.h5 and s6.h5.
  void make_sizes() {
    for (const std::string l : {"4", "6"})
      make(folder(), {"sample ising-square -L " + l + " -T 2.269 -n 300 -o s" + l + ".h5",
                      "train rbm s" + l + ".h5 --hidden 16 --epochs 4 --learning-rate 0.1 -o r" + l + ".h5",
                      "flow r" + l + ".h5 --start s" + l + ".h5 --steps 8 -o f" + l + ".h5"});
  }
  /// range-flow.h5, from range.h5 by r.h5.
  void make_range() {
    make(folder(), {"sample ising-square -L 4 -T 1.4:2.6:.2 -n 200 -o range.h5",
                    "train rbm range.h5 --hidden 16 --epochs 1 --learning-rate 0.1 -o r.h5",
                    "flow r.h5 --start range.h5 --steps 8 --thermometer bond-energy -o range-flow.h5"});
  }
  [[nodiscard]] const fs::path& folder() const { return folder_.path(); }

 private:
  testing::TemporaryFolder folder_;
};

TEST_F(AnalyzeScaling, ReadsSizes) {
  make_sizes();
  const auto answer = answer_of(folder(), "analyze scaling f6.h5 f4.h5");
  EXPECT_EQ(answer.at("reading"), "sizes");
  ASSERT_EQ(answer.at("sizes").size(), 2u);
  const auto& small = answer.at("sizes").at(0);
  EXPECT_EQ(small.at("file"), "f4.h5");
  EXPECT_EQ(small.at("first_step"), 6);
  EXPECT_EQ(small.at("last_step"), 8);
  // Two sizes: the slope is the quotient of the logarithms.
  const auto m = [&](int i) {
    return answer.at("sizes").at(i).at("data").at("abs_magnetization").at("value").get<double>();
  };
  EXPECT_NEAR(answer.at("data").at("delta_sigma_abs_m").at("value").get<double>(),
              std::log(m(0) / m(1)) / std::log(1.5), 1e-9);
  EXPECT_EQ(answer.at("theory").at("delta_sigma"), 0.125);
  const auto first = answer_of(folder(), "analyze scaling f4.h5 f6.h5 --step 1");
  EXPECT_EQ(first.at("sizes").at(0).at("first_step"), 1);
  EXPECT_EQ(first.at("data"), answer.at("data"));
  EXPECT_NE(first.at("flow"), answer.at("flow"));
  const auto text = shell("$SPINFLOW analyze scaling f4.h5 f6.h5", folder()).out;
  for (const char* words : {"Delta_epsilon from Y", "last quarter", "only 300 configurations"})
    EXPECT_NE(text.find(words), std::string::npos) << text;
}

TEST_F(AnalyzeScaling, ReadsTemperatures) {
  make_range();
  const auto answer = answer_of(folder(), "analyze scaling range-flow.h5");
  EXPECT_EQ(answer.at("reading"), "temperatures");
  EXPECT_EQ(answer.at("step"), 3);
  EXPECT_NEAR(answer.at("critical_temperature").get<double>(), 2.269185, 1e-6);
  EXPECT_EQ(answer.at("starts").size(), 7u);
  EXPECT_GE(answer.at("data").at("points").get<int>(), 3);
  EXPECT_GT(answer.at("data").at("beta").at("error").get<double>(), 0);
  EXPECT_EQ(answer.at("end").at("degrees"), 6);
  EXPECT_NEAR(answer.at("theory").at("beta").get<double>(), 0.125, 1e-12);
  EXPECT_EQ(answer_of(folder(), "analyze scaling range-flow.h5 --critical-temperature 2.5 --step 1")
                .at("critical_temperature"),
            2.5);
}

TEST_F(AnalyzeScaling, WritesFoldersWithReports) {
  make_sizes();
  make_range();
  make(folder(), {"analyze scaling f4.h5 f6.h5 -o sizes", "analyze scaling range-flow.h5 -o order"});
  for (const char* name : {"sizes/report.html", "sizes/figures/scaling-sizes.vl.json", "order/results.json",
                           "order/figures/scaling-order.csv"})
    EXPECT_TRUE(fs::exists(folder() / name)) << name;
}

TEST_F(AnalyzeScaling, BadInput) {
  make_sizes();
  make_range();
  make(folder(), {"flow r.h5 --start range.h5 --steps 2 -o no-bonds.h5",
                  "flow block-majority --start s4.h5 --steps 1 -o blocks.h5",
                  "flow r.h5 --start range.h5 --start-temperature 2 --steps 2 "
                  "--observables abs_magnetization,correlation -o few.h5",
                  "sample ising-square -L 8 --coupling 2 -T 4 -n 20 -o strong.h5",
                  "train rbm strong.h5 --hidden 4 --epochs 1 -o strong-rbm.h5",
                  "flow strong-rbm.h5 --start strong.h5 --steps 4 -o strong-flow.h5",
                  "sample ising-chain -L 8 -T 1,2 -n 20 -o chain.h5",
                  "train rbm chain.h5 --hidden 4 --epochs 1 -o chain-rbm.h5",
                  "flow chain-rbm.h5 --start chain.h5 --steps 2 --thermometer bond-energy -o chain-flow.h5",
                  "flow chain-rbm.h5 --start chain.h5 --start-temperature 1 --steps 2 -o chain-one.h5"});
  fs::copy(std::string(SPINFLOW_TEST_DATA) + "/flow_0.1.0.h5", folder() / "old.h5");
  const std::string line = "analyze scaling ";
  expect_refused({{line, "FLOW is missing"},
                  {line + "f4.h5 missing.h5", "no such file"},
                  {line + "f4.h5 s4.h5", "spinflow/ensemble"},
                  {line + "f4.h5", "one start"},
                  {line + "f4.h5 f4.h5", "one size"},
                  {line + "f4.h5 range-flow.h5", "7 starts"},
                  {line + "f4.h5 strong-flow.h5", "not that of f4.h5"},
                  {line + "f4.h5 chain-one.h5", "not that of f4.h5"},
                  {line + "blocks.h5 f6.h5", "change the lattice"},
                  {line + "f4.h5 f6.h5 --step 9", "0 to 8"},
                  {line + "f4.h5 f6.h5 --critical-temperature 2", "no critical temperature"},
                  {line + "no-bonds.h5", "--thermometer bond-energy"},
                  {line + "old.h5", "change the lattice"},
                  {line + "f4.h5 few.h5", "were read without mode_2"},
                  {line + "chain-flow.h5", "--critical-temperature"}},
                 folder());
}

}  // namespace
}  // namespace spinflow::program_tests
