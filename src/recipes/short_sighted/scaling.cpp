// SPDX-License-Identifier: Apache-2.0
// Scaling dimensions of the flows of short-sighted, and where flows of a range stop.
#include "recipes/short_sighted/scaling.hpp"

#include <algorithm>
#include <optional>

namespace spinflow::recipes::short_sighted {

const std::vector<Scaled>& quantities() {
  static const std::vector<Scaled> all = {
      {"abs_m", "<|m|>", "Delta_sigma from <|m|>", &analysis::ScalingPoint::abs_m,
       &analysis::ScalingDimensions::sigma_abs_m, &SeedDimensions::sigma_abs_m},
      {observables::mode_2, "<|m_k|^2>", "Delta_sigma from |m_k|^2", &analysis::ScalingPoint::mode_2,
       &analysis::ScalingDimensions::sigma_mode, &SeedDimensions::sigma_mode},
      {observables::response, "Y", "Delta_epsilon from Y", &analysis::ScalingPoint::response,
       &analysis::ScalingDimensions::epsilon, &SeedDimensions::epsilon}};
  return all;
}

std::vector<std::string> arms_of(const Measurements& m) {
  std::vector<std::string> arms = {"data"};
  arms.insert(arms.end(), m.settings.rbm.arms.begin(), m.settings.rbm.arms.end());
  return arms;
}

stats::Estimate ratio_of(const Subject& subject, const flow::FlowStep& step, const std::string& gauge) {
  const auto t = shown(step.by(gauge));
  const double t_c = subject.critical_temperature();
  return {.value = t.value / t_c, .error = t.error / t_c};
}

SeedDimensions dimensions_of(const Measurements& m, const std::string& model, const std::string& arm) {
  SeedDimensions all;
  for (std::size_t seed = 0; seed < static_cast<std::size_t>(m.settings.rbm.seeds); ++seed) {
    std::vector<analysis::ScalingPoint> points;
    for (const auto& r : m.sizes)
      if (r.model == model && r.arm == arm && r.seed == seed) points.push_back(r.point);
    std::ranges::sort(points, {}, &analysis::ScalingPoint::size);
    // A size whose training failed leaves the seed without a number: dimensions of other sizes are others.
    const bool whole = points.size() == m.settings.rbm.sizes.size();
    std::optional<analysis::ScalingDimensions> found;
    if (whole) found = analysis::scaling_dimensions(points, dimension);
    for (const auto& s : quantities())
      (all.*s.seeds).push_back(found ? ((*found).*s.fit).dimension : stats::Estimate{});
  }
  return all;
}

std::vector<analysis::ScalingPoint> mean_points(const Measurements& m, const std::string& model,
                                                const std::string& arm) {
  std::vector<analysis::ScalingPoint> points;
  for (const auto size : m.settings.rbm.sizes) {
    analysis::ScalingPoint point{
        .size = static_cast<double>(size), .abs_m = {}, .mode_2 = {}, .response = {}};
    bool any = false;
    for (const auto& s : quantities()) {
      std::vector<stats::Estimate> values;
      for (const auto& r : m.sizes)
        if (r.model == model && r.arm == arm && r.size == size) values.push_back(r.point.*s.member);
      point.*s.member = over_seeds(values);
      any = any || !values.empty();
    }
    if (any) points.push_back(point);
  }
  return points;
}

studies::Stop range_stop(const Measurements& m, const std::string& model, const std::string& range,
                         const std::string& gauge) {
  std::vector<std::vector<const flow::Trajectory*>> seeds;
  for (const auto& flow : m.ranges)
    if (flow.model == model && flow.range == range && !flow.starts.empty())
      seeds.push_back({&flow.starts.front(), &flow.starts.back()});
  auto stop = studies::stop_of(
      seeds, [&](const flow::FlowStep& step) { return ratio_of(m.subject(model), step, gauge); },
      [](const stats::Estimate& t) { return thermometers::Reading{.value = t.value, .error = t.error}; }, {});
  // Nothing of both starts where every training failed.
  for (auto* by_start : {&stop.start_seeds, &stop.drift_seeds}) by_start->resize(2);
  stop.starts.resize(2);
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
      const auto t = row.by("bond-energy");
      if (t.censored) continue;
      const double t_c = m.subject(model).critical_temperature();
      // What may lie at T_c or above is no point of the ordered phase.
      const auto& m_abs = row[observables::abs_magnetization];
      if (t.value + 2 * t.error < t_c && m_abs.error > 0)
        points.push_back({1 - t.value / t_c, m_abs, t.error / t_c});
    }
    const bool apart = std::ranges::any_of(
        points, [&](const auto& point) { return point.reduced != points.front().reduced; });
    all.push_back(apart ? analysis::order_exponent(points).dimension : stats::Estimate{});
  }
  return all;
}

}  // namespace spinflow::recipes::short_sighted
