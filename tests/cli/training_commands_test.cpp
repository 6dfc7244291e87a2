// SPDX-License-Identifier: Apache-2.0
// `train` and `flow` as a user types them, on inputs of a few spins.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "cli/commands_testing.hpp"

namespace spinflow::program_tests {
namespace {

TEST_F(Commands, TrainRbm) {
  const json trained = json_answer(
      "train rbm s.h5 --hidden 5 --method cd --k 2 --learning-rate 0.02 --momentum 0.5 --weight-decay 0.01 "
      "--batch-size 32 "
      "--epochs 3 --biases --initial-sigma 0.1 --seed 3 --temperatures 2:3:1 --log-likelihood -o r.h5",
      folder());
  EXPECT_EQ(trained.at("updates"), 12);  // 2 temperatures x 64 rows in batches of 32, three times
  EXPECT_TRUE(trained.at("seconds").is_number());
  EXPECT_TRUE(trained.at("updates_per_second").is_number());
  EXPECT_FALSE(trained.at("history").empty());
  EXPECT_LT(trained.at("log_likelihood").get<double>(), 0);
  EXPECT_EQ(trained.at("log_likelihood_error"), 0);
  EXPECT_EQ(trained.at("log_likelihood_method"), "exact");
  EXPECT_TRUE(trained.at("log_likelihood_reverse").is_null());
  const json found = json_answer("inspect r.h5", folder());
  EXPECT_EQ(found.at("format"), "spinflow/rbm");
  EXPECT_EQ(found.at("hidden"), 5);
  EXPECT_EQ(found.at("lattice"), "4x4");
  EXPECT_NE(found.at("command").get<std::string>().find("--hidden 5"), std::string::npos);
}

TEST_F(Commands, TrainRbmByOtherMethods) {
  for (const std::string method : {"pcd --chains 20", "pt --chains 20 --replicas 3"}) {
    const std::string file = method.substr(0, 2) + "m.h5";
    const json trained = json_answer(
        "train rbm s.h5 --hidden 5 --epochs 2 --batch-size 32 --method " + method + " -o " + file, folder());
    EXPECT_EQ(trained.at("updates"), 12);
    EXPECT_FALSE(trained.contains("log_likelihood"));
    const json found = json_answer("inspect " + file, folder());
    EXPECT_NE(found.dump().find(method.substr(0, method.find(' '))), std::string::npos) << found.dump();
  }
}

TEST_F(SlowCommands, LikelihoodOfALargeNetworkComesFromAisWithTheOtherSideBesideIt) {
  EXPECT_EQ(shell("$SPINFLOW sample ising-square -L 6 -T 2 -n 20 -o six.h5", folder()).status, 0);
  const std::string arguments = "train rbm six.h5 --hidden 25 --epochs 2 --seed 3 --log-likelihood --force";
  const json trained = json_answer(arguments + " -o ais.h5", folder());
  EXPECT_EQ(trained.at("log_likelihood_method"), "ais");
  // Two updates of small weights leave the uniform distribution nearly as it was.
  EXPECT_NEAR(trained.at("log_likelihood").get<double>(), -36 * std::log(2), 0.5);
  EXPECT_LT(trained.at("log_likelihood_error").get<double>(), 0.01);
  EXPECT_NEAR(trained.at("log_likelihood_reverse").at("value").get<double>(),
              trained.at("log_likelihood").get<double>(), 0.01);
  EXPECT_TRUE(trained.at("log_likelihood_reverse").at("error").is_number());
  const auto text = shell("$SPINFLOW " + arguments + " -o ais.h5", folder());
  EXPECT_NE(text.out.find("AIS"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("an estimate"), std::string::npos) << text.out;
}

TEST_F(Commands, AClassifierThatDivergesIsAFailureThatSaysWhere) {
  for (const char* flags : {"--learning-rate 1e30", "--learning-rate 1e38", "--learning-rate 1e8",
                            "--learning-rate 1e30 --activation relu"}) {
    const auto result =
        shell(std::string("$SPINFLOW train classifier s.h5 --hidden 8 -o far.h5 ") + flags, folder());
    EXPECT_EQ(result.status, 1) << flags;
    EXPECT_NE(result.err.find("at update"), std::string::npos) << result.err;
    EXPECT_FALSE(fs::exists(folder() / "far.h5"));
  }
}

TEST_F(Commands, NanInTrainingIsAFailureThatSaysWhere) {
  const auto result =
      shell("$SPINFLOW train rbm s.h5 --hidden 4 --learning-rate 1e38 --epochs 50 -o diverged.h5", folder());
  EXPECT_EQ(result.status, 1);
  EXPECT_NE(result.err.find("at update"), std::string::npos) << result.err;
  EXPECT_FALSE(fs::exists(folder() / "diverged.h5"));
}

TEST_F(Commands, TrainClassifierAndFlow) {
  const json trained = json_answer("train classifier s.h5 --hidden 4 --epochs 2 -o n.h5", folder());
  EXPECT_TRUE(trained.at("updates").is_number());
  const json flow = json_answer(
      "flow v.h5 --start s.h5 --start-temperature 3 --chains 40 --steps 4 "
      "--thermometer energy,magnetization,pseudo-likelihood,classifier=n.h5 --keep 0,4 -o f.h5",
      folder());
  ASSERT_EQ(flow.at("starts").size(), 1u);
  EXPECT_EQ(flow.at("starts").at(0).at("temperature"), 3.0);
  const auto& steps = flow.at("starts").at(0).at("steps");
  ASSERT_EQ(steps.size(), 5u);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    EXPECT_EQ(steps[i].at("step"), i);
    EXPECT_EQ(steps[i].at("n"), 40);
    for (const char* name : {"energy", "sd_energy", "abs_magnetization"})
      EXPECT_TRUE(is_estimate(steps[i].at(name)));
    EXPECT_EQ(steps[i].at("correlation").size(), 2u);
    const auto& gauges = steps[i].at("thermometers");
    for (const char* name : {"energy", "magnetization", "pseudo-likelihood", "classifier"})
      EXPECT_TRUE(is_estimate(gauges.at(name))) << name;
    EXPECT_TRUE(gauges.at("classifier").at("mode").is_number());
  }
  EXPECT_EQ(json_answer("inspect f.h5", folder()).at("starts").at(0).at("kept"), 2);
}

TEST_F(Commands, FlowSaysWhetherItHasSettled) {
  const std::string line = "flow v.h5 --start s.h5 --steps 8 --thermometer energy --start-temperature ";
  const json point = json_answer(line + "1,3", folder()).at("fixed_point");
  const json& by = point.at("thermometers").at("energy");
  for (const auto* reading : {&by, &point.at("energy"), &point.at("abs_magnetization")}) {
    EXPECT_TRUE(is_estimate(*reading));
    EXPECT_TRUE(is_estimate(reading->at("drift")));
    EXPECT_TRUE(reading->at("settled").is_boolean() && reading->at("agree").is_boolean());
    EXPECT_FALSE(reading->at("because").get<std::string>().empty());
    ASSERT_EQ(reading->at("starts").size(), 2u);
    EXPECT_EQ(reading->at("starts").at(1).at("temperature"), 3.0);
    EXPECT_EQ(reading->at("starts").at(1).at("drift_steps"), 2);
  }
  const auto said = [](const std::string& name, const std::string& symbol, const json& reading) {
    const auto because = reading.at("because").get<std::string>();
    return reading.at("settled") ? fmt::format("fixed point by {}: {}* = ", name, symbol)
                                 : fmt::format("no fixed point by {}, not settled: {}", name, because);
  };
  const std::string printed = answer(line + "1,3", folder());
  EXPECT_NE(printed.find(said("energy", "T", by)), std::string::npos) << printed;
  EXPECT_NE(printed.find(by.at("because").get<std::string>()), std::string::npos) << printed;
  // A value stands there only if the starts have it in common.
  if (!by.at("agree")) {
    EXPECT_EQ(printed.find("T = ", printed.find("not settled")), std::string::npos) << printed;
  }
  // One start shows nothing but where it is; without a thermometer the observables are told.
  EXPECT_NE(answer(line + "3", folder()).find("only one start"), std::string::npos);
  EXPECT_NE(answer(line + "3", folder()).find("mean of the last quarter of the steps: T = "),
            std::string::npos);
  const std::string bare = answer("flow v.h5 --start s.h5 --start-temperature 1,3 --steps 8", folder());
  EXPECT_NE(bare.find(said("energy", "e", point.at("energy"))), std::string::npos) << bare;
  EXPECT_NE(bare.find(said("abs_magnetization", "|m|", point.at("abs_magnetization"))), std::string::npos)
      << bare;
  EXPECT_NE(bare.find("fixed point by abs_magnetization: |m|* = "), std::string::npos) << bare;
}

TEST_F(Commands, FlowWithoutWishesTakesAllRowsAndTemperatures) {
  const json flow = json_answer("flow block-majority --start s.h5", folder());
  ASSERT_EQ(flow.at("starts").size(), 3u);
  for (const auto& start : flow.at("starts")) {
    EXPECT_EQ(start.at("steps").size(), 2u);  // 4x4 and 2x2: no more blocks fit
    EXPECT_EQ(start.at("steps").at(0).at("n"), 64);
    EXPECT_TRUE(start.at("steps").at(0).at("thermometers").empty());
  }
  // At T = 1 every spin is up or every spin is down in nearly every row: out of the thermometer's range at
  // most.
  const json read =
      json_answer("flow block-majority --start s.h5 --start-temperature 1 --thermometer energy", folder());
  EXPECT_TRUE(is_estimate(read.at("starts").at(0).at("steps").at(1).at("thermometers").at("energy")));
  EXPECT_EQ(json_answer("flow v.h5 --then v.h5 --start s.h5 --steps 1", folder()).at("starts").size(), 3u);
  EXPECT_EQ(json_answer("flow v.h5 --start w.npy --steps 1", folder()).at("starts").size(), 1u);
}

TEST_F(Commands, EveryMapOfAFlowHasItsOwnOptions) {
  (void)answer("sample ising-square -L 12 -T 2 -n 40 -o l12.h5", folder());
  const auto last = [&](const std::string& maps) {
    return json_answer("flow " + maps + " --start l12.h5", folder()).at("starts").at(0).at("steps").back();
  };
  // Every third spin, and of those every second: every sixth. Decimation draws nothing.
  const json sixth = last("decimation:factor=6");
  EXPECT_EQ(sixth.at("correlation").size(), 1u);  // 2x2
  EXPECT_EQ(last("decimation:factor=3 --then decimation:factor=2"), sixth);
  EXPECT_EQ(last("decimation:factor=3 --then decimation --factor 2"), sixth);
  EXPECT_EQ(last("decimation --then decimation:factor=2 --factor 3"), sixth);
  EXPECT_EQ(last("block-majority:factor=3 --then decimation:factor=2").at("step"), 1);
  // The map's own option comes before the flag.
  EXPECT_EQ(last("decimation:factor=6 --factor 2"), sixth);
  // The file of a map is known as an input however its options are written.
  const auto refused = shell("$SPINFLOW flow v.h5 --start s.h5 -o ./v.h5 --force", folder());
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("it is also the input"), std::string::npos) << refused.err;
  const auto then =
      shell("$SPINFLOW flow v.h5 --then decimation --start s.h5 --then v.h5 -o ./v.h5 --force", folder());
  EXPECT_EQ(then.status, 2);
}

}  // namespace
}  // namespace spinflow::program_tests
