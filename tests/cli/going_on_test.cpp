// SPDX-License-Identifier: Apache-2.0
// Configurations wherever they come from: kept by a flow, drawn from a network, of several files.
#include <fmt/format.h>

#include <cmath>

#include "cli/commands_testing.hpp"

namespace spinflow::program_tests {
namespace {

TEST_F(Commands, ConfigurationsThatAFlowKeptAreEnsembles) {
  answer("flow block-majority --start s.h5 --steps 1 --keep 0,1 -o kept.h5", folder());
  expect_refused({{"measure kept.h5", "kept.h5@0,T=1"},
                  {"measure kept.h5@1", "kept.h5@1,T=1 or kept.h5@1,T=2"},
                  {"measure kept.h5@7", "it did not keep this step"},
                  {"measure s.h5@1", "not the file of a flow"},
                  {"measure kept.h5@x", "kept.h5@x"},
                  {"flow decimation --start kept.h5@1,T=2 -o kept.h5 --force", "also the input"},
                  {"train rbm kept.h5@1,T=2 -o kept.h5 --force", "also the input"},
                  {"train stack kept.h5@0,T=2 --hidden 4 -o kept.h5 --force", "also the input"},
                  {"train dense kept.h5@0,T=2 --target decimation:2 -o kept.h5 --force", "also the input"},
                  {"measure none.h5@1", "there is no such file"}},
                 folder());
  // Step 0 is what the flow began with.
  const json before = json_answer("measure s.h5", folder()).at("groups").at(1);
  const json kept = json_answer("measure kept.h5@0,T=2", folder()).at("groups").at(0);
  EXPECT_EQ(kept.at("energy"), before.at("energy"));
  const json blocks = json_answer("measure kept.h5@1,T=2", folder()).at("groups").at(0);
  EXPECT_EQ(blocks.at("n"), 64);
  EXPECT_TRUE(blocks.at("temperature").is_null());
  answer("flow block-majority --start s.h5 --start-temperature 3 --steps 1 --keep 1 -o one.h5", folder());
  EXPECT_EQ(json_answer("measure one.h5@1", folder()), json_answer("measure one.h5", folder()));
  EXPECT_EQ(json_answer("analyze couplings one.h5 --basis nearest", folder()).at("lattice"), "2x2");
  answer("train rbm kept.h5@0,T=1 --hidden 2 --epochs 1 -o of-kept.h5", folder());
  const json flow = json_answer("flow of-kept.h5 --start kept.h5@0,T=3 --steps 1", folder());
  EXPECT_EQ(flow.at("starts").at(0).at("steps").at(0).at("n"), 64);
}

TEST_F(Commands, SamplesOfANetworkAreEnsembles) {
  const json drawn =
      json_answer("sample v.h5 -n 40 --rounds 20 --replicas 5 --seed 7 -o dreams.h5", folder());
  EXPECT_EQ(drawn.at("n"), 40);
  EXPECT_GT(drawn.at("least_swap_rate").get<double>(), 0);
  const json group = json_answer("measure dreams.h5", folder()).at("groups").at(0);
  EXPECT_EQ(group.at("energy").at("value"), drawn.at("energy").at("value"));
  answer("sample v.h5 -n 40 --rounds 20 --replicas 5 --seed 7 --threads 1 -o again.h5", folder());
  EXPECT_EQ(json_answer("measure again.h5", folder()), json_answer("measure dreams.h5", folder()));
  answer("train stack s.h5 --hidden 4 --epochs 1 -o layers.h5", folder());
  answer("train classifier s.h5 --hidden 4 --epochs 1 -o classes.h5", folder());
  EXPECT_EQ(json_answer("sample layers.h5 -n 10 --rounds 5 -o of-stack.h5", folder()).at("n"), 10);
  EXPECT_EQ(json_answer("flow v.h5 --start dreams.h5 --steps 1", folder()).at("starts").size(), 1U);
  expect_refused({{"sample v.h5 -L 4 -n 3 -o x.h5", "for models, not for networks"},
                  {"sample v.h5 -T 2 -n 3 -o x.h5", "for models, not for networks"},
                  {"sample ising-square -L 4 -T 2 -n 3 --rounds 3 -o x.h5", "for networks, not for models"},
                  {"sample ising-square -T 2 -n 3 -o x.h5", "give its sides with -L"},
                  {"sample layers.h5 -n 3 --replicas 2 -o x.h5", "without tempering"},
                  {"sample classes.h5 -n 3 -o x.h5", "no network that configurations can be drawn from"},
                  {"sample s.h5 -n 3 -o x.h5", "no network that configurations can be drawn from"},
                  {"sample none.h5 -n 3 -o x.h5", "none.h5"}},
                 folder());
}

TEST_F(Commands, MergeKeepsChainsApart) {
  for (const std::string seed : {"1", "2"})
    answer("sample ising-square -L 4 -T 2,3 -n 30 --seed " + seed + " -o m" + seed + ".h5", folder());
  const json merged = json_answer("merge m1.h5 m2.h5 -o m.h5", folder());
  EXPECT_EQ(merged.at("configurations"), 120);
  const auto energy = [&](const std::string& file) {
    return json_answer("measure " + file, folder()).at("groups").at(0).at("energy").at("value").get<double>();
  };
  EXPECT_NEAR(energy("m.h5"), (energy("m1.h5") + energy("m2.h5")) / 2, 1e-12);
  const json both = json_answer("measure m.h5", folder()).at("groups");
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both.at(0).at("n"), 60);
  EXPECT_EQ(both.at(0).at("tau_int").at("value"), 0.5);
  answer("sample ising-square -L 4 -T 2 -n 3 --field 0.1 -o field.h5", folder());
  expect_refused({{"merge m1.h5 -o x.h5", "there is one file"},
                  {"merge m1.h5 m1.h5 -o x.h5", "it is given twice"},
                  {"merge m1.h5 c.h5 -o x.h5", "merge configurations of one lattice"},
                  {"merge m1.h5 field.h5 -o x.h5", "Hamiltonian"},
                  {"merge m1.h5 m2.h5 -o m2.h5 --force", "also the input"}},
                 folder());
}

TEST_F(Commands, MergeRefusesConfigurationsThatItHasAlready) {
  for (const std::string seed : {"1", "2"}) {
    answer("sample ising-square -L 8 -T 2,3 -n 30 --seed " + seed + " -o l" + seed + ".h5", folder());
    answer("sample ising-square -L 4 -T 0,0.5,1 -n 300 --seed " + seed + " -o cold" + seed + ".h5", folder());
  }
  answer("merge l1.h5 l2.h5 -o l.h5", folder());
  fs::copy(folder() / "l1.h5", folder() / "copy.h5");
  expect_refused(
      {{"merge l1.h5 copy.h5 -o x.h5", "of its configurations at T = "},
       {"merge l1.h5 l.h5 -o x.h5", "l.h5: 30 of its configurations at T = 3 are also in l1.h5; merge"},
       {"merge l.h5 l2.h5 -o x.h5", "are also in l.h5"}},
      folder());
  // Most of these rows are in both files, by chance.
  answer("merge cold1.h5 cold2.h5 -o cold.h5", folder());
}

TEST_F(Commands, LikelihoodOfATrainedNetwork) {
  const json trained =
      json_answer("train rbm s.h5 --hidden 3 --epochs 2 --log-likelihood --biases -o like.h5", folder());
  const json found = json_answer("analyze likelihood like.h5 --ensemble s.h5", folder());
  const double value = found.at("all").at("log_likelihood").at("value").get<double>();
  EXPECT_NEAR(value, trained.at("log_likelihood").get<double>(), 1e-9 * std::abs(value));
  EXPECT_EQ(found.at("log_partition").at("method"), "exact");
  ASSERT_EQ(found.at("groups").size(), 3U);
  double mean = 0;
  for (const auto& group : found.at("groups"))
    mean += group.at("log_likelihood").at("value").get<double>() / 3;
  EXPECT_NEAR(mean, value, 1e-9 * std::abs(value));
  EXPECT_NEAR(found.at("coins").get<double>(), -16 * std::log(2), 1e-12);
  EXPECT_GT(found.at("all").at("pseudo_likelihood").at("error").get<double>(), 0);
  const auto text = answer("analyze likelihood like.h5 --ensemble s.h5", folder());
  EXPECT_NE(text.find("mean log-likelihood (exact)"), std::string::npos) << text;
  expect_refused({{"analyze likelihood like.h5", "--ensemble"},
                  {"analyze likelihood like.h5 --ensemble c.h5", "have 8 spins, the network 16"},
                  {"analyze likelihood s.h5 --ensemble s.h5", "spinflow/ensemble"}},
                 folder());
}

TEST_F(Commands, MeasureTellsMagnetizationAndSusceptibility) {
  const json group = json_answer(
                         "measure s.h5 --observables magnetization,susceptibility,connected_correlation,"
                         "correlation,magnetization_2",
                         folder())
                         .at("groups")
                         .at(2);
  const double m = group.at("magnetization").at("value").get<double>();
  const double m2 = group.at("magnetization_2").at("value").get<double>();
  // n / (n - 1) times the sample's variance of m, N = 16 sites, T = 3.
  EXPECT_NEAR(group.at("susceptibility").at("value").get<double>(), 64.0 / 63 * (m2 - m * m) * 16 / 3, 1e-9);
  const double g = group.at("correlation").at(0).at("value").get<double>();
  EXPECT_NEAR(group.at("connected_correlation").at(0).at("value").get<double>(),
              g - m * m + (m2 - m * m) / 63, 1e-9);
}

TEST_F(Commands, SpinsOfOtherProgramsTakeTheirLatticeTemperatureAndModelFromFlags) {
  // Four rows of 16 numbers without axes, as w.npy has them with axes.
  ASSERT_EQ(
      shell("for i in 1 2 3 4; do echo 1 1 1 1 1 -1 1 1 1 1 1 1 1 1 1 1; done > flat.txt", folder()).status,
      0);
  const json group =
      json_answer("measure flat.txt -L 4x4 -T 2.5 --model ising-square", folder()).at("groups").at(0);
  EXPECT_EQ(group.at("temperature"), 2.5);
  EXPECT_EQ(group.at("energy").at("value"), -24.0 / 16);
  EXPECT_TRUE(
      json_answer("measure flat.txt -L 16", folder()).at("groups").at(0).at("energy").at("value").is_null());
  answer("train rbm flat.txt -L 4 --hidden 2 --epochs 1 -o of-flat.h5", folder());
  EXPECT_EQ(json_answer("inspect of-flat.h5", folder()).at("lattice"), "4x4");
  const json flow = json_answer(
      "flow block-majority --start flat.txt -L 4x4 -T 2.5 --model ising-square --steps 1 --thermometer "
      "energy",
      folder());
  EXPECT_EQ(flow.at("starts").at(0).at("temperature"), 2.5);
  ASSERT_EQ(shell("printf '1,,1,1,1\\n1,,0,1,1\\n' > holes.csv; printf '1,0,1,1,\\n1,1,0,1,\\n' > ends.csv",
                  folder())
                .status,
            0);
  EXPECT_EQ(json_answer("measure ends.csv -L 2", folder()).at("groups").at(0).at("n"), 2);
  expect_refused({{"measure holes.csv -L 2", "line 1 has an empty field"},
                  {"measure flat.txt", "-L"},
                  {"measure flat.txt -L 5", "a configuration has 16 spins"},
                  {"measure flat.txt -L 4x4 --model ising-chain", "ising-chain has 1 dimensions"},
                  {"measure s.h5 -T 2", "leave -L, -T, --model and --boundary out"},
                  {"flow block-majority --start s.h5 -L 4", "leave -L, -T, --model and --boundary out"}},
                 folder());
}

TEST(SlowProgress, AJobsLogGetsALineEveryHalfMinute) {
  const testing::TemporaryFolder folder;
  static_cast<void>(
      shell("timeout -s INT 35 $SPINFLOW sample ising-square -L 1024 -T 2.269 -n 4000 -o x.h5 2> err.txt",
            folder.path()));
  const std::string told = bytes_of(folder.path() / "err.txt");
  EXPECT_NE(told.find("after 30 s\n"), std::string::npos) << told;
  EXPECT_EQ(told.find("\x1b"), std::string::npos) << told;
}

}  // namespace
}  // namespace spinflow::program_tests
