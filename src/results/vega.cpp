// SPDX-License-Identifier: Apache-2.0
#include "results/vega.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace spinflow::results::vega {

Json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  std::array<char, 40> digits{};
  const auto written =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::general, 7);
  double rounded = 0;
  std::from_chars(digits.data(), written.ptr, rounded);
  if (rounded == std::trunc(rounded) && std::abs(rounded) < 1e9) return static_cast<std::int64_t>(rounded);
  return rounded;
}

std::string csv_number(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : std::string{};
}

namespace {

/// Whether a spreadsheet program would read the text as a formula. A sign before a digit is a number, with or
/// without an error.
bool is_formula(std::string_view text) {
  if (text.empty() || std::string_view("=+-@\t\r").find(text[0]) == std::string_view::npos) return false;
  const bool is_sign = text[0] == '+' || text[0] == '-';
  return !is_sign || text.find_first_not_of("0123456789.eE+-()?", 1) != std::string_view::npos;
}

}  // namespace

std::string csv_text(const std::string& raw) {
  // Spreadsheet programs mark a text by an apostrophe.
  const std::string text = is_formula(raw) ? "'" + raw : raw;
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

Json cell_format() {
  Json format = {{"type", "csv"}, {"parse", Json::object()}};
  for (const char* field : {"a", "b", "c", "d", "z"}) format["parse"][field] = "number";
  return format;
}

bool drawable(double value, Scale scale) {
  return std::isfinite(value) && (scale != Scale::log || value > 0);
}

void Range::include(double value) {
  if (!std::isfinite(value)) return;
  if (!(least <= value)) least = value;
  if (!(most >= value)) most = value;
}

namespace {

/// At most eleven whole numbers at steps of 1, 2, 5, 10, ... (Vega-Lite drops its own tickMinStep from
/// layered views.)
Json whole_ticks(const Range& shown) {
  Json ticks = Json::array();
  double step = 1;
  for (int i = 0; (shown.most - shown.least) / step > 10; ++i) step *= i % 3 == 1 ? 2.5 : 2;
  for (double at = std::ceil(shown.least / step) * step; at <= shown.most; at += step)
    ticks.push_back(number(at));
  return ticks;
}

/// Four to nine round numbers at equal steps: on a logarithmic axis too short for 1, 2, 5, 10.
Json equal_ticks(const Range& shown) {
  const double rough = (shown.most - shown.least) / 8;
  const double decade = std::pow(10.0, std::floor(std::log10(rough)));
  double step = decade;
  for (const double digit : {2.0, 5.0, 10.0})
    if (step < rough) step = digit * decade;
  Json ticks = Json::array();
  const double first = std::ceil(shown.least / step);
  for (int i = 0; i < 10 && (first + i) * step <= shown.most; ++i)
    ticks.push_back(number((first + i) * step));
  return ticks;
}

Json channel(const Axis& axis, const std::string& field, const Range& shown) {
  Json scale = {{"zero", false}};
  Json look = Json::object();
  if (axis.scale == Scale::log) {
    scale = {{"type", "log"}};
    look["format"] = "~g";
    look["values"] = Json::array();
    // Over many decades there is no room for all of these, and some left out at random look odd.
    const bool many = shown.most > 2e2 * shown.least;
    for (int decade = -9; decade <= 9; ++decade)
      for (const int digit : {1, 2, 5})
        if (digit == 1 || !many) look["values"].push_back(number(digit * std::pow(10.0, decade)));
    if (axis.least > 0 && axis.most > axis.least && axis.most < 4 * axis.least)
      look["values"] = equal_ticks({.least = axis.least, .most = axis.most});
  } else if (axis.scale == Scale::symlog) {
    scale = {{"type", "symlog"}, {"constant", 1}, {"nice", false}};
    look["values"] = {0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};
  }
  if (std::isfinite(axis.least)) scale["domainMin"] = number(axis.least);
  if (std::isfinite(axis.most)) scale["domainMax"] = number(axis.most);
  if (std::isfinite(axis.least) && std::isfinite(axis.most)) scale["nice"] = false;
  if (axis.whole && axis.scale == Scale::linear && std::isfinite(shown.least)) {
    look["values"] = whole_ticks(shown);
    look["format"] = "d";
  }
  if (!axis.names.empty()) {
    look["values"] = Json::array();
    for (std::size_t i = 0; i < axis.names.size(); ++i) look["values"].push_back(i);
    look["labelExpr"] = Json(axis.names).dump() + "[datum.value]";
  }
  return {
      {"field", field}, {"type", "quantitative"}, {"title", axis.title}, {"scale", scale}, {"axis", look}};
}

}  // namespace

Json x_channel(const Axis& axis, const std::string& field, const Range& shown) {
  Json result = channel(axis, field, shown);
  if (axis.scale == Scale::linear) result["axis"]["tickCount"] = 8;
  return result;
}

Json y_channel(const Axis& axis, const std::string& field, const Range& shown,
               const std::vector<Rule>& rules) {
  Json result = channel(axis, field, shown);
  const bool above =
      std::any_of(rules.begin(), rules.end(), [](const Rule& r) { return r.vertical && !r.label.empty(); });
  // A title that lies flat above the axis can be read on a phone, and leaves the width to the data.
  result["axis"].update({{"titleAngle", 0},
                         {"titleAlign", "left"},
                         {"titleAnchor", "end"},
                         {"titleBaseline", "bottom"},
                         {"titleX", 0},
                         {"titleY", above ? -22 : -8}});
  return result;
}

namespace {

/// Two text marks: a wide white outline under the letters keeps them legible on lines.
void add_label(std::vector<Json>& layers, const Json& data, const Json& encoding, const Json& place) {
  Json halo = {
      {"type", "text"}, {"fontSize", 11}, {"stroke", "white"}, {"strokeWidth", 3}, {"fill", "white"}};
  Json letters = {{"type", "text"}, {"fontSize", 11}, {"fill", "#444444"}};
  halo.update(place);
  letters.update(place);
  Json texts = encoding;
  texts["text"] = {{"field", "label"}};
  layers.push_back({{"data", data}, {"mark", halo}, {"encoding", texts}});
  layers.push_back({{"data", data}, {"mark", letters}, {"encoding", texts}});
}

}  // namespace

std::vector<Json> rule_layers(const std::vector<Rule>& rules, const std::string& panel, const Range& x,
                              const Range& y) {
  std::vector<Json> layers;
  std::vector<const Rule*> drawn;
  for (const auto& rule : rules)
    if (std::isfinite(rule.at) && (rule.panel.empty() || rule.panel == panel)) drawn.push_back(&rule);
  std::stable_sort(drawn.begin(), drawn.end(), [](const Rule* a, const Rule* b) {
    return a->vertical != b->vertical ? b->vertical : a->at < b->at;
  });
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const Rule& rule = *drawn[i];
    const Range& range = rule.vertical ? x : y;
    const double reach = (rule.vertical ? 0.25 : 0.1) * (range.most - range.least);
    const auto near = [&](std::size_t other) {
      return other < drawn.size() && drawn[other]->vertical == rule.vertical &&
             std::abs(drawn[other]->at - rule.at) < reach;
    };
    const bool near_below = i > 0 && near(i - 1);
    const bool near_above = near(i + 1);
    const std::string axis = rule.vertical ? "x" : "y";
    const Json data = {{"values", Json::array({{{"at", number(rule.at)}, {"label", rule.label}}})}};
    const Json encoding = {{axis, {{"field", "at"}, {"type", "quantitative"}}}};
    layers.push_back({{"data", data},
                      {"mark", {{"type", "rule"}, {"color", "#666666"}, {"strokeDash", {2, 2}}}},
                      {"encoding", encoding}});
    if (rule.label.empty()) continue;
    // Of two near rules the labels go apart: left and right, or below and above.
    Json place;
    Json text_encoding = encoding;
    if (rule.vertical) {
      text_encoding["y"] = {{"value", 0}};
      place = {{"align", near_above   ? "right"
                         : near_below ? "left"
                                      : "center"},
               {"baseline", "bottom"},
               {"dy", -4}};
    } else {
      const bool at_left = near_below && near_above;
      const bool below = near_above && !near_below;
      text_encoding["x"] = {{"value", at_left ? Json(0) : Json("width")}};
      place = {{"align", at_left ? "left" : "right"},
               {"baseline", below ? "top" : "bottom"},
               {"dx", at_left ? 4 : -4},
               {"dy", below ? 4 : -3}};
    }
    add_label(layers, data, text_encoding, place);
  }
  return layers;
}

