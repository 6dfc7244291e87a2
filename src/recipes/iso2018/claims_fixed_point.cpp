// SPDX-License-Identifier: Apache-2.0
// Claims a, b1 and b2: whether the flow of type V has a fixed point, and whether that is T_c.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "recipes/iso2018/claims.hpp"
#include "recipes/iso2018/evidence.hpp"
#include "spinflow/results/figures.hpp"

namespace spinflow::recipes::iso2018 {

using results::Claim;
using results::Verdict;

Claim claim_a(const Measurements& m, const FixedPoint& v) {
  Claim claim =
      m.settings.criteria.claim("a",
                                "The flow of an RBM trained at all temperatures (type V) leads from low and "
                                "from high temperature to one fixed point.",
                                {evidence::flow_temperature, evidence::fixed_points_table});
  if (!enough_seeds(v, claim)) return claim;
  claim.measured = v.energy.difference.value;
  claim.error = v.energy.difference.error;
  claim.control = fmt::format(
      "hot minus cold start: {} by energy, {} by magnetization; larger drift of the two starts over the "
      "last quarter: {} and {}",
      text(v.energy.difference), text(v.magnetization.difference), text(v.energy.drift()),
      text(v.magnetization.drift()));
  std::vector<Question> questions;
  for (const auto* stop : {&v.energy, &v.magnetization}) {
    questions.push_back(within("", stop->difference, m.settings.criteria.number("a", "common"), v.seeds));
    for (const auto& drift : stop->drifts)
      questions.push_back(within("", drift, m.settings.criteria.number("a", "drift"), v.seeds));
  }
  claim.verdict = verdict_of(answers(questions));
  claim.qualification = fmt::format(
      "for {}-{}, N_h = {}, {} steps; measured is the difference of the two starts in T by energy",
      m.settings.train.method, m.settings.train.k, m.settings.rbm.hidden, m.settings.flow.steps);
  return claim;
}

Claim claim_b1(const Measurements& m, const FixedPoint& point) {
  Claim claim =
      m.settings.criteria.claim("b1",
                                "At the paper's resolution the fixed point is T_c: the classifier's most "
                                "probable temperature is the bin at T_c.",
                                {evidence::classifier_flow, evidence::classifier_calibration});
  if (!enough_seeds(point, claim)) return claim;
  const VariantResult& v = *m.find("V");
  const auto& grid = m.settings.ensemble.temperatures;
  const double wanted =
      *std::ranges::min_element(grid, {}, [](double t) { return std::abs(t - square_critical_temperature); });
  const auto last = static_cast<std::size_t>(m.settings.flow.steps);
  int agreeing = 0;
  std::vector<std::string> found;
  for (const std::string gauge : {"classifier-small", "classifier-large"}) {
    bool both = true;
    for (std::size_t start = 0; start < m.settings.flow.starts.size(); ++start) {
      const auto p = mean_distribution(v, gauge, start, last);
      const double mode = grid[static_cast<std::size_t>(std::ranges::max_element(p) - p.begin())];
      both = both && mode == wanted;
      found.push_back(fmt::format("{} from T = {}: {}", gauge, m.settings.flow.starts[start], mode));
    }
    agreeing += both ? 1 : 0;
  }
  std::vector<double> modes;
  for (const auto& seed : v.seeds) {
    if (!seed.failure.empty()) continue;
    double mean = 0;
    for (const auto& start : seed.starts)
      mean += start.steps[last].readings.at("classifier-large").mode.value_or(results::none) /
              static_cast<double>(seed.starts.size());
    modes.push_back(mean);
  }
  const auto measured = over_seeds(modes);
  claim.measured = measured.value;
  claim.error = measured.error;
  claim.control =
      fmt::format("modes {}; true T_c configurations and every other temperature are read in the calibration",
                  fmt::join(found, ", "));
  claim.verdict = agreeing == 2   ? Verdict::supported
                  : agreeing == 0 ? Verdict::contradicted
                                  : Verdict::inconclusive;
  claim.qualification = fmt::format(
      "a statement about a grid of temperatures {:.2f} apart, not about criticality: see b2; measured is "
      "the mode of the large net, mean over starts and seeds",
      grid[1] - grid[0]);
  return claim;
}

Claim claim_b2(const Measurements& m, const FixedPoint& v) {
  Claim claim = m.settings.criteria.claim(
      "b2", "The fixed point is T_c as a property of the ensemble.",
      {evidence::correlation, evidence::fixed_points, evidence::flowed_ensembles_table, evidence::two_sample,
       evidence::fixed_points_table});
  if (!enough_seeds(v, claim)) return claim;
  const VariantResult& standard = *m.find("V");
  std::vector<Question> questions;
  const auto away = [&](const char* label, const Stop& stop) {
    auto distance = quoted_reading(v, stop);
    distance.value -= square_critical_temperature;
    questions.push_back(within(label, distance, m.settings.criteria.number("b2", "distance"), v.seeds));
  };
  away("T_energy* - T_c", v.energy);
  away("T_magnetization* - T_c", v.magnetization);
  const auto flow = flowed(standard);
  const auto truth = fall_of(m.critical);
  questions.push_back(
      within(fmt::format("fall of G(r), flowed {} minus true {},", text(flow.fall), text(truth)),
             {.value = flow.fall.value - truth.value, .error = std::hypot(flow.fall.error, truth.error)},
             m.settings.criteria.number("b2", "fall") * truth.value, v.seeds));
  int lengths = 0;
  int decays = 0;
  int ranges = 0;
  for (const auto& other : m.variants) {
    const auto control = control_of(other.variant, m.settings);
    if (!control) continue;
    const auto point = fixed_point(other, m);
    stats::Estimate shift;
    if (v.common() && point.common()) shift = paired_difference(point.energy, v.energy);
    questions.push_back(within(other.variant.id + " - V", shift, m.settings.criteria.number("b2", "shift"),
                               common_seeds(point.energy.seeds, v.energy.seeds)));
    lengths += control == Control::length ? 1 : 0;
    decays += control == Control::decay ? 1 : 0;
    ranges += control == Control::range ? 1 : 0;
  }
  const auto checks = answers(questions);
  claim.verdict = verdict_of(checks);
  if (lengths == 0 || decays == 0 || ranges == 0) claim.verdict = Verdict::inconclusive;
  const auto quoted = quoted_reading(v, v.energy);
  claim.measured = quoted.value;
  claim.error = quoted.error;
  claim.control =
      fmt::format("violated: {}; met: {}", list(checks, Status::violated), list(checks, Status::met));
  if (const auto* gap = m.find("gap")) {
    const auto point = fixed_point(*gap, m);
    if (v.common() && point.common()) {
      const auto shift = paired_difference(point.energy, v.energy);
      // The 5 % test of equivalence: the two-sided 90 % interval lies within the margin.
      const double reach = one_sided_interval(common_seeds(point.energy.seeds, v.energy.seeds)) * shift.error;
      const double margin = m.settings.criteria.number("b2", "gap");
      const bool equivalent = std::abs(shift.value) + reach < margin;
      claim.control += fmt::format(
          "; trained without the temperatures around T_c (gap) the fixed point moves by {}: {} within {}",
          text(shift), equivalent ? "equivalent" : "not shown to be equivalent", margin);
    } else {
      claim.control += "; type gap has no common fixed point to compare";
    }
  }
  claim.qualification = fmt::format("undecided: {}; measured is T_energy*, T_magnetization* = {}",
                                    list(checks, Status::open), text(quoted_reading(v, v.magnetization)));
  return claim;
}

}  // namespace spinflow::recipes::iso2018
