// SPDX-License-Identifier: Apache-2.0
#include "spinflow/results/series_by.hpp"

#include <cmath>

namespace spinflow::results {

namespace {

constexpr int n_colours = 7;

/// Points with one x become one, in order of first appearance.
std::vector<Point> merged(const std::vector<Point>& points,
                          const std::function<stats::Estimate(const std::vector<stats::Estimate>&)>& mean) {
  std::vector<Point> all;
  std::vector<std::vector<stats::Estimate>> values;
  for (const auto& point : points) {
    const auto found = std::ranges::find(all, point.x, &Point::x);
    const auto at = static_cast<std::size_t>(found - all.begin());
    if (found == all.end()) {
      all.push_back({.x = point.x});
      values.emplace_back();
    }
    values[at].push_back({.value = point.y, .error = point.error});
  }
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = point_at(all[i].x, mean(values[i]));
  return all;
}

}  // namespace

int SeriesLook::colour_of(const std::string& name) const {
  const auto found = std::ranges::find(names, name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin()) % n_colours;
}

std::vector<Series> grouped(const std::vector<NamedPoint>& points, const SeriesLook& look) {
  std::vector<Series> all;
  for (const auto& [panel, name, point] : points) {
    const auto found =
        std::ranges::find_if(all, [&](const Series& s) { return s.panel == panel && s.name == name; });
    if (found != all.end())
      found->points.push_back(point);
    else
      all.push_back({.name = name,
                     .points = {point},
                     .mark = look.mark,
                     .panel = panel,
                     .colour = look.colour_of(name)});
  }
  if (look.mean)
    for (auto& series : all) series.points = merged(series.points, look.mean);
  return all;
}

std::vector<double> spaced(double least, double most, int n) {
  std::vector<double> all;
  for (int i = 0; i < n; ++i) all.push_back(least + (most - least) * i / (n - 1));
  return all;
}

std::vector<int> counted(int first, int last) {
  std::vector<int> all;
  for (int i = first; i <= last; ++i) all.push_back(i);
  return all;
}

Series arrow(Series begin, const Point& a, const Point& b, double width, double height) {
  constexpr double head = 0.012;
  const double dx = (b.x - a.x) / width;
  const double dy = (b.y - a.y) / height;
  const double length = std::hypot(dx, dy);
  const auto side = [&](double sign) {
    const double back_x = -dx / length - sign * 0.5 * dy / length;
    const double back_y = -dy / length + sign * 0.5 * dx / length;
    return Point{.x = b.x + head * width * back_x, .y = b.y + head * height * back_y};
  };
  begin.points = {a, b};
  if (length > 0) begin.points = {a, b, side(1), b, side(-1)};
  return begin;
}

void add(LineFigure& figure, std::vector<Series> series) {
  std::ranges::move(series, std::back_inserter(figure.series));
}

}  // namespace spinflow::results
