// SPDX-License-Identifier: Apache-2.0
// An observable that no other room knows, along a flow.
#include <gtest/gtest.h>

#include <ranges>

#include "spinflow/flow/fixed_point.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/io/hdf5.hpp"
#include "spinflow/models/ising.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "testing/testing.hpp"

namespace spinflow::flow {
namespace {

int calls = 0;

/// Twice the energy, beside how often it was asked for.
void add_toy() {
  static const bool once = [] {
    observables::registry().add({.name = "toy",
                                 .help = "counts its calls",
                                 .numbers = {{.name = "toy_energy", .dataset = "toy/energy"},
                                             {.name = "toy_calls", .dataset = "toy/calls"}},
                                 .read = [](const ensemble::Rows& rows) {
                                   ++calls;
                                   auto e = rows.mean(rows.energy());
                                   e.value *= 2;
                                   return std::vector{e, stats::Estimate{.value = 1.0 * calls}};
                                 }});
    return true;
  }();
  (void)once;
}

Trajectory halved(std::vector<std::string> observables) {
  static const auto data = samplers::sample({models::IsingSquare{.side = 8}, {2.5}, 64});
  const transformations::BlockMajority blocks({.factor = 2});
  return iterate({blocks}, data, "toy", 2.5, {}, {.steps = 2, .observables = std::move(observables)});
}

TEST(FlowObservables, WhatNobodyAskedForIsNotComputed) {
  add_toy();
  calls = 0;
  const auto without = halved({"energy", "bonds"});
  EXPECT_EQ(calls, 0);
  EXPECT_FALSE(without.at(0).observed.contains("mode_2"));
  EXPECT_NE(testing::refusal_of([&] { (void)without.at(1)["mode_2"]; }).find("energy, bonds"),
            std::string::npos);
  EXPECT_NE(testing::refusal_of([&] { (void)without.at(7); }).find("0 to 2"), std::string::npos);
  (void)halved({"toy", "energy"});
  EXPECT_EQ(calls, 3);
  (void)halved({});
  EXPECT_EQ(calls, 3);
  EXPECT_THROW((void)halved({"tyo"}), Error);
}

TEST(FlowObservables, AStrangerStandsInTheFileAndHasAFixedPoint) {
  add_toy();
  FlowRecord record;
  record.starts.push_back(halved({"toy", "energy"}));
  const testing::TemporaryFolder folder;
  write(record, folder.path() / "flow.h5");
  const auto back = read(folder.path() / "flow.h5").starts.at(0);
  for (int step = 0; step <= 2; ++step) {
    EXPECT_EQ(back.at(step)["toy_energy"].value, 2 * back.at(step)["energy"].value);
    EXPECT_EQ(back.at(step)["toy_calls"].value, record.starts[0].at(step)["toy_calls"].value);
    EXPECT_FALSE(back.at(step).observed.contains("bonds"));
  }
  const auto point = fixed_point(std::vector{back, back}, {.observables = {"toy_energy", "bonds"}});
  EXPECT_EQ(point.of("toy_energy").value.value, back.at(2)["toy_energy"].value);
  EXPECT_THROW((void)point.of("bonds"), Error);
}

TEST(FlowObservables, WhatANewerVersionReadsIsPassedOver) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "newer.h5";
  const auto write_one = [&](const std::vector<std::string>& datasets) {
    io::Hdf5Writer file(path);
    io::write_header(file, {.format = "spinflow/flow"});
    file.attribute("/", "starts", std::int64_t{1});
    file.group("start_0000");
    file.attribute("start_0000", "name", "by hand");
    file.attribute("start_0000", "temperature", 1.0);
    for (const char* name : {"step", "n"})
      file.dataset(std::string("start_0000/") + name, std::vector<std::int64_t>{0, 1});
    for (const auto& name : datasets) file.dataset("start_0000/" + name, std::vector<double>{0.25, 0.5});
    file.commit();
  };
  write_one({"bonds", "bonds_error", "wonder", "wonder_error", "group/wonder"});
  const auto start = read(path).starts.at(0);
  EXPECT_EQ(start.at(1)["bonds"].value, 0.5);
  EXPECT_EQ(std::ranges::distance(start.at(1).observed), 1);
  write_one({"bonds"});
  EXPECT_NE(testing::refusal_of([&] { (void)read(path); }).find("bonds_error"), std::string::npos);
}

}  // namespace
}  // namespace spinflow::flow
