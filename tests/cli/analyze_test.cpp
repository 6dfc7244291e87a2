// SPDX-License-Identifier: Apache-2.0
// spinflow analyze weights: good and bad input, and the folder it writes.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/cli_testing.hpp"
#include "spinflow/networks/rbm_file.hpp"

namespace spinflow::program_tests {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class AnalyzeWeights : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"s.h5", "c.h5", "v.h5", "t.h5", "nan.h5", "short.h5"})
      fs::copy(workshop() / name, folder_.path() / name);
  }
  [[nodiscard]] const fs::path& folder() const { return folder_.path(); }
  [[nodiscard]] testing::ProgramResult analyze(const std::string& arguments) const {
    return shell("$SPINFLOW analyze weights " + arguments, folder());
  }

 private:
  testing::TemporaryFolder folder_;
};

TEST_F(AnalyzeWeights, TellsSpectrumWavesDistancesAndLikeness) {
  const auto result = analyze("v.h5 --ensemble s.h5 --json");
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  const json answer = json::parse(result.out);
  EXPECT_EQ(answer.at("lattice"), "4x4");
  EXPECT_EQ(answer.at("visible"), 16);
  EXPECT_EQ(answer.at("hidden"), 6);
  EXPECT_EQ(answer.at("sigma0"), 0.01);
  EXPECT_EQ(answer.at("zero_modes"), 10);
  const auto& eigenvalues = answer.at("eigenvalues");
  ASSERT_EQ(eigenvalues.size(), 16u);
  double trace = 0;
  for (const auto& one : eigenvalues) trace += one.get<double>();
  const auto rbm = networks::read_rbm(folder() / "v.h5");
  double squares = 0;
  for (const double w : rbm.weights) squares += w * w;
  EXPECT_NEAR(trace, squares, 1e-6 * squares);
  EXPECT_NEAR(16 * answer.at("distance").at(0).at("mean").get<double>(), squares, 1e-6 * squares);
  EXPECT_EQ(answer.at("row_norms").size(), 6u);
  EXPECT_EQ(answer.at("eigenvectors").at(0).at("rank"), 1);
  EXPECT_EQ(answer.at("shells").at(0).at("modes"), 1);
  ASSERT_EQ(answer.at("correlations").size(), 3u);
  EXPECT_EQ(answer.at("correlations").at(0).at("temperature"), 1.0);
  // Without an ensemble nothing is compared, and the default sigma0 is the file's.
  const json alone = json::parse(analyze("v.h5 --json --sigma0 0.02").out);
  EXPECT_TRUE(alone.at("correlations").empty());
  EXPECT_NEAR(alone.at("noise_edge").get<double>(), 4 * answer.at("noise_edge").get<double>(), 1e-12);
  const std::string text = analyze("v.h5 --ensemble s.h5").out;
  for (const char* words : {"noise edge", "main wave", "Pearson"})
    EXPECT_NE(text.find(words), std::string::npos) << text;
}

TEST_F(AnalyzeWeights, KnowsPlantedWeights) {
  networks::Rbm rbm{.visible = lattice::Lattice::square(4, 4), .n_hidden = 2};
  rbm.weights.assign(32, 0.25F);
  rbm.visible_bias.assign(16, 0);
  rbm.hidden_bias.assign(2, 0);
  networks::write_rbm(rbm, folder() / "planted.h5");
  // Weights that were not trained here do not tell how they began.
  const auto refused = analyze("planted.h5");
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("--sigma0"), std::string::npos) << refused.err;
  const auto result = analyze("planted.h5 --sigma0 0.01 --json");
  ASSERT_EQ(result.status, 0) << result.err;
  const json answer = json::parse(result.out);
  EXPECT_NEAR(answer.at("eigenvalues").at(0).get<double>(), 2.0, 1e-9);  // 16 sites x 2 / 16
  EXPECT_EQ(answer.at("above_edge"), 1);
  EXPECT_NEAR(answer.at("eigenvectors").at(0).at("uniform_overlap").get<double>(), 1, 1e-9);
  EXPECT_NEAR(answer.at("eigenvectors").at(0).at("sign_pattern").at("energy").get<double>(), -2, 1e-9);
}

