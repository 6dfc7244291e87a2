// SPDX-License-Identifier: Apache-2.0
#include "spinflow/networks/stack_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <sstream>

#include "networks/small_rbm.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/io/file_header.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "testing/testing.hpp"

namespace spinflow::networks {
namespace {

using lattice::Lattice;

Stack good_stack() {
  Stack stack{.model_toml = "name = \"ising-square\"\n", .seed = 17, .command = "spinflow train stack"};
  stack.layers = {rbm_with_biases(Lattice::square(12, 12), 16, 0.3),
                  rbm_with_biases(Lattice::square(4, 4), 4, 0.3)};
  for (auto& rbm : stack.layers) {
    rbm.training = {{"shrinkage", 0.006}, {"method", std::string("cd")}};
    rbm.history = {
        {.update = 10, .reconstruction_error = 0.5, .pseudo_likelihood_train = -3, .weight_norm = 2}};
    rbm.history[0].pseudo_likelihood_held_out = std::numeric_limits<double>::quiet_NaN();
  }
  return stack;
}

TEST(StackFile, RoundTripBitForBit) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "s.h5";
  const Stack stack = good_stack();
  write_stack(stack, path);
  const Stack back = read_stack(path);
  EXPECT_EQ(back.model_toml, stack.model_toml);
  EXPECT_EQ(back.seed, stack.seed);
  EXPECT_EQ(back.command, stack.command);
  ASSERT_EQ(back.layers.size(), 2u);
  for (std::size_t l = 0; l < 2; ++l) {
    EXPECT_EQ(back.layers[l].visible, stack.layers[l].visible);
    EXPECT_EQ(back.layers[l].n_hidden, stack.layers[l].n_hidden);
    EXPECT_EQ(back.layers[l].weights, stack.layers[l].weights);
    EXPECT_EQ(back.layers[l].visible_bias, stack.layers[l].visible_bias);
    EXPECT_EQ(back.layers[l].hidden_bias, stack.layers[l].hidden_bias);
    EXPECT_EQ(back.layers[l].training, stack.layers[l].training);
    EXPECT_EQ(back.layers[l].seed, 17u);
    ASSERT_EQ(back.layers[l].history.size(), 1u);
    EXPECT_EQ(back.layers[l].history[0].weight_norm, 2);
  }
  // Written again it is the same file, and so is every layer as a file of its own group.
  write_stack(back, folder.path() / "again.h5");
  const auto bytes = [](const std::filesystem::path& file) {
    std::ostringstream all;
    all << std::ifstream(file, std::ios::binary).rdbuf();
    return all.str();
  };
  EXPECT_EQ(bytes(path), bytes(folder.path() / "again.h5"));
  EXPECT_EQ(read_rbm_group(io::Hdf5Reader(path), "layer_1").weights, stack.layers[1].weights);
}

TEST(StackFile, LayersThatDoNotFitAreNeitherWrittenNorRead) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "s.h5";
  Stack none = good_stack();
  none.layers.clear();
  Stack boundary = good_stack();
  boundary.layers[1].visible = Lattice::square(4, 4, lattice::Boundary::open);
  Stack size = good_stack();
  size.layers[1] = rbm_with_biases(Lattice::square(6, 6), 4, 0.3);
  Stack shape = good_stack();
  shape.layers[1] = rbm_with_biases(Lattice::square(8, 2), 4, 0.3);
  Stack blocks = good_stack();
  blocks.layers[1] = rbm_with_biases(Lattice::square(4, 4), 5, 0.3);
  const std::pair<const Stack*, const char*> cases[] = {{&none, "no layers"},
                                                        {&boundary, "does not stand on"},
                                                        {&size, "does not stand on"},
                                                        {&shape, "does not stand on"},
                                                        {&blocks, "no blocks"}};
  for (const auto& [stack, part] : cases) {
    EXPECT_NE(testing::refusal_of([&] { write_stack(*stack, path); }).find(part), std::string::npos) << part;
    EXPECT_FALSE(std::filesystem::exists(path));
    {
      io::Hdf5Writer file(path);
      io::write_header(file, {.format = "spinflow/stack"});
      for (std::size_t l = 0; l < stack->layers.size(); ++l)
        write_rbm_group(file, "layer_" + std::to_string(l), stack->layers[l]);
      file.commit();
    }
    const auto message = testing::refusal_of([&] { (void)read_stack(path); });
    EXPECT_TRUE(message.starts_with(path.string())) << message;
    EXPECT_NE(message.find(part), std::string::npos) << message;
    std::filesystem::remove(path);
  }
}

TEST(StackFile, RefusesDamagedAndForeignFiles) {
  const testing::TemporaryFolder folder;
  const auto path = folder.path() / "s.h5";
  Stack bad = good_stack();
  bad.layers[1].weights[7] = std::numeric_limits<float>::infinity();
  write_stack(bad, path);
  EXPECT_NE(testing::refusal_of([&] { (void)read_stack(path); }).find("layer_1/weights"), std::string::npos);
  write_rbm(good_stack().layers[0], path);
  EXPECT_NE(testing::refusal_of([&] { (void)read_stack(path); }).find("spinflow/rbm"), std::string::npos);
  write_stack(good_stack(), path);
  (void)testing::refusal_of([&] { (void)read_rbm(path); });
  std::ostringstream whole;
  whole << std::ifstream(path, std::ios::binary).rdbuf();
  for (const std::size_t tenths : {0u, 1u, 5u, 9u}) {
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        << whole.str().substr(0, whole.str().size() * tenths / 10);
    (void)testing::refusal_of([&] { (void)read_stack(path); });
  }
}

}  // namespace
}  // namespace spinflow::networks
