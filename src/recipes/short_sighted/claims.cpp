// SPDX-License-Identifier: Apache-2.0
// How short-sighted judges. The criteria stand in its TOML.
#include "recipes/claims.hpp"

#include "recipes/short_sighted/evidence.hpp"
#include "recipes/short_sighted/measurements.hpp"
#include "studies/critical_point/agreement.hpp"

namespace spinflow::recipes::short_sighted {

namespace {

/// Right for nearest neighbours, wrong for each long-range model; a part of the trial is one of the models.
Verdict contrast(const Measurements& m, const Trial& trial) {
  bool nearest = false;
  bool long_range = false;
  bool supported = true;
  for (std::size_t i = 0; const auto& part : trial.parts()) {
    const bool far = m.models[i++].long_range();
    const Verdict expected = far ? Verdict::contradicted : Verdict::supported;
    (far ? long_range : nearest) = true;
    if (part.verdict != Verdict::inconclusive && part.verdict != expected) return Verdict::contradicted;
    supported = supported && part.verdict == expected;
  }
  return verdict_if(false, supported && nearest && long_range);
}

const Subject* nearest_of(const Measurements& m) {
  const auto found = std::ranges::find(m.models, "nearest", &Subject::id);
  return found == m.models.end() ? nullptr : &*found;
}

/// The dimension that theory has for Y, or where it has none 2 - y_t of the Monte Carlo part.
stats::Estimate theory_epsilon(const Measurements& m, const Subject& subject) {
  if (const double epsilon = subject.theory.shown_epsilon(); std::isfinite(epsilon))
    return {.value = epsilon, .error = 0};
  const auto* run = m.critical_run(subject.id);
  if (run == nullptr) return {};
  const auto& y_t = run->results.values.at("y_t");
  return {.value = 2 - y_t.value, .error = studies::critical::combined_error(y_t.error, y_t.systematic)};
}

Claim scaling_claim(const Measurements& m, const std::string& id, const std::string& arm, bool against_data) {
  std::vector<EvidenceName> shown = {evidence.scaling_dimensions, evidence.scaling_dimensions_table,
                                     evidence.scaling_table};
  for (const auto& subject : m.models) {
    shown.push_back(evidence.scaling.named(subject.figure_id()));
    shown.push_back(evidence.scaling_residuals.named(subject.figure_id()));
  }
  Trial trial(m.settings.criteria, id, shown);
  if (!trial.needs(std::ranges::find(m.settings.rbm.arms, arm) != m.settings.rbm.arms.end(),
                   fmt::format("the {} arm is not among rbm.arms", arm)))
    return trial.judged();
  for (const auto& subject : m.models) {
    const auto of_arm = scaling_of(m, subject, arm);
    const auto data = scaling_of(m, subject, "data");
    trial.begin_part(subject.label);
    for (const auto& q : studies::scaling_quantities()) {
      const bool of_abs_m = q.member == &analysis::ScalingPoint::abs_m;
      if (subject.theory.mean_field() && of_abs_m) continue;
      const auto values = of_arm.dimensions(q);
      const auto control = data.dimensions(q);
      auto difference = against_data ? paired(values, control) : over_seeds(values);
      if (!against_data) {
        const auto theory = q.is_response()
                                ? theory_epsilon(m, subject)
                                : stats::Estimate{.value = q.dimension(subject.theory), .error = 0};
        difference = {.value = difference.value - theory.value,
                      .error = std::hypot(difference.error, theory.error)};
      }
      trial.within(q.is_response() ? "Delta_epsilon off by"
                   : of_abs_m      ? "Delta_sigma by <|m|> off by"
                                   : "Delta_sigma by |m_k|^2 off by",
                   difference, q.is_response() ? "epsilon" : "sigma",
                   against_data ? common_seeds(values, control) : finite_seeds(values));
    }
  }
  trial.decide_by_parts(contrast(m, trial));
  if (const auto* nearest = nearest_of(m))
    trial.measured(
        over_seeds(scaling_of(m, *nearest, arm).dimensions(studies::scaling_quantities().front())));
  const auto& settings = arm == "good" ? m.settings.good : m.settings.cheap;
  trial.say(
      {{"k", settings.k},
       {"share", settings.hidden_share},
       {"updates", settings.updates},
       {"least", m.settings.rbm.sizes.front()},
       {"most", m.settings.rbm.sizes.back()},
       {"steps", m.settings.rbm.steps},
       {"against",
        against_data
            ? "at these sizes the data themselves have effective dimensions, so agreement with them says "
              "that the model has learnt, not that the flow is critical"
            : "the training data at these sizes do not show the dimensions of theory either where their "
              "own row of the table is off"}});
  return trial.judged();
}

Claim fixed_point_claim(const Measurements& m, const std::string& id, const std::string& range) {
  Trial trial(m.settings.criteria, id, {evidence.range_flows, evidence.range_flows_table});
  std::vector<std::string> found;
  for (const auto& subject : m.models) {
    const auto stop = range_stop(m, subject.id, range);
    trial.begin_part(subject.label);
    trial.within("hot minus cold start in T/T_c", paired(stop.start_seeds[1], stop.start_seeds[0]), "common",
                 common_seeds(stop.start_seeds[1], stop.start_seeds[0]));
    trial.within("drift of the cold start", stop.drift_seeds[0], "drift");
    trial.within("drift of the hot start", stop.drift_seeds[1], "drift");
    std::vector<std::string> readings;
    for (const auto& [gauge, label] :
         {std::pair{"bond-energy", "bond energy"}, std::pair{"magnetization", "<|m|>"},
          std::pair{"energy", "the full energy"}}) {
      const auto by = range_stop(m, subject.id, range, gauge);
      readings.push_back(fmt::format("{} from the cold and {} from the hot start by {}", text(by.starts[0]),
                                     text(by.starts[1]), label));
    }
    found.push_back(fmt::format("{}: T/T_c {}", subject.label, fmt::join(readings, ", ")));
    if (!subject.long_range()) trial.measured(stop.starts[0]);
  }
  bool wrong = false;
  bool right = true;
  for (const auto& part : trial.parts()) {
    // Ends that disagree while one still moves have not shown that they stay apart.
    wrong = wrong || (part.checks[0].status == Status::violated && part.checks[1].status == Status::met &&
                      part.checks[2].status == Status::met);
    right = right && part.verdict == Verdict::supported;
  }
  trial.decide_by_parts(verdict_if(wrong, right));
  trial.say({{"size", m.settings.range.size}, {"steps", m.settings.range.steps}, {"found", {found, "; "}}});
  return trial.judged();
}

Claim order_claim(const Measurements& m) {
  const int step = static_cast<int>(m.settings.range.early_steps);
  Trial trial(m.settings.criteria, "b7", {evidence.order_exponents, evidence.order_exponents_table});
  std::vector<std::string> found;
  for (const auto& subject : m.models) {
    const auto start = order_exponents(m, subject.id, "narrow", 0);
    const auto end = order_exponents(m, subject.id, "narrow", step);
    trial.begin_part(subject.label);
    trial.within("exponent minus that of the start", paired(end, start), "exponent",
                 common_seeds(end, start));
    found.push_back(fmt::format("{}: {} at the start, {} after {} steps", subject.label,
                                text(over_seeds(start)), text(over_seeds(end)), step));
    if (!subject.long_range()) trial.measured(over_seeds(end));
  }
  trial.decide_by_parts(contrast(m, trial));
  trial.say({{"found", {found, "; "}}});
  return trial.judged();
}

}  // namespace

std::vector<Claim> claims_b(const Measurements& m) {
  return {scaling_claim(m, "b1", "good", true),
          scaling_claim(m, "b2", "cheap", true),
          scaling_claim(m, "b3", "good", false),
          scaling_claim(m, "b4", "cheap", false),
          fixed_point_claim(m, "b5", "narrow"),
          fixed_point_claim(m, "b6", "wide"),
          order_claim(m)};
}

std::vector<Claim> claims(const Measurements& m) {
  std::vector<Claim> all;
  for (const auto& subject : m.models) all.push_back(claim_a(m, subject));
  std::ranges::move(claims_b(m), std::back_inserter(all));
  for (const auto& subject : m.models) all.push_back(claim_c(m, subject));
  for (const auto& subject : m.models) all.push_back(claim_d(m, subject));
  return all;
}

}  // namespace spinflow::recipes::short_sighted