TEST_F(AnalyzeWeights, WritesAFolderWithAReport) {
  const std::string line = "v.h5 --ensemble s.h5 -o weights";
  const auto result = analyze(line);
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.out.find("weights/report.html"), std::string::npos);
  for (const char* name : {"recipe.toml", "results.json", "report.html",
                           "figures/weights-eigenvectors.vl.json", "figures/weights-receptive-fields.csv"})
    EXPECT_TRUE(fs::exists(folder() / "weights" / name)) << name;
  EXPECT_FALSE(fs::exists(folder() / "weights" / "INCOMPLETE"));

  const auto before = content_of(folder());
  const auto again = analyze(line);
  EXPECT_EQ(again.status, 2);
  EXPECT_NE(again.err.find("--force"), std::string::npos) << again.err;
  EXPECT_EQ(analyze(line + " --force").status, 0);
  EXPECT_EQ(content_of(folder()), before);
  EXPECT_EQ(shell("$SPINFLOW report weights", folder()).status, 0);

  // What does not come from us stays, and is named.
  std::ofstream(folder() / "weights" / "notes.txt") << "mine";
  const auto mine = analyze(line + " --force");
  EXPECT_EQ(mine.status, 2);
  EXPECT_NE(mine.err.find("notes.txt"), std::string::npos) << mine.err;
  EXPECT_TRUE(fs::exists(folder() / "weights" / "notes.txt"));
  EXPECT_TRUE(fs::exists(folder() / "weights" / "report.html"));
}

TEST_F(AnalyzeWeights, AnAnswerThatWasCutShortIsReplaced) {
  const std::string line = "v.h5 -o weights --force";
  ASSERT_EQ(analyze(line).status, 0);
  // As kill -9 leaves it at several moments.
  std::ofstream(folder() / "weights" / "INCOMPLETE") << "x";
  fs::remove(folder() / "weights" / "results.json");
  const auto report = shell("$SPINFLOW report weights", folder());
  EXPECT_EQ(report.status, 2);
  EXPECT_NE(report.err.find("not complete"), std::string::npos) << report.err;
  EXPECT_EQ(analyze(line).status, 0);
  for (const auto& entry : fs::directory_iterator(folder() / "weights"))
    if (entry.path().filename() != "recipe.toml") fs::remove_all(entry.path());
  EXPECT_EQ(analyze(line).status, 0);
  for (const auto& entry : fs::directory_iterator(folder() / "weights")) fs::remove_all(entry.path());
  std::ofstream(folder() / "weights" / ".recipe.toml.123-0.partial") << "x";
  EXPECT_EQ(analyze("v.h5 -o weights/").status, 0);  // as completion writes it
  EXPECT_FALSE(fs::exists(folder() / "weights" / ".recipe.toml.123-0.partial"));
}

TEST_F(AnalyzeWeights, BadInput) {
  ASSERT_EQ(analyze("v.h5 -o old").status, 0);
  fs::create_directory(folder() / "mine");
  std::ofstream(folder() / "mine" / "precious") << "x";
  std::ofstream(folder() / "text.h5") << "no HDF5\n";
  std::ofstream(folder() / "empty.h5");
  expect_refused({{"analyze weights", "NET is missing"},
                  {"analyze weights v.h5 v.h5", "one word too many"},
                  {"analyze weights missing.h5", "no such file"},
                  {"analyze weights mine", "it is a folder"},
                  {"analyze weights empty.h5", "it is empty"},
                  {"analyze weights text.h5", "no HDF5 file"},
                  {"analyze weights short.h5", "short.h5"},
                  {"analyze weights s.h5", "spinflow/ensemble"},
                  {"analyze weights t.h5", "spinflow/dense"},
                  {"analyze weights nan.h5", "nan.h5"},
                  {"analyze weights v.h5 --ensemble c.h5", "4x4"},
                  {"analyze weights v.h5 --ensemble v.h5", "spinflow/rbm"},
                  {"analyze weights v.h5 --ensemble missing.h5", "no such file"},
                  {"analyze weights v.h5 --ensemble short.h5 -o new", "short.h5"},
                  {"analyze weights v.h5 --sigma0 -1", "--sigma0"},
                  {"analyze weights v.h5 --sigma0 nan", "--sigma0"},
                  {"analyze weights v.h5 --sgima0 1", "did you mean '--sigma0'"},
                  {"analyze weights nan.h5 -o new", "nan.h5"},
                  {"analyze weights v.h5 -o old", "--force"},
                  {"analyze weights v.h5 -o mine", "something else"},
                  {"analyze weights v.h5 -o mine --force", "which no run has written; choose another folder"},
                  {"analyze weights v.h5 -o s.h5", "not a folder"},
                  {"analyze weights v.h5 -o nowhere/new", "no folder"},
                  {"analyze weights missing.h5 -o old --force", "no such file"}},
                 folder());
  const auto what = shell("$SPINFLOW analyze wieghts v.h5", folder());
  EXPECT_EQ(what.status, 2);
  EXPECT_NE(what.err.find("did you mean 'weights'"), std::string::npos) << what.err;
}

}  // namespace
}  // namespace spinflow::program_tests
