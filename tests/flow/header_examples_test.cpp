// SPDX-License-Identifier: Apache-2.0
// The examples of the headers, on a small lattice, and ways to hand maps over.
#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/base/stop.hpp"
#include "spinflow/flow/flow.hpp"
#include "spinflow/models/ising.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/thermometers/energy.hpp"
#include "spinflow/trainers/rbm_trainer.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "spinflow/transformations/rbm_reconstruct.hpp"

namespace spinflow {
namespace {

ensemble::Ensemble small_data() { return samplers::sample({models::IsingSquare{.side = 4}, {2.5}, 512}); }

TEST(HeaderExamples, FromASampleToATemperature) {
  const models::IsingSquare model{.side = 4};
  const auto data = small_data();
  const networks::Rbm rbm = trainers::train_rbm(data, {.hidden = 8, .epochs = 1}, 1).rbm;
  const transformations::RbmReconstruct map(rbm);
  const thermometers::EnergyThermometer thermometer(model);
  const auto flow = flow::iterate({map}, data, "hot", 2.5, {thermometer}, {.steps = 2});
  ASSERT_EQ(flow.steps.size(), 3U);
  EXPECT_FALSE(std::isnan(flow.steps.back().readings.at("energy").value));

  const ensemble::Ensemble half = transformations::BlockMajority({.factor = 2}).apply(data, 1);
  EXPECT_EQ(half.lattice, lattice::Lattice::square(2, 2));
  const thermometers::Reading t = thermometers::EnergyThermometer(model).read(data);
  EXPECT_EQ(t.value, flow.steps.front().readings.at("energy").value);
}

TEST(Lent, OneTwoOrOwnedAreTheSameMaps) {
  const auto data = small_data();
  const networks::Rbm rbm = networks::random_rbm(data.lattice, 8, 0.1, 1);
  const transformations::RbmReconstruct map(rbm);
  std::vector<std::unique_ptr<transformations::Transformation>> owned;
  owned.push_back(std::make_unique<transformations::RbmReconstruct>(rbm));
  owned.push_back(std::make_unique<transformations::RbmReconstruct>(rbm));
  const auto end = [&](const flow::Maps& maps) {
    return flow::iterate(maps, data, "", 2.5, {}, {.steps = 1, .keep = {1}}).kept.at(1).spins;
  };
  EXPECT_EQ(end({map, map}), end(owned));
  EXPECT_EQ(end({map, transformations::RbmReconstruct(rbm)}), end(owned));
  EXPECT_NE(end(map), end(owned));
  EXPECT_EQ(end({}), data.spins);
}

TEST(Lent, AFlowWithoutObserverHearsTheStop) {
  class Impatient final : public base::Observer {
   public:
    void advance(std::uint64_t) override { throw Error(Fault::interrupted, "stop"); }
  };
  const auto data = small_data();
  Impatient observer;
  const base::StopScope scope(observer);
  EXPECT_THROW((void)flow::iterate({}, data, "", 2.5, {}, {.steps = 1}), Error);
}

}  // namespace
}  // namespace spinflow
