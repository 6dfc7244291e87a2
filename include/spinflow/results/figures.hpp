// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "spinflow/results/results.hpp"

/// Builders of figures from plain data, so that recipes never write JSON. Each returns a complete Vega-Lite 5
/// specification with its data inside, and the same data as CSV (numbers there at full precision). Colours
/// are told apart by the colour-blind; the page narrows a figure to the screen. A point with a non-finite
/// coordinate (or, on a logarithmic axis, one that is not positive) stays in the CSV and is not drawn. All
/// builders throw Error(input) naming the figure where their data do not fit together.
namespace spinflow::results {

/// "none" in the members below.
inline constexpr double none = std::numeric_limits<double>::quiet_NaN();

enum class Scale {
  linear,
  log,
  symlog,  ///< logarithmic from 1 on and linear below: for step numbers 0, 1, ..., 100
};

/// An axis. `title` holds the unit: "temperature T (J/k_B)".
struct Axis {
  std::string title;
  Scale scale = Scale::linear;
  double least = none;  ///< ends of the axis; none: from the data
  double most = none;
  bool whole = false;                   ///< ticks at whole numbers only: steps, distances
  std::vector<std::string> names = {};  ///< labels of the ticks 0, 1, ...; empty: the numbers themselves
};

/// A point with its uncertainty: y - error to y + error, or lower to upper where those are given.
struct Point {
  double x = none;
  double y = none;
  double error = none;
  double lower = none;
  double upper = none;
};

enum class Mark {
  line_and_points,  ///< measured along a sequence; errors as bars
  points,           ///< measured; errors as bars
  curve,            ///< a line without points: many steps; errors as a band
  exact,            ///< a thin dark dashed line: known without error
  steps,            ///< a histogram: points at bin centres, joined by steps
};

/// Points of one name, joined in the order given.
struct Series {
  std::string name;  ///< in the legend; the same name in two panels is one legend entry and colour
  std::vector<Point> points = {};
  Mark mark = Mark::line_and_points;
  std::string panel = {};  ///< small multiples: series with one panel title share a plot
  /// Which of the palette's colours (0 .. 6) to take, so that one thing keeps its colour over several series
  /// or figures; -1: the next free one.
  int colour = -1;
};

/// A labelled reference line across the plot, such as T_c.
struct Rule {
  double at = 0;
  std::string label;
  bool vertical = false;   ///< at an x; otherwise at a y
  std::string panel = {};  ///< only in this panel; empty: in all
};

struct LineFigure {
  std::string id;  ///< letters, digits, hyphens: the file name
  std::string title;
  std::string caption;
  Axis x;
  Axis y;
  std::vector<Series> series;
  std::vector<Rule> rules = {};
  /// The series are one thing growing (steps, sizes): colours run from dark to light instead of being
  /// unrelated.
  bool sequential = false;
  bool own_y_axes = false;  ///< panels have their own y ranges instead of a common one
  int columns = 2;          ///< panels beside each other on a wide page
};

/// Curves, points, histograms, in one plot or in panels (in order of first appearance).
[[nodiscard]] Figure line_figure(const LineFigure& data);

/// `values`: (y.size(), x.size()), row-major.
struct HeatMapPanel {
  std::string name;  ///< above the panel; may be empty if there is only one
  std::vector<double> values;
};

/// Cells are centred at the coordinates and reach half way to the next one. Rules are drawn on top.
struct HeatMap {
  std::string id;
  std::string title;
  std::string caption;
  Axis x;
  Axis y;
  std::string value_title;       ///< what the colour is, with unit
  std::vector<double> x_values;  ///< increasing
  std::vector<double> y_values;  ///< increasing
  std::vector<HeatMapPanel> panels;
  bool diverging = false;  ///< white at 0, two colours for the two signs
  double least = none;     ///< ends of the colour range; none: from the data
  double most = none;
  std::vector<Rule> rules = {};
  int columns = 2;
};

[[nodiscard]] Figure heat_map(const HeatMap& data);

/// A small lattice. `values`: (height, width), site (x, y) at y*width + x, y upwards. Empty values: a gap.
struct Image {
  std::vector<double> values;
  int width = 0;
  std::string label = {};  ///< under the image
};

struct ImageRow {
  std::string label;  ///< above the row
  std::vector<Image> images = {};
};

/// A montage of small lattices, one size all over.
struct ImageGrid {
  std::string id;
  std::string title;
  std::string caption;
  std::vector<std::string>
      column_labels;  ///< above the first row; short: eight fit beside each other on a phone
  std::vector<ImageRow> rows;
  /// false: spins, up (> 0) black, down white. true: real numbers, red below 0, pale at 0, blue above; one
  /// range, -max|v| to max|v|, per image; what is not finite stays white.
  bool signed_values = false;
};

[[nodiscard]] Figure image_grid(const ImageGrid& data);

/// One reading of one category: T* of type V by the energy thermometer.
struct CategoryPoint {
  std::string category;  ///< a line of the figure
  std::string series;    ///< a colour and symbol
  double value = none;
  double error = none;
};

/// Values with error bars, one line per category (in order of first appearance), categories on the y axis.
struct CategoryFigure {
  std::string id;
  std::string title;
  std::string caption;
  Axis value;
  std::string category_title;
  std::vector<CategoryPoint> points;
  std::vector<Rule> rules = {};  ///< at values of the value axis; `vertical` and `panel` are not looked at
};

[[nodiscard]] Figure category_figure(const CategoryFigure& data);

}  // namespace spinflow::results
