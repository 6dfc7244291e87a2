// SPDX-License-Identifier: Apache-2.0
// How recipes judge: means over training seeds, checks against limits, and their intervals.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "spinflow/results/results.hpp"
#include "spinflow/stats/estimate.hpp"
#include "spinflow/thermometers/limit_text.hpp"

namespace spinflow::studies {

/// Mean of readings of training seeds, each from a run of its own. Error of the mean: the scatter of the
/// readings, or what their own errors (over the configurations of a run) make of it if that is more, for few
/// seeds may lie close together by chance. A reading without an error counts there as one of average error;
/// where the readings show no scatter either, the mean has none. A value of NaN is left out; with an infinite
/// value the mean is infinite.
[[nodiscard]] stats::Estimate over_seeds(const std::vector<stats::Estimate>& readings);
/// Of numbers that have no error of their own: NaN for one seed.
[[nodiscard]] stats::Estimate over_seeds(const std::vector<double>& values);

/// Mean of a - b over the seeds that have both; its error from the differences, at least that of their own
/// errors as if these were independent.
[[nodiscard]] stats::Estimate paired(const std::vector<stats::Estimate>& a,
                                     const std::vector<stats::Estimate>& b);
/// Of numbers that have no error of their own, or whose errors cancel in the difference (of the same rows).
[[nodiscard]] stats::Estimate paired(const std::vector<double>& a, const std::vector<double>& b);

/// The estimate times a number that is known; less a number that is known.
[[nodiscard]] stats::Estimate scaled(const stats::Estimate& estimate, double factor);
[[nodiscard]] stats::Estimate minus(const stats::Estimate& estimate, double number);

/// "2.295(13)"; "2.295" without an error; "none", "infinity".
[[nodiscard]] std::string text(double value, double error);
[[nodiscard]] inline std::string text(const stats::Estimate& e) { return text(e.value, e.error); }
/// "> 31" where T cannot be told from infinity (95 %), "< 0.4" where it cannot be told from 0.
[[nodiscard]] std::string text(const thermometers::Reading& r);
/// T of a mean 1/T over `n` seeds: with a limit from Student's distribution in place of an error where
/// infinity cannot be excluded.
[[nodiscard]] thermometers::Reading temperature_of(const stats::Estimate& inverse, std::size_t n);
using thermometers::shown;

/// Repetitions (training seeds) without which there is no scatter, and so no verdict.
inline constexpr std::size_t fewest_repetitions = 2;

/// Whether a check holds, beyond its interval either way.
enum class Status { met, open, violated };
struct Check {
  std::string label;  ///< what was checked, with the value
  Status status;
  std::string finding = {};  ///< "the drift is 0.031(4), beyond 0.02"; empty: the label says it
  double slack = 0;          ///< distance from the limit in intervals, negative beyond it
};

/// What a claim asks of a number.
struct Question {
  std::string label;
  stats::Estimate value;
  stats::Estimate margin;    ///< positive where the answer is yes
  std::size_t n;             ///< numbers whose scatter gave the error
  std::string inside = {};   ///< "within 0.05": where the answer is yes
  std::string outside = {};  ///< "beyond 0.05"
};
/// Is |value| < limit?
[[nodiscard]] Question within(std::string label, const stats::Estimate& value, double limit, std::size_t n);
/// Is the mean of these readings of training seeds within the limit?
[[nodiscard]] Question within(std::string label, const std::vector<stats::Estimate>& readings, double limit);
/// Is value > limit?
[[nodiscard]] Question above(std::string label, const stats::Estimate& value, double limit, std::size_t n);

/// The question whose number lies farthest from 0; none without a finite one.
[[nodiscard]] const Question* farthest(const std::vector<Question>& questions);

/// Half the two-sided 95 % interval of Student in standard errors, from `n` numbers whose scatter gave the
/// error, shared among `comparisons` of which none shall be wrong. Infinite for n < 2.
[[nodiscard]] double interval(std::size_t n, std::size_t comparisons = 1);
/// The one-sided 95 % limit of Student in standard errors, for tests of equivalence and upper limits.
[[nodiscard]] double one_sided_interval(std::size_t n);
/// Seeds that have a finite number; that have one in both.
[[nodiscard]] std::size_t finite_seeds(const std::vector<double>& values);
[[nodiscard]] std::size_t finite_seeds(const std::vector<stats::Estimate>& readings);
[[nodiscard]] std::size_t common_seeds(const std::vector<double>& a, const std::vector<double>& b);
[[nodiscard]] std::size_t common_seeds(const std::vector<stats::Estimate>& a,
                                       const std::vector<stats::Estimate>& b);

/// A question is met beyond its own interval, for all must be met; it is violated beyond the interval shared
/// among all questions of the claim, for one violation decides. Open in between and without a number.
[[nodiscard]] std::vector<Check> answers(const std::vector<Question>& questions);

/// Contradicted if one is violated, supported if all are met (and there is one).
[[nodiscard]] results::Verdict verdict_of(const std::vector<Check>& checks);
/// Contradicted if it is so, or else supported if it is so, or else inconclusive.
[[nodiscard]] results::Verdict verdict_if(bool contradicted, bool supported);
/// The labels of that status; "none".
[[nodiscard]] std::string list(const std::vector<Check>& checks, Status status);

/// "K_out 0.350(2) (no), ...": every label with a word for its status.
[[nodiscard]] std::string words_of(const std::vector<Check>& checks, const char* met = "yes",
                                   const char* violated = "no");

/// What made that verdict: the check that decides it, and how many there are of its kind.
[[nodiscard]] std::string because(const std::vector<Check>& checks);
/// As a sentence: a first word begins with a capital letter, and a full stop ends it.
[[nodiscard]] std::string sentence(std::string text);

}  // namespace spinflow::studies
