// SPDX-License-Identifier: Apache-2.0
#include "spinflow/models/model.hpp"

#include <gtest/gtest.h>

#include "spinflow/base/random.hpp"

namespace spinflow::models {
namespace {

/// Every entry on a small lattice of each boundary and dimension that it has.
std::vector<std::shared_ptr<const Model>> small_models() {
  std::vector<std::shared_ptr<const Model>> models;
  for (const auto& entry : registry().entries())
    for (const auto boundary : {lattice::Boundary::periodic, lattice::Boundary::open})
      for (const int dimension : entry.dimensions) {
        base::Values options = {{"coupling", -0.7}, {"field", 0.4}};
        if (entry.dimensions.size() > 1) options["dimension"] = std::int64_t{dimension};
        const auto lattice =
            dimension == 1 ? lattice::Lattice::chain(7, boundary) : lattice::Lattice::square(3, 5, boundary);
        try {
          models.push_back(entry.make(lattice, options));
        } catch (const Error&) {
          EXPECT_EQ(boundary, lattice::Boundary::open) << entry.name;
        }
      }
  return models;
}

std::vector<std::int8_t> random_spins(int n, base::RandomStream& random) {
  std::vector<std::int8_t> spins(static_cast<std::size_t>(n));
  for (auto& s : spins) s = random.below(2) == 0 ? -1 : 1;
  return spins;
}

TEST(Models, LocalFieldIsTheCostOfAFlip) {
  base::RandomStream random(1, "test.model");
  for (const auto& model : small_models()) {
    auto spins = random_spins(model->lattice().n_sites(), random);
    for (int site = 0; site < model->lattice().n_sites(); ++site) {
      auto& spin = spins[static_cast<std::size_t>(site)];
      const double before = model->energy(spins);
      const double cost = 2 * spin * model->local_field(spins, site);
      spin = static_cast<std::int8_t>(-spin);
      EXPECT_NEAR(model->energy(spins) - before, cost, 1e-12) << model->name();
    }
  }
}

TEST(Models, TextOfAFileGivesTheSameModel) {
  base::RandomStream random(2, "test.model");
  for (const auto& model : small_models()) {
    const auto spins = random_spins(model->lattice().n_sites(), random);
    const auto back = from_toml(to_toml(*model), "test");
    EXPECT_EQ(to_toml(*back), to_toml(*model));
    EXPECT_EQ(back->energy(spins), model->energy(spins));
    const auto elsewhere = model->on(model->lattice());
    EXPECT_EQ(to_toml(*elsewhere), to_toml(*model));
    EXPECT_EQ(elsewhere->energy(spins), model->energy(spins));
  }
}

TEST(Models, CouplingsSayTheWholePairPart) {
  base::RandomStream random(3, "test.model");
  for (const auto& model : small_models()) {
    const auto couplings = model->couplings_by_displacement();
    EXPECT_EQ(couplings.empty(), model->nearest_neighbour_coupling().has_value()) << model->name();
    if (couplings.empty()) continue;
    const auto& lattice = model->lattice();
    ASSERT_EQ(couplings.size(), static_cast<std::size_t>(lattice.n_sites()));
    EXPECT_EQ(couplings[0], 0);
    const auto spins = random_spins(lattice.n_sites(), random);
    double energy = 0;
    for (int i = 0; i < lattice.n_sites(); ++i) {
      energy -= model->field() * spins[static_cast<std::size_t>(i)];
      for (int j = 0; j < lattice.n_sites(); ++j) {
        const int dx = (j % lattice.lx() - i % lattice.lx() + lattice.lx()) % lattice.lx();
        const int dy = (j / lattice.lx() - i / lattice.lx() + lattice.ly()) % lattice.ly();
        energy -= 0.5 * couplings[static_cast<std::size_t>(lattice.site(dx, dy))] *
                  spins[static_cast<std::size_t>(i)] * spins[static_cast<std::size_t>(j)];
      }
    }
    EXPECT_NEAR(model->energy(spins), energy, 1e-12) << model->name();
  }
}

TEST(Models, RefuseWhatIsNoModel) {
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
  const auto power_law = [](const lattice::Lattice& lattice, const base::Values& options) {
    return registry().find("ising-power-law").make(lattice, options);
  };
  const auto square = lattice::Lattice::square(4, 4);
  EXPECT_NO_THROW((void)power_law(square, {}));
  for (const double sigma : {0.0, -1.0, 101.0, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THROW((void)power_law(square, {{"sigma", sigma}}), Error) << sigma;
  EXPECT_THROW((void)power_law(square, {{"dimension", std::int64_t{3}}}), Error);
  EXPECT_THROW((void)power_law(square, {{"dimension", std::int64_t{1}}}), Error);
  EXPECT_THROW((void)power_law(square, {{"images", std::string("some")}}), Error);
  EXPECT_THROW((void)power_law(lattice::Lattice::square(4, 4, lattice::Boundary::open), {}), Error);
  EXPECT_THROW((void)registry().find("ising-infinite-range").make(square, {}), Error);
}

}  // namespace
}  // namespace spinflow::models
