// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/dense_targets.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "spinflow/base/error.hpp"
#include "spinflow/samplers/sampler.hpp"
#include "spinflow/studies/chain_net.hpp"
#include "testing/testing.hpp"

namespace spinflow::studies {
namespace {

using lattice::Lattice;

/// Rows of a chain of 6, bit i = spin i.
ensemble::Ensemble rows(const std::vector<std::uint64_t>& bits) {
  kernels::PackedSpins spins(bits.size(), 6);
  for (std::size_t r = 0; r < bits.size(); ++r) spins.row(r)[0] = bits[r];
  return ensemble::from_spins(std::move(spins), Lattice::chain(6), nullptr);
}

std::string refusal(const ensemble::Ensemble& data, std::string_view target, std::string_view ties = "none") {
  return testing::refusal_of([&] { (void)dense_targets(data, target, ties, 1, "here"); });
}

TEST(DenseTargets, SpinsByHand) {
  const auto data = rows({0b000000, 0b000111, 0b101010, 0b110001});
  const auto decimated = dense_targets(data, "decimation:2", "none", 1, "here");
  EXPECT_EQ(decimated.name, "decimation:2");
  EXPECT_EQ(decimated.n_outputs, 3u);
  EXPECT_EQ(decimated.lattice, Lattice::chain(3));
  const std::vector<std::uint64_t> kept = {0b000, 0b011, 0b000, 0b101};
  for (std::size_t r = 0; r < 4; ++r) EXPECT_EQ(decimated.spins.row(r)[0], kept[r]) << r;

  const auto majority = dense_targets(data, "majority:3", "none", 1, "here");
  EXPECT_EQ(majority.lattice, Lattice::chain(2));
  const std::vector<std::uint64_t> voted = {0b00, 0b01, 0b10, 0b10};
  for (std::size_t r = 0; r < 4; ++r) EXPECT_EQ(majority.spins.row(r)[0], voted[r]) << r;

  // Blocks 00, 11 of 0b...: ties only in rows with unequal pairs.
  const auto corner = dense_targets(data, "majority:2", "corner", 1, "here");
  const std::vector<std::uint64_t> corners = {0b000, 0b011, 0b000, 0b101};
  for (std::size_t r = 0; r < 4; ++r) EXPECT_EQ(corner.spins.row(r)[0], corners[r]) << r;
  const auto many = rows(std::vector<std::uint64_t>(64, 0b101010));
  const auto drawn = dense_targets(many, "majority:2", "random", 1, "here");
  EXPECT_EQ(drawn.spins, dense_targets(many, "majority:2", "random", 1, "here").spins);
  EXPECT_NE(drawn.spins, dense_targets(many, "majority:2", "random", 2, "here").spins);

  const auto itself = dense_targets(data, "autoencode", "none", 1, "here");
  EXPECT_EQ(itself.spins, data.spins);
  EXPECT_EQ(itself.lattice, data.lattice);
  EXPECT_EQ(itself.n_outputs, 6u);
}

TEST(DenseTargets, OnTheSquareLattice) {
  const auto data = ensemble::from_spins(kernels::PackedSpins(3, 24),
                                         Lattice::square(6, 4, lattice::Boundary::open), nullptr);
  EXPECT_EQ(dense_targets(data, "decimation:2", "none", 1, "here").lattice,
            Lattice::square(3, 2, lattice::Boundary::open));
}

TEST(DenseTargets, LabelsAndNumbersByHand) {
  auto data = rows({0b000000, 0b000111, 0b101011, 0b111111});
  const auto signs = dense_targets(data, "sign-magnetization", "none", 1, "here");
  EXPECT_EQ(signs.n_outputs, 2u);
  EXPECT_EQ(signs.classes, (std::vector<std::uint32_t>{0, 1, 1, 1}));  // + at m = 0
  EXPECT_FALSE(signs.lattice);
  const auto numbers = dense_targets(data, "magnetization", "none", 1, "here");
  EXPECT_EQ(numbers.n_outputs, 1u);
  EXPECT_EQ(numbers.numbers, (std::vector<float>{-1, 0, static_cast<float>(1.0 / 3), 1}));
  data.temperature = {2, 0.5, 2, 0.5};
  const auto labels = dense_targets(data, "label:temperature", "none", 1, "here");
  EXPECT_EQ(labels.n_outputs, 2u);
  EXPECT_EQ(labels.classes, (std::vector<std::uint32_t>{1, 0, 1, 0}));
  EXPECT_EQ(labels.temperatures, (std::vector<double>{0.5, 2}));
}

TEST(DenseTargets, Refusals) {
  auto data = rows({0b000111, 0b111111});
  EXPECT_EQ(refusal(data, "decimatoin:2").rfind("here: there is no target", 0), 0u);
  EXPECT_NE(refusal(data, "decimation:4").find("do not fit a lattice of 6"), std::string::npos);
  EXPECT_NE(refusal(data, "decimation:6").find("do not fit"), std::string::npos);  // one site is no chain
  for (const char* word : {"decimation", "decimation:", "decimation:x", "decimation:2.5", "decimation:1",
                           "decimation:-2", "decimation:99999999999999999999", "majority:0"})
    EXPECT_NE(refusal(data, word).find("is no factor"), std::string::npos) << word;
  EXPECT_NE(refusal(data, "majority:2").find("--ties corner or --ties random"), std::string::npos);
  EXPECT_NE(refusal(data, "majority:2", "left").find("no tie rule 'left'"), std::string::npos);
  EXPECT_NE(refusal(data, "majority:3", "corner").find("knows no ties"), std::string::npos);
  EXPECT_NE(refusal(data, "magnetization", "random").find("knows no ties"), std::string::npos);
  EXPECT_NE(refusal(data, "sign-magnetization").find("one sign"), std::string::npos);
  EXPECT_NE(refusal(data, "label:temperature").find("no temperature"), std::string::npos);
  EXPECT_NE(refusal(data, "label:coupling").find("there is no target"), std::string::npos);
  data.temperature = {1, 1};
  EXPECT_NE(refusal(data, "label:temperature").find("1 temperature"), std::string::npos);
  data.temperature = {1, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_NE(refusal(data, "label:temperature").find("no temperature"), std::string::npos);
}

// A net that copies every second spin is the map itself; one that turns an output round errs there.
TEST(ChainTest, ANetThatIsTheMapHasItsCoupling) {
  const auto model = models::registry().find("ising-chain").make(lattice::Lattice::chain(8), {});
  const auto rows = samplers::sample(
      {.model = model, .temperatures = {1.0}, .samples_per_temperature = 200, .seed = 1}, "auto");
  const ChainTest test(rows, 1.0, "decimation", 2);
  EXPECT_NEAR(test.expected(), std::atanh(std::pow(std::tanh(1.0), 2)), 1e-9);
  networks::Dense net{.visible = lattice::Lattice::chain(8)};
  net.layers = {
      {.n_in = 8, .n_out = 4, .weights = std::vector<float>(32, 0), .bias = std::vector<float>(4, 0)}};
  for (std::size_t a = 0; a < 4; ++a) net.layers[0].weights[8 * a + 2 * a] = 1;
  const auto right = test.read(net);
  EXPECT_EQ(right.accuracy, 1);
  EXPECT_EQ(right.loss, 0);
  EXPECT_EQ(right.output.coupling.value, right.target.coupling.value);
  EXPECT_NEAR(right.flipped, right.expected, 1e-12);
  net.layers[0].weights[8 * 3 + 6] = -1;
  const auto wrong = test.read(net);
  EXPECT_EQ(wrong.accuracy, 0.75);
  EXPECT_NEAR(wrong.loss, 1, 1e-6);
  EXPECT_LT(wrong.flipped, 0.5 * wrong.expected);
  EXPECT_EQ(wrong.target.coupling.value, right.target.coupling.value);
}

}  // namespace
}  // namespace spinflow::studies
