// SPDX-License-Identifier: Apache-2.0
#include "spinflow/results/series_by.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <ranges>

namespace spinflow::results {
namespace {

struct Reading {
  std::string scheme;
  std::string net;
  std::int64_t update = 0;
  stats::Estimate coupling;
};

std::vector<Reading> readings() {
  return {{"majority", "deep", 0, {.value = 1, .error = 0.1}},
          {"majority", "deep", 5, {.value = 2, .error = 0.2}},
          {"majority", "wide", 0, {.value = 3, .error = 0.3}},
          {"decimation", "deep", 0, {.value = 4, .error = 0.4}},
          {"majority", "deep", 0, {.value = 5, .error = 0.5}}};
}

TEST(GroupsBy, KeepsTheOrderOfAppearance) {
  const auto all = readings();
  const auto groups = groups_by(all, &Reading::scheme);
  ASSERT_EQ(groups.size(), 2U);
  ASSERT_EQ(groups[0].size(), 4U);
  EXPECT_EQ(groups[0][3], &all[4]);
  EXPECT_EQ(groups[1].front()->scheme, "decimation");
  // Of pointers, and of a view.
  const auto of_wide = groups_by(groups[0], [](const Reading& r) { return r.net == "wide"; });
  ASSERT_EQ(of_wide.size(), 2U);
  EXPECT_EQ(of_wide[1].front(), &all[2]);
  EXPECT_EQ(
      groups_by(all | std::views::filter([](const Reading& r) { return r.update == 0; }), &Reading::scheme)[0]
          .size(),
      3U);
}

stats::Estimate plain_mean(const std::vector<stats::Estimate>& values) {
  stats::Estimate mean{.value = 0, .error = static_cast<double>(values.size())};
  for (const auto& value : values) mean.value += value.value / static_cast<double>(values.size());
  return mean;
}

TEST(SeriesBy, MakesOneSeriesOfEachPanelAndNameInOrderOfAppearance) {
  const auto series = series_by(readings(), &Reading::scheme, &Reading::net, &Reading::update,
                                &Reading::coupling, {.mark = Mark::points, .names = {"wide"}});
  ASSERT_EQ(series.size(), 3U);
  EXPECT_EQ(series[0].panel + " " + series[0].name, "majority deep");
  EXPECT_EQ(series[1].panel + " " + series[1].name, "majority wide");
  EXPECT_EQ(series[2].panel + " " + series[2].name, "decimation deep");
  EXPECT_EQ(series[0].mark, Mark::points);
  EXPECT_EQ(series[0].colour, -1);  // the next free one
  EXPECT_EQ(series[1].colour, 0);
  ASSERT_EQ(series[0].points.size(), 3U);
  EXPECT_EQ(series[0].points[1].x, 5);
  EXPECT_EQ(series[0].points[1].y, 2);
  EXPECT_EQ(series[0].points[1].error, 0.2);
  EXPECT_EQ(series[0].points[2].y, 5);
}

TEST(SeriesBy, MergesRecordsWithOneX) {
  const auto series =
      series_by(readings(), "", &Reading::net, &Reading::update, &Reading::coupling, {.mean = plain_mean});
  ASSERT_EQ(series.size(), 2U);
  ASSERT_EQ(series[0].points.size(), 2U);
  EXPECT_NEAR(series[0].points[0].y, 10.0 / 3, 1e-15);  // 1, 4 and 5
  EXPECT_EQ(series[0].points[0].error, 3);
  EXPECT_EQ(series[0].points[1].y, 2);
}

TEST(SeriesBy, TakesFunctionsNumbersPointsAndPointers) {
  const auto all = readings();
  const std::vector<const Reading*> few = {&all[1], &all[2]};
  const auto number = series_by(
      few, "panel", "name", [](const Reading& r) { return r.coupling.value; }, &Reading::update);
  ASSERT_EQ(number.size(), 1U);
  EXPECT_EQ(number[0].panel, "panel");
  EXPECT_EQ(number[0].points[0].x, 2);
  EXPECT_EQ(number[0].points[0].y, 5);
  EXPECT_TRUE(std::isnan(number[0].points[0].error));
  const auto point = series_by(
      few | std::views::filter([](const Reading* r) { return r->update == 5; }), "", "", &Reading::update,
      [](const Reading& r) { return Point{.x = 7, .y = r.coupling.value, .lower = 1, .upper = 3}; });
  ASSERT_EQ(point.at(0).points.size(), 1U);
  EXPECT_EQ(point[0].points[0].x, 7);
  EXPECT_EQ(point[0].points[0].upper, 3);
}

TEST(SeriesOver, EvaluatesAFunctionAtNumbers) {
  const auto series = series_over({.name = "exact", .points = {}, .mark = Mark::exact}, spaced(1, 2, 3),
                                  [](double x) { return x * x; });
  ASSERT_EQ(series.points.size(), 3U);
  EXPECT_EQ(series.points[1].x, 1.5);
  EXPECT_EQ(series.points[1].y, 2.25);
  EXPECT_EQ(series.points[2].x, 2);
  EXPECT_EQ(counted(2, 4), (std::vector<int>{2, 3, 4}));
  EXPECT_TRUE(counted(1, 0).empty());
}

TEST(SeriesLook, GivesColoursOfThePaletteInTurn) {
  SeriesLook look;
  for (int i = 0; i < 9; ++i) look.names.push_back(std::string(1, static_cast<char>('a' + i)));
  EXPECT_EQ(look.colour_of("a"), 0);
  EXPECT_EQ(look.colour_of("h"), 0);
  EXPECT_EQ(look.colour_of("z"), -1);
}

TEST(Arrow, HasItsHeadAtTheEnd) {
  const auto right = arrow({.name = "a"}, {.x = 0, .y = 0}, {.x = 5, .y = 0}, 10, 2);
  ASSERT_EQ(right.points.size(), 5u);
  EXPECT_EQ(right.points[1].x, 5);
  EXPECT_NEAR(right.points[2].x, 5 - 0.12, 1e-12);
  EXPECT_NEAR(right.points[2].y, 0.012, 1e-12);
  EXPECT_NEAR(right.points[4].y, -0.012, 1e-12);
  EXPECT_EQ(arrow({.name = "a"}, {.x = 1, .y = 1}, {.x = 1, .y = 1}, 10, 2).points.size(), 2u);
}

}  // namespace
}  // namespace spinflow::results
