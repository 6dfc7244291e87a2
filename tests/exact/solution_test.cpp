// SPDX-License-Identifier: Apache-2.0
#include "spinflow/exact/solution.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "spinflow/base/error.hpp"
#include "spinflow/exact/kaufman.hpp"

namespace spinflow::exact {
namespace {

using lattice::Boundary;
using lattice::Lattice;

std::shared_ptr<const models::Model> solved_model(const std::string& name, const Lattice& lattice,
                                                  const base::Values& options) {
  return models::registry().find(name).make(lattice, options);
}

// Systems just above what is enumerated at once, by each of the other ways, against all 2^n states.
TEST(Solution, EveryWayGivesWhatEnumerationGives) {
  const auto sides = Lattice::square(6, 3);
  for (const auto& model : {
           solved_model("ising-infinite-range", Lattice::chain(17), {{"coupling", -0.7}, {"field", 0.2}}),
           solved_model("ising-chain", Lattice::chain(18), {{"coupling", 1.2}, {"field", 0.3}}),
           solved_model("ising-chain", Lattice::chain(17, Boundary::open), {{"coupling", -1.0}}),
           solved_model("ising-square", sides, {{"coupling", 1.3}}),
           solved_model("ising-square", sides, {{"coupling", -1.3}}),
           solved_model("ising-square", sides, {{"coupling", 1.0}, {"field", -0.4}}),
           solved_model("ising-square", Lattice::square(6, 3, Boundary::open), {{"coupling", 1.0}}),
           solved_model("ising-power-law", Lattice::chain(17),
                        {{"dimension", std::int64_t{1}}, {"sigma", 0.5}}),
       }) {
    SCOPED_TRACE(models::to_toml(*model));
    Solution solution(model);
    const Enumeration states(model);
    for (const double temperature : {0.0, 0.7, 2.5}) {
      const auto is = solution.at(temperature);
      const auto expected = states.at(temperature);
      EXPECT_NEAR(is.log_partition, expected.log_partition, 1e-9);
      EXPECT_NEAR(is.energy, expected.energy, 1e-10);
      EXPECT_NEAR(is.specific_heat, expected.specific_heat, 1e-8);
      EXPECT_NEAR(is.magnetization, expected.magnetization, 1e-10);
      EXPECT_NEAR(is.abs_magnetization, expected.abs_magnetization, 1e-10);
      EXPECT_NEAR(is.magnetization_2, expected.magnetization_2, 1e-10);
      EXPECT_NEAR(is.magnetization_4, expected.magnetization_4, 1e-10);
    }
  }
}

TEST(Solution, LargeSquaresHaveKaufmansEnergyAndNoMagnetization) {
  const auto means =
      Solution(solved_model("ising-square", Lattice::square(20, 14), {{"coupling", 2.0}})).at(5);
  EXPECT_EQ(means.energy, 2 * kaufman(20, 14, 0.4).energy);
  EXPECT_EQ(means.magnetization, 0);
  EXPECT_TRUE(std::isnan(means.abs_magnetization));
}

TEST(Solution, Refusals) {
  Solution small(solved_model("ising-square", Lattice::square(3, 3), {}));
  EXPECT_THROW((void)small.at(-1), Error);
  EXPECT_THROW((void)small.at(std::numeric_limits<double>::infinity()), Error);
  EXPECT_THROW((void)small.at(std::nan("")), Error);
  // No way: too many spins to enumerate, and no short side.
  EXPECT_THROW((void)Solution(solved_model("ising-square", Lattice::square(10, 10), {{"field", 0.1}})).at(2),
               Error);
}

}  // namespace
}  // namespace spinflow::exact
