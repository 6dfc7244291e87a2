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

std::vector<Trial::Part> Trial::parts() const {
  const auto checks = studies::answers(questions_);
  std::vector<Part> all;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const auto at = [&](std::size_t n) { return checks.begin() + static_cast<std::ptrdiff_t>(n); };
    const std::size_t end = i + 1 < parts_.size() ? parts_[i + 1].second : checks.size();
    auto& part = all.emplace_back(Part{parts_[i].first, {at(parts_[i].second), at(end)}, {}});
    part.verdict = studies::verdict_of(part.checks);
  }
  return all;
}

void Trial::decide_by_parts(Verdict verdict) {
  std::vector<std::string> words;
  for (const auto& part : parts())
    words.push_back(fmt::format("{}: {}", part.name, studies::because(part.checks)));
  decide(verdict, fmt::format("{}", fmt::join(words, "; ")));
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
  std::vector<std::string> of_parts;
  for (const auto& part : parts())
    of_parts.push_back(fmt::format("{}: {}", part.name, studies::words_of(part.checks, "right", "wrong")));
  auto names = names_in(said.control);
  names.merge(names_in(said.qualification));
  for (const auto& [name, own] : Words{{"met", met()},
                                       {"violated", violated()},
                                       {"open", open()},
                                       {"checks", studies::words_of(checks())},
                                       {"parts", {of_parts, "; "}},
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
