// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "results/vega.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::results {

namespace {

using vega::Json;

/// Lower and upper end of a point's uncertainty; none without one.
std::pair<double, double> ends(const Point& point) {
  if (std::isfinite(point.lower) && std::isfinite(point.upper)) return {point.lower, point.upper};
  if (std::isfinite(point.error) && point.error > 0) return {point.y - point.error, point.y + point.error};
  return {none, none};
}

/// Names in order of first appearance, each with its colour and symbol.
struct Legend {
  std::vector<std::string> names;
  std::vector<std::string> colours;
  std::vector<std::string> shapes;
  int letters = 0;
};

Legend legend_of(const LineFigure& data) {
  static constexpr std::array<const char*, 6> symbols = {"circle",      "square", "diamond",
                                                         "triangle-up", "cross",  "triangle-down"};
  // What has no points stands in the legend as a piece of its line.
  static constexpr const char* line = "M-1.4,-0.1H1.4V0.1H-1.4Z";
  static constexpr const char* dashes = "M-1.4,-0.05H-0.5V0.05H-1.4ZM0.5,-0.05H1.4V0.05H0.5Z";
  Legend legend;
  int free_colour = 0;
  std::size_t next_symbol = 0;
  std::vector<std::string> seen;
  for (const auto& series : data.series)
    if (series.mark != Mark::exact && std::find(seen.begin(), seen.end(), series.name) == seen.end())
      seen.push_back(series.name);
  for (const auto& series : data.series) {
    if (std::find(legend.names.begin(), legend.names.end(), series.name) != legend.names.end()) continue;
    const auto taken = [&](int colour) {
      return std::any_of(data.series.begin(), data.series.end(),
                         [&](const Series& s) { return s.colour == colour; });
    };
    std::string colour;
    if (series.colour >= 0) {
      colour = vega::palette_colour(series.colour);
    } else if (series.mark == Mark::exact) {
      colour = "#222222";
    } else if (data.sequential) {
      colour = vega::ramp_colour(free_colour++, static_cast<int>(seen.size()));
    } else {
      while (free_colour < 7 && taken(free_colour)) ++free_colour;
      colour = vega::palette_colour(free_colour++);
    }
    // A name with points in one series and a line in another shows its points.
    const bool has_points = std::any_of(data.series.begin(), data.series.end(), [&](const Series& s) {
      return s.name == series.name && (s.mark == Mark::points || s.mark == Mark::line_and_points);
    });
    if (has_points)
      legend.shapes.emplace_back(symbols[next_symbol++ % symbols.size()]);
    else
      legend.shapes.emplace_back(series.mark == Mark::exact ? dashes : line);
    legend.names.push_back(series.name);
    legend.colours.push_back(colour);
    legend.letters = std::max(legend.letters, static_cast<int>(series.name.size()));
  }
  return legend;
}

/// The points of a series that can be drawn.
struct Rows {
  Json rows = Json::array();
  bool uncertain = false;  // some have an error
  bool forward = true;     // x increases
};

Rows rows_of(const LineFigure& figure, const Series& series) {
  Rows result;
  double last = -HUGE_VAL;
  for (const auto& point : series.points) {
    if (!vega::drawable(point.x, figure.x.scale) || !vega::drawable(point.y, figure.y.scale)) continue;
    Json row = {{"x", vega::number(point.x)}, {"y", vega::number(point.y)}};
    auto [lower, upper] = ends(point);
    if (!vega::drawable(lower, figure.y.scale) && vega::drawable(upper, figure.y.scale)) lower = point.y;
    if (vega::drawable(lower, figure.y.scale) && vega::drawable(upper, figure.y.scale)) {
      row["a"] = vega::number(lower);
      row["b"] = vega::number(upper);
      result.uncertain = true;
    }
    result.forward = result.forward && point.x > last;
    last = point.x;
    result.rows.push_back(std::move(row));
  }
  // Vega-Lite joins points by increasing x; a path that turns back carries its order.
  if (!result.forward)
    for (std::size_t i = 0; i < result.rows.size(); ++i) result.rows[i]["i"] = i;
  return result;
}

/// The layers of one series. Its data stand in its own layers, so rows need no name.
void add_series(std::vector<Json>& layers, const LineFigure& figure, const Series& series,
                const Json& x_channel, const Json& y_channel, const Json& colour, const Json& shape,
                const std::string& plain_colour) {
  auto [rows, uncertain, forward] = rows_of(figure, series);
  if (rows.empty()) return;  // a layer without rows has no extent, of which Vega complains
  const Json data = {{"values", std::move(rows)}};
  const Json encoding = {{"x", x_channel}, {"y", y_channel}, {"color", colour}};
  Json span = encoding;
  span["y"]["field"] = "a";
  span["y2"] = {{"field", "b"}};
  Json path = encoding;
  if (!forward) path["order"] = {{"field", "i"}, {"type", "quantitative"}};

  const bool has_points = series.mark == Mark::line_and_points || series.mark == Mark::points;
  if (uncertain && series.mark == Mark::curve) {
    // Its colour is not a channel here, which would turn the legend's lines into patches.
    Json band = span;
    band.erase("color");
    const Json mark = {{"type", "area"}, {"color", plain_colour}, {"opacity", 0.22}};
    layers.push_back({{"mark", mark}, {"encoding", band}});
  }
  if (series.mark != Mark::points) {
    Json mark = {{"type", "line"}, {"strokeWidth", has_points ? 1.5 : 2}};
    if (series.mark == Mark::exact) mark.update({{"strokeWidth", 1.3}, {"strokeDash", {6, 3}}});
    if (series.mark == Mark::steps) mark["interpolate"] = "step";
    layers.push_back({{"mark", mark}, {"encoding", path}});
  }
  if (uncertain && (has_points || series.mark == Mark::steps))
    layers.push_back({{"mark", {{"type", "rule"}, {"strokeWidth", 1.3}}}, {"encoding", span}});
  if (has_points) {
    Json dots = encoding;
    dots["shape"] = shape;
    dots["tooltip"] = {{{"field", "x"}, {"type", "quantitative"}, {"title", figure.x.title}},
                       {{"field", "y"}, {"type", "quantitative"}, {"title", figure.y.title}}};
    layers.push_back(
        {{"mark", {{"type", "point"}, {"filled", true}, {"size", 34}, {"opacity", 1}}}, {"encoding", dots}});
  }
  for (std::size_t i = layers.size(); i-- > 0 && !layers[i].contains("data");) {
    Json with_data = {{"data", data}};
    with_data.update(layers[i]);
    layers[i] = std::move(with_data);
  }
}

vega::Range range_of(const LineFigure& data, const std::string* panel, bool of_y) {
  vega::Range range;
  const Axis& axis = of_y ? data.y : data.x;
  const auto include = [&](double value) {
    if (vega::drawable(value, axis.scale)) range.include(value);
  };
  for (const auto& series : data.series) {
    if (panel != nullptr && series.panel != *panel) continue;
    for (const auto& point : series.points) {
      include(of_y ? point.y : point.x);
      if (!of_y) continue;
      const auto [lower, upper] = ends(point);
      include(lower);
      include(upper);
    }
  }
  for (const auto& rule : data.rules)
    if (rule.vertical != of_y && (panel == nullptr || rule.panel.empty() || rule.panel == *panel))
      include(rule.at);
  if (std::isfinite(axis.least)) range.least = axis.least;
  if (std::isfinite(axis.most)) range.most = axis.most;
  return range;
}

/// An axis as it is drawn: a logarithmic one would run over whole decades, with little in them, and the ticks
/// of a single value would be rounded to whole numbers.
Axis drawn(Axis axis, const vega::Range& range) {
  if (axis.scale == Scale::linear && axis.names.empty() && !axis.whole && range.least == range.most) {
    const double margin = range.least == 0 ? 1 : 0.1 * std::abs(range.least);
    if (!std::isfinite(axis.least)) axis.least = range.least - margin;
    if (!std::isfinite(axis.most)) axis.most = range.most + margin;
    return axis;
  }
  const double ratio = range.most / range.least;
  if (axis.scale != Scale::log || !(range.least > 0) || !(ratio >= 1) || ratio > 10) return axis;
  // Values that differ by rounding alone are one value.
  const double margin = ratio > 1 + 1e-6 ? std::pow(ratio, 0.08) : 1.1;
  if (!std::isfinite(axis.least)) axis.least = range.least / margin;
  if (!std::isfinite(axis.most)) axis.most = range.most * margin;
  return axis;
}

std::string csv_of(const LineFigure& data) {
  std::string csv = "panel,series,x,y,lower,upper\n";
  for (const auto& series : data.series)
    for (const auto& point : series.points) {
      const auto [lower, upper] = ends(point);
      csv += fmt::format("{},{},{},{},{},{}\n", vega::csv_text(series.panel), vega::csv_text(series.name),
                         vega::csv_number(point.x), vega::csv_number(point.y), vega::csv_number(lower),
                         vega::csv_number(upper));
    }
  return csv;
}

}  // namespace

