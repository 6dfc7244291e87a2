// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "results/vega.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::results {

using vega::Json;

namespace {

/// The points, sorted out for the figure.
struct Lines {
  std::vector<std::string> categories;
  std::vector<std::string> names;    // of the series
  std::vector<std::string> colours;  // of each series
  std::vector<std::string> shapes;   // of each series
  int letters = 0;                   // of the longest name
  vega::Range range;
  Json rows = Json::array();
  std::string csv = "category,series,value,error\n";
};

bool add_once(std::vector<std::string>& list, const std::string& name) {
  if (std::find(list.begin(), list.end(), name) != list.end()) return false;
  list.push_back(name);
  return true;
}

Lines lines_of(const CategoryFigure& data) {
  static constexpr std::array<const char*, 5> symbols = {"circle", "square", "diamond", "triangle-up",
                                                         "cross"};
  Lines lines;
  for (const auto& point : data.points) {
    add_once(lines.categories, point.category);
    if (add_once(lines.names, point.series)) {
      lines.colours.push_back(vega::palette_colour(static_cast<int>(lines.names.size()) - 1));
      lines.shapes.emplace_back(symbols[(lines.names.size() - 1) % symbols.size()]);
      lines.letters = std::max(lines.letters, static_cast<int>(point.series.size()));
    }
    lines.csv += fmt::format("{},{},{},{}\n", vega::csv_text(point.category), vega::csv_text(point.series),
                             vega::csv_number(point.value), vega::csv_number(point.error));
    if (!vega::drawable(point.value, data.value.scale)) continue;
    const double error = std::isfinite(point.error) ? point.error : 0.0;
    lines.range.include(point.value - error);
    lines.range.include(point.value + error);
    lines.rows.push_back({{"c", point.category},
                          {"s", point.series},
                          {"x", vega::number(point.value)},
                          {"a", vega::number(point.value - error)},
                          {"b", vega::number(point.value + error)}});
  }
  return lines;
}

/// Error bars and dots of all points.
std::vector<Json> point_layers(const CategoryFigure& data, Lines& lines) {
  const bool several = lines.names.size() > 1;
  const auto keyed = [&](const std::vector<std::string>& values) {
    return Json{{"field", "s"},
                {"type", "nominal"},
                {"scale", {{"domain", lines.names}, {"range", values}}},
                {"legend", several ? Json{{"title", nullptr}} : Json(nullptr)}};
  };
  Json encoding = {
      {"x", vega::x_channel(data.value, "x", lines.range)},
      {"y",
       {{"field", "c"},
        {"type", "nominal"},
        {"title", nullptr},
        {"scale", {{"domain", lines.categories}}},
        {"axis", {{"grid", true}, {"tickBand", "extent"}, {"labelFontSize", 12}, {"labelLimit", 330}}}}},
      {"color", keyed(lines.colours)}};
  if (several)
    encoding["yOffset"] = {{"field", "s"}, {"type", "nominal"}, {"scale", {{"domain", lines.names}}}};
  Json span = encoding;
  span["x"]["field"] = "a";
  span["x2"] = {{"field", "b"}};
  Json dots = encoding;
  dots["shape"] = keyed(lines.shapes);
  dots["tooltip"] = {{{"field", "c"}, {"type", "nominal"}, {"title", data.category_title}},
                     {{"field", "s"}, {"type", "nominal"}, {"title", "by"}},
                     {{"field", "x"}, {"type", "quantitative"}, {"title", data.value.title}}};
  const Json values = {{"values", std::move(lines.rows)}};
  return {{{"data", values}, {"mark", {{"type", "rule"}, {"strokeWidth", 1.5}}}, {"encoding", span}},
          {{"data", values},
           {"mark", {{"type", "point"}, {"filled", true}, {"size", 45}, {"opacity", 1}}},
           {"encoding", dots}}};
}

}  // namespace

Figure category_figure(const CategoryFigure& data) {
  if (data.points.empty())
    throw input_error("figure '" + data.id + "'", "there is no point in it", "give it at least one");
  Lines lines = lines_of(data);
  std::vector<Rule> rules = data.rules;
  for (auto& rule : rules) {
    rule.vertical = true;
    rule.panel.clear();
    lines.range.include(rule.at);
  }
  std::vector<Json> layers = vega::rule_layers(rules, {}, lines.range, {});
  for (auto& layer : point_layers(data, lines)) layers.push_back(std::move(layer));
  const int line = std::max(30, 14 * static_cast<int>(lines.names.size()) + 10);
  Json body = {{"width", vega::page_width - 120},
               {"height", line * static_cast<int>(lines.categories.size())},
               {"layer", std::move(layers)}};
  const vega::Fit fit = {.legend_letters = lines.names.size() > 1 ? lines.letters : 0};
  return {data.id, data.title, data.caption,
          vega::specification(data.title, data.caption, std::move(body), fit), lines.csv};
}

}  // namespace spinflow::results
