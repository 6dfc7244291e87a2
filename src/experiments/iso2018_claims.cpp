// SPDX-License-Identifier: Apache-2.0
// What the claims of iso2018 have in common: checks, intervals, verdicts.
#include "experiments/iso2018_claims.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "spinflow/results/figures.hpp"
#include "spinflow/stats/distributions.hpp"

namespace spinflow::experiments::iso2018 {

using results::Claim;
using results::Verdict;

std::string text(double value, double error) {
  if (!std::isfinite(value)) return value > 0 ? "infinity" : "none";
  if (!std::isfinite(error) || error <= 0) return fmt::format("{:.3f}", value);
  const int digits = std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, 6);
  return fmt::format("{:.{}f}({:.0f})", value, digits, std::max(1.0, error * std::pow(10.0, digits)));
}

double interval(std::size_t n, std::size_t comparisons) {
  if (n < 2) return std::numeric_limits<double>::infinity();
  return stats::student_quantile(1 - 0.025 / static_cast<double>(std::max<std::size_t>(1, comparisons)),
                                 static_cast<double>(n - 1));
}

std::size_t common_seeds(const std::vector<double>& a, const std::vector<double>& b) {
  std::size_t n = 0;
  for (std::size_t s = 0; s < std::min(a.size(), b.size()); ++s)
    n += std::isfinite(a[s]) && std::isfinite(b[s]) ? 1 : 0;
  return n;
}

double one_sided_interval(std::size_t n) {
  if (n < 2) return std::numeric_limits<double>::infinity();
  return stats::student_quantile(0.95, static_cast<double>(n - 1));
}

Question above(std::string label, const stats::Estimate& value, double limit, std::size_t n) {
  return {std::move(label), value, {.value = value.value - limit, .error = value.error}, n};
}

Question within(std::string label, const stats::Estimate& value, double limit, std::size_t n) {
  return {std::move(label), value, {.value = limit - std::abs(value.value), .error = value.error}, n};
}

std::vector<Check> answers(const std::vector<Question>& questions) {
  std::vector<Check> checks;
  for (const auto& [label, value, margin, n] : questions) {
    Check check{fmt::format("{} {}", label, text(value)), Status::open};
    if (std::isfinite(margin.value) && std::isfinite(margin.error) && n >= 2) {
      if (margin.value > interval(n) * margin.error) check.status = Status::met;
      if (margin.value < -interval(n, questions.size()) * margin.error) check.status = Status::violated;
    }
    checks.push_back(std::move(check));
  }
  return checks;
}

Verdict verdict_of(const std::vector<Check>& checks) {
  const auto any = [&](Status s) {
    return std::ranges::any_of(checks, [&](const Check& c) { return c.status == s; });
  };
  if (any(Status::violated)) return Verdict::contradicted;
  return any(Status::open) || checks.empty() ? Verdict::inconclusive : Verdict::supported;
}

std::string list(const std::vector<Check>& checks, Status status) {
  std::vector<std::string> labels;
  for (const auto& c : checks)
    if (c.status == status) labels.push_back(c.label);
  return labels.empty() ? "none" : fmt::format("{}", fmt::join(labels, ", "));
}

Claim begin_claim(const Measurements& m, std::string id, std::string statement,
                  std::vector<std::string> evidence) {
  Claim claim;
  claim.id = id;
  claim.paper = "iso2018";
  claim.statement = std::move(statement);
  claim.measured = results::none;
  claim.error = results::none;
  if (const auto found = m.settings.criteria.find(id); found != m.settings.criteria.end())
    if (const auto* criterion = std::get_if<std::string>(&found->second)) claim.criterion = *criterion;
  claim.evidence = std::move(evidence);
  return claim;
}

Claim undecided(Claim claim, std::string reason) {
  claim.verdict = Verdict::inconclusive;
  claim.qualification = std::move(reason);
  return claim;
}

bool enough_seeds(const FixedPoint& point, Claim& claim) {
  if (point.seeds >= 2) return true;
  claim = undecided(std::move(claim),
                    fmt::format("{} training {} gave a result; a verdict needs the scatter over at least 2",
                                point.seeds, point.seeds == 1 ? "seed" : "seeds"));
  return false;
}

std::optional<Control> control_of(const Variant& v, const Settings& s) {
  if (v.type != "V" || v.size != s.ensemble.size || v.hidden != s.rbm.hidden || v.method != s.train.method ||
      v.k != s.train.k)
    return std::nullopt;
  const bool same_length = v.epochs == s.train.epochs;
  const bool same_decay = v.weight_decay == s.train.weight_decay;
  const bool same_range = v.temperatures == s.ensemble.temperatures;
  const auto among = [](const std::vector<double>& values, double x) {
    return std::ranges::find(values, x) != values.end();
  };
  if (same_decay && same_range && !same_length &&
      std::ranges::any_of(s.controls.epochs_factors,
                          [&](double factor) { return factor * s.train.epochs == v.epochs; }))
    return Control::length;
  if (same_length && same_range && !same_decay && among(s.controls.weight_decays, v.weight_decay))
    return Control::decay;
  if (same_length && same_decay && !same_range) return Control::range;
  return std::nullopt;
}

std::vector<Claim> claims(const Measurements& m) {
  const FixedPoint v = fixed_point(*m.find("V"), m);
  return {claim_a(m, v), claim_b1(m, v), claim_b2(m, v), claim_c(m, v), claim_d(m), claim_e(m), claim_f(m)};
}

}  // namespace spinflow::experiments::iso2018
