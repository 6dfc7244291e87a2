// SPDX-License-Identifier: Apache-2.0
// How iso2018 judges: checks against limits, their intervals, and the claims made of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/iso2018.hpp"

namespace spinflow::experiments::iso2018 {

/// "2.295(13)"; "2.295" without an error; "none".
[[nodiscard]] std::string text(double value, double error);
[[nodiscard]] inline std::string text(const stats::Estimate& e) { return text(e.value, e.error); }
[[nodiscard]] inline std::string text(const thermometers::Reading& r) { return text(r.value, r.error); }

/// Whether a check holds, beyond its interval either way.
enum class Status { met, open, violated };
struct Check {
  std::string label;  ///< what was checked, with the value
  Status status;
};

/// What a claim asks of a number.
struct Question {
  std::string label;
  stats::Estimate value;
  stats::Estimate margin;  ///< positive where the answer is yes
  std::size_t n;           ///< numbers whose scatter gave the error
};
/// Is |value| < limit?
[[nodiscard]] Question within(std::string label, const stats::Estimate& value, double limit, std::size_t n);
/// Is value > limit?
[[nodiscard]] Question above(std::string label, const stats::Estimate& value, double limit, std::size_t n);

/// Half the two-sided 95 % interval of Student in standard errors, from `n` numbers whose scatter gave the
/// error, shared among `comparisons` of which none shall be wrong. Infinite for n < 2.
[[nodiscard]] double interval(std::size_t n, std::size_t comparisons = 1);
/// The one-sided 95 % limit of Student in standard errors, for tests of equivalence and upper limits.
[[nodiscard]] double one_sided_interval(std::size_t n);
/// Seeds that have a number in both.
[[nodiscard]] std::size_t common_seeds(const std::vector<double>& a, const std::vector<double>& b);

/// A question is met beyond its own interval, for all must be met; it is violated beyond the interval shared
/// among all questions of the claim, for one violation decides. Open in between and without a number.
[[nodiscard]] std::vector<Check> answers(const std::vector<Question>& questions);

/// Contradicted if one is violated, supported if all are met (and there is one).
[[nodiscard]] results::Verdict verdict_of(const std::vector<Check>& checks);
/// The labels of that status; "none".
[[nodiscard]] std::string list(const std::vector<Check>& checks, Status status);

/// A claim with its criterion from the settings, inconclusive and without a number.
[[nodiscard]] results::Claim begin_claim(const Measurements& measurements, std::string id,
                                         std::string statement, std::vector<std::string> evidence);
/// Says why, if fewer than two seeds gave a result: then there is no error and hence no verdict.
[[nodiscard]] bool enough_seeds(const FixedPoint& point, results::Claim& claim);
/// No verdict, for that reason.
[[nodiscard]] results::Claim undecided(results::Claim claim, std::string reason);

/// The variants of type V that [controls] names: one training setting other than the standard one.
enum class Control { length, decay, range };
[[nodiscard]] std::optional<Control> control_of(const Variant& variant, const Settings& settings);

[[nodiscard]] results::Claim claim_a(const Measurements& measurements, const FixedPoint& v);
[[nodiscard]] results::Claim claim_b1(const Measurements& measurements, const FixedPoint& v);
[[nodiscard]] results::Claim claim_b2(const Measurements& measurements, const FixedPoint& v);
[[nodiscard]] results::Claim claim_c(const Measurements& measurements, const FixedPoint& v);
[[nodiscard]] results::Claim claim_d(const Measurements& measurements);
[[nodiscard]] results::Claim claim_e(const Measurements& measurements);
[[nodiscard]] results::Claim claim_f(const Measurements& measurements);

}  // namespace spinflow::experiments::iso2018