std::string palette_colour(int i) {
  static constexpr std::array<const char*, 7> colours = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                         "#E69F00", "#56B4E9", "#7A7A7A"};
  return colours[static_cast<std::size_t>(i) % colours.size()];
}

std::string ramp_colour(int i, int count) {
  // Viridis without its palest end, at equal steps.
  static constexpr std::array<std::array<double, 3>, 6> stops = {
      {{68, 1, 84}, {65, 68, 135}, {42, 120, 142}, {34, 168, 132}, {122, 209, 81}, {202, 225, 31}}};
  const double place = count < 2 ? 0.0 : 0.92 * (stops.size() - 1) * i / (count - 1);
  const auto below = std::min(static_cast<std::size_t>(place), stops.size() - 2);
  const double part = place - static_cast<double>(below);
  std::array<int, 3> rgb{};
  for (std::size_t c = 0; c < 3; ++c)
    rgb[c] = static_cast<int>(std::lround((1 - part) * stops[below][c] + part * stops[below + 1][c]));
  return fmt::format("#{:02X}{:02X}{:02X}", rgb[0], rgb[1], rgb[2]);
}

std::string specification(const std::string& title, const std::string& caption, Json body, const Fit& fit) {
  const Json config = {
      {"font", "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"},
      {"background", "white"},
      {"view", {{"stroke", "#cccccc"}}},
      {"axis",
       {{"gridColor", "#ececec"},
        {"domainColor", "#888888"},
        {"tickColor", "#888888"},
        {"labelColor", "#333333"},
        {"labelFontSize", 11},
        {"labelFlush", false},
        {"labelOverlap", "greedy"},
        {"labelSeparation", 6},
        {"labelLimit", 220},
        {"titleColor", "#222222"},
        {"titleFontSize", 12},
        {"titleFontWeight", "normal"}}},
      {"legend",
       {{"orient", "bottom"},
        {"direction", "horizontal"},
        {"columns", std::max(1, page_width / (7 * std::max(fit.legend_letters, 1) + 45))},
        {"labelFontSize", 12},
        {"labelLimit", 330},
        {"titleFontSize", 12},
        {"titleFontWeight", "normal"},
        {"titleLimit", 330},
        {"symbolStrokeWidth", 2}}},
      {"title", {{"fontSize", 12}, {"fontWeight", 600}, {"anchor", "start"}, {"color", "#222222"}}}};
  Json spec = {{"$schema", "https://vega.github.io/schema/vega-lite/v5.json"},
               {"description", caption},
               {"title", {{"text", title}, {"fontSize", 14}}},
               {"usermeta",
                {{"spinflow",
                  {{"aspect", number(fit.aspect)},
                   {"columns", fit.columns},
                   {"max_width", fit.max_width},
                   {"legend_letters", fit.legend_letters}}}}}};
  spec.update(body);
  spec["config"] = config;
  return spec.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json arranged(std::vector<Json> panels, int columns) {
  if (panels.size() == 1) {
    panels.front().erase("title");
    return std::move(panels.front());
  }
  return {{"columns", columns}, {"spacing", 24}, {"concat", std::move(panels)}};
}

int panel_width(int columns) { return page_width / std::max(columns, 1) - 60; }

}  // namespace spinflow::results::vega
