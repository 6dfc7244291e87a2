// SPDX-License-Identifier: Apache-2.0
// Titles and captions of a recipe's figures: the sections [figures.<id>] of its TOML.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "spinflow/io/toml.hpp"

namespace spinflow::recipes {

/// What stands for a {name} of a title or caption: a text, or a number as short as it reads back.
struct Word {
  std::string text;

  Word(std::string word) : text(std::move(word)) {}
  Word(const char* word) : text(word) {}
  template <class Number>
  requires std::integral<Number> || std::floating_point<Number> Word(Number number)
      : text(fmt::format("{}", number)) {}
};
using Words = std::vector<std::pair<std::string, Word>>;

/// A section holds a `title` and a `caption`, in which `{name}` stands for a word that the code gives:
///
///     [figures.decimation]
///     title = "The coupling of outputs trained on decimation"
///     caption = "K_out against b: means over {nets} nets per point."
///
/// So they can be changed without code. They are no settings of a run.
class FigureTexts {
 public:
  /// Error(input) for a section without one of the two, or with anything else.
  explicit FigureTexts(const io::Settings& recipe);
  /// Those of the registered recipe.
  [[nodiscard]] static const FigureTexts& of(const std::string& recipe);

  /// A figure (LineFigure, HeatMap, ...) with its id, title and caption. Figures that share their texts have
  /// an id with {} ("scaling-{}", [figures.scaling]), in place of which `one` stands. Error(failure) if the
  /// TOML has no such section, a word is missing, or one is named in neither title nor caption.
  template <class Figure>
  [[nodiscard]] Figure begin(const std::string& id, const Words& words = {},
                             const std::string& one = {}) const {
    Figure figure;
    figure.id = id;
    const auto braces = id.find("-{}");
    if (braces != std::string::npos) figure.id.replace(braces + 1, 2, one);
    std::tie(figure.title, figure.caption) = texts(id.substr(0, braces), words);
    return figure;
  }

 private:
  struct Text {
    std::string title;
    std::string caption;
  };
  [[nodiscard]] std::pair<std::string, std::string> texts(const std::string& id, const Words& words) const;

  std::map<std::string, Text> texts_;
};

}  // namespace spinflow::recipes
