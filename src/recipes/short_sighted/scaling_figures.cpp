// SPDX-License-Identifier: Apache-2.0
// Figures of the flows of short-sighted.
#include <optional>

#include "recipes/figures.hpp"
#include "recipes/short_sighted/evidence.hpp"
#include "recipes/short_sighted/measurements.hpp"

namespace spinflow::recipes::short_sighted {

namespace {

using studies::ScalingQuantity;

std::string arm_label(const std::string& arm) {
  return arm == "data" ? "training data" : fmt::format("flow, {} arm", arm);
}

/// The series of an arm in the panel of a quantity.
Series of_arm(const Measurements& m, const ScalingQuantity& q, const std::string& arm) {
  const auto arms = arms_of(m);
  return {.name = arm_label(arm),
          .panel = q.axis,
          .colour = static_cast<int>(std::ranges::find(arms, arm) - arms.begin())};
}

results::Figure scaling_figure(const Measurements& m, const Subject& subject) {
  auto figure = texts().begin<LineFigure>(
      evidence.scaling,
      {{"label", subject.label},
       {"steps", m.settings.rbm.steps},
       {"seeds", m.settings.rbm.seeds},
       {"instead", subject.theory.mean_field() ? " (<|m|> shows L^-d/4 instead)" : ""}},
      subject.figure_id());
  const auto data = scaling_of(m, subject, "data").means();
  for (const auto& q : studies::scaling_quantities()) {
    for (const auto& arm : arms_of(m))
      add(figure, studies::log_series(scaling_of(m, subject, arm), q, of_arm(m, q, arm)));
    add(figure, studies::theory_series(data, q, subject.theory));
  }
  return results::line_figure(figure);
}

std::optional<results::Figure> residual_figure(const Measurements& m, const Subject& subject) {
  auto figure =
      texts().begin<LineFigure>(evidence.scaling_residuals, {{"label", subject.label}}, subject.figure_id());
  for (const auto& q : studies::scaling_quantities())
    for (const auto& arm : arms_of(m)) {
      const auto scaling = scaling_of(m, subject, arm);
      const auto residuals = scaling.fit(q).residuals;
      // A line leaves nothing of two points.
      if (scaling.means().size() < 3 || residuals.empty()) continue;
      auto& series = figure.series.emplace_back(of_arm(m, q, arm));
      for (std::size_t i = 0; i < residuals.size(); ++i)
        series.points.push_back({.x = scaling.means()[i].size, .y = residuals[i]});
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
    for (const auto& q : studies::scaling_quantities()) {
      const std::string category = fmt::format("{}: {}", subject.label, q.exponent);
      for (const auto& arm : arms_of(m)) {
        const auto mean = over_seeds(scaling_of(m, subject, arm).dimensions(q));
        figure.points.push_back({category, arm_label(arm), mean.value, mean.error});
      }
      figure.points.push_back({category, "theory", q.dimension(subject.theory), none});
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
