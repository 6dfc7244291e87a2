// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "spinflow/base/error.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/networks/dense_file.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "testing/testing.hpp"

namespace spinflow::networks {
namespace {

Rbm some_rbm() {
  Rbm rbm = random_rbm(lattice::Lattice::square(5, 3, lattice::Boundary::open), 4, 0.3, 17);
  rbm.visible_bias[3] = 0.25f;
  rbm.hidden_bias[2] = -1e-30f;
  rbm.training = {
      {"k", std::int64_t{3}}, {"learning_rate", 0.01}, {"biases", true}, {"method", std::string("cd")}};
  rbm.history = {
      {.update = 10, .reconstruction_error = 0.5, .pseudo_likelihood_train = -3, .weight_norm = 2},
      {.update = 20, .reconstruction_error = 0.25, .pseudo_likelihood_train = -2, .weight_norm = 3}};
  for (auto& row : rbm.history) row.pseudo_likelihood_held_out = std::numeric_limits<double>::quiet_NaN();
  rbm.model_toml = "name = \"ising-square\"\n";
  rbm.command = "spinflow train rbm";
  return rbm;
}

Dense some_net() {
  Dense net = random_dense(lattice::Lattice::square(5, 3), {7, 3}, Activation::relu, 17);
  net.layers[1].bias[2] = 0.5f;
  net.purpose = "classifier";
  net.temperatures = {0, 1.5, 2};
  net.training = {{"hidden", std::int64_t{7}}};
  net.history = {
      {.epoch = 1, .loss_train = 1, .accuracy_train = 0.5, .loss_held_out = 2, .accuracy_held_out = 0.25}};
  net.model_toml = "name = \"ising-square\"\n";
  net.command = "spinflow train classifier";
  return net;
}

TEST(RbmFile, RoundTripBitForBit) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "rbm.h5";
  const Rbm rbm = some_rbm();
  write_rbm(rbm, path);
  const Rbm back = read_rbm(path);
  EXPECT_EQ(back.visible, rbm.visible);
  EXPECT_EQ(back.n_hidden, rbm.n_hidden);
  EXPECT_EQ(back.weights, rbm.weights);
  EXPECT_EQ(back.visible_bias, rbm.visible_bias);
  EXPECT_EQ(back.hidden_bias, rbm.hidden_bias);
  EXPECT_EQ(back.training, rbm.training);
  EXPECT_EQ(back.model_toml, rbm.model_toml);
  EXPECT_EQ(back.command, rbm.command);
  EXPECT_EQ(back.seed, 17u);
  ASSERT_EQ(back.history.size(), 2u);
  EXPECT_EQ(back.history[1].update, 20);
  EXPECT_EQ(back.history[1].reconstruction_error, 0.25);
  EXPECT_EQ(back.history[1].pseudo_likelihood_train, -2);
  EXPECT_TRUE(std::isnan(back.history[1].pseudo_likelihood_held_out));
  EXPECT_EQ(back.history[1].weight_norm, 3);
}

TEST(RbmFile, WithoutHistory) {
  const testing::TemporaryFolder folder;
  Rbm rbm = some_rbm();
  rbm.history.clear();
  write_rbm(rbm, folder.path() / "rbm.h5");
  EXPECT_TRUE(read_rbm(folder.path() / "rbm.h5").history.empty());
}

TEST(RbmFile, RefusesWhatIsNoRbm) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "rbm.h5";
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    Rbm rbm = some_rbm();
    rbm.weights[5] = bad;
    write_rbm(rbm, path);
    EXPECT_NE(testing::refusal_of([&] { (void)read_rbm(path); }).find("'weights'"), std::string::npos);
  }
  // Weights of another lattice.
  Rbm wrong = some_rbm();
  wrong.visible = lattice::Lattice::square(5, 4);
  wrong.weights.resize(4 * 20);
  wrong.visible_bias.resize(20);
  write_rbm(wrong, path);
  EXPECT_NO_THROW((void)read_rbm(path));
  {
    io::Hdf5Writer file(path);
    io::write_header(file, {.format = "spinflow/rbm"});
    file.attribute("/", "units", "spin");
    file.attribute("/", "lattice", "5x3");
    file.attribute("/", "dimension", std::int64_t{2});
    file.attribute("/", "boundary", "periodic");
    file.attribute("/", "training", "");
    file.dataset("weights", std::span<const float>(wrong.weights), {4, 20});
    file.commit();
  }
  EXPECT_NE(testing::refusal_of([&] { (void)read_rbm(path); }).find("20 visible units for a lattice of 5x3"),
            std::string::npos);
  write_dense(some_net(), path);
  EXPECT_NE(testing::refusal_of([&] { (void)read_rbm(path); }).find("spinflow/dense"), std::string::npos);
  std::ofstream(path) << "no network";
  (void)testing::refusal_of([&] { (void)read_rbm(path); });
}

