// SPDX-License-Identifier: Apache-2.0
// The examples of the headers, on a small lattice, and ways to hand maps over.
#include <gtest/gtest.h>

#include <cmath>
#include <spinflow/spinflow.hpp>

#include "testing/testing.hpp"

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

TEST(HeaderExamples, ConfigurationsAndWhatIsReadOfThem) {
  const auto data = samplers::sample({models::IsingSquare{.side = 4}, {2.0, 2.5}, 100});
  for (const auto& group : ensemble::by_temperature(data))
    EXPECT_EQ(ensemble::select(data, group.rows).size(), 100U);

  const ensemble::Rows rows(data);
  const stats::Estimate e = rows.mean(rows.energy());
  const auto readings = observables::read(data, {"energy", "correlation"});
  EXPECT_EQ(readings["energy"].value, e.value);
  EXPECT_GT(readings.list("correlation")[0].error, 0);
  for (const auto& group : observables::measure(data, {"energy"})) EXPECT_GT(group["energy"].error, 0);

  const auto lattice = lattice::Lattice::square(16, 10);
  kernels::PackedSpins packed(1000, 100);
  packed.set(0, 99, 1);
  EXPECT_EQ(packed.sum(0), -98);
  const std::vector<std::int8_t> spins(100, 1);
  const std::shared_ptr<const models::Model> model = models::IsingSquare{.side = 10};
  EXPECT_EQ(model->energy_per_site(spins), -2);
  const std::vector<std::int8_t> more(160, 1);
  int bonds = 0;
  for (const auto& [i, j] : lattice.bonds()) bonds += more[i] * more[j];
  EXPECT_EQ(bonds, 320);

  const exact::Enumeration all(models::IsingSquare{.side = 4});
  EXPECT_NEAR(all.at(2.5).energy, exact::kaufman(4, 4, 1 / 2.5).energy, 1e-9);
}

TEST(HeaderExamples, NetworksAndMaps) {
  const auto data = samplers::sample({models::IsingSquare{.side = 4}, {2.0, 2.5}, 200});
  const networks::Rbm rbm = networks::random_rbm(data.lattice, 8, 0.1, 1);
  const kernels::PackedSpins h = networks::sample_hidden(rbm, data.spins, 1);
  EXPECT_EQ(networks::sample_visible(rbm, h, 2).n_columns(), 16U);
  const auto net = networks::random_dense(data.lattice, {64, 10}, networks::Activation::tanh, 1);
  EXPECT_EQ(networks::DenseForward(net).outputs(data.spins, 0, data.size()).n_columns(), 10U);
  const networks::Stack stack = trainers::train_stack(data, {.hidden = {4}, .epochs = 1}, 1).stack;
  const auto up = networks::up(stack, data.spins, 0, 1, networks::HiddenMode::sampled, 1);
  EXPECT_EQ(networks::down(stack, up, 1, 0, 2).n_columns(), 16U);
  EXPECT_EQ(trainers::train_classifier(data, {.hidden = 4, .epochs = 1}, 1).net.n_outputs(), 2U);

  const auto map = transformations::registry().find("decimation").make({{"factor", std::int64_t{2}}});
  EXPECT_EQ(map->apply(data, 1).lattice, lattice::Lattice::square(2, 2));
  EXPECT_EQ(transformations::StackUp(stack, networks::HiddenMode::sampled).apply(data, 1).spins.n_columns(),
            4U);
  const auto gauge = thermometers::registry().find("energy").make(data.model, {}, base::silent());
  EXPECT_GT(gauge->read(data).error, 0);
}

TEST(HeaderExamples, FlowsByName) {
  const transformations::BlockMajority map({.factor = 2});
  flow::FlowRecord record;
  for (const double t : {1.5, 2.0, 4.0}) {
    const auto data = samplers::sample({models::IsingSquare{.side = 8}, {t}, 200});
    const thermometers::EnergyThermometer at_8(models::IsingSquare{.side = 8});
    const thermometers::EnergyThermometer at_4(models::IsingSquare{.side = 4});
    record.starts.push_back(flow::iterate({map}, data, "", t, {at_8, at_4}, {.steps = 1}));
  }
  EXPECT_GT(flow::step_map(record.starts).crossing.value, 1.5);
  const testing::TemporaryFolder folder;
  flow::write(record, folder.path() / "flow.h5");
  const flow::FlowRecord back = flow::read(folder.path() / "flow.h5");
  EXPECT_EQ(back.starts[0].at(0)["energy"].value, record.starts[0].at(0)["energy"].value);
  EXPECT_GT(back.starts[0].at(1).readings.at("energy").value, 0);
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
