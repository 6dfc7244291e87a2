// SPDX-License-Identifier: Apache-2.0
// Scaling dimensions of the flows of short-sighted, their tables and figures.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "recipes/short_sighted/evidence.hpp"
#include "recipes/short_sighted/measurements.hpp"
#include "spinflow/flow/fixed_point.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::short_sighted {

namespace {

using results::none;

constexpr int dimension = 2;

/// The quantities that scale, with their names in tables and on axes.
struct Scaled {
  const char* column;
  const char* axis;
  const char* exponent;
  stats::Estimate analysis::ScalingPoint::*member;
  analysis::PowerFit analysis::ScalingDimensions::*fit;
  std::vector<stats::Estimate> SeedDimensions::*seeds;
};
const std::vector<Scaled>& scaled() {
  static const std::vector<Scaled> all = {
      {"abs_m", "<|m|>", "Delta_sigma from <|m|>", &analysis::ScalingPoint::abs_m,
       &analysis::ScalingDimensions::sigma_abs_m, &SeedDimensions::sigma_abs_m},
      {"mode_2", "<|m_k|^2>", "Delta_sigma from |m_k|^2", &analysis::ScalingPoint::mode_2,
       &analysis::ScalingDimensions::sigma_mode, &SeedDimensions::sigma_mode},
      {"response", "Y", "Delta_epsilon from Y", &analysis::ScalingPoint::response,
       &analysis::ScalingDimensions::epsilon, &SeedDimensions::epsilon}};
  return all;
}

std::size_t seeds_of(const Measurements& m) { return static_cast<std::size_t>(m.settings.rbm.seeds); }

std::vector<std::string> arms_of(const Measurements& m) {
  std::vector<std::string> arms = {"data"};
  arms.insert(arms.end(), m.settings.rbm.arms.begin(), m.settings.rbm.arms.end());
  return arms;
}

std::string arm_label(const std::string& arm) {
  return arm == "data" ? "training data" : fmt::format("flow, {} arm", arm);
}

/// T/T_c as a thermometer reads it.
stats::Estimate ratio_of(const RangeFlow& flow, const Measurements& m, const flow::FlowStep& step,
                         const std::string& gauge = "bond-energy") {
  const auto found = step.readings.find(gauge);
  if (found == step.readings.end()) return {};
  const double t_c = m.subject(flow.model).critical_temperature();
  const auto t = shown(found->second);
  return {.value = t.value / t_c, .error = t.error / t_c};
}

results::Table scaling_table(const Measurements& m) {
  results::Table table{.columns = {"model", "arm", "L", "seed", "abs_m", "abs_m_error", "mode_2",
                                   "mode_2_error", "response", "response_error"},
                       .rows = {}};
  for (const auto& r : m.sizes)
    table.rows.push_back({r.model, r.arm, static_cast<double>(r.size), static_cast<double>(r.seed),
                          r.point.abs_m.value, r.point.abs_m.error, r.point.mode_2.value,
                          r.point.mode_2.error, r.point.response.value, r.point.response.error});
  return table;
}

void add_dimensions(const Measurements& m, results::Results& results) {
  auto& table = results.tables[evidence::scaling_dimensions_table];
  table.columns = {"model", "arm", "exponent", "value", "error", "minus_data", "minus_data_error", "theory"};
  for (const auto& subject : m.models) {
    const auto data = dimensions_of(m, subject.id, "data");
    for (const auto& arm : arms_of(m)) {
      const auto of_arm = dimensions_of(m, subject.id, arm);
      for (const auto& s : scaled()) {
        const auto mean = over_seeds(of_arm.*s.seeds);
        const auto difference = arm == "data" ? stats::Estimate{} : paired(of_arm.*s.seeds, data.*s.seeds);
        const bool epsilon = s.member == &analysis::ScalingPoint::response;
        const double theory = epsilon ? subject.expected_epsilon() : subject.theory.delta_sigma;
        table.rows.push_back({subject.id, arm, std::string(s.exponent), mean.value, mean.error,
                              difference.value, difference.error, theory});
        results.values[fmt::format("{}_{}_{}_{}", epsilon ? "Delta_epsilon" : "Delta_sigma", s.column, arm,
                                   subject.id)] = {mean.value, mean.error, none, theory};
      }
    }
  }
}

void add_ranges(const Measurements& m, results::Results& results) {
  auto& table = results.tables[evidence::range_flows_table];
  table.columns = {"model",
                   "range",
                   "seed",
                   "start",
                   "step",
                   "T_energy_over_Tc",
                   "T_energy_error",
                   "T_magnetization_over_Tc",
                   "T_magnetization_error",
                   "T_hamiltonian_over_Tc",
                   "T_hamiltonian_error",
                   "abs_m",
                   "abs_m_error"};
  for (const auto& flow : m.ranges)
    for (std::size_t i = 0; i < flow.starts.size(); ++i)
      for (std::size_t k = 0; k < flow.starts[i].steps.size(); ++k) {
        const auto& step = flow.starts[i].steps[k];
        const double t_c = m.subject(flow.model).critical_temperature();
        std::vector<results::Cell> row = {flow.model, flow.range, static_cast<double>(flow.seed),
                                          flow.starts[i].temperature / t_c, static_cast<double>(step.step)};
        for (const char* gauge : {"bond-energy", "magnetization", "energy"}) {
          const auto t = ratio_of(flow, m, flow.starts[i].steps[k], gauge);
          row.emplace_back(t.value);
          row.emplace_back(t.error);
        }
        row.emplace_back(step.abs_magnetization.value);
        row.emplace_back(step.abs_magnetization.error);
        table.rows.push_back(std::move(row));
      }
  auto& exponents = results.tables[evidence::order_exponents_table];
  exponents.columns = {"model", "range", "step", "beta", "error", "minus_start", "minus_start_error",
                       "theory"};
  for (const auto& subject : m.models)
    for (const char* range : {"narrow", "wide"}) {
      const auto start = order_exponents(m, subject.id, range, 0);
      for (int step = 0; step <= static_cast<int>(m.settings.range.early_steps); ++step) {
        const auto of_step = order_exponents(m, subject.id, range, step);
        const auto mean = over_seeds(of_step);
        const auto difference = step == 0 ? stats::Estimate{} : paired(of_step, start);
        exponents.rows.push_back({subject.id, std::string(range), static_cast<double>(step), mean.value,
                                  mean.error, difference.value, difference.error, subject.theory.beta()});
      }
    }
}

results::Figure scaling_figure(const Measurements& m, const Subject& subject) {
  results::LineFigure figure;
  figure.id = evidence::scaling.of(subject.figure_id());
  figure.title = fmt::format("Scaling at T_c, {}: flows of one RBM beside the data it learnt", subject.label);
  figure.caption = fmt::format(
      "<|m|>, |m_k|^2 at the smallest wave and Y = Cov(|m|, E_b)/<|m|> over the last quarter of {} "
      "reconstructions, logarithms against ln L; means and errors over {} training seeds, lines: power laws. "
      "Dashed: the "
      "power of theory through the data at the smallest L{}.",
      m.settings.rbm.steps, m.settings.rbm.seeds,
      subject.mean_field() ? " (<|m|> shows L^-d/4 instead)" : "");
  figure.x = {.title = "ln L"};
  figure.y = {.title = "ln of the observable"};
  figure.own_y_axes = true;
  figure.columns = 3;
  const auto arms = arms_of(m);
  for (const auto& s : scaled()) {
    for (std::size_t a = 0; a < arms.size(); ++a) {
      const auto points = mean_points(m, subject.id, arms[a]);
      results::Series measured{.name = arm_label(arms[a]),
                               .points = {},
                               .mark = results::Mark::points,
                               .panel = s.axis,
                               .colour = static_cast<int>(a)};
      for (const auto& point : points)
        measured.points.push_back({.x = std::log(point.size),
                                   .y = std::log((point.*s.member).value),
                                   .error = (point.*s.member).error / (point.*s.member).value});
      figure.series.push_back(std::move(measured));
      if (points.size() < 2) continue;
      const auto fit = analysis::scaling_dimensions(points, dimension).*s.fit;
      if (!std::isfinite(fit.dimension.value)) continue;
      const auto& line = fit.line;
      results::Series curve{.name = arm_label(arms[a]),
                            .points = {},
                            .mark = results::Mark::curve,
                            .panel = s.axis,
                            .colour = static_cast<int>(a)};
      for (const auto& point : points)
        curve.points.push_back(
            {.x = std::log(point.size), .y = line.intercept.value + line.slope.value * std::log(point.size)});
      figure.series.push_back(std::move(curve));
    }
    const auto data = mean_points(m, subject.id, "data");
    double power = s.member == &analysis::ScalingPoint::response ? dimension - subject.expected_epsilon()
                   : s.member == &analysis::ScalingPoint::mode_2 ? -2 * subject.theory.delta_sigma
                                                                 : -subject.theory.delta_sigma;
    if (s.member == &analysis::ScalingPoint::abs_m && subject.mean_field()) power = -0.25 * dimension;
    if (data.empty() || !std::isfinite(power)) continue;
    results::Series theory{.name = "theory", .points = {}, .mark = results::Mark::exact, .panel = s.axis};
    for (const auto& point : data)
      theory.points.push_back(
          {.x = std::log(point.size),
           .y = std::log((data.front().*s.member).value) + power * std::log(point.size / data.front().size)});
    figure.series.push_back(std::move(theory));
  }
  return results::line_figure(figure);
}

std::optional<results::Figure> residual_figure(const Measurements& m, const Subject& subject) {
  results::LineFigure figure;
  figure.id = evidence::scaling_residuals.of(subject.figure_id());
  figure.title = fmt::format("What the power laws leave over, {}", subject.label);
  figure.caption =
      "Residuals of ln(observable) against ln L in units of their errors over training seeds; beyond 2 the "
      "points are no power of L.";
  figure.x = {.title = "L"};
  figure.y = {.title = "residual / error"};
  figure.columns = 3;
  const auto arms = arms_of(m);
  for (const auto& s : scaled())
    for (std::size_t a = 0; a < arms.size(); ++a) {
      const auto points = mean_points(m, subject.id, arms[a]);
      if (points.size() < 3) continue;  // a line leaves nothing of two points
      const auto fit = analysis::scaling_dimensions(points, dimension).*s.fit;
      if (fit.residuals.empty()) continue;
      results::Series series{
          .name = arm_label(arms[a]), .points = {}, .panel = s.axis, .colour = static_cast<int>(a)};
      for (std::size_t i = 0; i < points.size(); ++i)
        series.points.push_back({.x = points[i].size, .y = fit.residuals[i]});
      figure.series.push_back(std::move(series));
    }
  figure.rules = {{0, "", false}};
  if (figure.series.empty()) return std::nullopt;
  return results::line_figure(figure);
}

results::Figure dimension_figure(const Measurements& m) {
  results::CategoryFigure figure;
  figure.id = evidence::scaling_dimensions;
  figure.title = "Scaling dimensions of flowed configurations";
  figure.caption = fmt::format(
      "Powers of L fitted over L = {} to {}; means and errors over {} training seeds. The training data at "
      "the "
      "same sizes are the control: their powers are effective ones, not yet those of theory. For sigma below "
      "d/2 theory is what finite sizes "
      "show: <|m|> ~ L^-d/4 has no Delta_sigma in it, Y ~ L^y_t* stands for 2 - y_t* = 1.",
      m.settings.rbm.sizes.front(), m.settings.rbm.sizes.back(), m.settings.rbm.seeds);
  figure.value.title = "scaling dimension";
  figure.category_title = "model, exponent";
  for (const auto& subject : m.models)
    for (const auto& s : scaled()) {
      const std::string category = fmt::format("{}: {}", subject.label, s.exponent);
      for (const auto& arm : arms_of(m)) {
        const auto mean = over_seeds(dimensions_of(m, subject.id, arm).*s.seeds);
        figure.points.push_back({category, arm_label(arm), mean.value, mean.error});
      }
      const bool epsilon = s.member == &analysis::ScalingPoint::response;
      figure.points.push_back(
          {category, "theory", epsilon ? subject.expected_epsilon() : subject.theory.delta_sigma, none});
    }
  return results::category_figure(figure);
}

results::Figure range_figure(const Measurements& m) {
  results::LineFigure figure;
  figure.id = evidence::range_flows;
  figure.title = "Flows of RBMs trained on a range of temperatures";
  figure.caption = fmt::format(
      "T/T_c by bond energy against reconstructions from the coldest and the hottest start, on {0} x {0}; "
      "means and errors over training seeds. Where both curves meet and stay, there is a fixed point.",
      m.settings.range.size);
  figure.x = {.title = "reconstructions", .scale = results::Scale::symlog};
  figure.y = {.title = "T/T_c", .least = 0, .most = 2.5};
  figure.columns = 3;
  for (const auto& subject : m.models)
    for (const char* range : {"narrow", "wide"})
      for (const bool hot : {false, true}) {
        results::Series series{.name = fmt::format("{} range, {} start", range, hot ? "hot" : "cold"),
                               .points = {},
                               .mark = results::Mark::curve,
                               .panel = subject.label,
                               .colour = (std::string(range) == "wide" ? 2 : 0) + (hot ? 1 : 0)};
        for (std::size_t step = 0; step <= static_cast<std::size_t>(m.settings.range.steps); ++step) {
          std::vector<stats::Estimate> ratios;
          for (const auto& flow : m.ranges)
            if (flow.model == subject.id && flow.range == range && !flow.starts.empty())
              ratios.push_back(
                  ratio_of(flow, m, (hot ? flow.starts.back() : flow.starts.front()).steps[step]));
          const auto mean = over_seeds(ratios);
          series.points.push_back({.x = static_cast<double>(step), .y = mean.value, .error = mean.error});
        }
        figure.series.push_back(std::move(series));
      }
  figure.rules = {{1, "T_c", false}};
  return results::line_figure(figure);
}

results::Figure order_figure(const Measurements& m) {
  results::LineFigure figure;
  figure.id = evidence::order_exponents;
  figure.title = "|m| against 1 - T/T_c after few reconstructions";
  figure.caption =
      "The fitted exponent of |m| = c (1 - T/T_c)^beta, T read by bond energy at the same step, over the "
      "starts "
      "that lie below T_c then, against the number of reconstructions; step 0 is the configurations "
      "themselves. "
      "Means and errors over training seeds. After few steps the flow still remembers where it began.";
  figure.x = {.title = "reconstructions", .whole = true};
  figure.y = {.title = "beta"};
  figure.columns = 3;
  figure.own_y_axes = true;
  for (const auto& subject : m.models)
    for (const char* range : {"narrow", "wide"}) {
      results::Series series{.name = fmt::format("{} range", range), .points = {}, .panel = subject.label};
      for (int step = 0; step <= static_cast<int>(m.settings.range.early_steps); ++step) {
        const auto mean = over_seeds(order_exponents(m, subject.id, range, step));
        series.points.push_back({.x = static_cast<double>(step), .y = mean.value, .error = mean.error});
      }
      figure.series.push_back(std::move(series));
    }
  return results::line_figure(figure);
}

}  // namespace