TEST(RbmFile, AClaimedLatticeIsHeldAgainstTheWeightsFirst) {
  // 5 kB that claim a lattice of 16384x16384, whose tables would take 10 GB.
  EXPECT_NE(testing::refusal_of([] {
              (void)read_rbm(SPINFLOW_TEST_DATA "/rbm_16384x16384.h5");
            }).find("units for a lattice of 16384x16384"),
            std::string::npos);
}

TEST(NetworkFiles, OneLimitForAllParameters) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "net.h5";
  for (const float huge : {1e30f, -1.0001e6f}) {
    Rbm rbm = some_rbm();
    rbm.hidden_bias[1] = huge;
    write_rbm(rbm, path);
    EXPECT_NE(testing::refusal_of([&] { (void)read_rbm(path); }).find("beyond the largest weight 1e+06"),
              std::string::npos);
    Dense net = some_net();
    net.layers[0].weights[3] = huge;
    write_dense(net, path);
    EXPECT_NE(testing::refusal_of([&] { (void)read_dense(path); }).find("beyond the largest weight 1e+06"),
              std::string::npos);
  }
  Rbm rbm = some_rbm();
  rbm.weights[0] = 1e6f;
  write_rbm(rbm, path);
  EXPECT_EQ(read_rbm(path).weights[0], 1e6f);
}

TEST(DenseFile, RoundTripBitForBit) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "net.h5";
  const Dense net = some_net();
  write_dense(net, path);
  const Dense back = read_dense(path);
  EXPECT_EQ(back.visible, net.visible);
  EXPECT_EQ(back.activation, net.activation);
  ASSERT_EQ(back.layers.size(), 2u);
  for (std::size_t l = 0; l < 2; ++l) {
    EXPECT_EQ(back.layers[l].n_in, net.layers[l].n_in);
    EXPECT_EQ(back.layers[l].n_out, net.layers[l].n_out);
    EXPECT_EQ(back.layers[l].weights, net.layers[l].weights);
    EXPECT_EQ(back.layers[l].bias, net.layers[l].bias);
  }
  EXPECT_EQ(back.purpose, net.purpose);
  EXPECT_EQ(back.temperatures, net.temperatures);
  EXPECT_EQ(back.training, net.training);
  ASSERT_EQ(back.history.size(), 1u);
  EXPECT_EQ(back.history[0].accuracy_held_out, 0.25);
}

TEST(DenseFile, KeepsWhereTheOutputsLive) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "net.h5";
  Dense net = random_dense(lattice::Lattice::square(6, 4), {6}, Activation::tanh, 17);
  net.purpose = "decimation:2";
  net.history = {{.epoch = 2, .update = 40, .loss_train = 1, .loss_held_out = 2}};
  for (const auto& lattice :
       {lattice::Lattice::square(3, 2, lattice::Boundary::open), lattice::Lattice::chain(6)}) {
    net.output = lattice;
    write_dense(net, path);
    const Dense back = read_dense(path);
    EXPECT_EQ(back.output, net.output);
    ASSERT_EQ(back.layers.size(), 1u);
    EXPECT_EQ(back.layers[0].weights, net.layers[0].weights);
    EXPECT_EQ(back.history.at(0).epoch, 2);
    EXPECT_EQ(back.history.at(0).update, 40);
  }
  net.output.reset();
  write_dense(net, path);
  EXPECT_FALSE(read_dense(path).output);
  net.output = lattice::Lattice::chain(5);
  write_dense(net, path);
  EXPECT_NE(testing::refusal_of([&] { (void)read_dense(path); }).find("6 outputs for a lattice of 5"),
            std::string::npos);
}

