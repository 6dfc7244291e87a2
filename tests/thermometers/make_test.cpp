// SPDX-License-Identifier: Apache-2.0
#include "spinflow/thermometers/make.hpp"

#include <gtest/gtest.h>

#include "spinflow/samplers/sampler.hpp"
#include "testing/testing.hpp"

namespace spinflow::thermometers {
namespace {

TEST(Made, InOrderAndRenamed) {
  const auto model = models::registry().find("ising-square").make(lattice::Lattice::square(4, 4), {});
  const auto data = samplers::sample(
      {.model = model, .temperatures = {3.0}, .samples_per_temperature = 50, .seed = 1}, "auto");
  auto gauges = made({"pseudo-likelihood", "energy"}, model);
  ASSERT_EQ(gauges.size(), 2u);
  EXPECT_EQ(gauges[0]->name(), "pseudo-likelihood");
  const double t = gauges[1]->read(data).value;
  const auto range = gauges[1]->range();
  const auto other = renamed("energy, again", std::move(gauges[1]));
  EXPECT_EQ(other->name(), "energy, again");
  EXPECT_EQ(other->read(data).value, t);
  EXPECT_EQ(other->range(), range);
  EXPECT_NE(testing::refusal_of([&] { (void)made({"energi"}, model); }).find("energi"), std::string::npos);
}

}  // namespace
}  // namespace spinflow::thermometers
