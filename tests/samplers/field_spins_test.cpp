// SPDX-License-Identifier: Apache-2.0
#include "samplers/local/field_spins.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "enumerated.hpp"
#include "samplers/tempering/ladder.hpp"
#include "table_model.hpp"

namespace spinflow::samplers {
namespace {

std::vector<std::shared_ptr<const models::Model>> all_models() {
  return {
      make_model("6x5", -0.7, 0.3), make_model("2x4"),     make_model("5x4", 1, 0.1, lattice::Boundary::open),
      make_model("9", -1),          power_law("17", 1.25), power_law("7x6", 2.8, 0.2, -1),
      power_law("2x5", 3)};
}

// Fields and energies are whole numbers of a unit: after many flips they are as exact as at the start.
TEST(FieldSpins, FieldsAndEnergiesGatherNoErrors) {
  for (const auto& model : all_models()) {
    const FieldSystem system(*model);
    FieldSpins state(system);
    base::RandomStream random(3, "test");
    state.start(random);
    const double scale = 1e-13 * (system.coupling_sum + std::abs(system.field));
    for (int sweep = 0; sweep < 20000; ++sweep) state.sweep(2.0, random);
    EXPECT_NEAR(state.energy(), model->energy(state.spins()), scale * static_cast<double>(system.n_sites));
    for (std::size_t i = 0; i < system.n_sites; ++i)
      EXPECT_NEAR(state.local_field(i), model->local_field(state.spins(), static_cast<int>(i)), scale);
    // The way there leaves no trace: a fresh one set to the same spins has the same bits.
    FieldSpins fresh(system);
    fresh.set(state.spins());
    EXPECT_EQ(fresh.measured(), state.measured());
    for (std::size_t i = 0; i < system.n_sites; ++i) EXPECT_EQ(fresh.local_field(i), state.local_field(i));
  }
}

TEST(FieldSpins, SetReversesWhereThatIsShorter) {
  const auto model = power_law("11", 1.5, 0.3);
  const FieldSystem system(*model);
  FieldSpins state(system);
  std::vector<std::int8_t> spins(11, -1);
  spins[4] = 1;
  state.set(spins);
  EXPECT_TRUE(std::ranges::equal(state.spins(), spins));
  EXPECT_NEAR(state.energy(), model->energy(spins), 1e-12);
}

// The rounding of couplings to whole numbers, where room for them is least.
TEST(FieldSpins, CouplingsOfALargeSystemAreKeptClosely) {
  const auto model = power_law("3000", 1.1);
  const FieldSystem system(*model);
  const auto couplings = model->couplings_by_displacement();
  EXPECT_LT(system.unit, 1e-13 * system.coupling_sum);
  for (std::size_t r = 0; r < couplings.size(); ++r)
    EXPECT_NEAR(0.5 * system.unit * static_cast<double>(system.changes->row(0, 0)[r]), couplings[r],
                0.5 * system.unit);
}

TEST(Ladder, ReplicasTravelUpAndDown) {
  const auto model = make_model("4x4");
  const FieldSystem system(*model);
  Ladder ladder(system, {1.5, 1.9, 2.4, 3.2, 5}, base::RandomStream(1, "test"));
  ladder.start();
  for (int update = 0; update < 2000; ++update) ladder.update();
  EXPECT_GT(ladder.arrivals(), 100);
  for (const auto& exchange : ladder.exchanges()) {
    EXPECT_EQ(exchange.attempts, 1000);
    EXPECT_GT(exchange.probability, 200);
    EXPECT_LT(exchange.probability, 1000);
  }
}

}  // namespace
}  // namespace spinflow::samplers
