// SPDX-License-Identifier: Apache-2.0
#include "spinflow/transformations/from_text.hpp"

#include <gtest/gtest.h>

#include "spinflow/base/random.hpp"
#include "spinflow/networks/dense_file.hpp"
#include "spinflow/networks/rbm_file.hpp"
#include "spinflow/networks/stack_file.hpp"
#include "spinflow/transformations/block_majority.hpp"
#include "spinflow/transformations/decimation.hpp"
#include "spinflow/transformations/dense_map.hpp"
#include "spinflow/transformations/rbm_reconstruct.hpp"
#include "spinflow/transformations/stack_maps.hpp"
#include "testing/testing.hpp"

namespace spinflow::transformations {
namespace {

namespace fs = std::filesystem;
using lattice::Lattice;
using networks::HiddenMode;

networks::Stack some_stack() {
  networks::Stack stack;
  stack.layers = {networks::random_rbm(Lattice::square(12, 12), 36, 0.3, 1),
                  networks::random_rbm(Lattice::square(6, 6), 9, 0.3, 2)};
  return stack;
}

networks::Dense net_on_disk() {
  auto net = networks::random_dense(Lattice::chain(12), {9, 4}, networks::Activation::tanh, 3);
  net.purpose = "decimation:3";
  net.output = Lattice::chain(4);
  return net;
}

class FromText : public ::testing::Test {
 protected:
  void SetUp() override {
    networks::write_rbm(networks::random_rbm(Lattice::square(12, 12), 5, 0.3, 1), file("v.h5"));
    networks::write_stack(some_stack(), file("stack.h5"));
    networks::write_dense(net_on_disk(), file("net.h5"));
  }
  [[nodiscard]] std::string file(const std::string& name) const { return (folder_.path() / name).string(); }

  static ensemble::Ensemble random_rows(const Lattice& lattice) {
    kernels::PackedSpins spins(40, static_cast<std::size_t>(lattice.n_sites()));
    base::RandomStream stream(3, "test.rows");
    for (std::size_t r = 0; r < spins.n_rows(); ++r)
      for (std::size_t i = 0; i < spins.n_columns(); ++i) spins.set(r, i, stream.uniform() < 0.6 ? 1 : -1);
    return ensemble::from_spins(std::move(spins), lattice, nullptr);
  }
  /// The same map, bit for bit.
  static void expect_same(const Transformation& map, const Transformation& expected, const Lattice& lattice) {
    EXPECT_EQ(map.identity(), expected.identity());
    const auto input = random_rows(lattice);
    EXPECT_EQ(map.apply(input, 5).spins, expected.apply(input, 5).spins) << expected.identity();
  }

