// SPDX-License-Identifier: Apache-2.0
#include "spinflow/models/identity.hpp"

#include <gtest/gtest.h>

#include <set>

namespace spinflow::models {
namespace {

std::shared_ptr<const Model> square(double coupling, double field, const lattice::Lattice& lattice) {
  return registry().find("ising-square").make(lattice, {{"coupling", coupling}, {"field", field}});
}

class Identity : public ::testing::Test {};

TEST_F(Identity, IsAnInterface) {
  const auto lattice = lattice::Lattice::square(4, 6);
  const std::vector<double> temperatures = {2.25, 0};
  EXPECT_EQ(
      identity(*square(2, -0.5, lattice), temperatures),
      "ising-square 4x6 periodic coupling=1.00000000000e+00 field=-2.50000000000e-01 T 1.12500000000e+00 "
      "0.00000000000e+00");
  const auto ring = registry()
                        .find("ising-power-law")
                        .make(lattice::Lattice::chain(8),
                              {{"dimension", std::int64_t{1}}, {"sigma", 0.5}, {"coupling", -1.0}});
  EXPECT_EQ(identity(*ring),
            "ising-power-law 8 periodic coupling=-1.00000000000e+00 dimension=1 field=0.00000000000e+00 "
            "images=\"sum\" sigma=0.5");
}

TEST_F(Identity, OnePhysicsHasOneIdentityInAllUnitsOfEnergy) {
  const auto lattice = lattice::Lattice::square(4, 4);
  for (const double unit : {1e-21, 1.6e-21, 1e-9, 1e9, 1e21}) {
    for (const double temperature : {0.0, 1.0 / 3, 1 / 0.44, 2.269185314213022, 7.1e6}) {
      const double scaled = temperature * unit;
      EXPECT_EQ(identity(*square(-unit, 0.3 * unit, lattice), {&scaled, 1}),
                identity(*square(-1, 0.3, lattice), {&temperature, 1}));
      EXPECT_EQ(identity(*square(0, 0.3 * unit, lattice), {&scaled, 1}),
                identity(*square(0, 0.3, lattice), {&temperature, 1}));
    }
  }
}

TEST_F(Identity, ZeroHasNoSign) {
  const auto lattice = lattice::Lattice::square(4, 4);
  const std::vector<double> plus = {0.0};
  const std::vector<double> minus = {-0.0};
  EXPECT_EQ(identity(*square(1, 0.0, lattice), plus), identity(*square(1, -0.0, lattice), minus));
  EXPECT_EQ(identity(*square(0.0, 1, lattice), plus), identity(*square(-0.0, 1, lattice), minus));
}

TEST_F(Identity, TellsPhysicsApart) {
  std::set<std::string> seen;
  const auto lattice = lattice::Lattice::square(4, 6);
  const std::vector<std::shared_ptr<const Model>> models = {
      square(1, 0, lattice),
      square(-1, 0, lattice),
      square(1, 0.1, lattice),
      square(1, -0.1, lattice),
      square(0, 1, lattice),
      square(0, -1, lattice),
      square(0, 0, lattice),
      square(1, 0, lattice::Lattice::square(6, 4)),
      square(1, 0, lattice::Lattice::square(4, 6, lattice::Boundary::open)),
      registry().find("ising-chain").make(lattice::Lattice::chain(24), {}),
      registry().find("ising-power-law").make(lattice, {}),
      registry().find("ising-power-law").make(lattice, {{"sigma", 1.5}}),
      registry().find("ising-power-law").make(lattice, {{"images", std::string("minimum")}}),
      registry().find("ising-infinite-range").make(lattice::Lattice::chain(24), {})};
  std::size_t n = 0;
  for (const auto& model : models)
    for (const std::vector<double>& temperatures :
         {std::vector<double>{1.0}, {1.0 + 1e-9}, {2.0}, {1.0, 2.0}, {2.0, 1.0}}) {
      seen.insert(identity(*model, temperatures));
      EXPECT_EQ(seen.size(), ++n) << identity(*model, temperatures);
    }
}

}  // namespace
}  // namespace spinflow::models
