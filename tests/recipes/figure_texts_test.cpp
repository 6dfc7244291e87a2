// SPDX-License-Identifier: Apache-2.0
#include "recipes/figure_texts.hpp"

#include <gtest/gtest.h>

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

TEST(FigureTexts, OfRecipesAreNoSettings) {
  for (const auto& entry : registry().entries()) {
    EXPECT_NO_THROW((void)FigureTexts::of(entry.name));
    for (const auto& [section, values] : resolve(entry.name, "smoke", {}))
      EXPECT_FALSE(section.starts_with("figures.")) << entry.name << ": " << section;
    const auto shown = settings_text(entry.name);
    EXPECT_EQ(shown.find("[figures."), std::string::npos) << entry.name;
    EXPECT_NE(shown.find("[scale-smoke]"), std::string::npos) << entry.name;
    EXPECT_LT(shown.size(), recipe_text(entry.name).size()) << entry.name;
  }
  EXPECT_THROW((void)resolve("gong-xia", "smoke", {"figures.depth.title=other"}), Error);
}

}  // namespace
}  // namespace spinflow::recipes
