// SPDX-License-Identifier: Apache-2.0
#include "runs/status.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "io/io_testing.hpp"
#include "runs/live_run.hpp"
#include "testing/testing.hpp"

namespace spinflow::runs {
namespace {

namespace fs = std::filesystem;

TEST(Status, CountsPiecesAndTellsTheTimeFromThoseOfTheSameKind) {
  const testing::TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "run";
  const std::vector<std::string> pieces = {"rbm-0", "rbm-1", "rbm-2", "rbm-3", "flow-0", "critical-a"};
  LiveRun run(folder, LiveRun::Start::joined, base::silent());
  run.describe("[recipe]\nname = \"soup\"\n");
  run.mark("spinflow run");
  auto status = status_of(folder, pieces);
  EXPECT_FALSE(status.finished);
  EXPECT_EQ(status.waiting, 6u);
  EXPECT_TRUE(std::isnan(status.seconds_left));
  run.log().record("rbm-0: made in 10.00 s");
  run.log().record("rbm-1: made in 30.00 s");
  testing::put_bytes(folder / "rbm-0.h5", "");
  testing::put_bytes(folder / "rbm-1.json", "");
  const auto claim = run.claims()->take("rbm-2");
  Claims inner(folder / "critical-a");
  fs::create_directory(folder / "critical-a");
  const auto inner_claim = inner.take("series-0-000");
  status = status_of(folder, pieces);
  EXPECT_FALSE(status.alone);
  EXPECT_EQ(status.made, 2u);
  ASSERT_EQ(status.under_way.size(), 2u);
  EXPECT_EQ(status.under_way[0].name, "critical-a/series-0-000");
  EXPECT_EQ(status.under_way[1].name, "rbm-2");
  EXPECT_FALSE(status.under_way[1].ended);
  EXPECT_EQ(status.waiting, 2u);  // rbm-3, flow-0
  EXPECT_EQ(status.untimed, 2u);  // flow-0, critical-a
  // rbm-3 whole and rbm-2 in part, two at a time.
  EXPECT_LE(status.seconds_left, 20);
  EXPECT_GE(status.seconds_left, 10);
  run.finish({.recipe = "soup", .scale = "", .seed = 3}, {});
  status = status_of(folder, pieces);
  EXPECT_TRUE(status.finished);
  EXPECT_EQ(status.made, 6u);
}

TEST(Status, AProcessAloneIsSeen) {
  const testing::TemporaryFolder temporary;
  const fs::path folder = temporary.path() / "run";
  const LiveRun run(folder, LiveRun::Start::fresh, base::silent());
  run.describe("[recipe]\nname = \"soup\"\n");
  EXPECT_TRUE(status_of(folder, {"a"}).alone);
}

}  // namespace
}  // namespace spinflow::runs
