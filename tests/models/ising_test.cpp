// SPDX-License-Identifier: Apache-2.0
#include "spinflow/models/ising.hpp"

#include <gtest/gtest.h>

namespace spinflow::models {
namespace {

using lattice::Boundary;
using lattice::Lattice;
using ModelPointer = std::shared_ptr<const Model>;

void expect_same(const ModelPointer& made, std::string_view name, const Lattice& lattice,
                 const base::Values& options) {
  EXPECT_EQ(to_toml(*made), to_toml(*registry().find(name).make(lattice, options)));
}

TEST(Ising, StructsHaveTheDefaultsOfTheCommandLine) {
  expect_same(IsingSquare{.side = 6}, "ising-square", Lattice::square(6, 6), {});
  expect_same(IsingChain{.side = 6}, "ising-chain", Lattice::chain(6), {});
  expect_same(IsingPowerLaw{.side = 6}, "ising-power-law", Lattice::square(6, 6), {});
  expect_same(IsingInfiniteRange{.side = 6}, "ising-infinite-range", Lattice::chain(6), {});
}

TEST(Ising, StructsMakeTheModelsOfTheRegistry) {
  expect_same(IsingSquare{.side = {4, 6}, .coupling = -1, .field = 0.25, .boundary = Boundary::open},
              "ising-square", Lattice::square(4, 6, Boundary::open), {{"coupling", -1.0}, {"field", 0.25}});
  expect_same(IsingChain{.side = 9, .coupling = 2, .field = -0.5, .boundary = Boundary::open}, "ising-chain",
              Lattice::chain(9, Boundary::open), {{"coupling", 2.0}, {"field", -0.5}});
  expect_same(
      IsingPowerLaw{
          .side = 8, .dimension = 1, .sigma = 0.75, .coupling = 2, .field = 0.1, .images = "minimum"},
      "ising-power-law", Lattice::chain(8),
      {{"dimension", std::int64_t{1}},
       {"sigma", 0.75},
       {"coupling", 2.0},
       {"field", 0.1},
       {"images", std::string("minimum")}});
  expect_same(IsingInfiniteRange{.side = 7, .coupling = 3, .field = 0.2}, "ising-infinite-range",
              Lattice::chain(7), {{"coupling", 3.0}, {"field", 0.2}});
}

TEST(Ising, StructsRefuseWhatTheCommandLineRefuses) {
  EXPECT_THROW(ModelPointer(IsingSquare{.side = 1}), Error);
  EXPECT_THROW(ModelPointer(IsingSquare{.side = 4, .coupling = 1e101}), Error);
  EXPECT_THROW(ModelPointer(IsingChain{.side = 4, .field = 1e-101}), Error);
  EXPECT_THROW(ModelPointer(IsingPowerLaw{.side = 4, .sigma = 0}), Error);
  EXPECT_THROW(ModelPointer(IsingPowerLaw{.side = 4, .dimension = 3}), Error);
  EXPECT_THROW(ModelPointer(IsingPowerLaw{.side = 4, .images = "all"}), Error);
  EXPECT_THROW(ModelPointer(IsingInfiniteRange{.side = 0}), Error);
}

}  // namespace
}  // namespace spinflow::models
