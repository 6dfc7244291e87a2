// SPDX-License-Identifier: Apache-2.0
#include "spinflow/results/figures.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "spinflow/base/error.hpp"

namespace spinflow::results {
namespace {

using Json = nlohmann::json;

/// All values of `key` anywhere in the document.
void collect(const Json& json, const std::string& key, std::vector<Json>& found) {
  if (json.is_object() && json.contains(key)) found.push_back(json[key]);
  if (json.is_structured())
    for (const auto& inner : json) collect(inner, key, found);
}

std::vector<Json> all(const Json& json, const std::string& key) {
  std::vector<Json> found;
  collect(json, key, found);
  return found;
}

/// The type of mark of every layer, in order.
std::vector<std::string> marks(const Json& json) {
  std::vector<std::string> types;
  for (const auto& mark : all(json, "mark")) types.push_back(mark["type"]);
  return types;
}

LineFigure lines() {
  return {.id = "f", .title = "t", .caption = "c", .x = {"x"}, .y = {"y (J)"}, .series = {}};
}

TEST(LineFigure, DrawsErrorsAsBarsOnPointsAndAsABandOnACurve) {
  auto data = lines();
  data.series = {{.name = "points", .points = {{1, 2, 0.5}, {2, 3, 0.25}}, .mark = Mark::points}};
  Json spec = Json::parse(line_figure(data).spec);
  EXPECT_EQ(marks(spec), (std::vector<std::string>{"rule", "point"}));
  const auto values = spec["layer"][0]["data"]["values"];
  EXPECT_EQ(values, Json::parse(R"([{"x":1,"y":2,"a":1.5,"b":2.5},{"x":2,"y":3,"a":2.75,"b":3.25}])"));
  EXPECT_TRUE(spec["layer"][0]["encoding"]["color"]["legend"].is_null()) << "one series needs no legend";

  data.series[0].mark = Mark::curve;
  EXPECT_EQ(marks(Json::parse(line_figure(data).spec)), (std::vector<std::string>{"area", "line"}));
  data.series[0].mark = Mark::exact;
  EXPECT_EQ(marks(Json::parse(line_figure(data).spec)), (std::vector<std::string>{"line"}));
}

TEST(LineFigure, KeepsAsymmetricUncertainty) {
  auto data = lines();
  data.series = {{.name = "s", .points = {{.x = 1, .y = 2, .lower = 1, .upper = 5}}}};
  const Figure figure = line_figure(data);
  EXPECT_EQ(Json::parse(figure.spec)["layer"][0]["data"]["values"][0],
            Json::parse(R"({"x":1,"y":2,"a":1,"b":5})"));
  EXPECT_EQ(figure.csv, "panel,series,x,y,lower,upper\n,s,1,2,1,5\n");
}

TEST(LineFigure, LeavesOutWhatCannotBeDrawnButNotFromTheCsv) {
  auto data = lines();
  data.y.scale = Scale::log;
  data.series = {{.name = "s", .points = {{1, none}, {2, 0}, {3, -1}, {4, 1.0 / 3}, {5, 1, 2}}}};
  const Figure figure = line_figure(data);
  const Json values = Json::parse(figure.spec)["layer"][0]["data"]["values"];
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(values[0], Json::parse(R"({"x":4,"y":0.3333333})"));
  EXPECT_EQ(values[1]["a"], 1) << "a bar that reaches below zero ends at its point";
  EXPECT_EQ(
      figure.csv,
      "panel,series,x,y,lower,upper\n,s,1,,,\n,s,2,0,,\n,s,3,-1,,\n,s,4,0.3333333333333333,,\n,s,5,1,-1,3\n");
}

TEST(LineFigure, ALogarithmicAxisOfLessThanADecadeIsNoWholeDecade) {
  auto data = lines();
  data.x = {.title = "L", .scale = Scale::log, .least = 5.4, .most = 13.2};
  data.y = {.title = "y", .scale = Scale::log};
  data.series = {{.name = "s", .points = {{6, 0.6}, {12, 0.8}}}};
  const Json encoding = Json::parse(line_figure(data).spec)["layer"][0]["encoding"];
  EXPECT_EQ(encoding["x"]["axis"]["values"], Json::parse("[6,7,8,9,10,11,12,13]"));
  EXPECT_EQ(encoding["x"]["scale"]["domainMin"], 5.4);
  const auto& y = encoding["y"];
  EXPECT_EQ(y["axis"]["values"], Json::parse("[0.6,0.65,0.7,0.75,0.8]"));
  EXPECT_LT(y["scale"]["domainMin"], 0.6);
  EXPECT_GT(y["scale"]["domainMin"], 0.58);
  EXPECT_GT(y["scale"]["domainMax"], 0.8);
  EXPECT_EQ(y["scale"]["nice"], false);
}

TEST(LineFigure, ValuesThatDifferByRoundingAreOneValueOnALogarithmicAxis) {
  auto data = lines();
  data.y = {.title = "y", .scale = Scale::log};
  data.series = {{.name = "s", .points = {{1, 0.7}, {2, 0.7 * (1 + 4e-16)}}}};
  const Json y = Json::parse(line_figure(data).spec)["layer"][0]["encoding"]["y"];
  EXPECT_EQ(y["axis"]["values"].size(), 7U);
  EXPECT_LT(y["scale"]["domainMin"], 0.64);
  EXPECT_GT(y["scale"]["domainMax"], 0.76);
}

TEST(LineFigure, ASingleValueHasAnAxisAroundIt) {
  auto data = lines();
  data.series = {{.name = "s", .points = {{0.4, 2, 1}}}};
  const Json encoding = Json::parse(line_figure(data).spec)["layer"][0]["encoding"];
  EXPECT_EQ(encoding["x"]["scale"]["domainMin"], 0.36);
  EXPECT_EQ(encoding["x"]["scale"]["domainMax"], 0.44);
  EXPECT_FALSE(encoding["y"]["scale"].contains("domainMin")) << "its error gives it a range";
}

TEST(LineFigure, APathThatTurnsBackKeepsItsOrder) {
  auto data = lines();
  data.series = {{.name = "s", .points = {{0, 0}, {1, 1}, {0.5, 2}}, .mark = Mark::curve}};
  const Json spec = Json::parse(line_figure(data).spec);
  EXPECT_EQ(spec["layer"][0]["encoding"]["order"]["field"], "i");
  EXPECT_EQ(spec["layer"][0]["data"]["values"][2]["i"], 2);
}

TEST(LineFigure, PanelsShareTheirYRangeUnlessToldOtherwise) {
  auto data = lines();
  data.series = {{.name = "s", .points = {{0, 0}, {1, 1}}, .panel = "left"},
                 {.name = "s", .points = {{0, 5}, {1, 9}}, .panel = "right"},
                 {.name = "t", .points = {{0, 5}, {1, 7}}, .panel = "right"}};
  data.rules = {{12, "limit", false, "left"}, {0.5, "everywhere", true}};
  Json spec = Json::parse(line_figure(data).spec);
  ASSERT_EQ(spec["concat"].size(), 2U);
  EXPECT_EQ(spec["concat"][0]["title"], "left");
  for (const auto& panel : spec["concat"]) {
    EXPECT_EQ(panel["layer"][0]["encoding"]["y"]["scale"]["domainMin"], 0);
    EXPECT_EQ(panel["layer"][0]["encoding"]["y"]["scale"]["domainMax"], 12);
    EXPECT_EQ(panel["layer"][0]["encoding"]["color"]["scale"]["domain"], (Json{"s", "t"}));
  }
  EXPECT_EQ(all(spec["concat"][0], "at").size(), 6U) << "two rules of three layers";
  EXPECT_EQ(all(spec["concat"][1], "at").size(), 3U) << "the other panel's rule stays away";
  data.own_y_axes = true;
  spec = Json::parse(line_figure(data).spec);
  EXPECT_FALSE(spec["concat"][0]["layer"][0]["encoding"]["y"]["scale"].contains("domainMax"));
}

TEST(LineFigure, ColoursAreDistinctAndChosenOnesAreKept) {
  auto data = lines();
  for (const char* name : {"a", "b", "c", "d"}) data.series.push_back({.name = name, .points = {{0, 0}}});
  data.series[1].colour = 0;
  const auto range = Json::parse(line_figure(data).spec)["layer"][0]["encoding"]["color"]["scale"]["range"];
  EXPECT_EQ(range[1], "#0072B2");
  EXPECT_EQ(std::set<std::string>(range.begin(), range.end()).size(), 4U);
  data.sequential = true;
  data.series[1].colour = -1;
  EXPECT_EQ(Json::parse(line_figure(data).spec)["layer"][0]["encoding"]["color"]["scale"]["range"][0],
            "#440154");
}

TEST(LineFigure, TicksOfStepsAreWholeNumbers) {
  auto data = lines();
  data.x.whole = true;
  data.series = {{.name = "s", .points = {{0.9, 0}, {5, 1}}}};
  const auto ticks = [&] {
    return Json::parse(line_figure(data).spec)["layer"][0]["encoding"]["x"]["axis"]["values"];
  };
  EXPECT_EQ(ticks(), (Json{1, 2, 3, 4, 5}));
  data.series[0].points[1].x = 104;
  EXPECT_EQ(ticks(), (Json{20, 40, 60, 80, 100}));
}

TEST(LineFigure, RefusesNothing) { EXPECT_THROW((void)line_figure(lines()), Error); }

HeatMap heat() {
  return {.id = "h",
          .title = "t",
          .caption = "c",
          .x = {"x"},
          .y = {"y"},
          .value_title = "v",
          .x_values = {0, 1, 3},
          .y_values = {10, 20},
          .panels = {{"", {1, 2, 3, 4, none, 6}}}};
}

TEST(HeatMap, CellsReachHalfWayToTheirNeighbours) {
  const Figure figure = heat_map(heat());
  const Json spec = Json::parse(figure.spec);
  EXPECT_EQ(spec["layer"][0]["data"]["values"],
            "a,b,c,d,z\n-0.5,0.5,5,15,1\n0.5,2,5,15,2\n2,4,5,15,3\n-0.5,0.5,15,25,4\n2,4,15,25,6\n");
  EXPECT_EQ(spec["layer"][0]["encoding"]["x"]["scale"]["domainMin"], -0.5);
  EXPECT_EQ(figure.csv, "panel,x,y,value\n,0,10,1\n,1,10,2\n,3,10,3\n,0,20,4\n,1,20,\n,3,20,6\n");
}

TEST(HeatMap, ADivergingOneIsWhiteAtZero) {
  auto data = heat();
  data.diverging = true;
  data.panels[0].values[0] = -2;
  EXPECT_EQ(Json::parse(heat_map(data).spec)["layer"][0]["encoding"]["color"]["scale"]["domain"],
            (Json{-6, 6}));
}

TEST(HeatMap, RefusesWhatDoesNotFitTogether) {
  auto data = heat();
  data.panels[0].values.pop_back();
  EXPECT_THROW((void)heat_map(data), Error);
  data = heat();
  data.x_values = {0, 0, 1};
  EXPECT_THROW((void)heat_map(data), Error);
  data = heat();
  data.panels.clear();
  EXPECT_THROW((void)heat_map(data), Error);
}

TEST(ImageGrid, JoinsEqualNeighboursAndDrawsUpBlack) {
  ImageGrid data{.id = "i", .title = "t", .caption = "c", .column_labels = {"0"}, .rows = {}};
  data.rows = {
      {"row",
       {{.values = {1, 1, -1, 1, 1, 1}, .width = 3}, {}, {.values = {-1, -1, -1, -1, -1, 1}, .width = 3}}}};
  const Figure figure = image_grid(data);
  const Json spec = Json::parse(figure.spec);
  // Three columns at a distance of 1.14 widths.
  EXPECT_EQ(spec["vconcat"][0]["layer"][0]["data"]["values"],
            "a,b,c,d,z\n0,2,0,1,1\n0,3,1,2,1\n8.84,9.84,1,2,1\n");
  EXPECT_EQ(spec["vconcat"][0]["layer"][1]["data"]["values"].size(), 2U) << "a gap has no frame";
  EXPECT_EQ(figure.csv.substr(0, 52), "row,column,label,x,y,value\nrow,0,,0,0,1\nrow,0,,1,0,1");
}

TEST(ImageGrid, ShadesEachSignedImageByItsOwnRange) {
  ImageGrid data{
      .id = "i", .title = "t", .caption = "c", .column_labels = {}, .rows = {}, .signed_values = true};
  data.rows = {{"", {{.values = {-4, 2, 0, none}, .width = 2}}}};
  EXPECT_EQ(Json::parse(image_grid(data).spec)["vconcat"][0]["layer"][0]["data"]["values"],
            "a,b,c,d,z\n0,1,0,1,-1\n1,2,0,1,0.5\n0,1,1,2,0\n")
      << "zero has a colour of its own, what is no number is left white";
}

TEST(HeatMap, TicksCanHaveNames) {
  HeatMap data{.id = "i",
               .title = "t",
               .caption = "c",
               .x = {.title = "x"},
               .y = {.title = "shell", .names = {"(0,0)", "a \"b\""}},
               .value_title = "v",
               .x_values = {1},
               .y_values = {0, 1},
               .panels = {{"", {1, 2}}}};
  const Json axis = Json::parse(heat_map(data).spec)["layer"][0]["encoding"]["y"]["axis"];
  EXPECT_EQ(axis["values"], (Json{0, 1}));
  EXPECT_EQ(axis["labelExpr"], R"x(["(0,0)","a \"b\""][datum.value])x");
}

TEST(LineFigure, OverManyDecadesTicksArePowersOfTen) {
  LineFigure data{.id = "i",
                  .title = "t",
                  .caption = "c",
                  .x = {.title = "x"},
                  .y = {.title = "y", .scale = Scale::log},
                  .series = {{.name = "s", .points = {{.x = 1, .y = 5e-3}, {.x = 2, .y = 0.5}}}}};
  const auto ticks = [&] {
    return Json::parse(line_figure(data).spec)["layer"][0]["encoding"]["y"]["axis"]["values"].size();
  };
  EXPECT_EQ(ticks(), 3U * 19);
  data.series[0].points[0].y = 1e-3;
  EXPECT_EQ(ticks(), 19U);
}

TEST(ImageGrid, RefusesLatticesOfSeveralSizes) {
  ImageGrid data{.id = "i", .title = "t", .caption = "c", .column_labels = {}, .rows = {}};
  EXPECT_THROW((void)image_grid(data), Error);
  data.rows = {{"", {{.values = {1, 1, 1}, .width = 2}}}};
  EXPECT_THROW((void)image_grid(data), Error);
  data.rows = {{"", {{.values = {1, 1}, .width = 2}, {.values = {1}, .width = 1}}}};
  EXPECT_THROW((void)image_grid(data), Error);
}

TEST(CategoryFigure, KeepsTheOrderGiven) {
  CategoryFigure data{
      .id = "k", .title = "t", .caption = "c", .value = {"T"}, .category_title = "type", .points = {}};
  EXPECT_THROW((void)category_figure(data), Error);
  data.points = {{"V", "energy", 2.3, 0.1}, {"L, T = 0", "energy", 1.3}, {"V", "magnetization", none, 0.1}};
  const Figure figure = category_figure(data);
  const Json spec = Json::parse(figure.spec);
  EXPECT_EQ(spec["layer"][0]["encoding"]["y"]["scale"]["domain"], (Json{"V", "L, T = 0"}));
  EXPECT_EQ(spec["layer"][0]["data"]["values"].size(), 2U);
  EXPECT_EQ(
      figure.csv,
      "category,series,value,error\nV,energy,2.3,0.1\n\"L, T = 0\",energy,1.3,\nV,magnetization,,0.1\n");
}

TEST(Figures, SayWhatTheyAre) {
  for (const Figure& figure : {heat_map(heat())}) {
    const Json spec = Json::parse(figure.spec);
    EXPECT_EQ(spec["$schema"], "https://vega.github.io/schema/vega-lite/v5.json");
    EXPECT_EQ(spec["description"], figure.caption);
    EXPECT_EQ(spec["title"]["text"], figure.title);
  }
}

}  // namespace
}  // namespace spinflow::results
