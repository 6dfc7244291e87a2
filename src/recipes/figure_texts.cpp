// SPDX-License-Identifier: Apache-2.0
#include "recipes/figure_texts.hpp"

#include <fmt/format.h>

#include <cmath>
#include <mutex>

#include "spinflow/base/error.hpp"
#include "spinflow/recipes/recipe.hpp"

namespace spinflow::recipes {

namespace {

constexpr std::string_view texts_prefix = "figures.";

std::string named(const std::string& section) { return fmt::format("[{}{}]", texts_prefix, section); }

results::Scale scale_of(const std::string& name) {
  return name == "log"      ? results::Scale::log
         : name == "symlog" ? results::Scale::symlog
                            : results::Scale::linear;
}

/// Refuses keys that a figure of that kind does not have.
void expect_only(std::set<std::string> admitted, const std::set<std::string>& used,
                 const std::string& section) {
  admitted.insert({"title", "caption"});
  for (const auto& key : used)
    if (!admitted.contains(key))
      throw failure(named(section), fmt::format("a figure of this kind has no {}", key), "leave it out");
}

std::set<std::string> with_axes(std::set<std::string> keys) {
  for (const std::string axis : {"x", "y"})
    for (const char* of : {"", "_scale", "_least", "_most", "_whole"}) keys.insert(axis + of);
  keys.insert({"columns", "rule", "rule_label"});
  return keys;
}

}  // namespace

results::Axis FigureTexts::Layout::x_axis() const {
  return {.title = x, .scale = scale_of(x_scale), .least = x_least, .most = x_most, .whole = x_whole};
}

results::Axis FigureTexts::Layout::y_axis() const {
  return {.title = y, .scale = scale_of(y_scale), .least = y_least, .most = y_most, .whole = y_whole};
}

std::vector<results::Rule> FigureTexts::Layout::rules() const {
  return std::isnan(rule) ? std::vector<results::Rule>{} : std::vector{results::Rule{rule, rule_label}};
}

const base::Options<FigureTexts::Layout>& FigureTexts::options() {
  static const std::vector<std::string> scales = {"linear", "log", "symlog"};
  static const auto all = base::Options<Layout>()
                              .add("title", &Layout::title, "")
                              .add("caption", &Layout::caption, "")
                              .add("x", &Layout::x, "")
                              .add("x_scale", &Layout::x_scale, "", {}, scales)
                              .add("x_least", &Layout::x_least, "")
                              .add("x_most", &Layout::x_most, "")
                              .add("x_whole", &Layout::x_whole, "")
                              .add("y", &Layout::y, "")
                              .add("y_scale", &Layout::y_scale, "", {}, scales)
                              .add("y_least", &Layout::y_least, "")
                              .add("y_most", &Layout::y_most, "")
                              .add("y_whole", &Layout::y_whole, "")
                              .add("value", &Layout::value, "")
                              .add("category", &Layout::category, "")
                              .add("columns", &Layout::columns, "", {.least = 1, .most = 9})
                              .add("own_y_axes", &Layout::own_y_axes, "")
                              .add("sequential", &Layout::sequential, "")
                              .add("rule", &Layout::rule, "")
                              .add("rule_label", &Layout::rule_label, "");
  return all;
}

FigureTexts::FigureTexts(const io::Settings& recipe) {
  for (const auto& [section, values] : recipe) {
    if (!section.starts_with(texts_prefix)) continue;
    Layout layout = options().parse(values, section);
    for (const auto& [key, text] : {std::pair{"title", &layout.title}, std::pair{"caption", &layout.caption}})
      if (text->empty())
        throw input_error(section, fmt::format("it has no {}", key), "give title and caption as texts");
    for (const auto& [key, value] : values) layout.used.insert(key);
    layouts_[section.substr(texts_prefix.size())] = std::move(layout);
  }
}

void FigureTexts::lay_out(results::LineFigure& figure, const Layout& layout, const std::string& section) {
  expect_only(with_axes({"own_y_axes", "sequential"}), layout.used, section);
  figure.x = layout.x_axis();
  figure.y = layout.y_axis();
  figure.rules = layout.rules();
  figure.columns = static_cast<int>(layout.columns);
  figure.own_y_axes = layout.own_y_axes;
  figure.sequential = layout.sequential;
}

void FigureTexts::lay_out(results::HeatMap& figure, const Layout& layout, const std::string& section) {
  expect_only(with_axes({"value"}), layout.used, section);
  figure.x = layout.x_axis();
  figure.y = layout.y_axis();
  figure.rules = layout.rules();
  figure.columns = static_cast<int>(layout.columns);
  figure.value_title = layout.value;
}

void FigureTexts::lay_out(results::CategoryFigure& figure, const Layout& layout, const std::string& section) {
  expect_only({"value", "category", "rule", "rule_label"}, layout.used, section);
  figure.value.title = layout.value;
  figure.rules = layout.rules();
  figure.category_title = layout.category;
}

void FigureTexts::lay_out(results::ImageGrid& /*figure*/, const Layout& layout, const std::string& section) {
  expect_only({}, layout.used, section);
}

const FigureTexts::Layout& FigureTexts::find(const std::string& section) const {
  const auto found = layouts_.find(section);
  if (found == layouts_.end())
    throw failure("recipe", fmt::format("its TOML has no [figures.{}]", section),
                  "add one with title and caption");
  return found->second;
}

const FigureTexts& FigureTexts::of(const std::string& recipe) {
  static std::mutex mutex;
  static std::map<std::string, FigureTexts> known;
  const std::lock_guard lock(mutex);
  auto found = known.find(recipe);
  if (found == known.end())
    found = known.emplace(recipe, io::settings_from_toml(recipe_text(recipe), "recipe " + recipe)).first;
  return found->second;
}

}  // namespace spinflow::recipes
