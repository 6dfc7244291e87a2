// SPDX-License-Identifier: Apache-2.0
// Claims (c) and (d) of short-sighted, about stacks. The criteria stand in its TOML.
#include "recipes/claims.hpp"
#include "recipes/short_sighted/evidence.hpp"
#include "recipes/short_sighted/measurements.hpp"

namespace spinflow::recipes::short_sighted {

namespace {

/// T_c/T - 1 of a layer of the stack (or of block spins) of one model.
class Layers {
 public:
  Layers(const Measurements& m, const Subject& subject) : m_(m), subject_(subject) {}

  [[nodiscard]] Excess colder(const std::string& map, double shrinkage, int layer, double start = 1,
                              std::int64_t size = 0) const {
    auto of = layer_of(m_, subject_, map, shrinkage, layer);
    if (size != 0) of.size = size;
    return excess_of(m_, of, start);
  }
  /// T/T_c.
  template <class... Of>
  [[nodiscard]] std::string ratio(const Of&... of) const {
    return text(colder(of...).ratio());
  }

 private:
  const Measurements& m_;
  const Subject& subject_;
};

/// Under which other readings the sign is the same.
std::string other_readings(const Measurements& m, const Layers& layers) {
  const auto& s = m.settings.stack;
  const int last = static_cast<int>(s.hidden.size());
  const double middle = s.shrinkages[s.shrinkages.size() / 2];
  std::vector<std::string> others;
  for (const double shrinkage : s.shrinkages) {
    std::vector<std::string> each;
    for (int layer = 1; layer <= last; ++layer)
      each.push_back(fmt::format("layer {}: {} sampled, {} sign(h)", layer,
                                 layers.ratio("stack-sampled", shrinkage, layer),
                                 layers.ratio("stack-sign", shrinkage, layer)));
    others.push_back(fmt::format("lambda = {}: {}", shrinkage, fmt::join(each, ", ")));
  }
  for (const double start : s.starts) {
    if (start == 1) continue;
    others.push_back(fmt::format("T = {} T_c up the stack trained at T_c (lambda = {}): {}, majority {}",
                                 start, middle, layers.ratio("stack-sampled", middle, last, start),
                                 layers.ratio("block-majority", none, last, start)));
  }
  for (const double shrinkage : m.settings.large.shrinkages) {
    const int top = static_cast<int>(m.settings.large.hidden.size());
    const auto size = m.settings.large.size;
    others.push_back(fmt::format("L = {}, lambda = {}: layer {}: {}, majority {}", size, shrinkage, top,
                                 layers.ratio("stack-sampled", shrinkage, top, 1.0, size),
                                 layers.ratio("block-majority", none, top, 1.0, size)));
  }
  return fmt::format("{}", fmt::join(others, "; "));
}

}  // namespace

Claim claim_c(const Measurements& m, const Subject& subject) {
  Trial trial(m.settings.criteria, "c", {.id = m.numbered("c", subject), .word = subject.label},
              {evidence.correlator_profiles, evidence.layer_correlations, evidence.correlators_table,
               evidence.correlator_profiles_table});
  bool all_differ = true;
  bool one_agrees = false;
  const auto& shrinkages = m.settings.stack.shrinkages;
  std::vector<std::string> words;
  std::vector<std::string> reasons;
  for (const double shrinkage : shrinkages) {
    std::vector<Question> questions;
    stats::Estimate largest{.value = 0, .error = none};
    const auto stack = layer_of(m, subject, "stack-sampled", shrinkage, 1);
    for (const auto& [bin, values] : studies::bin_differences(
             m.stacks.profiles, stack, layer_of(m, subject, "block-majority", none, 1))) {
      const auto mean = over_seeds(values);
      if (std::abs(mean.value) > std::abs(largest.value)) largest = mean;
      questions.push_back(within(fmt::format("bin {}", bin), mean, trial.number("apart"), values.size()));
    }
    const auto verdict = verdict_of(answers(questions));
    all_differ = all_differ && verdict == Verdict::contradicted;
    one_agrees = one_agrees || verdict == Verdict::supported;
    std::vector<stats::Estimate> pearson;
    double p_value = 0;
    for (const auto& s : m.stacks.studies)
      // Of one map, which their table does not name.
      if (s.is(layer_of(m, subject, "", shrinkage, 1))) {
        pearson.push_back(s.pearson);
        p_value = std::max(p_value, s.p_value);
      }
    words.push_back(fmt::format("lambda = {}: largest difference {} ({}), Pearson {} (p at most {:.2g})",
                                shrinkage, text(largest),
                                verdict == Verdict::contradicted ? "differs"
                                : verdict == Verdict::supported  ? "agrees"
                                                                 : "open",
                                text(over_seeds(pearson)), p_value));
    if (shrinkage == shrinkages[shrinkages.size() / 2]) trial.measured(largest);
    reasons.push_back(fmt::format("{} for lambda = {}", text(largest), shrinkage));
  }
  trial.decide(verdict_if(one_agrees, all_differ),
               fmt::format("the largest difference of a bin is {}, and {} counts as a difference",
                           fmt::join(reasons, ", "), trial.number("apart")));
  trial.say({{"words", {words, "; "}}, {"lambda", shrinkages[shrinkages.size() / 2]}});
  return trial.judged();
}

Claim claim_d(const Measurements& m, const Subject& subject) {
  Trial trial(m.settings.criteria, "d",
              {.id = m.numbered("d", subject),
               .word = subject.label,
               .statement = subject.long_range() ? "statement" : "statement_nearest"},
              {evidence.layer_temperatures, evidence.shrinkage_scan,
               evidence.layer_readings.named(subject.figure_id()), evidence.off_critical,
               evidence.layer_temperatures_table, evidence.layer_readings_table});
  const auto& s = m.settings.stack;
  const int last = static_cast<int>(s.hidden.size());
  const Layers layers(m, subject);
  const double side = subject.long_range() ? 1 : -1;
  for (const double shrinkage : s.shrinkages) {
    const auto e = layers.colder("stack-sampled", shrinkage, last);
    trial.positive(fmt::format("lambda = {}: T/T_c {}; {} =", shrinkage, text(e.ratio()),
                               side > 0 ? "T_c/T - 1" : "1 - T_c/T"),
                   {.value = side * e.value.value, .error = e.value.error}, e.n);
  }
  const auto majority = layers.colder("block-majority", none, last);
  trial.positive(fmt::format("majority: T/T_c {}; 1 - T_c/T =", text(majority.ratio())),
                 {.value = -majority.value.value, .error = majority.value.error}, majority.n);
  const auto checks = trial.checks();
  const std::vector<Check> stacks(checks.begin(), checks.end() - 1);
  const auto all = [&](Status status) {
    return std::ranges::all_of(stacks, [&](const Check& c) { return c.status == status; });
  };
  const bool by_group = checks.back().status == Status::met || !subject.long_range();
  const bool contradicted =
      all(Status::violated) || (subject.long_range() && checks.back().status == Status::violated);
  std::vector<std::string> findings;
  for (const auto& check : checks) findings.push_back(check.finding);
  trial.decide(verdict_if(contradicted, all(Status::met) && by_group),
               fmt::format("{}", fmt::join(findings, "; ")));
  const double middle = s.shrinkages[s.shrinkages.size() / 2];
  trial.measured(shown(layers.colder("stack-sampled", middle, last).ratio()));
  trial.say({{"decimation", layers.ratio("decimation", none, last)},
             {"size", s.size},
             {"others", other_readings(m, layers)},
             {"last", last},
             {"lambda", middle}});
  return trial.judged();
}

}  // namespace spinflow::recipes::short_sighted
