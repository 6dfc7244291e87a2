// SPDX-License-Identifier: Apache-2.0
// Claims a, b1 and b2: whether the flow of type V has a fixed point, and whether that is T_c.
#include <set>

#include "recipes/claims.hpp"
#include "recipes/iso2018/evidence.hpp"
#include "recipes/iso2018/measurements.hpp"
#include "studies/ensemble_numbers.hpp"

namespace spinflow::recipes::iso2018 {

Claim claim_a(const Measurements& m, const FixedPoint& v) {
  Trial trial(m.settings.criteria, "a", {evidence.flow_temperature, evidence.fixed_points_table});
  if (!trial.enough_seeds(v.seeds)) return trial.judged();
  for (const auto& [gauge, stop] : {std::pair{"energy", &v.energy}, {"magnetization", &v.magnetization}}) {
    trial.within(fmt::format("hot minus cold start in T by {}", gauge), stop->difference, "common", v.seeds);
    for (const auto& drift : stop->drifts)
      trial.within(fmt::format("the drift of a start in T by {} over the last quarter", gauge), drift,
                   "drift", v.seeds);
  }
  trial.measured(v.energy.difference);
  trial.say({{"difference", v.energy.difference},
             {"difference_magnetization", v.magnetization.difference},
             {"drift", v.energy.drift()},
             {"drift_magnetization", v.magnetization.drift()},
             {"method", m.settings.train.method},
             {"k", m.settings.train.k},
             {"hidden", m.settings.rbm.hidden},
             {"steps", m.settings.flow.steps}});
  return trial.judged();
}

Claim claim_b1(const Measurements& m, const FixedPoint& point) {
  Trial trial(m.settings.criteria, "b1", {evidence.classifier_flow, evidence.classifier_calibration});
  if (!trial.enough_seeds(point.seeds)) return trial.judged();
  const VariantResult& v = *m.find("V");
  const auto& grid = m.settings.ensemble.temperatures;
  const double wanted =
      *std::ranges::min_element(grid, {}, [](double t) { return std::abs(t - square_critical_temperature); });
  const auto last = static_cast<std::size_t>(m.settings.flow.steps);
  bool one_agrees = false;
  bool all_agree = true;
  std::vector<std::string> found;
  for (const std::string gauge : {"classifier-small", "classifier-large"}) {
    bool both = true;
    for (std::size_t start = 0; start < m.settings.flow.starts.size(); ++start) {
      const auto p = studies::mean_distribution(v.flows_from(start), gauge, last);
      const double mode = grid[static_cast<std::size_t>(std::ranges::max_element(p) - p.begin())];
      both = both && mode == wanted;
      found.push_back(fmt::format("{} from T = {}: {}", gauge, m.settings.flow.starts[start], mode));
    }
    one_agrees = one_agrees || both;
    all_agree = all_agree && both;
  }
  std::vector<double> modes;
  for (const auto& seed : v.seeds) {
    if (!seed.failure.empty()) continue;
    double mean = 0;
    for (const auto& start : seed.starts)
      mean += start.steps[last].readings.at("classifier-large").mode.value_or(none) /
              static_cast<double>(seed.starts.size());
    modes.push_back(mean);
  }
  trial.measured(over_seeds(modes));
  trial.decide(verdict_if(!one_agrees, all_agree),
               fmt::format("the most probable temperature is {}, where T = {} is the bin at T_c",
                           fmt::join(found, ", "), wanted));
  trial.say({{"modes", {found, ", "}}, {"apart", grid[1] - grid[0]}});
  return trial.judged();
}

Claim claim_b2(const Measurements& m, const FixedPoint& v) {
  Trial trial(m.settings.criteria, "b2",
              {evidence.correlation, evidence.fixed_points, evidence.flowed_ensembles_table,
               evidence.two_sample, evidence.fixed_points_table});
  if (!trial.enough_seeds(v.seeds)) return trial.judged();
  const auto away = [&](const char* label, const Stop& stop) {
    auto distance = quoted_reading(v, stop);
    distance.value -= square_critical_temperature;
    trial.within(label, distance, "distance", v.seeds);
  };
  away("T_energy* - T_c", v.energy);
  away("T_magnetization* - T_c", v.magnetization);
  const auto flow = flowed(*m.find("V"));
  const auto truth = studies::correlation_fall(m.critical);
  trial.ask(
      within(fmt::format("fall of G(r), flowed {} minus true {},", text(flow.fall), text(truth)),
             {.value = flow.fall.value - truth.value, .error = std::hypot(flow.fall.error, truth.error)},
             trial.number("fall") * truth.value, v.seeds));
  std::set<Control> controls;
  const auto shift_of = [&](const FixedPoint& point) {
    return v.common() && point.common() ? paired_difference(point.energy, v.energy) : stats::Estimate{};
  };
  for (const auto& other : m.variants) {
    const auto control = control_of(other.variant, m.settings);
    if (!control) continue;
    controls.insert(*control);
    const auto point = fixed_point(other, m);
    trial.within(other.variant.id + " - V", shift_of(point), "shift",
                 common_seeds(point.energy.seeds, v.energy.seeds));
  }
  if (controls != std::set{Control::length, Control::decay, Control::range})
    trial.doubt("a training length, a weight decay or a range of temperatures is missing among the controls");
  const auto quoted = quoted_reading(v, v.energy);
  trial.measured(quoted);
  std::string of_gap;
  if (const auto* gap = m.find("gap")) {
    const auto point = fixed_point(*gap, m);
    of_gap = "; type gap has no common fixed point to compare";
    if (v.common() && point.common()) {
      const auto shift = shift_of(point);
      // The 5 % test of equivalence: the two-sided 90 % interval lies within the margin.
      const double reach = one_sided_interval(common_seeds(point.energy.seeds, v.energy.seeds)) * shift.error;
      const bool equivalent = std::abs(shift.value) + reach < trial.number("gap");
      of_gap = fmt::format(
          "; trained without the temperatures around T_c (gap) the fixed point moves by {}: {} within {}",
          text(shift), equivalent ? "equivalent" : "not shown to be equivalent", trial.number("gap"));
    }
  }
  trial.say({{"gap", of_gap}, {"magnetization", quoted_reading(v, v.magnetization)}});
  return trial.judged();
}

std::vector<Claim> claims(const Measurements& m) {
  const FixedPoint v = fixed_point(*m.find("V"), m);
  return {claim_a(m, v), claim_b1(m, v), claim_b2(m, v), claim_c(m, v), claim_d(m), claim_e(m), claim_f(m)};
}

}  // namespace spinflow::recipes::iso2018
