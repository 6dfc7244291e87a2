// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/verify.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace spinflow::studies {
namespace {

// One sampler at a time, so that the fast tests stay fast; SlowVerify runs all as the program does.
samplers::SamplerEntry heat_bath() { return samplers::registry().find("heat-bath"); }

// Only models of many couplings.
samplers::SamplerEntry long_ranged(std::string_view name) {
  auto entry = samplers::registry().find(name);
  const auto usual = entry.refusal;
  entry.refusal = [usual](const models::Model& model) {
    return model.nearest_neighbour_coupling() ? "not asked for" : usual(model);
  };
  return entry;
}

// The sampler with every temperature multiplied by `factor`, labelled as if it were right.
samplers::SamplerEntry too_hot(samplers::SamplerEntry entry, double factor) {
  const auto right = entry.sample;
  entry.sample = [right, factor](const samplers::SampleRequest& request, base::Observer& observer) {
    samplers::SampleRequest wrong = request;
    for (auto& temperature : wrong.temperatures) temperature *= factor;
    auto ensemble = right(wrong, observer);
    ensemble.temperature.assign(ensemble.size(), request.temperatures.front());
    return ensemble;
  };
  return entry;
}

TEST(Verify, TheHeatBathPassesAndEveryRowIsComplete) {
  const auto report = verify(1, base::silent(), {heat_bath()});
  EXPECT_TRUE(report.passed) << report.p_value;
  EXPECT_GT(report.degrees, 15);
  EXPECT_NEAR(report.statistic, report.degrees, 5 * std::sqrt(2.0 * report.degrees));
  std::set<std::string> methods;
  for (const auto& row : report.rows) {
    methods.insert(row.method);
    EXPECT_FALSE(row.model.empty() || row.size.empty() || row.observable.empty());
    EXPECT_TRUE(row.p >= 0 && row.p <= 1) << row.model << " " << row.observable;
    EXPECT_EQ(std::isnan(row.z), row.method == "poisson");
  }
  EXPECT_EQ(methods, (std::set<std::string>{"poisson", "z"}));
}

TEST(SlowVerify, TwoPerCentInTemperatureAreFound) {
  const auto report = verify(1, base::silent(), {too_hot(heat_bath(), 1.02)});
  EXPECT_FALSE(report.passed) << report.p_value;
  EXPECT_LT(report.p_value, 1e-12);
}

TEST(SlowVerify, LongRangeSamplersPassAndTwoPerCentInTemperatureAreFound) {
  for (const auto* name : {"metropolis", "swendsen-wang", "wolff"}) {
    const auto right = verify(1, base::silent(), {long_ranged(name)});
    EXPECT_TRUE(right.passed) << name << " " << right.p_value;
    EXPECT_GT(right.degrees, 8) << name;
    const auto graphs = std::ranges::count_if(
        right.rows, [](const VerifyRow& row) { return row.observable == "energy_of_graph"; });
    EXPECT_EQ(graphs > 8, name == std::string_view("swendsen-wang"));
    const auto wrong = verify(1, base::silent(), {too_hot(long_ranged(name), 1.02)});
    EXPECT_LT(wrong.p_value, 1e-6) << name;
  }
}

TEST(SlowVerify, AllSamplersPassForSeveralSeeds) {
  std::set<std::string> samplers;
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto report = verify(seed, base::silent());
    EXPECT_TRUE(report.passed) << "seed " << seed << ": " << report.p_value;
    EXPECT_GT(report.p_value, 1e-3) << "seed " << seed;
    for (const auto& row : report.rows) samplers.insert(row.sampler);
  }
  EXPECT_EQ(samplers.size(), samplers::registry().entries().size());
}

}  // namespace
}  // namespace spinflow::studies