SeedDimensions dimensions_of(const Measurements& m, const std::string& model, const std::string& arm) {
  SeedDimensions all;
  for (std::size_t seed = 0; seed < seeds_of(m); ++seed) {
    std::vector<analysis::ScalingPoint> points;
    for (const auto& r : m.sizes)
      if (r.model == model && r.arm == arm && r.seed == seed) points.push_back(r.point);
    std::ranges::sort(points, {}, &analysis::ScalingPoint::size);
    // A size whose training failed leaves the seed without a number: dimensions of other sizes are others.
    const bool whole = points.size() == m.settings.rbm.sizes.size();
    std::optional<analysis::ScalingDimensions> found;
    if (whole) found = analysis::scaling_dimensions(points, dimension);
    for (const auto& s : scaled())
      (all.*s.seeds).push_back(found ? ((*found).*s.fit).dimension : stats::Estimate{});
  }
  return all;
}

std::vector<analysis::ScalingPoint> mean_points(const Measurements& m, const std::string& model,
                                                const std::string& arm) {
  std::vector<analysis::ScalingPoint> points;
  for (const double size : m.settings.rbm.sizes) {
    analysis::ScalingPoint point{.size = size, .abs_m = {}, .mode_2 = {}, .response = {}};
    bool any = false;
    for (const auto& s : scaled()) {
      std::vector<stats::Estimate> values;
      for (const auto& r : m.sizes)
        if (r.model == model && r.arm == arm && static_cast<double>(r.size) == size)
          values.push_back(r.point.*s.member);
      point.*s.member = over_seeds(values);
      any = any || !values.empty();
    }
    if (any) points.push_back(point);
  }
  return points;
}