 private:
  testing::TemporaryFolder folder_;
};

TEST_F(FromText, MakesTheMapsThatTheOptionsDescribe) {
  const auto square = Lattice::square(12, 12);
  expect_same(*from_text("block-majority"), BlockMajority({}), square);
  expect_same(*from_text("block-majority:factor=3"), BlockMajority({.factor = 3}), square);
  expect_same(*from_text("block-majority:factor=2,ties=corner"),
              BlockMajority({.factor = 2, .ties = "corner"}), square);
  expect_same(*from_text("decimation:factor=4"), Decimation({.factor = 4}), square);
  expect_same(*from_text(file("v.h5")), RbmReconstruct(networks::read_rbm(file("v.h5"))), square);
  expect_same(*from_text(file("stack.h5")), StackUp(some_stack(), HiddenMode::sampled), square);
  expect_same(*from_text(file("stack.h5") + ":pass=up,hidden_mode=sign"),
              StackUp(some_stack(), HiddenMode::sign), square);
  expect_same(*from_text(file("stack.h5") + ":pass=reconstruct,top_steps=5"),
              StackReconstruct(some_stack(), 5), square);
  expect_same(*from_text(file("net.h5")), DenseMap(net_on_disk()), Lattice::chain(12));
  expect_same(*from_file(file("stack.h5"), {{"pass", std::string("reconstruct")}}),
              StackReconstruct(some_stack(), 0), square);
}

TEST_F(FromText, AColonMayBelongToTheNameOfAFile) {
  const auto square = Lattice::square(12, 12);
  for (const char* name : {"a:b.h5", "block-majority:factor=3", "x:pass=up"})
    fs::copy_file(file("stack.h5"), file(name));
  const StackUp sampled(some_stack(), HiddenMode::sampled);
  const StackUp sign(some_stack(), HiddenMode::sign);
  expect_same(*from_text(file("a:b.h5")), sampled, square);
  expect_same(*from_text(file("a:b.h5:hidden_mode=sign")), sign, square);
  expect_same(*from_text(file("x:pass=up")), sampled, square);
  expect_same(*from_text(file("x:pass=up:hidden_mode=sign")), sign, square);
  // An existing file wins, in the folder where it lies.
  const auto before = fs::current_path();
  fs::current_path(fs::path(file("a")).parent_path());
  const auto map = from_text("block-majority:factor=3");
  fs::current_path(before);
  EXPECT_EQ(map->name(), "stack-up");
}

TEST_F(FromText, WhatTheTextSaysComesBeforeOptionsFromElsewhere) {
  MapText own("block-majority:factor=3");
  own.add({{"factor", std::int64_t{2}}, {"ties", std::string("corner")}, {"pass", std::string("up")}});
  EXPECT_EQ(own.make()->identity(), BlockMajority({.factor = 3, .ties = "corner"}).identity());
  MapText none(file("v.h5"));
  none.add({{"factor", std::int64_t{2}}});
  EXPECT_TRUE(none.options().empty());
  // A stack that goes up has no top steps; one that is told to go down again has.
  const base::Values down = {{"pass", std::string("reconstruct")}, {"top_steps", std::int64_t{3}}};
  MapText up(file("stack.h5") + ":pass=up");
  up.add(down);
  EXPECT_EQ(up.make()->name(), "stack-up");
  MapText stack(file("stack.h5") + ":top_steps=4");
  stack.add(down);
  EXPECT_EQ(stack.make()->identity(), StackReconstruct(some_stack(), 4).identity());
}

TEST_F(FromText, RefusesInOneSentence) {
  const std::string stack = file("stack.h5");
  const std::pair<std::string, const char*> cases[] = {
      {"", "names no map"},
      {":factor=3", "names no map"},
      {"block-majorty:factor=3", "did you mean 'block-majority'?"},
      {file("missing.h5"), "neither a file nor a transformation"},
      {"block-majority:", "behind the colon"},
      {"block-majority:3", "'3' behind the colon"},
      {"block-majority:factor=3,", "behind the colon"},
      {"block-majority:fctor=3", "block-majority: there is no option 'fctor'; did you mean 'factor'?"},
      {"decimation:ties=corner", "there is no option 'ties'"},
      {"block-majority:factor=x", "'x' is not a whole number"},
      {"block-majority:factor=2.5", "'2.5' is not a whole number"},
      {"block-majority:factor=", "is not a whole number"},
      {"block-majority:factor=1", "factor = 1 is out of range"},
      {"block-majority:ties=left", "'left' is not known"},
      {"block-majority:factor=2,factor=3", "factor is given twice"},
      {file("v.h5") + ":factor=2", "there is no option 'factor'; this map has none"},
      {stack + ":top_stps=2", "did you mean 'top_steps'?"},
      {stack + ":top_steps=2", "top_steps has a meaning for pass=reconstruct only"},
      {stack + ":pass=reconstruct,hidden_mode=sign", "hidden_mode has a meaning for pass=up only"},
      {stack + ":pass=down", "'down' is not known"}};
  for (const auto& [text, words] : cases) {
    const auto said = testing::refusal_of([&text = text] { (void)from_text(text); });
    EXPECT_NE(said.find(words), std::string::npos) << "'" << text << "': " << said;
    EXPECT_EQ(said.find('\n'), std::string::npos) << said;
  }
  EXPECT_NE(testing::refusal_of([&] {
              (void)from_file(stack, {{"factor", std::int64_t{2}}});
            }).find("there is no option 'factor'"),
            std::string::npos);
  EXPECT_NE(testing::refusal_of([&] { (void)from_file(file("missing.h5")); }).find("no such file"),
            std::string::npos);
}

// Every kind of file that is registered can be told, and every one that becomes a map says who makes it.
TEST_F(FromText, FormatsAreOneTable) {
  for (const char* name : {"spinflow/dense", "spinflow/ensemble", "spinflow/flow", "spinflow/rbm",
                           "spinflow/series", "spinflow/stack"})
    EXPECT_TRUE(file_formats().contains(name)) << name;
  for (const auto& format : file_formats().entries()) {
    EXPECT_EQ(format.name, format.format.name);
    EXPECT_FALSE(format.help.empty()) << format.name;
    EXPECT_FALSE(format.format.made_by.empty()) << format.name;
    EXPECT_TRUE(format.facts) << format.name;
    for (const auto& need : format.needs)
      for (const auto& option : {need.option, need.other})
        EXPECT_EQ(std::ranges::count(format.options, option, &base::OptionSpec::name), 1) << option;
  }
}

}  // namespace
}  // namespace spinflow::transformations