Figure line_figure(const LineFigure& data) {
  std::vector<std::string> panels;
  for (const auto& series : data.series)
    if (std::find(panels.begin(), panels.end(), series.panel) == panels.end()) panels.push_back(series.panel);
  if (panels.empty())
    throw input_error("figure '" + data.id + "'", "there is no series in it", "give it at least one");

  const Legend legend = legend_of(data);
  const Json domain = legend.names;
  const bool shown = legend.names.size() > 1;
  const auto scale = [&](const std::vector<std::string>& range) {
    return Json{{"domain", domain}, {"range", range}};
  };
  const auto common_y = range_of(data, nullptr, true);
  std::vector<Json> views;
  for (const auto& panel : panels) {
    const auto x_range = range_of(data, &panel, false);
    const auto y_range = data.own_y_axes ? range_of(data, &panel, true) : common_y;
    const Json x_channel = vega::x_channel(drawn(data.x, x_range), "x", x_range);
    Json y_channel = vega::y_channel(drawn(data.y, y_range), "y", y_range, data.rules);
    if (!data.own_y_axes && panels.size() > 1 && std::isfinite(common_y.least) &&
        !y_channel["scale"].contains("domainMin")) {
      y_channel["scale"]["domainMin"] = vega::number(common_y.least);
      y_channel["scale"]["domainMax"] = vega::number(common_y.most);
    }
    std::vector<Json> layers;
    for (const auto& series : data.series) {
      if (series.panel != panel) continue;
      const Json key = {{"datum", series.name}};
      Json colour = key;
      Json shape = key;
      colour["scale"] = scale(legend.colours);
      shape["scale"] = scale(legend.shapes);
      colour["legend"] = shown ? Json{{"title", nullptr}} : Json(nullptr);
      shape["legend"] = colour["legend"];
      const auto place =
          std::find(legend.names.begin(), legend.names.end(), series.name) - legend.names.begin();
      add_series(layers, data, series, x_channel, y_channel, colour, shape,
                 legend.colours[static_cast<std::size_t>(place)]);
    }
    for (auto& layer : vega::rule_layers(data.rules, panel, x_range, y_range))
      layers.push_back(std::move(layer));
    views.push_back({{"title", panel},
                     {"width", panels.size() == 1 ? vega::page_width - 60 : vega::panel_width(data.columns)},
                     {"height", panels.size() == 1 ? 300 : 220},
                     {"layer", std::move(layers)}});
  }
  const int columns = std::min(data.columns, static_cast<int>(panels.size()));
  const vega::Fit fit = {.columns = columns, .legend_letters = shown ? legend.letters : 0};
  return {data.id, data.title, data.caption,
          vega::specification(data.title, data.caption, vega::arranged(std::move(views), columns), fit),
          csv_of(data)};
}

}  // namespace spinflow::results