RangeStop range_stop(const Measurements& m, const std::string& model, const std::string& range,
                     const std::string& gauge) {
  std::vector<std::vector<stats::Estimate>> courses;  // cold and hot of each seed
  for (const auto& flow : m.ranges) {
    if (flow.model != model || flow.range != range || flow.starts.empty()) continue;
    for (const auto* start : {&flow.starts.front(), &flow.starts.back()}) {
      courses.emplace_back();
      for (const auto& step : flow::last_quarter(*start))
        courses.back().push_back(ratio_of(flow, m, step, gauge));
    }
  }
  RangeStop stop;
  bool hot = false;
  for (const auto& end : flow::endings(courses)) {
    (hot ? stop.hot : stop.cold).push_back(end.mean);
    (hot ? stop.hot_drift : stop.cold_drift).push_back(end.drift);
    hot = !hot;
  }
  return stop;
}

std::vector<stats::Estimate> order_exponents(const Measurements& m, const std::string& model,
                                             const std::string& range, int step) {
  std::vector<stats::Estimate> all;
  for (const auto& flow : m.ranges) {
    if (flow.model != model || flow.range != range) continue;
    std::vector<analysis::OrderPoint> points;
    for (const auto& start : flow.starts) {
      const auto& row = start.steps[static_cast<std::size_t>(step)];
      const auto found = row.readings.find("bond-energy");
      if (found == row.readings.end() || found->second.censored) continue;
      const double t_c = m.subject(model).critical_temperature();
      const auto& t = found->second;
      // What may lie at T_c or above is no point of the ordered phase.
      if (t.value + 2 * t.error < t_c && row.abs_magnetization.error > 0)
        points.push_back({1 - t.value / t_c, row.abs_magnetization, t.error / t_c});
    }
    const bool apart = std::ranges::any_of(
        points, [&](const auto& point) { return point.reduced != points.front().reduced; });
    all.push_back(apart ? analysis::order_exponent(points).dimension : stats::Estimate{});
  }
  return all;
}

void add_scaling_tables(const Measurements& m, results::Results& results) {
  results.tables[evidence::scaling_table] = scaling_table(m);
  add_dimensions(m, results);
  add_ranges(m, results);
}

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
