// SPDX-License-Identifier: Apache-2.0
#include "spinflow/flow/flow.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/base/parallel.hpp"
#include "spinflow/base/random.hpp"
#include "spinflow/flow/flow_file.hpp"
#include "spinflow/inference/chain_coupling.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "spinflow/transformations/rbm_reconstruct.hpp"
#include "testing/testing.hpp"

namespace spinflow::flow {
namespace {

observables::Readings observed(const ensemble::Ensemble& ensemble) {
  return observables::read(ensemble, observables::flow_defaults());
}

/// Flips every spin: a map whose flow is known.
class Flip final : public transformations::Transformation {
 public:
  [[nodiscard]] std::string_view name() const override { return "flip"; }
  [[nodiscard]] lattice::Lattice output_lattice(const lattice::Lattice& input) const override {
    return input;
  }
  [[nodiscard]] ensemble::Ensemble apply(const ensemble::Ensemble& input, std::uint64_t) const override {
    kernels::PackedSpins spins = input.spins;
    for (std::size_t row = 0; row < spins.n_rows(); ++row) spins.flip(row);
    return transformations::mapped(input, std::move(spins), input.lattice);
  }
  [[nodiscard]] bool commutes_with_flip() const override { return true; }
};

/// Reads the mean magnetization as if it were a temperature.
class SignedMean final : public thermometers::Thermometer {
 public:
  explicit SignedMean(lattice::Lattice lattice) : lattice_(std::move(lattice)) {}
  [[nodiscard]] std::string_view name() const override { return "signed-mean"; }
  [[nodiscard]] const lattice::Lattice& lattice() const override { return lattice_; }
  [[nodiscard]] thermometers::Reading read(const ensemble::Ensemble& ensemble) const override {
    double sum = 0;
    for (const double m : ensemble.magnetization) sum += m;
    return {.value = sum / static_cast<double>(ensemble.size()),
            .error = 0.25,
            .censored = sum < 0,
            .limit = sum < 0 ? -1.5 : std::numeric_limits<double>::quiet_NaN(),
            .inverse = sum < 0 ? stats::Estimate{.value = sum, .error = 0.5} : stats::Estimate{},
            .mode = 2.25,
            .distribution = {0.25, 0.75}};
  }
  [[nodiscard]] std::pair<double, double> range() const override { return {-1, 1}; }

