// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "results/vega.hpp"
#include "spinflow/base/error.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::results {

namespace {

using vega::Json;

/// Borders of cells centred at `centres` (increasing), half way between neighbours; geometric on a
/// logarithmic axis.
std::vector<double> borders(const std::vector<double>& centres, Scale scale) {
  const bool geometric = scale == Scale::log;
  std::vector<double> at = centres;
  if (geometric)
    for (auto& value : at) value = std::log(value);
  std::vector<double> border(at.size() + 1);
  for (std::size_t i = 1; i < at.size(); ++i) border[i] = 0.5 * (at[i - 1] + at[i]);
  const double only = 0.5;
  border.front() = at.size() > 1 ? at[0] - (border[1] - at[0]) : at[0] - only;
  border.back() = at.size() > 1 ? at.back() + (at.back() - border[at.size() - 1]) : at[0] + only;
  if (geometric)
    for (auto& value : border) value = std::exp(value);
  return border;
}

void check(const HeatMap& data) {
  const std::string where = "figure '" + data.id + "'";
  const auto check_axis = [&](const std::vector<double>& values, const Axis& axis, std::string_view name) {
    for (std::size_t i = 0; i < values.size(); ++i)
      if (!vega::drawable(values[i], axis.scale) || (i > 0 && !(values[i] > values[i - 1])))
        throw input_error(where,
                          fmt::format("its {} coordinates are no increasing numbers of the axis", name),
                          "sort them and leave out what cannot be drawn");
    if (values.empty()) throw input_error(where, fmt::format("it has no {} coordinates", name), "give some");
  };
  check_axis(data.x_values, data.x, "x");
  check_axis(data.y_values, data.y, "y");
  if (data.panels.empty()) throw input_error(where, "it has no panel", "give it at least one");
  for (const auto& panel : data.panels)
    if (panel.values.size() != data.x_values.size() * data.y_values.size())
      throw input_error(where,
                        fmt::format("panel '{}' has {} values for {} x {} cells", panel.name,
                                    panel.values.size(), data.y_values.size(), data.x_values.size()),
                        "give one value per cell");
}

vega::Range value_range(const HeatMap& data) {
  vega::Range range;
  for (const auto& panel : data.panels)
    for (const double value : panel.values) range.include(value);
  if (data.diverging) {
    const double most = std::max(std::abs(range.least), std::abs(range.most));
    range = {-most, most};
  }
  if (std::isfinite(data.least)) range.least = data.least;
  if (std::isfinite(data.most)) range.most = data.most;
  return range;
}

/// An axis that ends where the cells end unless the caller says otherwise.
Axis fitted(Axis axis, const std::vector<double>& border) {
  if (!std::isfinite(axis.least)) axis.least = border.front();
  if (!std::isfinite(axis.most)) axis.most = border.back();
  return axis;
}

/// Borders of the cells along both axes, and the axes that hold them.
struct Cells {
  std::vector<double> x_border;
  std::vector<double> y_border;
  Axis x;
  Axis y;
};

Cells cells_of(const HeatMap& data) {
  Cells cells{.x_border = borders(data.x_values, data.x.scale),
              .y_border = borders(data.y_values, data.y.scale)};
  cells.x = fitted(data.x, cells.x_border);
  cells.y = fitted(data.y, cells.y_border);
  return cells;
}

Json colour_channel(const HeatMap& data) {
  const auto range = value_range(data);
  // From white, so that small values use no ink.
  static constexpr std::array<const char*, 5> blues = {"#ffffff", "#c6dbef", "#6baed6", "#2171b5", "#08306b"};
  Json scale = {{"clamp", true}, {"interpolate", "rgb"}};
  if (std::isfinite(range.least)) {
    scale["domain"] = Json::array();
    const int stops = data.diverging ? 2 : static_cast<int>(blues.size());
    for (int i = 0; i < stops; ++i)
      scale["domain"].push_back(vega::number(range.least + (range.most - range.least) * i / (stops - 1)));
  }
  if (data.diverging)
    scale["scheme"] = "redblue";
  else
    scale["range"] = blues;
  return {{"field", "z"},
          {"type", "quantitative"},
          {"title", data.value_title},
          {"scale", scale},
          {"legend", {{"gradientLength", 220}, {"tickCount", 4}}}};
}

/// The layer of a panel's cells; appends its values to `csv`.
Json cell_layer(const HeatMap& data, const HeatMapPanel& panel, const Cells& cells, const Json& colour,
                std::string& csv) {
  const auto in_text = [](double value) { return vega::number(value).dump(); };
  // Rows of text are a third of the size of named JSON members.
  std::string rows = "a,b,c,d,z\n";
  for (std::size_t j = 0; j < data.y_values.size(); ++j)
    for (std::size_t i = 0; i < data.x_values.size(); ++i) {
      const double value = panel.values[j * data.x_values.size() + i];
      csv += fmt::format("{},{},{},{}\n", vega::csv_text(panel.name), vega::csv_number(data.x_values[i]),
                         vega::csv_number(data.y_values[j]), vega::csv_number(value));
      if (std::isfinite(value))
        rows += fmt::format("{},{},{},{},{}\n", in_text(cells.x_border[i]), in_text(cells.x_border[i + 1]),
                            in_text(cells.y_border[j]), in_text(cells.y_border[j + 1]), in_text(value));
    }
  return {{"data", {{"values", std::move(rows)}, {"format", vega::cell_format()}}},
          {"mark", {{"type", "rect"}}},
          {"encoding",
           {{"x", vega::x_channel(cells.x, "a", {cells.x.least, cells.x.most})},
            {"x2", {{"field", "b"}}},
            {"y", vega::y_channel(cells.y, "c", {cells.y.least, cells.y.most}, data.rules)},
            {"y2", {{"field", "d"}}},
            {"color", colour}}}};
}

}  // namespace

Figure heat_map(const HeatMap& data) {
  check(data);
  const Cells cells = cells_of(data);
  const Json colour = colour_channel(data);
  const bool single = data.panels.size() == 1;
  std::string csv = "panel,x,y,value\n";
  std::vector<Json> views;
  for (const auto& panel : data.panels) {
    std::vector<Json> layers = {cell_layer(data, panel, cells, colour, csv)};
    for (auto& layer : vega::rule_layers(data.rules, panel.name, {cells.x.least, cells.x.most},
                                         {cells.y.least, cells.y.most}))
      layers.push_back(std::move(layer));
    views.push_back({{"title", panel.name},
                     {"width", single ? vega::page_width - 60 : vega::panel_width(data.columns)},
                     {"height", single ? 300 : 240},
                     {"layer", std::move(layers)}});
  }
  const int columns = std::min(data.columns, static_cast<int>(data.panels.size()));
  const vega::Fit fit = {.columns = columns};
  return {data.id, data.title, data.caption,
          vega::specification(data.title, data.caption, vega::arranged(std::move(views), columns), fit), csv};
}

}  // namespace spinflow::results
