// SPDX-License-Identifier: Apache-2.0
// The figures of iso2018 that compare trainings: scans, types, and what has no fixed point.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "recipes/iso2018/claims.hpp"
#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/figures.hpp"

namespace spinflow::recipes::iso2018 {

std::vector<results::Point> along_flow(const VariantResult& result, std::size_t start,
                                       const std::string& gauge, double highest) {
  std::vector<results::Point> points;
  const auto good = result.first_good();
  if (!good) return points;
  for (std::size_t step = 0; step < result.seeds[*good].starts[start].steps.size(); ++step) {
    std::vector<stats::Estimate> inverse;
    bool cold = false;
    for (const auto& seed : result.seeds) {
      if (!seed.failure.empty()) continue;
      const auto& readings = seed.starts[start].steps[step].readings;
      const auto found = readings.find(gauge);
      if (found == readings.end()) continue;
      cold = cold || found->second.value == 0;
      inverse.push_back(thermometers::inverse_of(found->second));
    }
    const auto mean = over_seeds(inverse);
    const double t = cold ? 0.0 : mean.value > 0 ? 1 / mean.value : results::none;
    results::Point point{.x = static_cast<double>(step), .y = t <= highest ? t : results::none};
    const bool band = !cold && std::isfinite(mean.error) && mean.value > mean.error && std::isfinite(point.y);
    point.lower = band ? 1 / (mean.value + mean.error) : point.y;
    point.upper = band ? std::min(highest, 1 / (mean.value - mean.error)) : point.y;
    points.push_back(point);
  }
  return points;
}

namespace {

using results::Mark;
using results::Point;
using results::Series;

constexpr const char* apart_name = "no common fixed point: the two starts by energy";
constexpr const char* apart_caption =
    " Where the starts do not agree or still drift there is no fixed point: crosses show where each start "
    "is in the last quarter of the flow.";

/// The readings of both starts, for a stop that is no fixed point.
void add_apart(Series& series, double x, const Stop& stop) {
  for (const auto& reading : stop.start_readings)
    if (std::isfinite(reading.value) && reading.value <= highest_drawn)
      series.points.push_back({.x = x, .y = reading.value});
}

struct ScanFigure {
  Scan scan;
  std::string id;
  std::string title;
  std::string caption;
  results::Axis x;
  std::function<double(const Variant&)> position;
  std::function<std::string(const Variant&)> series;
};

void add_scan(const Measurements& m, const ScanFigure& scan, std::vector<results::Figure>& all) {
  results::LineFigure figure;
  figure.id = scan.id;
  figure.title = scan.title;
  figure.caption = scan.caption + " Errors over training seeds.";
  figure.x = scan.x;
  figure.y.title = temperature_title;
  figure.rules = {tc_rule()};
  std::vector<std::pair<const Variant*, FixedPoint>> points;
  for (const auto& result : m.variants)
    if (in_scan(result.variant, m.settings, scan.scan)) {
      auto point = fixed_point(result, m);
      if (point.seeds > 0) points.emplace_back(&result.variant, std::move(point));
    }
  if (points.size() < 2) return;
  std::ranges::stable_sort(points, {}, [&](const auto& p) { return scan.position(*p.first); });
  std::vector<std::string> names;
  for (const auto& result : m.variants)
    if (in_scan(result.variant, m.settings, scan.scan)) {
      const std::string name = scan.series(result.variant);
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  bool any_apart = false;
  for (const auto& [column, gauge, member] : gauges()) {
    std::vector<Series> panel;
    Series apart{
        .name = "no common fixed point: the two starts", .mark = Mark::points, .panel = gauge, .colour = 6};
    std::set<double> positions;
    for (std::size_t i = 0; i < names.size(); ++i) {
      Series series{.name = names[i], .panel = gauge, .colour = static_cast<int>(i)};
      for (const auto& [variant, point] : points) {
        const Stop& stop = point.*member;
        if (scan.series(*variant) != names[i] || stop.starts.empty()) continue;
        const double x = scan.position(*variant);
        positions.insert(x);
        const auto quoted = quoted_reading(point, stop);
        if (std::isfinite(quoted.value))
          series.points.push_back({.x = x, .y = quoted.value, .error = quoted.error});
        else
          add_apart(apart, x, stop);
      }
      if (!series.points.empty()) panel.push_back(std::move(series));
    }
    any_apart = any_apart || !apart.points.empty();
    if (!apart.points.empty()) panel.push_back(std::move(apart));
    // A thermometer that reads one of the lattices only has nothing to compare.
    if (positions.size() > 1) figure.series.insert(figure.series.end(), panel.begin(), panel.end());
  }
  if (figure.series.empty()) return;  // one position only, or no reading on the axis: the table has it
  if (any_apart) figure.caption += apart_caption;
  all.push_back(results::line_figure(figure));
}

void add_categories(const Measurements& m, const std::string& id, const std::string& title,
                    const std::string& caption, const std::function<std::string(const Variant&)>& name,
                    std::vector<results::Figure>& all) {
  results::CategoryFigure figure;
  figure.id = id;
  figure.title = title;
  figure.caption = caption + " Errors over training seeds.";
  figure.value.title = temperature_title;
  figure.category_title = "training";
  figure.rules = {tc_rule()};
  for (const auto& result : m.variants) {
    const std::string category = name(result.variant);
    if (category.empty()) continue;
    const auto point = fixed_point(result, m);
    if (point.seeds == 0) continue;
    for (const auto& [column, gauge, member] : gauges()) {
      const Stop& stop = point.*member;
      const auto quoted = quoted_reading(point, stop);
      if (std::isfinite(quoted.value)) figure.points.push_back({category, gauge, quoted.value, quoted.error});
    }
    if (point.common()) continue;
    for (const auto& reading : point.energy.start_readings)
      if (std::isfinite(reading.value) && reading.value <= highest_drawn)
        figure.points.push_back({category, apart_name, reading.value, results::none});
  }
  if (std::ranges::any_of(figure.points, [](const auto& p) { return p.series == apart_name; }))
    figure.caption += apart_caption;
  if (!figure.points.empty()) all.push_back(results::category_figure(figure));
}

std::string control_name(const Variant& v, const Settings& s) {
  if (v.id == "V") return "V: the standard training";
  if (v.id == "gap")
    return fmt::format("gap: without {} to {}", s.controls.gap.front(), s.controls.gap.back());
  if (v.id == "C") return "C: T_c only";
  const auto control = control_of(v, s);
  if (!control) return "";
  if (*control == Control::length) return fmt::format("V, {} epochs", v.epochs);
  if (*control == Control::decay) return fmt::format("V, weight decay {}", v.weight_decay);
  return fmt::format("V, temperatures 0 to {}", v.temperatures.back());
}

void add_types(const Measurements& m, std::vector<results::Figure>& all) {
  results::LineFigure figure{
      .id = evidence::types,
      .title = "Types L and H against training length",
      .caption =
          "Temperature by energy where the flow is in its last quarter, of RBMs trained at T = 0 (L) and "
          "at T >= 4 (H), with weight decay and without; the table tells which of them are fixed points. "
          "Readings beyond the axis are not drawn. Errors over training seeds.",
      .x = {.title = "epochs", .scale = results::Scale::log},
      .y = {.title = temperature_title, .least = 0, .most = 12},
      .rules = {tc_rule()}};
  for (const std::string type : {"L", "H"})
    for (const bool decays : {true, false}) {
      Series series{.name = fmt::format("{}, {}", type, decays ? "with decay" : "without decay")};
      for (const auto& result : m.variants) {
        if (result.variant.type != type || (result.variant.weight_decay > 0) != decays) continue;
        const auto point = fixed_point(result, m);
        if (point.seeds > 0)
          series.points.push_back({.x = result.variant.epochs,
                                   .y = point.energy.reading.value,
                                   .error = point.energy.reading.error});
      }
      std::ranges::sort(series.points, {}, &Point::x);
      if (!series.points.empty()) figure.series.push_back(series);
    }
  if (!figure.series.empty()) all.push_back(results::line_figure(figure));
}

/// Both starts of every flow that has no common fixed point.
void add_apart_figure(const Measurements& m, std::vector<results::Figure>& all) {
  constexpr double highest = 9;  // type H
  results::LineFigure figure{
      .id = evidence::no_fixed_point,
      .title = fmt::format("No common fixed point by step {}", m.settings.flow.steps),
      .caption =
          "Temperature by energy along the flow from both starts, of every training whose starts do not "
          "agree within max(0.05, 3 errors), or of which one still drifts by 0.02 in the last quarter, by "
          "energy or by magnetization. The table of fixed points says what was not met. Readings beyond "
          "the axis are not drawn. Bands: one standard error over training seeds.",
      .x = {.title = "step",
            .scale = results::Scale::symlog,
            .least = 0,
            .most = static_cast<double>(m.settings.flow.steps),
            .whole = true},
      .y = {.title = temperature_title, .least = 0, .most = highest},
      .rules = {tc_rule()},
      .columns = 3};
  for (const auto& result : m.variants) {
    const auto point = fixed_point(result, m);
    if (point.seeds == 0 || point.common()) continue;
    for (std::size_t start = 0; start < m.settings.flow.starts.size(); ++start)
      figure.series.push_back({.name = fmt::format("from T = {}", m.settings.flow.starts[start]),
                               .points = along_flow(result, start, "energy", highest),
                               .mark = Mark::curve,
                               .panel = result.variant.id,
                               .colour = static_cast<int>(start)});
  }
  if (!figure.series.empty()) all.push_back(results::line_figure(figure));
}

}  // namespace

std::vector<results::Figure> scan_figures(const Measurements& m) {
  std::vector<results::Figure> all;
  const Settings& s = m.settings;
  add_categories(
      m, evidence::fixed_points, "Where the flow of type V stops, and what moves it",
      "One training setting other than the standard one at a time: length, weight decay, temperatures of "
      "the data. A property of criticality would stay put.",
      [&](const Variant& v) { return control_name(v, s); }, all);
  add_types(m, all);
  const auto epochs_name = [](const Variant& v) {
    return fmt::format("{} epoch{}", v.epochs, v.epochs == 1 ? "" : "s");
  };
  if (!s.scans.hidden.empty())
    add_scan(m,
             {Scan::hidden,
              evidence::scan_hidden,
              "The fixed point against the number of hidden units",
              "Type V without weight decay at several training lengths.",
              {.title = "hidden units N_h", .scale = results::Scale::log},
              [](const Variant& v) { return static_cast<double>(v.hidden); },
              epochs_name},
             all);
  if (!s.scans.weight_decays.empty())
    add_scan(m,
             {Scan::decay,
              evidence::scan_decay,
              "The fixed point against training length",
              "Type V at several weight decays.",
              {.title = "epochs", .scale = results::Scale::log},
              [](const Variant& v) { return v.epochs; },
              [](const Variant& v) { return fmt::format("weight decay {}", v.weight_decay); }},
             all);
  if (!s.scans.methods.empty())
    add_categories(
        m, evidence::scan_method, "The fixed point against the method of training",
        "Type V trained by CD-k and by persistent chains (PCD), with the standard weight decay and "
        "without.",
        [&](const Variant& v) {
          return in_scan(v, s, Scan::method) ? fmt::format("{}-{}, decay {}", v.method, v.k, v.weight_decay)
                                             : std::string();
        },
        all);
  if (!s.scans.sizes.empty())
    add_scan(m,
             {Scan::size,
              evidence::scan_size,
              "The fixed point against the size of the lattice",
              fmt::format("Type V after {} updates at a learning rate ~ 1/L; thermometers of each size.",
                          s.scans.size_updates),
              {.title = "side L of the lattice", .whole = true},
              [](const Variant& v) { return static_cast<double>(v.size); },
              [&](const Variant& v) {
                return v.hidden == s.rbm.hidden ? fmt::format("N_h = {}", s.rbm.hidden)
                                                : fmt::format("N_h = {} N_v", s.scans.size_hidden_share);
              }},
             all);
  add_apart_figure(m, all);
  return all;
}

}  // namespace spinflow::recipes::iso2018
