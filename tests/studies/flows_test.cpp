// SPDX-License-Identifier: Apache-2.0
#include "spinflow/studies/flows.hpp"

#include <gtest/gtest.h>

namespace spinflow::studies {
namespace {

TEST(FlowFigure, APanelForEachReadingAndACurveForEachStart) {
  flow::FlowRecord record;
  for (const double temperature : {1.0, 6.0}) {
    flow::Trajectory start{.name = temperature == 1 ? "cold" : "hot", .temperature = temperature};
    for (int step = 0; step < 3; ++step) {
      flow::FlowStep read{.step = step, .n = 10};
      read.observed.set("energy", {-1 - 0.1 * step, 0.01});
      read.observed.set("magnetization", {0.5, 0.02});
      // A thermometer that does not read the last step.
      if (step < 2) read.readings["energy"] = {.value = temperature + step, .error = 0.1};
      start.steps.push_back(read);
    }
    record.starts.push_back(start);
  }
  const auto figure = flow_figure(record, std::vector<std::string>{"energy", "binder"});
  ASSERT_EQ(figure.series.size(), 4u);  // "binder" was not read
  EXPECT_EQ(figure.series[0].name, "cold");
  EXPECT_EQ(figure.series[0].panel, "T by energy (J/k_B)");
  ASSERT_EQ(figure.series[0].points.size(), 2u);
  EXPECT_EQ(figure.series[0].points[1].y, 2);
  EXPECT_EQ(figure.series[3].name, "hot");
  EXPECT_EQ(figure.series[3].panel, "energy");
  EXPECT_EQ(figure.series[3].points[2].x, 2);
  EXPECT_EQ(figure.series[3].points[2].y, -1.2);
  EXPECT_EQ(figure.series[3].points[2].error, 0.01);
}

}  // namespace
}  // namespace spinflow::studies
