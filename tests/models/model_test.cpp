// SPDX-License-Identifier: Apache-2.0
#include "spinflow/models/model.hpp"

#include <gtest/gtest.h>

#include "spinflow/base/random.hpp"
#include "spinflow/catalogue/catalogue.hpp"

namespace spinflow::models {
namespace {

TEST(Models, LocalFieldIsTheCostOfAFlip) {
  catalogue::register_all();
  base::RandomStream random(1, "test.model");
  for (const auto& entry : registry().entries())
    for (const auto boundary : {lattice::Boundary::periodic, lattice::Boundary::open}) {
      const auto lattice = entry.dimensions.front() == 1 ? lattice::Lattice::chain(7, boundary)
                                                         : lattice::Lattice::square(3, 5, boundary);
      const auto model = entry.make(lattice, {{"coupling", -0.7}, {"field", 0.4}});
      std::vector<std::int8_t> spins(static_cast<std::size_t>(lattice.n_sites()));
      for (auto& s : spins) s = random.below(2) == 0 ? -1 : 1;
      for (int site = 0; site < lattice.n_sites(); ++site) {
        auto& spin = spins[static_cast<std::size_t>(site)];
        const double before = model->energy(spins);
        const double cost = 2 * spin * model->local_field(spins, site);
        spin = static_cast<std::int8_t>(-spin);
        EXPECT_NEAR(model->energy(spins) - before, cost, 1e-12) << entry.name;
      }
      const auto back = from_toml(to_toml(*model), "test");
      EXPECT_EQ(to_toml(*back), to_toml(*model));
      EXPECT_EQ(back->energy(spins), model->energy(spins));
    }
}

TEST(Models, RefuseWhatIsNoModel) {
  catalogue::register_all();
  EXPECT_THROW((void)from_toml("", "test"), Error);
  EXPECT_THROW(
      (void)from_toml("[model]\nname = \"ising-cube\"\nlattice = \"3\"\nboundary = \"open\"", "test"), Error);
  EXPECT_THROW(
      (void)from_toml("[model]\nname = \"ising-chain\"\nlattice = \"3\"\nboundary = \"open\"\nfeild = 1",
                      "test"),
      Error);
  EXPECT_THROW((void)registry()
                   .find("ising-chain")
                   .make(lattice::Lattice::chain(4), {{"coupling", std::numeric_limits<double>::infinity()}}),
               Error);
}

}  // namespace
}  // namespace spinflow::models
