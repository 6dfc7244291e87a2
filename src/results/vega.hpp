// SPDX-License-Identifier: Apache-2.0
// What the figure builders share; for .cpp files of this room only.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "spinflow/results/figures.hpp"

namespace spinflow::results::vega {

using Json = nlohmann::ordered_json;

/// Rounded to 7 significant digits (a screen shows fewer) and written as short as that allows; null if not
/// finite.
[[nodiscard]] Json number(double value);

/// A number of a CSV cell: shortest text that reads back as the same double; empty if not finite.
[[nodiscard]] std::string csv_number(double value);

/// The text of a CSV cell, quoted where necessary. A text that spreadsheet programs would read as a formula
/// gets an apostrophe in front.
[[nodiscard]] std::string csv_text(const std::string& text);

/// The format of cells that stand in a figure as CSV text: numbers a, b, c, d (the borders) and z.
[[nodiscard]] Json cell_format();

/// Whether a point at `value` can be drawn on the axis.
[[nodiscard]] bool drawable(double value, Scale scale);

/// The smallest interval that holds what it was shown.
struct Range {
  double least = none;
  double most = none;
  void include(double value);
};

/// The x channel for a quantitative `field`, with title, scale and ticks; `shown`: the range of what is
/// drawn.
[[nodiscard]] Json x_channel(const Axis& axis, const std::string& field, const Range& shown);

/// The y channel; its title lies flat above the axis, and leaves room for the labels of vertical `rules`
/// there.
[[nodiscard]] Json y_channel(const Axis& axis, const std::string& field, const Range& shown,
                             const std::vector<Rule>& rules);

/// Layers of labelled reference lines, the labels of vertical ones above the plot. `x`, `y`: what the axes
/// show, for keeping labels apart.
[[nodiscard]] std::vector<Json> rule_layers(const std::vector<Rule>& rules, const std::string& panel,
                                            const Range& x, const Range& y);

/// Colour `i` of the palette (Okabe and Ito's, without its yellow), or of a ramp of `count` from dark to
/// light.
[[nodiscard]] std::string palette_colour(int i);
[[nodiscard]] std::string ramp_colour(int i, int count);

/// What the page needs to fit a figure to its width; kept in the specification's usermeta.
struct Fit {
  double aspect = 0;       ///< height/width of a panel; 0: the height stays
  int columns = 1;         ///< panels beside each other where there is room
  int max_width = 0;       ///< px; 0: none
  int legend_letters = 0;  ///< longest text of the legend
};

/// Schema, title, description, configuration around `body` (a view, or a concatenation of views).
[[nodiscard]] std::string specification(const std::string& title, const std::string& caption, Json body,
                                        const Fit& fit);

/// One view as it is, several side by side.
[[nodiscard]] Json arranged(std::vector<Json> panels, int columns);

inline constexpr int page_width = 680;  ///< px, of a figure outside the page that fits it to the screen

/// Width of a panel when `columns` stand beside each other on page_width.
[[nodiscard]] int panel_width(int columns);

}  // namespace spinflow::results::vega
