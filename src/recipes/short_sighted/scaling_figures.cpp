// SPDX-License-Identifier: Apache-2.0
// Figures of the flows of short-sighted.
#include <optional>

#include "recipes/figures.hpp"
#include "recipes/short_sighted/evidence.hpp"
#include "recipes/short_sighted/scaling.hpp"

namespace spinflow::recipes::short_sighted {

namespace {

using analysis::ScalingPoint;

std::string arm_label(const std::string& arm) {
  return arm == "data" ? "training data" : fmt::format("flow, {} arm", arm);
}

/// The series of an arm in the panel of a quantity.
Series of_arm(const Measurements& m, const Scaled& s, const std::string& arm, Mark mark) {
  const auto arms = arms_of(m);
  return {.name = arm_label(arm),
          .mark = mark,
          .panel = s.axis,
          .colour = static_cast<int>(std::ranges::find(arms, arm) - arms.begin())};
}

/// ln of the quantity against ln L.
void add_measured(LineFigure& figure, const Measurements& m, const Scaled& s, const std::string& arm,
                  const std::vector<ScalingPoint>& points) {
  figure.series.push_back(series_over(of_arm(m, s, arm, Mark::points), points, [&](const ScalingPoint& p) {
    const auto& value = p.*s.member;
    return Point{.x = std::log(p.size), .y = std::log(value.value), .error = value.error / value.value};
  }));
  if (points.size() < 2) return;
  const auto fit = analysis::scaling_dimensions(points, dimension).*s.fit;
  if (!std::isfinite(fit.dimension.value)) return;
  figure.series.push_back(series_over(of_arm(m, s, arm, Mark::curve), points, [&](const ScalingPoint& p) {
    const double x = std::log(p.size);
    return Point{.x = x, .y = fit.line.intercept.value + fit.line.slope.value * x};
  }));
}

/// The power of L that theory has for the quantity.
double power_of(const Scaled& s, const Subject& subject) {
  if (s.is_response()) return dimension - subject.expected_epsilon();
  if (s.member == &ScalingPoint::mode_2) return -2 * subject.theory.delta_sigma;
  return subject.mean_field() ? -0.25 * dimension : -subject.theory.delta_sigma;
}

results::Figure scaling_figure(const Measurements& m, const Subject& subject) {
  auto figure =
      texts().begin<LineFigure>(evidence.scaling,
                                {{"label", subject.label},
                                 {"steps", m.settings.rbm.steps},
                                 {"seeds", m.settings.rbm.seeds},
                                 {"instead", subject.mean_field() ? " (<|m|> shows L^-d/4 instead)" : ""}},
                                subject.figure_id());
  for (const auto& s : quantities()) {
    for (const auto& arm : arms_of(m)) add_measured(figure, m, s, arm, mean_points(m, subject.id, arm));
    const auto data = mean_points(m, subject.id, "data");
    const double power = power_of(s, subject);
    if (data.empty() || !std::isfinite(power)) continue;
    const auto& first = data.front();
    figure.series.push_back(series_over(
        {.name = "theory", .mark = Mark::exact, .panel = s.axis}, data, [&](const ScalingPoint& p) {
          return Point{.x = std::log(p.size),
                       .y = std::log((first.*s.member).value) + power * std::log(p.size / first.size)};
        }));
  }
  return results::line_figure(figure);
}

std::optional<results::Figure> residual_figure(const Measurements& m, const Subject& subject) {
  auto figure =
      texts().begin<LineFigure>(evidence.scaling_residuals, {{"label", subject.label}}, subject.figure_id());
  for (const auto& s : quantities())
    for (const auto& arm : arms_of(m)) {
      const auto points = mean_points(m, subject.id, arm);
      if (points.size() < 3) continue;  // a line leaves nothing of two points
      const auto fit = analysis::scaling_dimensions(points, dimension).*s.fit;
      if (fit.residuals.empty()) continue;
      auto& series = figure.series.emplace_back(of_arm(m, s, arm, Mark::line_and_points));
      for (std::size_t i = 0; i < points.size(); ++i)
        series.points.push_back({.x = points[i].size, .y = fit.residuals[i]});
    }
  if (figure.series.empty()) return std::nullopt;
  return results::line_figure(figure);
}

results::Figure dimension_figure(const Measurements& m) {
  const auto& s = m.settings.rbm;
  auto figure = texts().begin<CategoryFigure>(
      evidence.scaling_dimensions,
      {{"least", s.sizes.front()}, {"most", s.sizes.back()}, {"seeds", s.seeds}});
  for (const auto& subject : m.models)
    for (const auto& quantity : quantities()) {
      const std::string category = fmt::format("{}: {}", subject.label, quantity.exponent);
      for (const auto& arm : arms_of(m)) {
        const auto mean = over_seeds(dimensions_of(m, subject.id, arm).*quantity.seeds);
        figure.points.push_back({category, arm_label(arm), mean.value, mean.error});
      }
      figure.points.push_back({category, "theory", quantity.theory(subject), none});
    }
  return results::category_figure(figure);
}

/// T/T_c after a step from the coldest or the hottest start, a mean over seeds.
stats::Estimate mean_ratio(const Measurements& m, const std::string& model, const std::string& range,
                           bool hot, int step) {
  std::vector<stats::Estimate> ratios;
  for (const auto& flow : m.ranges)
    if (flow.model == model && flow.range == range && !flow.starts.empty()) {
      const auto& start = hot ? flow.starts.back() : flow.starts.front();
      ratios.push_back(ratio_of(m.subject(model), start.steps[static_cast<std::size_t>(step)]));
    }
  return over_seeds(ratios);
}

results::Figure range_figure(const Measurements& m) {
  auto figure = texts().begin<LineFigure>(evidence.range_flows, {{"size", m.settings.range.size}});
  for (const auto& subject : m.models) {
    int colour = 0;
    for (const std::string range : ranges)
      for (const bool hot : {false, true})
        figure.series.push_back(
            series_over({.name = fmt::format("{} range, {} start", range, hot ? "hot" : "cold"),
                         .mark = Mark::curve,
                         .panel = subject.label,
                         .colour = colour++},
                        counted(0, static_cast<int>(m.settings.range.steps)),
                        [&](int step) { return mean_ratio(m, subject.id, range, hot, step); }));
  }
  return results::line_figure(figure);
}

results::Figure order_figure(const Measurements& m) {
  auto figure = texts().begin<LineFigure>(evidence.order_exponents);
  for (const auto& subject : m.models)
    for (const char* range : ranges)
      figure.series.push_back(
          series_over({.name = fmt::format("{} range", range), .panel = subject.label},
                      counted(0, static_cast<int>(m.settings.range.early_steps)),
                      [&](int step) { return over_seeds(order_exponents(m, subject.id, range, step)); }));
  return results::line_figure(figure);
}

}  // namespace

std::vector<results::Figure> scaling_figures(const Measurements& m) {
  std::vector<results::Figure> all = {dimension_figure(m)};
  for (const auto& subject : m.models) {
    all.push_back(scaling_figure(m, subject));
    if (auto residuals = residual_figure(m, subject)) all.push_back(std::move(*residuals));
  }
  all.push_back(range_figure(m));
  all.push_back(order_figure(m));
  return all;
}

}  // namespace spinflow::recipes::short_sighted
