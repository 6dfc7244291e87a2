// SPDX-License-Identifier: Apache-2.0
// The frame of a claim that is put to the test.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "recipes/criteria.hpp"
#include "recipes/evidence.hpp"
#include "recipes/placeholders.hpp"
#include "spinflow/results/results.hpp"
#include "studies/judging.hpp"

namespace spinflow::recipes {

/// A claim while it is judged. Its words and numbers are those of its section [criteria.<claim>]; what it
/// asks makes the verdict, and the sentence why:
///
///     Trial trial(criteria, "a", {evidence::flow_temperature});
///     if (!trial.enough_seeds(point.seeds)) return trial.judged();
///     trial.within("drift of the hot start", point.drift, "drift", point.seeds);
///     trial.measured(point.drift);
///     trial.say({{"difference", point.difference}});
///     return trial.judged();
///
/// Supported if all questions are met, contradicted if one is violated, inconclusive otherwise, unless the
/// claim says by what else it is decided.
class Trial {
 public:
  Trial(const Criteria& criteria, std::string criterion, const std::vector<EvidenceName>& evidence)
      : Trial(criteria, std::move(criterion), ClaimOf{}, evidence) {}
  /// One of several claims under a criterion.
  Trial(const Criteria& criteria, std::string criterion, const ClaimOf& of,
        const std::vector<EvidenceName>& evidence);

  /// A number of the criterion.
  [[nodiscard]] double number(const std::string& name) const { return criteria_.number(criterion_, name); }

  // --- What there must be before anything is asked. False, with the reason kept, if it is not there; then
  // the claim is inconclusive for that reason.
  [[nodiscard]] bool needs(bool there, std::string otherwise);
  /// A verdict needs the scatter over two training seeds.
  [[nodiscard]] bool enough_seeds(std::size_t seeds);

  // --- Questions; `limit` is the name of a number of the criterion.
  void within(std::string label, const stats::Estimate& value, const std::string& limit, std::size_t n) {
    ask(studies::within(std::move(label), value, number(limit), n));
  }
  void within(std::string label, const std::vector<stats::Estimate>& readings, const std::string& limit) {
    ask(studies::within(std::move(label), readings, number(limit)));
  }
  void above(std::string label, const stats::Estimate& value, const std::string& limit, std::size_t n) {
    ask(studies::above(std::move(label), value, number(limit), n));
  }
  /// Is it above 0?
  void positive(std::string label, const stats::Estimate& value, std::size_t n) {
    ask(studies::above(std::move(label), value, 0, n));
  }
  void ask(studies::Question question) { questions_.push_back(std::move(question)); }
  /// What is answered without an interval.
  void settle(studies::Check check) { settled_.push_back(std::move(check)); }

  [[nodiscard]] const std::vector<studies::Question>& questions() const { return questions_; }
  /// The answers, and after them what was settled.
  [[nodiscard]] std::vector<studies::Check> checks() const;
  /// The question whose number lies farthest from 0; none without a finite one.
  [[nodiscard]] const studies::Question* farthest() const { return studies::farthest(questions_); }
  /// "of 12 means 11 are within the margin, beyond it: K = ...; largest: ...".
  [[nodiscard]] std::string margin_words() const;
  /// Their labels by status; "none".
  [[nodiscard]] std::string met() const { return list(checks(), studies::Status::met); }
  [[nodiscard]] std::string violated() const { return list(checks(), studies::Status::violated); }
  [[nodiscard]] std::string open() const { return list(checks(), studies::Status::open); }

  // --- Parts of a claim, of which each has a verdict of its own: one model of several.
  /// The questions from here on belong to a part of that name.
  void begin_part(std::string name) { parts_.emplace_back(std::move(name), questions_.size()); }
  struct Part {
    std::string name;
    std::vector<studies::Check> checks;
    /// One violation decides: the interval is shared among all questions of the claim.
    results::Verdict verdict;
  };
  [[nodiscard]] std::vector<Part> parts() const;

  // --- What else decides.
  /// Inconclusive whatever the answers.
  void doubt(std::string because) { doubt_ = std::move(because); }
  /// Not supported, though all answers are met.
  void doubt_support(std::string because) { doubt_of_support_ = std::move(because); }
  /// This verdict in place of that of the answers.
  void decide(results::Verdict verdict, std::string because);
  /// Likewise, because of what decides each part.
  void decide_by_parts(results::Verdict verdict);
  [[nodiscard]] results::Verdict verdict() const { return verdict_and_reason().verdict; }

  // --- What is said beside the verdict.
  /// Control and qualification of [claims.<criterion>] with these words. Of itself the trial gives {met},
  /// {violated}, {open} (the labels of that status), {checks} (all with "yes", "no" or "open"), {parts}
  /// (those of each part with "right", "wrong" or "open") and {margins} (`margin_words`), where they are
  /// named. Error(failure) as `filled`.
  void say(Words words);
  void measured(const stats::Estimate& value);
  /// The answer farthest from 0.
  void measure_farthest();
  std::string control;
  std::string qualification;

  [[nodiscard]] results::Claim judged() const;

 private:
  struct Outcome {
    results::Verdict verdict;
    std::string because;
  };
  [[nodiscard]] Outcome verdict_and_reason() const;

  const Criteria& criteria_;
  std::string criterion_;
  results::Claim claim_;
  std::vector<studies::Question> questions_;
  std::vector<studies::Check> settled_;
  std::vector<std::pair<std::string, std::size_t>> parts_;  ///< with the first question of each
  std::string missing_;
  std::string doubt_;
  std::string doubt_of_support_;
  bool decided_ = false;
  Outcome decision_{};
};

}  // namespace spinflow::recipes