TEST(DenseFile, OfTheFirstVersionStillReads) {
  const Dense net = read_dense(SPINFLOW_TEST_DATA "/classifier_0.1.0.h5");
  EXPECT_EQ(net.visible, lattice::Lattice::chain(4));
  EXPECT_EQ(net.purpose, "classifier");
  EXPECT_EQ(net.temperatures, (std::vector<double>{1, 2}));
  EXPECT_FALSE(net.output);
  ASSERT_EQ(net.layers.size(), 2u);
  EXPECT_EQ(net.layers[0].n_out, 2u);
  ASSERT_EQ(net.history.size(), 3u);
  EXPECT_EQ(net.history[2].epoch, 3);
  EXPECT_EQ(net.history[2].update, 0) << "was not kept then";
  EXPECT_GT(net.history[2].loss_held_out, 0);
}

TEST(DenseFile, RefusesWhatIsNoNet) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "net.h5";
  Dense net = some_net();
  net.layers[1].bias[0] = std::numeric_limits<float>::infinity();
  write_dense(net, path);
  EXPECT_NE(testing::refusal_of([&] { (void)read_dense(path); }).find("layer_1/bias"), std::string::npos);
  net = some_net();
  net.layers[1] = random_dense(lattice::Lattice::chain(6), {3}, Activation::tanh, 1).layers[0];
  write_dense(net, path);
  EXPECT_NE(testing::refusal_of([&] { (void)read_dense(path); }).find("(n_out, 7)"), std::string::npos);
  net = some_net();
  net.temperatures = {1, 1, 2};
  write_dense(net, path);
  (void)testing::refusal_of([&] { (void)read_dense(path); });
  net.temperatures = {1, 2};
  write_dense(net, path);
  (void)testing::refusal_of([&] { (void)read_dense(path); });
  write_rbm(some_rbm(), path);
  (void)testing::refusal_of([&] { (void)read_dense(path); });
}

TEST(Dense, OutputsByHand) {
  Dense net{.visible = lattice::Lattice::chain(2), .activation = Activation::relu};
  net.layers.push_back({.n_in = 2, .n_out = 2, .weights = {1, 2, 3, 4}, .bias = {0.5f, -8}});
  net.layers.push_back({.n_in = 2, .n_out = 1, .weights = {10, 100}, .bias = {1}});
  kernels::PackedSpins v(2, 2);
  v.set(0, 0, 1);
  v.set(0, 1, 1);  // fields 3.5 and -1
  v.set(1, 0, -1);
  v.set(1, 1, 1);  // fields 1.5 and -7
  const auto out = DenseForward(net).outputs(v, 0, 2);
  EXPECT_EQ(out.unpadded(), (std::vector<float>{36, 16}));
  net.activation = Activation::tanh;
  EXPECT_NEAR(DenseForward(net).outputs(v, 1, 2).row(0)[0], 1 + 10 * std::tanh(1.5) + 100 * std::tanh(-7.0),
              1e-4);
}

TEST(Dense, FeaturesAreTheHighestHiddenLayer) {
  const Dense net = random_dense(lattice::Lattice::chain(5), {7, 3, 2}, Activation::tanh, 4);
  kernels::PackedSpins v(4, 5);
  v.set(1, 2, 1);
  v.flip(3);
  const auto features = DenseForward(net).features(v, 1, 4);
  ASSERT_EQ(features.n_rows(), 3u);
  ASSERT_EQ(features.n_columns(), 3u);
  // The outputs follow from them by the last layer.
  const auto out = DenseForward(net).outputs(v, 1, 4);
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t j = 0; j < 2; ++j) {
      double y = net.layers[2].bias[j];
      for (std::size_t i = 0; i < 3; ++i) {
        y += double{net.layers[2].weights[3 * j + i]} * features.row(r)[i];
        EXPECT_LT(std::abs(features.row(r)[i]), 1);
      }
      EXPECT_NEAR(out.row(r)[j], y, 1e-6);
    }
}

}  // namespace
}  // namespace spinflow::networks
