// SPDX-License-Identifier: Apache-2.0
#include "recipes/trial.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spinflow::recipes {

// Here, and not with the other placeholders, because readers of recipes judge nothing.
Word::Word(const stats::Estimate& estimate) : value(studies::text(estimate)) {}

using results::Claim;
using results::Verdict;

Trial::Trial(const Criteria& criteria, std::string criterion, const ClaimOf& of,
             const std::vector<EvidenceName>& evidence)
    : criteria_(criteria),
      criterion_(std::move(criterion)),
      claim_(criteria.claim(criterion_, of, evidence)) {}

bool Trial::needs(bool there, std::string otherwise) {
  if (!there) missing_ = std::move(otherwise);
  return there;
}

bool Trial::enough_seeds(std::size_t seeds) {
  return needs(seeds >= studies::fewest_repetitions,
               fmt::format("{} training {} gave a result; a verdict needs the scatter over at least {}",
                           seeds, seeds == 1 ? "seed" : "seeds", studies::fewest_repetitions));
}

std::vector<studies::Check> Trial::checks() const {
  auto checks = studies::answers(questions_);
  checks.insert(checks.end(), settled_.begin(), settled_.end());
  return checks;
}

void Trial::decide(Verdict verdict, std::string because) {
  decided_ = true;
  decision_ = {verdict, std::move(because)};
}

Trial::Outcome Trial::verdict_and_reason() const {
  if (!missing_.empty()) return {Verdict::inconclusive, missing_};
  if (!doubt_.empty()) return {Verdict::inconclusive, doubt_};
  if (decided_) return decision_;
  const auto all = checks();
  const auto verdict = studies::verdict_of(all);
  if (verdict == Verdict::supported && !doubt_of_support_.empty())
    return {Verdict::inconclusive, doubt_of_support_};
  return {verdict, studies::because(all)};
}

void Trial::say(Words words) {
  const auto& said = criteria_.said(criterion_);
  auto names = names_in(said.control);
  names.merge(names_in(said.qualification));
  for (const auto& [name, own] : Words{{"met", met()},
                                       {"violated", violated()},
                                       {"open", open()},
                                       {"checks", studies::words_of(checks())},
                                       {"margins", margin_words()}})
    if (names.contains(name)) words.emplace_back(name, own);
  const auto texts = filled({said.control, said.qualification}, words, "[claims." + criterion_ + "]");
  control = texts[0];
  qualification = texts[1];
}

void Trial::measured(const stats::Estimate& value) {
  claim_.measured = value.value;
  claim_.error = value.error;
}

void Trial::measure_farthest() {
  if (const auto* most = farthest()) measured(most->value);
}

std::string Trial::margin_words() const {
  const auto all = checks();
  const auto* most = farthest();
  return fmt::format(
      "of {} means {} are within the margin, beyond it: {}, open: {}; largest: {}", all.size(),
      std::ranges::count(all, studies::Status::met, &studies::Check::status), violated(), open(),
      most == nullptr ? "none" : fmt::format("{} {}", most->label, studies::text(most->value)));
}

Claim Trial::judged() const {
  const Outcome outcome = verdict_and_reason();
  Claim claim = claim_;
  claim.verdict = outcome.verdict;
  claim.because = studies::sentence(outcome.because);
  claim.control = control;
  claim.qualification = missing_.empty() ? qualification : missing_;
  return claim;
}

}  // namespace spinflow::recipes
