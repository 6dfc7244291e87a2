// SPDX-License-Identifier: Apache-2.0
// Part (a) of short-sighted: the critical points by Monte Carlo, from a plan that no clock has a part in.
#include <fmt/format.h>

#include <cmath>

#include "recipes/short_sighted/evidence.hpp"
#include "recipes/short_sighted/measurements.hpp"
#include "spinflow/results/figures.hpp"
#include "studies/critical_point/agreement.hpp"

namespace spinflow::recipes::short_sighted {

namespace {

double combined(const results::NamedValue& value) {
  return studies::critical::combined_error(value.error, value.systematic);
}

}  // namespace

studies::CriticalPlan plan_of(const McSettings& s, const Subject& subject, std::uint64_t seed) {
  auto plan = studies::plan_around(*subject.model, subject.critical_coupling, s.sizes, s.spread);
  plan.burn_in.assign(plan.sizes.size(), s.burn_in);
  plan.thinning.assign(plan.sizes.size(), s.thinning);
  plan.records = s.records;
  plan.batches = s.batches;
  plan.seed = seed >> 1;  // recipe.toml holds signed numbers
  return plan;
}

std::vector<CriticalRun> run_critical_points(const RunFolder& folder, const Settings& settings,
                                             const std::vector<Subject>& models) {
  std::vector<CriticalRun> runs(models.size());
  folder.in_turn(models.size(), [&](std::size_t i) {
    const auto& subject = models[i];
    folder.observer().note(fmt::format("critical point of {}", subject.label));
    const auto plan = plan_of(settings.mc, subject, folder.seed("critical." + subject.id));
    runs[i] = {subject.id,
               studies::kept_critical(plan, folder.command(), folder.path() / ("critical-" + subject.id),
                                      folder.is_joined(), folder.observer())};
  });
  return runs;
}

results::Claim claim_a(const Measurements& m, const Subject& subject) {
  Trial trial(m.settings.criteria, "a", {.id = m.numbered("a", subject), .word = subject.label},
              {evidence.critical_points_table, evidence.q_curves.named(subject.figure_id()),
               evidence.crossings.named(subject.figure_id())});
  const auto* run = m.critical_run(subject.id);
  if (!trial.needs(run != nullptr, "there is no Monte Carlo run")) return trial.judged();
  const auto& values = run->results.values;
  const studies::critical::AgreementErrors errors{trial.number("agree"), trial.number("contradict")};
  const auto check = [&](const char* name, const results::NamedValue& value, double expected, double margin) {
    if (!std::isfinite(expected)) return;
    const double error = combined(value);
    trial.settle({fmt::format("{} = {} (expected {:.6g})", name, text(value.value, error), expected),
                  studies::critical::agreement(value.value, error, expected, margin, errors)});
  };
  const auto& k_c = values.at("K_c");
  check("K_c", k_c, subject.critical_coupling, trial.number("k_c") * subject.critical_coupling);
  check("Delta_sigma", values.at("Delta_sigma"), subject.theory.delta_sigma, trial.number("delta_sigma"));
  check(subject.theory.nu_measurable ? "y_t" : "y_t*", values.at("y_t"), subject.theory.y_t,
        trial.number("y_t"));
  trial.measured({.value = k_c.value, .error = combined(k_c)});
  const auto& first = run->results.claims.front();
  const bool doubtful = first.verdict != results::Verdict::supported;
  if (doubtful) trial.doubt(first.control);
  const auto& y_t = values.at("y_t");
  trial.say({{"doubt", doubtful ? first.control + "; " : ""},
             {"theory", subject.theory.explanation.empty() ? "exact values" : subject.theory.explanation},
             {"y_t", text(y_t.value, combined(y_t))},
             {"used", text(subject.critical_coupling, subject.critical_coupling_error)}});
  return trial.judged();
}

namespace {

/// A value of a model's run, and what data and readings of this run refer to.
struct CriticalValue {
  std::string model;
  std::string quantity;
  results::NamedValue found;
  double used = results::none;
};

results::Record<CriticalValue> critical_record() {
  return results::Record<CriticalValue>()
      .add("model", &CriticalValue::model)
      .add("quantity", &CriticalValue::quantity)
      .add("value", &CriticalValue::found, &results::NamedValue::value)
      .add("error", &CriticalValue::found, &results::NamedValue::error)
      .add("systematic", &CriticalValue::found, &results::NamedValue::systematic)
      .add("theory", &CriticalValue::found, &results::NamedValue::expected)
      .add("used", &CriticalValue::used);
}

}  // namespace

void add_critical_tables(const Measurements& m, results::Results& results) {
  std::vector<CriticalValue> all;
  for (const auto& run : m.critical) {
    const auto& subject = m.subject(run.model);
    for (const auto& [name, value] : run.results.values) {
      auto& one = all.emplace_back(CriticalValue{subject.id, name, value});
      if (name == "K_c") one.used = subject.critical_coupling;
      if (name == "T_c") one.used = subject.critical_temperature();
      auto kept = value;
      if (name == "K_c" && !std::isfinite(kept.expected)) kept.expected = subject.critical_coupling;
      results.values[fmt::format("{}_{}", name, subject.id)] = kept;
    }
  }
  results.tables[evidence.critical_points_table] = critical_record().table(all);
}

std::vector<results::Figure> critical_figures(const Measurements& m) {
  std::vector<results::Figure> all;
  for (const auto& run : m.critical)
    for (auto figure : run.results.figures) {
      const auto model = m.subject(run.model).figure_id();
      if (figure.id == "q-curves")
        figure.id = evidence.q_curves.of(model);
      else if (figure.id == "crossings")
        figure.id = evidence.crossings.of(model);
      else
        continue;
      figure.title += fmt::format(" ({})", m.subject(run.model).label);
      all.push_back(std::move(figure));
    }
  return all;
}

}  // namespace spinflow::recipes::short_sighted
