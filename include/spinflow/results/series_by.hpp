// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <concepts>
#include <functional>
#include <iterator>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "spinflow/results/figures.hpp"
#include "spinflow/stats/estimate.hpp"

namespace spinflow::results {

/// A point at x. `y`: a number, an Estimate, or a Point, whose own x is kept.
template <class Y>
[[nodiscard]] Point point_at(double x, const Y& y) {
  if constexpr (std::same_as<Y, Point>)
    return y;
  else if constexpr (std::same_as<Y, stats::Estimate>)
    return {.x = x, .y = y.value, .error = y.error};
  else
    return {.x = x, .y = static_cast<double>(y)};
}

/// The record itself, of a record or a pointer to one.
template <class R>
[[nodiscard]] const auto& record_of(const R& record) {
  if constexpr (std::is_pointer_v<R>)
    return *record;
  else
    return record;
}

/// Pointers to the records, those together for which `key` is the same, in order of first appearance.
/// `records`: a range of records that live on, or of pointers to them; `key`: a member or a function.
///
///     for (const auto& nets : results::groups_by(readings, &Reading::scheme))
///       nets.front()->scheme;   // of all of them
template <class Records, class Key>
[[nodiscard]] auto groups_by(Records&& records, const Key& key) {
  using Record = std::remove_cvref_t<decltype(record_of(*std::begin(records)))>;
  std::vector<std::vector<const Record*>> groups;
  for (const auto& one : records) {
    const Record& record = record_of(one);
    const auto found = std::ranges::find_if(groups, [&](const auto& group) {
      return std::invoke(key, *group.front()) == std::invoke(key, record);
    });
    if (found == groups.end())
      groups.push_back({&record});
    else
      found->push_back(&record);
  }
  return groups;
}

/// How the series of `series_by` look.
struct SeriesLook {
  Mark mark = Mark::line_and_points;
  /// The names in the order of the palette: the first has colour 0 in every panel and figure. A name that is
  /// not here takes the next free colour.
  std::vector<std::string> names = {};
  /// What becomes of records that have panel, name and x in common, such as their mean over training seeds.
  /// Empty: each is a point.
  std::function<stats::Estimate(const std::vector<stats::Estimate>&)> mean = {};

  /// Of the palette; -1: the next free one.
  [[nodiscard]] int colour_of(const std::string& name) const;
};

/// The points of series_by, before they are grouped.
struct NamedPoint {
  std::string panel;
  std::string name;
  Point point;
};
/// Series by panel and name, panels and names in order of first appearance, points in the order given.
[[nodiscard]] std::vector<Series> grouped(const std::vector<NamedPoint>& points, const SeriesLook& look);

/// The series of a LineFigure from records: one for each panel and name. Panel, name, x and y are members of
/// the records or functions of them; a panel or a name that is the same for all may be a text.
///
///     figure.series = results::series_by(readings, &Reading::scheme, "trained net", &Reading::update,
///                                        &Reading::coupling, {.mean = over_seeds});
///
/// `y`: a number, an Estimate or a Point. `records`: a range of records or of pointers to them.
template <class Records, class Panel, class Name, class X, class Y>
[[nodiscard]] std::vector<Series> series_by(Records&& records, const Panel& panel, const Name& name,
                                            const X& x, const Y& y, const SeriesLook& look = {}) {
  const auto text = [](const auto& of, const auto& record) -> std::string {
    if constexpr (std::convertible_to<decltype(of), std::string>)
      return of;
    else
      return std::invoke(of, record);
  };
  std::vector<NamedPoint> points;
  for (const auto& record : records) {
    const auto& r = record_of(record);
    points.push_back(
        {text(panel, r), text(name, r), point_at(static_cast<double>(std::invoke(x, r)), std::invoke(y, r))});
  }
  return grouped(points, look);
}

/// `begin` with a point for each of `xs`: y(x) is a number, an Estimate or a Point. For a Point, which has an
/// x of its own, `xs` may be records.
///
///     results::series_over({.name = "exact", .mark = Mark::exact}, results::spaced(0, 1, 41), theory)
template <class Xs, class Y>
[[nodiscard]] Series series_over(Series begin, Xs&& xs, const Y& y) {
  for (const auto& x : xs) {
    if constexpr (std::same_as<std::invoke_result_t<Y, decltype(x)>, Point>)
      begin.points.push_back(std::invoke(y, x));
    else
      begin.points.push_back(point_at(static_cast<double>(x), std::invoke(y, x)));
  }
  return begin;
}

/// n >= 2 numbers from `least` to `most`, both included, with equal steps.
[[nodiscard]] std::vector<double> spaced(double least, double most, int n);
/// Whole numbers from `first` to `last`, both included.
[[nodiscard]] std::vector<int> counted(int first, int last);

/// `begin` with an arrow from `a` to `b`, its head at `b` (none if they are one point). `width`, `height`: of
/// the plot in the units of the axes.
[[nodiscard]] Series arrow(Series begin, const Point& a, const Point& b, double width, double height);

/// Appends the series.
void add(LineFigure& figure, std::vector<Series> series);

}  // namespace spinflow::results
