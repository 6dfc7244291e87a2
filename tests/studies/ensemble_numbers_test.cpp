// SPDX-License-Identifier: Apache-2.0
#include "studies/ensemble_numbers.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "spinflow/exact/product_measure.hpp"
#include "spinflow/samplers/sampler.hpp"

namespace spinflow::studies {
namespace {

/// Configurations of a 4 x 4 lattice: all up, and a checkerboard.
ensemble::Ensemble up_and_checkerboard() {
  const auto lattice = lattice::Lattice::square(4, 4);
  kernels::PackedSpins spins(2, 16);
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 4; ++x) {
      const auto site = static_cast<std::size_t>(lattice.site(x, y));
      spins.set(0, site, 1);
      spins.set(1, site, (x + y) % 2 == 0 ? 1 : -1);
    }
  return ensemble::from_spins(std::move(spins), lattice,
                              models::registry().find("ising-square").make(lattice, {}));
}

double number(const results::Table& table, std::size_t row, const std::string& column) {
  const auto found = std::ranges::find(table.columns, column);
  return std::get<double>(table.rows.at(row).at(static_cast<std::size_t>(found - table.columns.begin())));
}

TEST(EnsembleNumbers, OfTwoConfigurationsByHand) {
  const auto both = up_and_checkerboard();
  const auto table = ensemble_table({{"both", {both}}, {"seeds", {both, both}, true}});
  ASSERT_EQ(table.rows.size(), 2u);
  for (const std::size_t row : {0u, 1u}) {
    EXPECT_EQ(number(table, row, "energy"), 0);  // -2 and +2
    EXPECT_NEAR(number(table, row, "N_var_energy"), 16 * std::pow(number(table, row, "sd_energy"), 2), 1e-9);
    EXPECT_EQ(number(table, row, "abs_magnetization"), 0.5);
    EXPECT_EQ(number(table, row, "largest_cluster"), (1 + 1.0 / 16) / 2);
    EXPECT_EQ(number(table, row, "clusters_per_site"), (1.0 / 16 + 1) / 2);
    EXPECT_EQ(number(table, row, "G(1)"), 0);
    EXPECT_EQ(number(table, row, "G(2)"), 1);
  }
  EXPECT_EQ(correlation_fall(both).value, -1);
}

TEST(EnsembleNumbers, BinsOfOneEnsembleAddUpToOne) {
  const NamedEnsemble both{"both", {up_and_checkerboard()}};
  const auto by_m = magnetization_bins(both);
  ASSERT_EQ(by_m.size(), 9u);  // |m| = 0, 1/8, ..., 1
  EXPECT_EQ(by_m.front().least, 0);
  EXPECT_EQ(by_m.front().share.value, 0.5);
  EXPECT_EQ(by_m.back().least, 1);
  EXPECT_EQ(by_m.back().share.value, 0.5);
  const auto by_size = cluster_bins(both);
  EXPECT_EQ(by_size.front().share.value, 0.5);  // all of the checkerboard
  EXPECT_EQ(by_size.back().share.value, 0.5);
  EXPECT_EQ(by_size.back().most, 16);
}

TEST(EnsembleNumbers, ExactDistributionsMeetInTheirLimits) {
  const auto lattice = lattice::Lattice::square(4, 4);
  // At infinite temperature the Ising model is independent spins without a mean.
  const auto ising = magnetization_bins_of_ising("Ising", lattice, 1e12);
  const auto product = magnetization_bins_of_product("product", 0, 16);
  ASSERT_EQ(ising.size(), product.size());
  double sum = 0;
  for (std::size_t i = 0; i < ising.size(); ++i) {
    EXPECT_NEAR(ising[i].share.value, product[i].share.value, 1e-9);
    sum += product[i].share.value;
  }
  EXPECT_NEAR(sum, 1, 1e-12);
  EXPECT_TRUE(magnetization_bins_of_ising("wide", lattice::Lattice::square(16, 16), 2).empty());
}

TEST(EnsembleNumbers, AnImageIsTheConfiguration) {
  const auto image = image_of(up_and_checkerboard(), 1, "checkerboard");
  EXPECT_EQ(image.width, 4);
  ASSERT_EQ(image.values.size(), 16u);
  EXPECT_EQ(image.values[0], 1);
  EXPECT_EQ(image.values[1], -1);
}

}  // namespace
}  // namespace spinflow::studies
