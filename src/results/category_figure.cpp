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

Figure category_figure(const CategoryFigure& data) {
  if (data.points.empty())
    throw input_error("figure '" + data.id + "'", "there is no point in it", "give it at least one");
  static constexpr std::array<const char*, 5> symbols = {"circle", "square", "diamond", "triangle-up",
                                                         "cross"};
  std::vector<std::string> categories;
  std::vector<std::string> names;
  std::vector<std::string> colours;
  std::vector<std::string> shapes;
  const auto add_once = [](std::vector<std::string>& list, const std::string& name) {
    if (std::find(list.begin(), list.end(), name) != list.end()) return false;
    list.push_back(name);
    return true;
  };
  int letters = 0;
  vega::Range range;
  Json rows = Json::array();
  std::string csv = "category,series,value,error\n";
  for (const auto& point : data.points) {
    add_once(categories, point.category);
    if (add_once(names, point.series)) {
      colours.push_back(vega::palette_colour(static_cast<int>(names.size()) - 1));
      shapes.emplace_back(symbols[(names.size() - 1) % symbols.size()]);
      letters = std::max(letters, static_cast<int>(point.series.size()));
    }
    csv += fmt::format("{},{},{},{}\n", vega::csv_text(point.category), vega::csv_text(point.series),
                       vega::csv_number(point.value), vega::csv_number(point.error));
    if (!vega::drawable(point.value, data.value.scale)) continue;
    const double error = std::isfinite(point.error) ? point.error : 0.0;
    range.include(point.value - error);
    range.include(point.value + error);
    rows.push_back({{"c", point.category},
                    {"s", point.series},
                    {"x", vega::number(point.value)},
                    {"a", vega::number(point.value - error)},
                    {"b", vega::number(point.value + error)}});
  }
  std::vector<Rule> rules = data.rules;
  for (auto& rule : rules) {
    rule.vertical = true;
    rule.panel.clear();
    range.include(rule.at);
  }

  const bool several = names.size() > 1;
  const auto keyed = [&](const std::vector<std::string>& values) {
    return Json{{"field", "s"},
                {"type", "nominal"},
                {"scale", {{"domain", names}, {"range", values}}},
                {"legend", several ? Json{{"title", nullptr}} : Json(nullptr)}};
  };
  Json encoding = {
      {"x", vega::x_channel(data.value, "x", range)},
      {"y",
       {{"field", "c"},
        {"type", "nominal"},
        {"title", nullptr},
        {"scale", {{"domain", categories}}},
        {"axis", {{"grid", true}, {"tickBand", "extent"}, {"labelFontSize", 12}, {"labelLimit", 330}}}}},
      {"color", keyed(colours)}};
  if (several) encoding["yOffset"] = {{"field", "s"}, {"type", "nominal"}, {"scale", {{"domain", names}}}};
  Json span = encoding;
  span["x"]["field"] = "a";
  span["x2"] = {{"field", "b"}};
  Json dots = encoding;
  dots["shape"] = keyed(shapes);
  dots["tooltip"] = {{{"field", "c"}, {"type", "nominal"}, {"title", data.category_title}},
                     {{"field", "s"}, {"type", "nominal"}, {"title", "by"}},
                     {{"field", "x"}, {"type", "quantitative"}, {"title", data.value.title}}};
  const Json values = {{"values", std::move(rows)}};
  std::vector<Json> layers = vega::rule_layers(rules, {}, range, {});
  layers.push_back(
      {{"data", values}, {"mark", {{"type", "rule"}, {"strokeWidth", 1.5}}}, {"encoding", span}});
  layers.push_back({{"data", values},
                    {"mark", {{"type", "point"}, {"filled", true}, {"size", 45}, {"opacity", 1}}},
                    {"encoding", dots}});
  const int line = std::max(30, 14 * static_cast<int>(names.size()) + 10);
  Json body = {{"width", vega::page_width - 120},
               {"height", line * static_cast<int>(categories.size())},
               {"layer", std::move(layers)}};
  const vega::Fit fit = {.legend_letters = several ? letters : 0};
  return {data.id, data.title, data.caption,
          vega::specification(data.title, data.caption, std::move(body), fit), csv};
}

}  // namespace spinflow::results
