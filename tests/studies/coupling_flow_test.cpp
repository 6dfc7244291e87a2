// SPDX-License-Identifier: Apache-2.0
#include "studies/coupling_flow.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "spinflow/samplers/sampler.hpp"
#include "spinflow/transformations/decimation.hpp"
#include "testing/testing.hpp"

namespace spinflow::studies {
namespace {

TEST(CouplingFlow, AMapIsIteratedWhileTheLatticeIsLargeEnough) {
  const auto model = models::registry().find("ising-square").make(lattice::Lattice::square(32, 32), {});
  const auto data = samplers::sample(
      {.model = model, .temperatures = {3.0}, .samples_per_temperature = 100, .seed = 1}, "auto");
  const CouplingBasis basis({"nearest", "field"}, {"K_nn", "h"});
  const transformations::Decimation map({.factor = 2});
  const auto seed = [](std::size_t step) { return step; };
  const auto steps = basis.iterated("decimation", map, data, 1.2, 9, 8, seed, base::silent());
  ASSERT_EQ(steps.size(), 3u);  // sides 32, 16, 8
  EXPECT_EQ(steps[2].step, 2);
  EXPECT_EQ(steps[2].start, 1.2);
  testing::expect_within(steps[0].couplings[0].value, steps[0].couplings[0].error, 1 / 3.0, "K");
  EXPECT_EQ(coupling(0)(steps[1]).value, first_coupling(steps[1]));
  EXPECT_LT(first_coupling(steps[1]), first_coupling(steps[0]));
  EXPECT_EQ(basis.iterated("decimation", map, data, 1.2, 1, 8, seed, base::silent()).size(), 2u);

  // Along flows that kept their ensembles: those without a start are left out.
  flow::Trajectory flow{.name = "", .temperature = 3};
  flow.kept.emplace(0, data);
  auto other = flow;
  other.temperature = 4;
  const auto along = basis.along(
      "map", {other, flow},
      [](const flow::Trajectory& one) {
        return one.temperature == 3 ? 3.0 : std::numeric_limits<double>::quiet_NaN();
      },
      2, base::silent());
  ASSERT_EQ(along.size(), 1u);
  EXPECT_EQ(along[0].seed, 2u);
  EXPECT_EQ(along[0].couplings[0].value, steps[0].couplings[0].value);
}

}  // namespace
}  // namespace spinflow::studies
