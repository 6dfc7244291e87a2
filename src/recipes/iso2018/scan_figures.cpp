// SPDX-License-Identifier: Apache-2.0
// The figures of iso2018 that compare trainings: scans, types, and what has no fixed point.
#include <functional>
#include <iterator>
#include <set>

#include "recipes/figures.hpp"
#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/figures.hpp"

namespace spinflow::recipes::iso2018 {

std::vector<Point> along_flow(const VariantResult& result, std::size_t start, const std::string& gauge,
                              double highest) {
  return studies::mean_course(result.flows_from(start), gauge, highest);
}

namespace {

constexpr const char* apart_name = "no common fixed point: the two starts";
constexpr const char* apart_by_energy = "no common fixed point: the two starts by energy";

/// The texts have a word {apart}, which is about trainings without a fixed point.
Words with_apart(Words words, bool any_apart) {
  words.emplace_back("apart", any_apart
                                  ? " Where the starts do not agree or still drift there is no fixed point: "
                                    "crosses show where each start is in the last quarter of the flow."
                                  : "");
  return words;
}

/// A training, and where its flow stops.
struct ScanPoint {
  const Variant* variant = nullptr;
  FixedPoint point;
};

/// The readings of both starts, for a stop that is no fixed point.
void add_apart(Series& series, double x, const Stop& stop) {
  for (const auto& reading : stop.start_readings)
    if (std::isfinite(reading.value) && reading.value <= highest_drawn)
      series.points.push_back({.x = x, .y = reading.value});
}

struct ScanFigure {
  Scan scan;
  std::string id;
  std::function<double(const Variant&)> position;
  std::function<std::string(const Variant&)> series;
  Words words = {};
};

/// The panel of one thermometer; none where it reads at one position only and has nothing to compare.
std::vector<Series> scan_panel(const ScanFigure& scan, const std::vector<ScanPoint>& points,
                               const std::vector<std::string>& names, const Gauge& gauge) {
  std::vector<Series> panel;
  Series apart{.name = apart_name, .mark = Mark::points, .panel = gauge.label, .colour = 6};
  std::set<double> positions;
  for (std::size_t i = 0; i < names.size(); ++i) {
    Series series{.name = names[i], .panel = gauge.label, .colour = static_cast<int>(i)};
    for (const auto& [variant, point] : points) {
      const Stop& stop = point.*gauge.stop;
      if (scan.series(*variant) != names[i] || stop.starts.empty()) continue;
      const double x = scan.position(*variant);
      positions.insert(x);
      const auto quoted = quoted_reading(point, stop);
      if (std::isfinite(quoted.value))
        series.points.push_back(point_at(x, quoted));
      else
        add_apart(apart, x, stop);
    }
    if (!series.points.empty()) panel.push_back(std::move(series));
  }
  if (!apart.points.empty()) panel.push_back(std::move(apart));
  return positions.size() > 1 ? panel : std::vector<Series>{};
}

void add_scan(const Measurements& m, const ScanFigure& scan, std::vector<results::Figure>& all) {
  std::vector<ScanPoint> points;
  std::vector<std::string> names;
  for (const auto& result : m.variants)
    if (in_scan(result.variant, m.settings, scan.scan)) {
      if (const auto name = scan.series(result.variant); std::ranges::find(names, name) == names.end())
        names.push_back(name);
      if (auto point = fixed_point(result, m); point.seeds > 0)
        points.push_back({&result.variant, std::move(point)});
    }
  if (points.size() < 2) return;
  std::ranges::stable_sort(points, {}, [&](const ScanPoint& p) { return scan.position(*p.variant); });
  std::vector<Series> series;
  for (const auto& gauge : gauges())
    std::ranges::move(scan_panel(scan, points, names, gauge), std::back_inserter(series));
  if (series.empty()) return;  // one position only, or no reading on the axis: the table has it
  const bool any_apart = std::ranges::any_of(series, [](const Series& s) { return s.name == apart_name; });
  auto figure = texts().begin<LineFigure>(scan.id, with_apart(scan.words, any_apart));
  figure.series = std::move(series);
  all.push_back(results::line_figure(figure));
}

/// A line for each training that `name` gives a name.
void add_categories(const Measurements& m, const std::string& id,
                    const std::function<std::string(const Variant&)>& name,
                    std::vector<results::Figure>& all) {
  std::vector<results::CategoryPoint> points;
  for (const auto& result : m.variants) {
    const std::string category = name(result.variant);
    if (category.empty()) continue;
    const auto point = fixed_point(result, m);
    if (point.seeds == 0) continue;
    for (const auto& [column, gauge, member] : gauges())
      if (const auto quoted = quoted_reading(point, point.*member); std::isfinite(quoted.value))
        points.push_back({category, gauge, quoted.value, quoted.error});
    if (point.common()) continue;
    for (const auto& reading : point.energy.start_readings)
      if (std::isfinite(reading.value) && reading.value <= highest_drawn)
        points.push_back({category, apart_by_energy, reading.value, none});
  }
  if (points.empty()) return;
  const bool any_apart =
      std::ranges::any_of(points, [](const auto& p) { return p.series == apart_by_energy; });
  auto figure = texts().begin<CategoryFigure>(id, with_apart({}, any_apart));
  figure.points = std::move(points);
  all.push_back(results::category_figure(figure));
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
  auto figure = texts().begin<LineFigure>(evidence.types);
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
  const auto& criteria = m.settings.criteria;
  auto figure =
      texts().begin<LineFigure>(evidence.no_fixed_point, {{"steps", m.settings.flow.steps},
                                                          {"common", criteria.number("a", "common")},
                                                          {"drift", criteria.number("a", "drift")}});
  figure.x.most = static_cast<double>(m.settings.flow.steps);
  for (const auto& result : m.variants) {
    const auto point = fixed_point(result, m);
    if (point.seeds == 0 || point.common()) continue;
    for (std::size_t start = 0; start < m.settings.flow.starts.size(); ++start)
      figure.series.push_back({.name = start_name(m, start),
                               .points = along_flow(result, start, "energy", figure.y.most),
                               .mark = Mark::curve,
                               .panel = result.variant.id,
                               .colour = static_cast<int>(start)});
  }
  if (!figure.series.empty()) all.push_back(results::line_figure(figure));
}

std::string epochs_name(const Variant& v) {
  return fmt::format("{} epoch{}", v.epochs, v.epochs == 1 ? "" : "s");
}

/// What was scanned.
std::vector<ScanFigure> scans_of(const Settings& s) {
  std::vector<ScanFigure> scans;
  if (!s.scans.hidden.empty())
    scans.push_back({Scan::hidden, evidence.scan_hidden,
                     [](const Variant& v) { return static_cast<double>(v.hidden); }, epochs_name});
  if (!s.scans.weight_decays.empty())
    scans.push_back({Scan::decay, evidence.scan_decay, &Variant::epochs,
                     [](const Variant& v) { return fmt::format("weight decay {}", v.weight_decay); }});
  // Methods have no position on an axis: a line each.
  if (!s.scans.methods.empty())
    scans.push_back({Scan::method, evidence.scan_method, {}, [&s](const Variant& v) {
                       return in_scan(v, s, Scan::method)
                                  ? fmt::format("{}-{}, decay {}", v.method, v.k, v.weight_decay)
                                  : std::string();
                     }});
  if (!s.scans.sizes.empty())
    scans.push_back({Scan::size,
                     evidence.scan_size,
                     [](const Variant& v) { return static_cast<double>(v.size); },
                     [&s](const Variant& v) {
                       return v.hidden == s.rbm.hidden
                                  ? fmt::format("N_h = {}", s.rbm.hidden)
                                  : fmt::format("N_h = {} N_v", s.scans.size_hidden_share);
                     },
                     {{"updates", s.scans.size_updates}}});
  return scans;
}

}  // namespace

std::vector<results::Figure> scan_figures(const Measurements& m) {
  std::vector<results::Figure> all;
  const Settings& s = m.settings;
  add_categories(
      m, evidence.fixed_points, [&](const Variant& v) { return control_name(v, s); }, all);
  add_types(m, all);
  for (const auto& scan : scans_of(s)) {
    if (scan.position)
      add_scan(m, scan, all);
    else
      add_categories(m, scan.id, scan.series, all);
  }
  add_apart_figure(m, all);
  return all;
}

}  // namespace spinflow::recipes::iso2018
