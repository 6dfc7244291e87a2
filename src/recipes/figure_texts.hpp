// SPDX-License-Identifier: Apache-2.0
// What the TOML of a recipe says of its figures: the sections [figures.<id>].
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "recipes/placeholders.hpp"
#include "spinflow/base/options.hpp"
#include "spinflow/io/toml.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes {

/// A section holds a `title` and a `caption`, in which `{name}` stands for a word that the code gives, and
/// what else of the figure does not depend on the run: titles, scales and ends of axes, columns of panels.
///
///     [figures.decimation]
///     title = "The coupling of outputs trained on decimation"
///     caption = "K_out against b: means over {nets} nets per point."
///     x = "b, spins of a block"        # titles of the axes: x, y, value (of colours or categories),
///     category x_scale = "log"                  # or symlog; likewise y_scale y_least = 0.0 # ends: x_least,
///     x_most, y_least, y_most x_whole = true                   # ticks at whole numbers only; likewise
///     y_whole columns = 3                      # panels beside each other own_y_axes = true                #
///     of each panel sequential = true                # colours from dark to light
///
/// So they can be changed without code. They are no settings of a run.
class FigureTexts {
 public:
  /// Error(input) for a section without title or caption, or with anything else than these keys.
  explicit FigureTexts(const io::Settings& recipe);
  /// Those of the registered recipe.
  [[nodiscard]] static const FigureTexts& of(const std::string& recipe);

  /// A figure (LineFigure, HeatMap, ...) with its id and what stands in its section. Figures that share their
  /// section have an id with {} ("scaling-{}", [figures.scaling]), in place of which `one` stands.
  /// Error(failure) if the TOML has no such section, a word is missing, or one is named in neither title nor
  /// caption, and for what a figure of that kind does not have.
  template <class Figure>
  [[nodiscard]] Figure begin(const std::string& id, const Words& words = {},
                             const std::string& one = {}) const {
    const auto braces = id.find("-{}");
    const std::string section = id.substr(0, braces);
    const Layout& layout = find(section);
    Figure figure;
    lay_out(figure, layout, section);
    figure.id = id;
    if (braces != std::string::npos) figure.id.replace(braces + 1, 2, one);
    const auto texts = filled({layout.title, layout.caption}, words, "[figures." + section + "]");
    figure.title = texts[0];
    figure.caption = texts[1];
    return figure;
  }

 private:
  /// A section.
  struct Layout {
    std::string title;
    std::string caption;
    std::string x;
    std::string y;
    std::string x_scale = "linear";
    std::string y_scale = "linear";
    double x_least = results::none;
    double x_most = results::none;
    double y_least = results::none;
    double y_most = results::none;
    bool x_whole = false;
    bool y_whole = false;
    std::string value;
    std::string category;
    std::int64_t columns = 2;
    bool own_y_axes = false;
    bool sequential = false;
    double rule = results::none;
    std::string rule_label;
    std::set<std::string> used = {};  ///< keys

    [[nodiscard]] results::Axis x_axis() const;
    [[nodiscard]] results::Axis y_axis() const;
    [[nodiscard]] std::vector<results::Rule> rules() const;
  };
  [[nodiscard]] static const base::Options<Layout>& options();
  [[nodiscard]] const Layout& find(const std::string& section) const;
  static void lay_out(results::LineFigure& figure, const Layout& layout, const std::string& section);
  static void lay_out(results::HeatMap& figure, const Layout& layout, const std::string& section);
  static void lay_out(results::CategoryFigure& figure, const Layout& layout, const std::string& section);
  static void lay_out(results::ImageGrid& figure, const Layout& layout, const std::string& section);

  std::map<std::string, Layout> layouts_;
};

}  // namespace spinflow::recipes