 private:
  lattice::Lattice lattice_;
};

ensemble::Ensemble biased_rows(std::size_t n, const lattice::Lattice& lattice) {
  kernels::PackedSpins spins(n, static_cast<std::size_t>(lattice.n_sites()));
  base::RandomStream stream(1, "test.rows");
  for (std::size_t row = 0; row < n; ++row)
    for (std::size_t site = 0; site < spins.n_columns(); ++site)
      spins.set(row, site, stream.uniform() < 0.8 ? 1 : -1);
  return ensemble::from_spins(std::move(spins), lattice,
                              models::registry().find("ising-square").make(lattice, {}));
}

// Without weights a reconstruction is coins alone: on common words two flows are equal after one step.
TEST(Flow, AnotherStartAndAnotherMapAreOtherStreams) {
  const auto lattice = lattice::Lattice::square(4, 4);
  const auto rbm = networks::random_rbm(lattice, 8, 0, 1);
  auto other = rbm;
  other.weights[3] = 1e-6f;
  const transformations::RbmReconstruct map(rbm);
  const transformations::RbmReconstruct other_map(other);
  const auto after = [&](const transformations::Transformation& by, const ensemble::Ensemble& start,
                         std::uint64_t seed) {
    return iterate({by}, start, "", 2, {}, {.steps = 2, .seed = seed, .keep = {2}}, base::silent())
        .kept.at(2)
        .spins;
  };
  const auto start = biased_rows(300, lattice);
  auto changed = start;
  changed.spins.flip(17);
  const auto once = after(map, start, 1);
  EXPECT_EQ(after(map, start, 1), once);
  const auto share_of_equal_spins = [&](const kernels::PackedSpins& spins) {
    double equal = 0;
    for (std::size_t row = 0; row < 300; ++row)
      for (std::size_t site = 0; site < 16; ++site)
        equal += spins.spin(row, site) == once.spin(row, site) ? 1 : 0;
    return equal / 4800;
  };
  const double error = 0.5 / std::sqrt(4800);
  testing::expect_within(share_of_equal_spins(after(map, changed, 1)), error, 0.5, "another start");
  testing::expect_within(share_of_equal_spins(after(other_map, start, 1)), error, 0.5, "another network");
  testing::expect_within(share_of_equal_spins(after(map, start, 2)), error, 0.5, "another seed");
}

TEST(Flow, ReadsEveryStepOfAKnownMap) {
  const auto lattice = lattice::Lattice::square(4, 4);
  const auto start = biased_rows(50, lattice);
  const Flip flip;
  const SignedMean gauge(lattice);
  const auto flow =
      iterate({flip}, start, "biased", 0.0, {gauge}, {.steps = 3, .keep = {0, 3}}, base::silent());
  ASSERT_EQ(flow.steps.size(), 4U);
  for (int step = 0; step <= 3; ++step) {
    const auto& row = flow.steps[static_cast<std::size_t>(step)];
    EXPECT_EQ(row.step, step);
    EXPECT_EQ(row.n, 50U);
    EXPECT_DOUBLE_EQ(row["energy"].value, flow.steps[0]["energy"].value)
        << "the energy does not change under a flip";
    EXPECT_DOUBLE_EQ(row["bonds"].value, -row["energy"].value);
    EXPECT_DOUBLE_EQ(row["mode_2"].value, observed(start)["mode_2"].value);
    EXPECT_DOUBLE_EQ(row["response"].value, observed(start)["response"].value);
    const double sign = step % 2 == 0 ? 1 : -1;
    EXPECT_DOUBLE_EQ(row.readings.at("signed-mean").value,
                     sign * flow.steps[0].readings.at("signed-mean").value);
  }
  EXPECT_EQ(flow.kept.at(0).spins, start.spins);
  EXPECT_NE(flow.kept.at(3).spins, start.spins);
}

TEST(Flow, AverageOfStepsKeepsTheErrorOfOne) {
  const auto start = biased_rows(50, lattice::Lattice::square(4, 4));
  const Flip flip;
  const auto flow = iterate({flip}, start, "biased", 0.0, {}, {.steps = 3}, base::silent());
  const auto mean = averaged(std::span(flow.steps).last(2));
  EXPECT_EQ(mean.step, 3);
  EXPECT_EQ(mean.n, 50U);
  // The same |m| in both steps: nothing is gained by averaging.
  EXPECT_DOUBLE_EQ(mean["abs_magnetization"].value, flow.steps[0]["abs_magnetization"].value);
  EXPECT_DOUBLE_EQ(mean["abs_magnetization"].error, flow.steps[0]["abs_magnetization"].error);
  EXPECT_DOUBLE_EQ(mean["response"].value, flow.steps[0]["response"].value);
  EXPECT_THROW((void)averaged({}), Error);
}

TEST(Flow, BlocksReadEveryGaugeAtItsOwnSize) {
  const auto start = biased_rows(20, lattice::Lattice::square(8, 8));
  const transformations::BlockMajority blocks({.factor = 2});
  const SignedMean at_8(lattice::Lattice::square(8, 8));
  const SignedMean at_4(lattice::Lattice::square(4, 4));
  const auto flow = iterate({blocks}, start, "blocks", 0.0, {at_4, at_8}, {.steps = 2}, base::silent());
  EXPECT_EQ(flow.steps[0].readings.size(), 1U);
  EXPECT_EQ(flow.steps[1].readings.size(), 1U);
  EXPECT_EQ(flow.steps[2].readings.size(), 0U);
  EXPECT_TRUE(std::isnan(flow.steps[2].by("energy").value));
  EXPECT_EQ(flow.steps[0].observed.list("correlation").size(), 4U);
  EXPECT_EQ(flow.steps[2].observed.list("correlation").size(), 1U);
  EXPECT_THROW((void)iterate({blocks}, start, "too far", 0.0, {}, {.steps = 3}, base::silent()), Error);
}

TEST(Flow, SameBitsForAnyNumberOfThreads) {
  const auto start = biased_rows(1200, lattice::Lattice::square(8, 8));
  const transformations::BlockMajority blocks({.factor = 2});
  const int before = base::threads();
  std::vector<kernels::PackedSpins> ends;
  for (const int threads : {1, 2, 3}) {
    base::set_threads(threads);
    ends.push_back(iterate({blocks}, start, "blocks", 0.0, {}, {.steps = 2, .keep = {2}}, base::silent())
                       .kept.at(2)
                       .spins);
  }
  base::set_threads(before);
  EXPECT_EQ(ends[0], ends[1]);
  EXPECT_EQ(ends[0], ends[2]);
}

/// Equal, or neither is known.
bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

TEST(FlowFile, RoundTripsBitForBit) {
  const auto start = biased_rows(20, lattice::Lattice::square(8, 8));
  const transformations::BlockMajority blocks({.factor = 2});
  const SignedMean gauge(lattice::Lattice::square(4, 4));
  FlowRecord record{.model = models::to_toml(*start.model), .seed = 7, .command = "test"};
  record.starts.push_back(
      iterate({blocks}, start, "T = 2", 2.0, {gauge}, {.steps = 2, .keep = {1}}, base::silent()));
  const testing::TemporaryFolder folder;
  write(record, folder.path() / "flow.h5");
  const FlowRecord back = read(folder.path() / "flow.h5");
  EXPECT_EQ(back.model, record.model);
  EXPECT_EQ(back.seed, 7U);
  ASSERT_EQ(back.starts.size(), 1U);
  const auto& a = record.starts[0];
  const auto& b = back.starts[0];
  EXPECT_EQ(b.name, a.name);
  EXPECT_EQ(b.temperature, a.temperature);
  ASSERT_EQ(b.steps.size(), a.steps.size());
  for (std::size_t i = 0; i < a.steps.size(); ++i) {
    EXPECT_EQ(b.steps[i]["energy"].value, a.steps[i]["energy"].value);
    EXPECT_TRUE(same(b.steps[i]["sd_energy"].error, a.steps[i]["sd_energy"].error));
    EXPECT_EQ(b.steps[i]["bonds"].value, a.steps[i]["bonds"].value);
    EXPECT_TRUE(same(b.steps[i]["mode_2"].error, a.steps[i]["mode_2"].error));
    EXPECT_EQ(b.steps[i]["response"].value, a.steps[i]["response"].value);
    EXPECT_EQ(b.steps[i].observed.list("correlation").size(), a.steps[i].observed.list("correlation").size());
    EXPECT_EQ(b.steps[i].observed.list("correlation")[0].value,
              a.steps[i].observed.list("correlation")[0].value);
    ASSERT_EQ(b.steps[i].readings.size(), a.steps[i].readings.size());
    for (const auto& [name, reading] : a.steps[i].readings) {
      EXPECT_EQ(b.steps[i].readings.at(name).value, reading.value);
      EXPECT_EQ(b.steps[i].readings.at(name).censored, reading.censored);
      EXPECT_EQ(std::isnan(b.steps[i].readings.at(name).limit), std::isnan(reading.limit));
      if (reading.censored) {
        EXPECT_EQ(b.steps[i].readings.at(name).limit, reading.limit);
      }
      EXPECT_TRUE(same(b.steps[i].readings.at(name).inverse.value, reading.inverse.value));
      EXPECT_TRUE(same(b.steps[i].readings.at(name).inverse.error, reading.inverse.error));
      EXPECT_EQ(b.steps[i].readings.at(name).mode, reading.mode);
      EXPECT_EQ(b.steps[i].readings.at(name).distribution, reading.distribution);
    }
  }
  EXPECT_EQ(b.kept.at(1).spins, a.kept.at(1).spins);
}

TEST(FlowFile, KeepsTheCouplingOfChains) {
  base::RandomStream stream(6, "test.flow");
  kernels::PackedSpins spins(30, 16);
  for (std::size_t row = 0; row < 30; ++row)
    for (std::size_t site = 0; site < 16; ++site) spins.set(row, site, stream.uniform() < 0.6 ? 1 : -1);
  const auto start = ensemble::from_spins(std::move(spins), lattice::Lattice::chain(16), nullptr);
  const transformations::BlockMajority blocks({.factor = 2});
  FlowRecord record{.model = "", .seed = 7, .command = "test"};
  record.starts.push_back(iterate({blocks}, start, "chain", 2.0, {}, {.steps = 3}, base::silent()));
  // 16, 8, 4 and 2 spins; two have no second neighbour.
  const auto& steps = record.starts[0].steps;
  EXPECT_EQ(steps[0]["coupling"].value, inference::chain_coupling(start)->coupling.value);
  EXPECT_TRUE(std::isfinite(steps[2]["correlation_ratio"].value));
  EXPECT_TRUE(std::isnan(steps[3]["correlation_ratio"].value));
  const testing::TemporaryFolder folder;
  write(record, folder.path() / "flow.h5");
  const FlowRecord back = read(folder.path() / "flow.h5");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto& read = back.starts[0].steps[i];
    EXPECT_EQ(read["coupling"].value, steps[i]["coupling"].value);
    EXPECT_EQ(read["coupling"].error, steps[i]["coupling"].error);
    EXPECT_EQ(read["coupling_pseudo_likelihood"].value, steps[i]["coupling_pseudo_likelihood"].value);
    if (i == 3) continue;  // NaN
    EXPECT_EQ(read["correlation_ratio"].error, steps[i]["correlation_ratio"].error);
  }
}

TEST(FlowFile, RefusesCouplingsThatAreNotOnePerStep) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "flow.h5";
  const auto write_one = [&](std::size_t n_couplings, bool with_ratio) {
    io::Hdf5Writer file(path);
    io::write_header(file, {.format = "spinflow/flow"});
    file.attribute("/", "starts", std::int64_t{1});
    file.group("start_0000");
    file.attribute("start_0000", "name", "by hand");
    file.attribute("start_0000", "temperature", 1.0);
    for (const char* name : {"step", "n"})
      file.dataset(std::string("start_0000/") + name, std::vector<std::int64_t>{0, 1});
    for (const std::string name : {"energy", "sd_energy", "abs_magnetization", "chain/coupling",
                                   "chain/pseudo_likelihood", "chain/correlation_ratio"}) {
      if (name.ends_with("ratio") && !with_ratio) continue;
      const std::vector<double> numbers(name.ends_with("/coupling") ? n_couplings : 2, 0.5);
      file.dataset("start_0000/" + name, numbers);
      file.dataset("start_0000/" + name + "_error", numbers);
    }
    file.commit();
  };
  const auto refusal = [&](std::size_t n_couplings, bool with_ratio) {
    write_one(n_couplings, with_ratio);
    return testing::refusal_of([&] { (void)read(path); });
  };
  EXPECT_NE(refusal(3, true).find("chain/coupling"), std::string::npos);
  EXPECT_NE(refusal(1, true).find("chain/coupling"), std::string::npos);
  EXPECT_NE(refusal(2, false).find("chain/correlation_ratio"), std::string::npos);
  write_one(2, true);
  EXPECT_EQ(read(path).starts.at(0).steps.at(1)["coupling"].value, 0.5);
}

TEST(FlowFile, FilesOfEarlierVersionsStillRead) {
  // Written by 0.1.0 before there were bonds, mode_2 and response: two starts, two steps, step 1 kept.
  const FlowRecord record = read(std::string(SPINFLOW_TEST_DATA) + "/flow_0.1.0.h5");
  ASSERT_EQ(record.starts.size(), 2U);
  ASSERT_EQ(record.starts[1].steps.size(), 3U);
  EXPECT_EQ(record.starts[1].temperature, 3.0);
  EXPECT_EQ(record.starts[1].kept.at(1).lattice, lattice::Lattice::square(4, 4));
  const auto& row = record.starts[1].steps[0];
  EXPECT_NEAR(row["energy"].value, -0.80, 0.005);
  EXPECT_NEAR(row.readings.at("energy").value, 3.09, 0.005);
  for (const char* newer : {"bonds", "mode_2", "response", "coupling"})
    EXPECT_FALSE(row.observed.contains(newer)) << newer;
}

}  // namespace
}  // namespace spinflow::flow
