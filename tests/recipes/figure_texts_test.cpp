// SPDX-License-Identifier: Apache-2.0
#include "recipes/figure_texts.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "io/io_testing.hpp"
#include "spinflow/recipes/recipe.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes {
namespace {

using results::LineFigure;
using testing::expect_error;

FigureTexts texts() {
  return FigureTexts(
      io::settings_from_toml("[figures.flow]\ntitle = 'From {size} x {size}'\ncaption = '{what} at {t}'\n"
                             "[figures.scaling]\ntitle = 'Of {label}'\ncaption = 'c'\n",
                             "test"));
}

TEST(FigureTexts, FillTitleAndCaption) {
  const auto figure = texts().begin<LineFigure>("flow", {{"size", 10}, {"what", "<|m|>"}, {"t", 2.5}});
  EXPECT_EQ(figure.id, "flow");
  EXPECT_EQ(figure.title, "From 10 x 10");
  EXPECT_EQ(figure.caption, "<|m|> at 2.5");
  const auto one = texts().begin<results::HeatMap>("scaling-{}", {{"label", "nearest"}}, "sigma-1");
  EXPECT_EQ(one.id, "scaling-sigma-1");
  EXPECT_EQ(one.title, "Of nearest");
}

TEST(FigureTexts, RefuseMissingAndUnusedWords) {
  expect_error(Fault::failure, "[figures.flow]", "{t}", [] {
    (void)texts().begin<LineFigure>("flow", {{"size", 10}, {"what", "e"}});
  });
  expect_error(Fault::failure, "[figures.scaling]", "{size}", [] {
    (void)texts().begin<LineFigure>("scaling-{}", {{"label", "a"}, {"size", 1}}, "a");
  });
  expect_error(Fault::failure, "recipe", "[figures.other]", [] { (void)texts().begin<LineFigure>("other"); });
}

TEST(FigureTexts, RefuseSectionsWithoutTitleAndCaption) {
  for (const char* toml :
       {"[figures.a]\ntitle = 'x'\n", "[figures.a]\ntitle = ''\ncaption = 'y'\n",
        "[figures.a]\ntitle = 1\ncaption = 'y'\n", "[figures.a]\ntitle = 'x'\ncaption = 'y'\nmore = 1\n"})
    expect_error(Fault::input, "figures.a", "",
                 [&] { (void)FigureTexts(io::settings_from_toml(toml, "test")); });
}

TEST(FigureTexts, LayOutTheFigure) {
  const FigureTexts texts(io::settings_from_toml(
      "[figures.flow]\ntitle = 't'\ncaption = 'c'\nx = 'step'\nx_scale = 'symlog'\nx_whole = true\ny = 'T'\n"
      "y_least = 0\ny_most = 7.5\ncolumns = 3\nown_y_axes = true\nsequential = true\nrule = 2.25\n"
      "rule_label = 'T_c'\n"
      "[figures.map]\ntitle = 't'\ncaption = 'c'\nx = 'step'\ny = 'T'\nvalue = 'probability'\n"
      "[figures.points]\ntitle = 't'\ncaption = 'c'\nvalue = 'T'\ncategory = 'training'\n",
      "test"));
  const auto flow = texts.begin<LineFigure>("flow");
  EXPECT_EQ(flow.x.title, "step");
  EXPECT_EQ(flow.x.scale, results::Scale::symlog);
  EXPECT_TRUE(flow.x.whole);
  EXPECT_TRUE(std::isnan(flow.x.least));
  EXPECT_EQ(flow.y.scale, results::Scale::linear);
  EXPECT_EQ(flow.y.least, 0);
  EXPECT_EQ(flow.y.most, 7.5);
  EXPECT_EQ(flow.columns, 3);
  EXPECT_TRUE(flow.own_y_axes && flow.sequential);
  ASSERT_EQ(flow.rules.size(), 1u);
  EXPECT_EQ(flow.rules[0].at, 2.25);
  EXPECT_EQ(flow.rules[0].label, "T_c");
  EXPECT_FALSE(flow.rules[0].vertical);
  EXPECT_EQ(texts.begin<results::HeatMap>("map").value_title, "probability");
  EXPECT_TRUE(texts.begin<results::HeatMap>("map").rules.empty());
  EXPECT_EQ(texts.begin<results::CategoryFigure>("points").category_title, "training");
  EXPECT_EQ(texts.begin<results::CategoryFigure>("points").value.title, "T");
  // What a kind of figure does not have.
  expect_error(Fault::failure, "[figures.points]", "has no",
               [&] { (void)texts.begin<LineFigure>("points"); });
  expect_error(Fault::failure, "[figures.map]", "has no",
               [&] { (void)texts.begin<results::ImageGrid>("map"); });
}

TEST(FigureTexts, RefuseWrongLayouts) {
  const std::string words = "[figures.a]\ntitle = 'x'\ncaption = 'y'\n";
  for (const auto& [line, names] :
       {std::pair{"x_scale = 'logarithmic'", "logarithmic"}, std::pair{"x = 1", "x"},
        std::pair{"columns = 0", "columns"}, std::pair{"own_y_axes = 'yes'", "own_y_axes"},
        std::pair{"x_title = 'T'", "x_title"}})
    expect_error(Fault::input, "figures.a", names,
                 [&] { (void)FigureTexts(io::settings_from_toml(words + line + "\n", "test")); });
}

TEST(FigureTexts, OfRecipesAreNoSettings) {
  for (const auto& entry : registry().entries()) {
    EXPECT_NO_THROW((void)FigureTexts::of(entry.name));
    for (const auto& [section, values] : resolve(entry.name, "smoke", {}))
      EXPECT_FALSE(section.starts_with("figures.") || section.starts_with("claims."))
          << entry.name << ": " << section;
    const auto shown = settings_text(entry.name);
    EXPECT_EQ(shown.find("[figures."), std::string::npos) << entry.name;
    EXPECT_EQ(shown.find("[claims."), std::string::npos) << entry.name;
    EXPECT_NE(shown.find("[scale-smoke]"), std::string::npos) << entry.name;
    EXPECT_LT(shown.size(), recipe_text(entry.name).size()) << entry.name;
  }
  EXPECT_THROW((void)resolve("gong-xia", "smoke", {"figures.depth.title=other"}), Error);
}

}  // namespace
}  // namespace spinflow::recipes
